// Route tables of v1.
#include "model/import/v1_reader.h"

namespace model::import {

Value FromV1::routeConfig(Value v1, const std::string& where)
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

void FromV1::headersToAdd(Value& from, Value& to, const char* key)
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

Value FromV1::virtualHost(Value v1, const std::string& where)
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

Value FromV1::route(Value v1, const std::string& where)
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

Value FromV1::match(Value& v1, const std::string& where)
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

Value FromV1::headerMatcher(Value v1, const std::string& where)
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

Value FromV1::action(Value& v1, const std::string& where)
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

} // namespace model::import
