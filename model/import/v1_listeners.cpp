// Listeners of v1 and their filters.
#include "model/import/v1_reader.h"

namespace model::import {

Value FromV1::listener(Value v1, const std::string& where)
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

Value FromV1::named(Value& v1, Value& v2, const std::string& name)
{
    v2.set("name", Value::string("envoy." + name));
    v2.find("name")->range = v1.take("name").range;
    v1.take("type");
    return v1.take("config");
}

Value FromV1::networkFilter(Value v1, const std::string& where)
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

Value FromV1::tcpProxy(Value v1, const std::string& where)
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

Value FromV1::manager(Value v1, const std::string& where)
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

Value FromV1::rds(const Value& v1, const std::string& where)
{
    Value v2 = Value::map();
    v2.set("route_config_name", Value::string(v1.textOf("route_config_name")));
    v2.at("config_source").set("ads", Value::map());
    m_report.doubtful(v1.range, where,
                      "REST route discovery is gone; 'ads' is used: point ads_config at a management server");
    return v2;
}

Value FromV1::accessLog(Value v1, const std::string& where)
{
    Value log = Value::map();
    log.set("name", Value::string("envoy.file_access_log"));
    Value& config = log.at("config");
    keep(v1, config, {"path", "format"});
    leftovers(v1, where);
    return log;
}

Value FromV1::httpFilter(Value v1, const std::string& where)
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

Value FromV1::fault(Value v1, const std::string& where)
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

} // namespace model::import
