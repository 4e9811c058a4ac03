// Clusters of v1.
#include "model/import/v1_reader.h"

namespace model::import {

Value FromV1::cluster(Value v1, const std::string& where)
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

void FromV1::discovery(Value& v2, const Value& service, const std::string& where)
{
    v2.at("eds_cluster_config").set("service_name", Value::string(service.text));
    v2.at("eds_cluster_config").at("eds_config").set("ads", Value::map());
    m_report.doubtful(
        service.range, where,
        "service discovery over REST ('sds') is EDS over ADS today: point ads_config at a management server");
}

void FromV1::features(Value& v1, Value& v2, const std::string& where)
{
    const Value features = v1.take("features");
    Value settings = v1.take("http2_settings");
    if (features.text == "http2")
        v2.set("http2_protocol_options", settings.isMap() ? std::move(settings) : Value::map());
    else if (features.isScalar())
        m_report.dropped(features.range, path::field(where, "features"), "feature '" + features.text + "' is unknown");
}

void FromV1::limits(Value& v1, Value& v2, const std::string& where)
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

Value FromV1::healthCheck(Value v1, const std::string& where)
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

Value FromV1::outlierDetection(Value v1)
{
    Value v2 = Value::map();
    milliseconds(v1, "interval_ms", v2, "interval");
    milliseconds(v1, "base_ejection_time_ms", v2, "base_ejection_time");
    for (auto& [key, value] : v1.entries) v2.set(key, std::move(value));
    return v2;
}

} // namespace model::import
