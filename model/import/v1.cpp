// v1 -> v2. v1 differs from v2 in shapes, hardly in meaning: addresses are URLs, times are numbers of milliseconds, filters
// carry their kind. Each function turns one v1 object into the v2 message of the same role; what it does not take stays and
// is dropped with an error, so nothing is lost silently.
#include "model/import/v1.h"

#include "model/source/path.h"

#include <algorithm>
#include <array>
#include <functional>

namespace model::import {
namespace {

namespace path = source::path;

class FromV1 {
public:
    explicit FromV1(Report& report) : m_report(report) {}

    Value bootstrap(Value v1)
    {
        Value v2 = Value::map();
        if (Value admin = v1.take("admin"); admin.isMap()) v2.set("admin", this->admin(std::move(admin)));
        Value manager = v1.take("cluster_manager");
        Value& resources = v2.at("static_resources");
        resources.set("listeners", each(v1.take("listeners"), "listeners",
                                        [this](Value l, const std::string& w) { return listener(std::move(l), w); }));
        manager.take("sds"); // its clusters become EDS, see discovery()
        resources.set("clusters", each(manager.take("clusters"), "cluster_manager.clusters",
                                       [this](Value c, const std::string& w) { return cluster(std::move(c), w); }));
        if (Value name = manager.take("local_cluster_name"); name.isScalar())
            v2.at("cluster_manager").set("local_cluster_name", std::move(name));
        milliseconds(v1, "stats_flush_interval_ms", v2, "stats_flush_interval");
        leftovers(manager, "cluster_manager");
        leftovers(v1, {});
        return v2;
    }

private:
    using Convert = std::function<Value(Value, const std::string&)>;

    Value each(Value list, const std::string& where, const Convert& convert)
    {
        Value result = Value::list();
        result.range = list.range;
        for (std::size_t i = 0; i < list.items.size(); ++i)
            result.items.push_back(convert(std::move(list.items[i]), path::index(where, static_cast<int>(i))));
        return result;
    }

    void leftovers(const Value& value, const std::string& where)
    {
        for (const auto& [key, entry] : value.entries)
            m_report.dropped(entry.range, path::field(where, key),
                             "'" + key + "' of v1 has no successor here; it was dropped");
    }

    static void milliseconds(Value& from, const char* key, Value& to, const char* name)
    {
        const Value value = from.take(key);
        if (value.isScalar()) to.set(name, seconds(value.text));
    }

    static Value seconds(const std::string& milliseconds)
    {
        const long ms = std::strtol(milliseconds.c_str(), nullptr, 10);
        std::string text = std::to_string(ms / 1000);
        if (ms % 1000 != 0) {
            std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
            text += "." + fraction.erase(fraction.find_last_not_of('0') + 1);
        }
        return Value::plain(text + "s");
    }

    static void rename(Value& from, const char* key, Value& to, const char* name)
    {
        Value value = from.take(key);
        if (value.kind != Value::Kind::Null) to.set(name, std::move(value));
    }
    static void keep(Value& from, Value& to, std::initializer_list<const char*> keys)
    {
        for (const char* key : keys) rename(from, key, to, key);
    }

    /// "tcp://127.0.0.1:80" or "unix://path" -> core.Address.
    Value address(const Value& url, const std::string& where)
    {
        Value result = Value::map();
        result.range = url.range;
        if (url.text.starts_with("unix://")) {
            result.at("pipe").set("path", Value::string(url.text.substr(7)));
            return result;
        }
        const std::size_t colon = url.text.rfind(':');
        if (!url.text.starts_with("tcp://") || colon == std::string::npos || colon < 6) {
            m_report.dropped(url.range, where,
                             "'" + url.text + "' is no address: tcp://host:port or unix://path is expected");
            return result;
        }
        std::string host = url.text.substr(6, colon - 6);
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        Value& socket = result.at("socket_address");
        socket.set("address", Value::string(host));
        socket.set("port_value", Value::plain(url.text.substr(colon + 1)));
        return result;
    }

