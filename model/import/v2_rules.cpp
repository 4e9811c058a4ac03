#include "model/import/v2_rules.h"

#include "model/api/schema.h"
#include "model/import/names.h"
#include "model/import/v2.h"
#include "model/source/path.h"

#include <map>
#include <vector>

namespace model::import {
namespace {

const std::string typePrefix = "type.googleapis.com/";

/// What a rule works on.
struct Site {
    Value& value;
    const std::string& where;
    Report& report;

    void changed(const Range& range, const std::string& field, const std::string& message) const
    {
        report.changed(range, source::path::field(where, field), message);
    }
};

/// Full v3 message that configures the extension, from the registry; "" when it has none.
std::string registeredType(const std::string& extension)
{
    for (const api::Extension& known : api::builtIn()->extensions())
        if (known.name == extension && !known.typeUrls.empty()) return known.typeUrls.front();
    return {};
}

Value typed(const std::string& type, Value fields = Value::map())
{
    fields.kind = Value::Kind::Map;
    fields.entries.insert(fields.entries.begin(), {"@type", Value::string(typePrefix + type)});
    return fields;
}

/// name + config (Struct) -> today's name + typed_config. Filters, access logs, tracers, sinks, transport sockets.
void extension(const Site& site, bool typedConfigWanted)
{
    Value* name = site.value.find("name");
    if (name == nullptr || !name->isScalar()) return;
    const std::string today = extensionName(name->text);
    if (today != name->text) {
        site.changed(name->range, "name", "extension '" + name->text + "' is called '" + today + "' in v3");
        name->text = today;
    }
    Value config = site.value.take("config");
    const bool given = config.kind != Value::Kind::Null;
    if (site.value.find("typed_config") != nullptr || (!given && !typedConfigWanted)) return;
    const std::string v2 = v2ConfigType(today);
    std::string type = v2.empty() ? registeredType(today) : successorOf(v2);
    if (type.empty()) type = registeredType(today);
    if (type.empty()) {
        site.report.dropped(given ? config.range : name->range, site.where,
                            "no v3 type is known for the configuration of '" + today + "'; it was dropped");
        return;
    }
    if (given && !v2.empty()) upgradeV2(config, v2, site.report);
    site.changed(given ? config.range : name->range, "typed_config",
                 given ? "'config' became 'typed_config' of type '" + type + "'"
                       : "'" + today + "' needs a typed_config in v3; an empty one was added");
    site.value.set("typed_config", typed(type, std::move(config)));
}

Value endpointOf(Value address)
{
    Value lbEndpoint = Value::map();
    lbEndpoint.at("endpoint").set("address", std::move(address));
    return lbEndpoint;
}

void clusterHosts(const Site& site)
{
    Value hosts = site.value.take("hosts");
    if (hosts.kind == Value::Kind::Null) return;
    if (hosts.isMap()) {
        Value list = Value::list();
        list.items.push_back(std::move(hosts));
        hosts = std::move(list);
    }
    Value endpoints = Value::list();
    for (Value& host : hosts.items) {
        upgradeV2(host, "envoy.api.v2.core.Address", site.report);
        endpoints.items.push_back(endpointOf(std::move(host)));
    }
    Value locality = Value::map();
    locality.set("lb_endpoints", std::move(endpoints));
    Value& assignment = site.value.set("load_assignment", Value::map());
    assignment.set("cluster_name", Value::string(site.value.textOf("name")));
    assignment.at("endpoints") = Value::list();
    assignment.at("endpoints").items.push_back(std::move(locality));
    site.changed(hosts.range, "hosts", "'hosts' became 'load_assignment' (one locality, one endpoint each)");
}

const char* httpOptionsType = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

void clusterProtocol(const Site& site)
{
    Value http2 = site.value.take("http2_protocol_options");
    Value http1 = site.value.take("http_protocol_options");
    Value common = site.value.take("common_http_protocol_options");
    const Value selection = site.value.take("protocol_selection");
    const Range range = http2.range.isKnown() ? http2.range : http1.range.isKnown() ? http1.range : common.range;
    const auto given = [](const Value& v) { return v.kind != Value::Kind::Null; };
    if (!given(http2) && !given(http1) && !given(common) && !given(selection)) return;
    Value options = Value::map();
    if (given(common)) options.set("common_http_protocol_options", std::move(common));
    const bool downstream = selection.text == "USE_DOWNSTREAM_PROTOCOL";
    Value& config = options.at(downstream ? "use_downstream_protocol_config" : "explicit_http_config");
    const bool useHttp2 = given(http2);
    if (given(http2)) config.set("http2_protocol_options", http2.isMap() ? std::move(http2) : Value::map());
    if ((given(http1) && (downstream || !useHttp2)) || (!useHttp2 && !downstream))
        config.set("http_protocol_options", http1.isMap() ? std::move(http1) : Value::map());
    site.value.at("typed_extension_protocol_options")
        .set("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", typed(httpOptionsType, std::move(options)));
    site.changed(range, "typed_extension_protocol_options",
                 "the HTTP protocol options moved into typed_extension_protocol_options");
}

void cluster(const Site& site)
{
    clusterHosts(site);
    clusterProtocol(site);
    if (Value context = site.value.take("tls_context"); context.kind != Value::Kind::Null)
        site.value.set("transport_socket", tlsTransportSocket(std::move(context), "Upstream", site.report, site.where));
    if (Value* policy = site.value.find("lb_policy"); policy != nullptr && policy->text == "ORIGINAL_DST_LB") {
        policy->text = "CLUSTER_PROVIDED";
        site.changed(policy->range, "lb_policy", "'ORIGINAL_DST_LB' is 'CLUSTER_PROVIDED' in v3");
    }
}

void filterChain(const Site& site)
{
    if (Value context = site.value.take("tls_context"); context.kind != Value::Kind::Null)
        site.value.set("transport_socket",
                       tlsTransportSocket(std::move(context), "Downstream", site.report, site.where));
}

Value listenerFilter(const std::string& name)
{
    Value filter = Value::map();
    filter.set("name", Value::string(name));
    filter.set("typed_config", typed(registeredType(name)));
    return filter;
}

void listener(const Site& site)
{
    const auto flagToFilter = [&](const char* flag, const char* filter) {
        const Value value = site.value.take(flag);
        if (value.text != "true") return;
        Value& filters = site.value.at("listener_filters");
        filters.kind = Value::Kind::List;
        filters.items.push_back(listenerFilter(filter));
        site.changed(value.range, flag, std::string("'") + flag + "' became the listener filter '" + filter + "'");
    };
    flagToFilter("use_original_dst", "envoy.filters.listener.original_dst");
    Value deprecated = site.value.take("deprecated_v1");
    if (Value bind = deprecated.take("bind_to_port"); bind.kind != Value::Kind::Null)
        site.value.set("bind_to_port", std::move(bind));
}

void safeRegex(const Site& site, const char* from, const char* to)
{
    Value regex = site.value.take(from);
    if (regex.kind == Value::Kind::Null) return;
    site.report.doubtful(regex.range, source::path::field(site.where, from),
                         std::string("'") + from + "' became '" + to +
                             "'; RE2 has no look-around and no back-references");
    regex.quoted = true;
    const Range range = regex.range;
    site.value.at(to).set("regex", std::move(regex));
    site.value.at(to).range = range;
}

void routeMatch(const Site& site)
{
    safeRegex(site, "regex", "safe_regex");
    Value runtime = site.value.take("runtime");
    if (!runtime.isMap()) return;
    Value fraction = Value::map();
    fraction.at("default_value").set("numerator", Value::plain(runtime.textOf("default_value")));
    fraction.at("default_value").set("denominator", Value::plain("HUNDRED"));
    fraction.set("runtime_key", Value::string(runtime.textOf("runtime_key")));
    site.value.set("runtime_fraction", std::move(fraction));
    site.changed(runtime.range, "runtime", "'runtime' became 'runtime_fraction' of a hundred");
}

void headerMatcher(const Site& site)
{
    safeRegex(site, "regex_match", "safe_regex_match");
    for (const auto& [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"exact_match", "exact"},
                                                          {"prefix_match", "prefix"},
                                                          {"suffix_match", "suffix"},
                                                          {"contains_match", "contains"},
                                                          {"safe_regex_match", "safe_regex"}}) {
        Value match = site.value.take(from);
        if (match.kind == Value::Kind::Null) continue;
        if (match.isScalar()) match.quoted = true;
        if (match.isMap()) match.take("google_re2");
        site.changed(match.range, from, "'" + from + "' became 'string_match." + to + "'");
        site.value.at("string_match").set(to, std::move(match));
    }
}

void queryParameter(const Site& site)
{
    Value value = site.value.take("value");
    const Value regex = site.value.take("regex");
    if (value.kind == Value::Kind::Null) return;
    value.quoted = true;
    site.changed(value.range, "value", "'value' became 'string_match'");
    if (regex.text == "true") site.value.at("string_match").at("safe_regex").set("regex", std::move(value));
    else site.value.at("string_match").set("exact", std::move(value));
}

void virtualHost(const Site& site)
{
    for (Value* domains = site.value.find("domains"); domains != nullptr && domains->isList(); domains = nullptr)
        for (Value& domain : domains->items) domain.quoted = true;
}

void routeAction(const Site& site)
{
    Value mirror = site.value.take("request_mirror_policy");
    if (mirror.kind != Value::Kind::Null) {
        site.changed(mirror.range, "request_mirror_policy",
                     "'request_mirror_policy' became a list, 'request_mirror_policies'");
        Value list = Value::list();
        list.items.push_back(std::move(mirror));
        site.value.set("request_mirror_policies", std::move(list));
    }
}

void hcm(const Site& site)
{
    Value idle = site.value.take("idle_timeout");
    if (idle.kind != Value::Kind::Null) {
        site.changed(idle.range, "idle_timeout", "'idle_timeout' moved into 'common_http_protocol_options'");
        site.value.at("common_http_protocol_options").set("idle_timeout", std::move(idle));
    }
    if (Value* tracing = site.value.find("tracing"); tracing != nullptr && tracing->isMap())
        if (Value operation = tracing->take("operation_name"); operation.kind != Value::Kind::Null)
            site.report.doubtful(operation.range, source::path::field(site.where, "tracing.operation_name"),
                                 "'operation_name' is gone in v3: set the listener's traffic_direction instead");
}

void fileAccessLog(const Site& site)
{
    for (const char* field : {"format", "json_format", "typed_json_format"}) {
        Value format = site.value.take(field);
        if (format.kind == Value::Kind::Null) continue;
        site.changed(format.range, field, std::string("'") + field + "' moved into 'log_format'");
        if (format.isMap()) {
            site.value.at("log_format").set("json_format", std::move(format));
        } else {
            format.quoted = true;
            site.value.at("log_format").at("text_format_source").set("inline_string", std::move(format));
        }
    }
}

void admin(const Site& site)
{
    Value path = site.value.take("access_log_path");
    if (path.kind == Value::Kind::Null) return;
    site.changed(path.range, "access_log_path", "'access_log_path' became an access log of type file");
    path.quoted = true;
    Value fields = Value::map();
    fields.set("path", std::move(path));
    Value log = Value::map();
    log.set("name", Value::string("envoy.access_loggers.file"));
    log.set("typed_config", typed("envoy.extensions.access_loggers.file.v3.FileAccessLog", std::move(fields)));
    site.value.set("access_log", Value::list());
    site.value.at("access_log").items.push_back(std::move(log));
}

void apiConfigSource(const Site& site)
{
    site.value.set("transport_api_version", Value::plain("V3"));
    if (Value* type = site.value.find("api_type"); type != nullptr && type->text == "REST_LEGACY") {
        type->text = "REST";
        site.report.doubtful(type->range, source::path::field(site.where, "api_type"),
                             "'REST_LEGACY' is gone; REST is used");
    }
}

void configSource(const Site& site)
{
    site.value.set("resource_api_version", Value::plain("V3"));
    Value path = site.value.take("path");
    if (path.kind != Value::Kind::Null) site.value.at("path_config_source").set("path", std::move(path));
}

void bootstrap(const Site& site)
{
    Value runtime = site.value.take("runtime");
    if (!runtime.isMap()) return;
    Value layer = Value::map();
    layer.set("name", Value::string("disk"));
    layer.set("disk_layer", runtime);
    site.value.at("layered_runtime").set("layers", Value::list()).items.push_back(std::move(layer));
    site.changed(runtime.range, "runtime", "'runtime' became a disk layer of 'layered_runtime'");
}

using Rule = void (*)(const Site&);
const std::multimap<std::string, Rule, std::less<>>& rules()
{
    const static Rule wanted = [](const Site& site) { extension(site, true); };
    const static Rule optional = [](const Site& site) { extension(site, false); };
    static const std::multimap<std::string, Rule, std::less<>> all = {
        {"envoy.config.bootstrap.v2.Bootstrap", bootstrap},
        {"envoy.config.bootstrap.v2.Admin", admin},
        {"envoy.api.v2.Cluster", cluster},
        {"envoy.api.v2.Listener", listener},
        {"envoy.api.v2.listener.FilterChain", filterChain},
        {"envoy.api.v2.listener.Filter", wanted},
        {"envoy.api.v2.listener.ListenerFilter", wanted},
        {"envoy.config.filter.network.http_connection_manager.v2.HttpFilter", wanted},
        {"envoy.config.filter.network.http_connection_manager.v2.HttpConnectionManager", hcm},
        {"envoy.config.filter.accesslog.v2.AccessLog", wanted},
        {"envoy.config.accesslog.v2.FileAccessLog", fileAccessLog},
        {"envoy.config.trace.v2.Tracing.Http", optional},
        {"envoy.config.metrics.v2.StatsSink", optional},
        {"envoy.api.v2.core.TransportSocket", optional},
        {"envoy.api.v2.core.ApiConfigSource", apiConfigSource},
        {"envoy.api.v2.core.ConfigSource", configSource},
        {"envoy.api.v2.route.VirtualHost", virtualHost},
        {"envoy.api.v2.route.RouteMatch", routeMatch},
        {"envoy.api.v2.route.HeaderMatcher", headerMatcher},
        {"envoy.api.v2.route.QueryParameterMatcher", queryParameter},
        {"envoy.api.v2.route.RouteAction", routeAction},
    };
    return all;
}

} // namespace

Value tlsTransportSocket(Value context, const std::string& direction, Report& report, const std::string& where)
{
    const Range range = context.range;
    upgradeV2(context, "envoy.api.v2.auth." + direction + "TlsContext", report);
    report.changed(range, source::path::field(where, "tls_context"), "'tls_context' became a 'transport_socket'");
    Value socket = Value::map();
    socket.set("name", Value::string("envoy.transport_sockets.tls"));
    socket.set("typed_config",
               typed("envoy.extensions.transport_sockets.tls.v3." + direction + "TlsContext", std::move(context)));
    return socket;
}

void applyRules(Value& value, const std::string& v2Message, const std::string& where, Report& report)
{
    const auto [first, last] = rules().equal_range(v2Message);
    for (auto rule = first; rule != last; ++rule) rule->second({value, where, report});
}

} // namespace model::import