    Value admin(Value v1)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"access_log_path", "profile_path"});
        v2.set("address", address(v1.take("address"), "admin.address"));
        leftovers(v1, "admin");
        return v2;
    }

    Value listener(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"name"});
        v2.set("address", address(v1.take("address"), path::field(where, "address")));
        Value chain = Value::map();
        if (Value ssl = v1.take("ssl_context"); ssl.isMap())
            chain.set("tls_context", tls(std::move(ssl), path::field(where, "ssl_context"), true));
        rename(v1, "use_proxy_proto", chain, "use_proxy_proto");
        chain.set("filters", each(v1.take("filters"), path::field(where, "filters"),
                                  [this](Value f, const std::string& w) { return networkFilter(std::move(f), w); }));
        v2.at("filter_chains") = Value::list();
        v2.at("filter_chains").items.push_back(std::move(chain));
        keep(v1, v2, {"drain_type", "per_connection_buffer_limit_bytes", "use_original_dst"});
        if (Value bind = v1.take("bind_to_port"); bind.isScalar())
            v2.at("deprecated_v1").set("bind_to_port", std::move(bind));
        leftovers(v1, where);
        return v2;
    }

    /// Gives a filter the name that v2 knows it by; returns its configuration.
    static Value named(Value& v1, Value& v2, const std::string& name)
    {
        v2.set("name", Value::string("envoy." + name));
        v2.find("name")->range = v1.take("name").range;
        v1.take("type");
        return v1.take("config");
    }

    Value networkFilter(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        const std::string name = v1.textOf("name");
        Value config = named(v1, v2, name);
        const std::string inside = path::field(where, "config");
        if (name == "http_connection_manager") config = manager(std::move(config), inside);
        else if (name == "tcp_proxy") config = tcpProxy(std::move(config), inside);
        else if (name != "echo")
            m_report.doubtful(config.range, inside, "the configuration of '" + name + "' was taken over unchanged");
        v2.set("config", std::move(config));
        leftovers(v1, where);
        return v2;
    }

    Value tcpProxy(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"stat_prefix"});
        Value routes = v1.at("route_config").take("routes");
        v1.take("route_config");
        if (routes.items.empty()) {
            m_report.dropped(v1.range, where, "a tcp_proxy needs a route");
            return v2;
        }
        v2.set("cluster", routes.items.front().take("cluster"));
        leftovers(routes.items.front(), path::index(where + ".route_config.routes", 0));
        for (std::size_t i = 1; i < routes.items.size(); ++i)
            m_report.dropped(routes.items[i].range, path::index(where + ".route_config.routes", static_cast<int>(i)),
                             "a tcp_proxy has one cluster in v3: make a filter chain of its own for this route");
        rename(v1, "access_log", v2, "access_log");
        leftovers(v1, where);
        return v2;
    }

    Value manager(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"stat_prefix", "add_user_agent", "server_name", "use_remote_address", "generate_request_id"});
        if (const Value codec = v1.take("codec_type"); codec.isScalar())
            v2.set("codec_type", Value::plain(upper(codec.text)));
        if (Value routes = v1.take("route_config"); routes.isMap())
            v2.set("route_config", routeConfig(std::move(routes), path::field(where, "route_config")));
        if (Value rds = v1.take("rds"); rds.isMap()) v2.set("rds", this->rds(rds, path::field(where, "rds")));
        v2.set("http_filters", each(v1.take("filters"), path::field(where, "filters"),
                                    [this](Value f, const std::string& w) { return httpFilter(std::move(f), w); }));
        if (const Value idle = v1.take("idle_timeout_s"); idle.isScalar())
            v2.set("idle_timeout", Value::plain(idle.text + "s"));
        milliseconds(v1, "drain_timeout_ms", v2, "drain_timeout");
        if (Value logs = v1.take("access_log"); logs.isList())
            v2.set("access_log", each(std::move(logs), path::field(where, "access_log"),
                                      [this](Value l, const std::string& w) { return accessLog(std::move(l), w); }));
        rename(v1, "http1_settings", v2, "http_protocol_options");
        rename(v1, "http2_settings", v2, "http2_protocol_options");
        if (Value tracing = v1.take("tracing"); tracing.isMap()) {
            tracing.take("operation_name");
            rename(tracing, "request_headers_for_tags", tracing, "request_headers_for_tags");
            v2.set("tracing", std::move(tracing));
        }
        leftovers(v1, where);
        return v2;
    }

    Value rds(const Value& v1, const std::string& where)
    {
        Value v2 = Value::map();
        v2.set("route_config_name", Value::string(v1.textOf("route_config_name")));
        v2.at("config_source").set("ads", Value::map());
        m_report.doubtful(v1.range, where,
                          "REST route discovery is gone; 'ads' is used: point ads_config at a management server");
        return v2;
    }

    Value accessLog(Value v1, const std::string& where)
    {
        Value log = Value::map();
        log.set("name", Value::string("envoy.file_access_log"));
        Value& config = log.at("config");
        keep(v1, config, {"path", "format"});
        leftovers(v1, where);
        return log;
    }

    Value httpFilter(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        const std::string name = v1.textOf("name");
        Value config = named(v1, v2, name);
        if (config.isMap() && !config.entries.empty()) {
            if (name == "fault") config = fault(std::move(config), path::field(where, "config"));
            v2.set("config", std::move(config));
        }
        leftovers(v1, where);
        return v2;
    }

    Value fault(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        if (Value abort = v1.take("abort"); abort.isMap()) {
            Value& to = v2.at("abort");
            to.at("percentage").set("numerator", abort.take("abort_percent"));
            keep(abort, to, {"http_status"});
            leftovers(abort, path::field(where, "abort"));
        }
        if (Value delay = v1.take("delay"); delay.isMap()) {
            Value& to = v2.at("delay");
            delay.take("type");
            to.at("percentage").set("numerator", delay.take("fixed_delay_percent"));
            milliseconds(delay, "fixed_duration_ms", to, "fixed_delay");
            leftovers(delay, path::field(where, "delay"));
        }
        keep(v1, v2, {"upstream_cluster", "downstream_nodes"});
        if (Value headers = v1.take("headers"); headers.isList())
            v2.set("headers", each(std::move(headers), path::field(where, "headers"),
                                   [this](Value h, const std::string& w) { return headerMatcher(std::move(h), w); }));
        leftovers(v1, where);
        return v2;
    }

    Value routeConfig(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"validate_clusters", "internal_only_headers", "response_headers_to_remove"});
        headersToAdd(v1, v2, "response_headers_to_add");
        headersToAdd(v1, v2, "request_headers_to_add");
        v2.set("virtual_hosts", each(v1.take("virtual_hosts"), path::field(where, "virtual_hosts"),
                                     [this](Value h, const std::string& w) { return virtualHost(std::move(h), w); }));
        leftovers(v1, where);
        return v2;
    }

    static void headersToAdd(Value& from, Value& to, const char* key)
    {
        Value headers = from.take(key);
        if (!headers.isList()) return;
        for (Value& header : headers.items) {
            Value option = Value::map();
            header.range = {};
            if (Value* value = header.find("value")) value->quoted = true;
            option.set("header", std::move(header));
            header = std::move(option);
        }
        to.set(key, std::move(headers));
    }

    Value virtualHost(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"name", "domains"});
        if (const Value tls = v1.take("require_ssl"); tls.isScalar())
            v2.set("require_tls", Value::plain(tls.text == "external_only" ? "EXTERNAL_ONLY" : upper(tls.text)));
        v2.set("routes", each(v1.take("routes"), path::field(where, "routes"),
                              [this](Value r, const std::string& w) { return route(std::move(r), w); }));
        headersToAdd(v1, v2, "request_headers_to_add");
        leftovers(v1, where);
        return v2;
    }

    Value route(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        v2.set("match", match(v1, where));
        if (v1.find("host_redirect") != nullptr || v1.find("path_redirect") != nullptr)
            keep(v1, v2.at("redirect"), {"host_redirect", "path_redirect"});
        else v2.set("route", action(v1, where));
        headersToAdd(v1, v2, "request_headers_to_add");
        if (Value decorator = v1.take("decorator"); decorator.isMap()) v2.set("decorator", std::move(decorator));
        leftovers(v1, where);
        return v2;
    }

    Value match(Value& v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"prefix", "path", "regex", "case_sensitive"});
        if (Value runtime = v1.take("runtime"); runtime.isMap()) {
            rename(runtime, "key", v2.at("runtime"), "runtime_key");
            rename(runtime, "default", v2.at("runtime"), "default_value");
        }
        if (Value headers = v1.take("headers"); headers.isList())
            v2.set("headers", each(std::move(headers), path::field(where, "headers"),
                                   [this](Value h, const std::string& w) { return headerMatcher(std::move(h), w); }));
        if (Value parameters = v1.take("query_parameters"); parameters.isList())
            v2.set("query_parameters", std::move(parameters));
        return v2;
    }

    Value headerMatcher(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"name", "range_match"});
        const bool regex = v1.take("regex").text == "true";
        Value value = v1.take("value");
        if (value.isScalar()) v2.set(regex ? "regex_match" : "exact_match", std::move(value));
        else if (v2.find("range_match") == nullptr) v2.set("present_match", Value::plain("true"));
        leftovers(v1, where);
        return v2;
    }

    Value action(Value& v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2,
             {"cluster", "cluster_header", "weighted_clusters", "prefix_rewrite", "host_rewrite", "auto_host_rewrite"});
        milliseconds(v1, "timeout_ms", v2, "timeout");
        if (const Value priority = v1.take("priority"); priority.isScalar())
            v2.set("priority", Value::plain(upper(priority.text)));
        if (v1.take("use_websocket").text == "true") {
            Value upgrade = Value::map();
            upgrade.set("upgrade_type", Value::string("websocket"));
            v2.set("upgrade_configs", Value::list()).items.push_back(std::move(upgrade));
        }
        if (Value retry = v1.take("retry_policy"); retry.isMap()) {
            Value& to = v2.at("retry_policy");
            keep(retry, to, {"retry_on", "num_retries"});
            milliseconds(retry, "per_try_timeout_ms", to, "per_try_timeout");
            leftovers(retry, path::field(where, "retry_policy"));
        }
        if (Value shadow = v1.take("shadow"); shadow.isMap())
            keep(shadow, v2.at("request_mirror_policy"), {"cluster", "runtime_key"});
        if (const Value code = v1.take("cluster_not_found_response_code"); code.isScalar())
            v2.set("cluster_not_found_response_code",
                   Value::plain(code.text == "404" ? "NOT_FOUND" : "SERVICE_UNAVAILABLE"));
        return v2;
    }

    Value cluster(Value v1, const std::string& where)
    {
        Value v2 = Value::map();
        keep(v1, v2, {"name"});
        const std::string type = v1.take("type").text;
        v2.set("type", Value::plain(type == "sds" ? "EDS" : upper(type)));
        const Value service = v1.take("service_name");
        if (type == "sds") discovery(v2, service, where);
        milliseconds(v1, "connect_timeout_ms", v2, "connect_timeout");
        if (const Value policy = v1.take("lb_type"); policy.isScalar())
            v2.set("lb_policy", Value::plain(upper(policy.text)));
        if (v1.find("hosts") != nullptr)
            v2.set("hosts", each(v1.take("hosts"), path::field(where, "hosts"), [this](Value h, const std::string& w) {
                       return address(h.take("url"), path::field(w, "url"));
                   }));
        features(v1, v2, where);
        keep(v1, v2, {"per_connection_buffer_limit_bytes", "max_requests_per_connection"});
        limits(v1, v2, where);
        if (Value checks = v1.take("health_check"); checks.isMap())
            v2.set("health_checks", healthCheck(std::move(checks), path::field(where, "health_check")));
        if (Value ssl = v1.take("ssl_context"); ssl.isMap())
            v2.set("tls_context", tls(std::move(ssl), path::field(where, "ssl_context"), false));
        milliseconds(v1, "dns_refresh_rate_ms", v2, "dns_refresh_rate");
        if (type.ends_with("dns")) {
            const Value family = v1.take("dns_lookup_family"); // v1's default; v2's is auto
            v2.set("dns_lookup_family", Value::plain(family.isScalar() ? upper(family.text) : "V4_ONLY"));
        }
        if (Value outlier = v1.take("outlier_detection"); outlier.isMap())
            v2.set("outlier_detection", outlierDetection(std::move(outlier)));
        leftovers(v1, where);
        return v2;
    }

    void discovery(Value& v2, const Value& service, const std::string& where)
    {
        v2.at("eds_cluster_config").set("service_name", Value::string(service.text));
        v2.at("eds_cluster_config").at("eds_config").set("ads", Value::map());
        m_report.doubtful(
            service.range, where,
            "service discovery over REST ('sds') is EDS over ADS today: point ads_config at a management server");
    }

    void features(Value& v1, Value& v2, const std::string& where)
    {
        const Value features = v1.take("features");
        Value settings = v1.take("http2_settings");
        if (features.text == "http2")
            v2.set("http2_protocol_options", settings.isMap() ? std::move(settings) : Value::map());
        else if (features.isScalar())
            m_report.dropped(features.range, path::field(where, "features"),
                             "feature '" + features.text + "' is unknown");
    }

    void limits(Value& v1, Value& v2, const std::string& where)
    {
        Value breakers = v1.take("circuit_breakers");
        if (!breakers.isMap()) return;
        Value& thresholds = v2.at("circuit_breakers").set("thresholds", Value::list());
        for (const char* priority : {"default", "high"}) {
            Value limits = breakers.take(priority);
            if (!limits.isMap()) continue;
            limits.set("priority", Value::plain(upper(priority)));
            thresholds.items.push_back(std::move(limits));
        }
        leftovers(breakers, path::field(where, "circuit_breakers"));
    }

    Value healthCheck(Value v1, const std::string& where)
    {
        Value check = Value::map();
        milliseconds(v1, "timeout_ms", check, "timeout");
        milliseconds(v1, "interval_ms", check, "interval");
        milliseconds(v1, "interval_jitter_ms", check, "interval_jitter");
        keep(v1, check, {"unhealthy_threshold", "healthy_threshold"});
        const std::string type = v1.take("type").text;
        if (type == "http") keep(v1, check.at("http_health_check"), {"path", "service_name"});
        else if (type == "tcp") check.set("tcp_health_check", Value::map());
        leftovers(v1, where);
        Value list = Value::list();
        list.items.push_back(std::move(check));
        return list;
    }

    static Value outlierDetection(Value v1)
    {
        Value v2 = Value::map();
        milliseconds(v1, "interval_ms", v2, "interval");
        milliseconds(v1, "base_ejection_time_ms", v2, "base_ejection_time");
        for (auto& [key, value] : v1.entries) v2.set(key, std::move(value));
        return v2;
    }

    Value tls(Value v1, const std::string& where, bool downstream)
    {
        Value v2 = Value::map();
        Value& common = v2.at("common_tls_context");
        if (const Value protocols = v1.take("alpn_protocols"); protocols.isScalar()) {
            Value& list = common.set("alpn_protocols", Value::list());
            for (std::size_t at = 0; at <= protocols.text.size();) {
                const std::size_t end = std::min(protocols.text.find(',', at), protocols.text.size());
                list.items.push_back(Value::string(protocols.text.substr(at, end - at)));
                at = end + 1;
            }
        }
        if (const Value chain = v1.take("cert_chain_file"); chain.isScalar()) {
            Value certificate = Value::map();
            certificate.at("certificate_chain").set("filename", Value::string(chain.text));
            certificate.at("private_key").set("filename", Value::string(v1.take("private_key_file").text));
            common.set("tls_certificates", Value::list()).items.push_back(std::move(certificate));
        }
        if (const Value ca = v1.take("ca_cert_file"); ca.isScalar())
            common.at("validation_context").at("trusted_ca").set("filename", Value::string(ca.text));
        if (Value names = v1.take("verify_subject_alt_name"); names.isList())
            common.at("validation_context").set("verify_subject_alt_name", std::move(names));
        keep(v1, v2, {downstream ? "require_client_certificate" : "sni"});
        leftovers(v1, where);
        return v2;
    }

    static std::string upper(std::string text)
    {
        std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        return text;
    }

    Report& m_report;
};

} // namespace

Value v1ToV2(Value document, Report& report) { return FromV1(report).bootstrap(std::move(document)); }

} // namespace model::import
