#include "model/import/v1.h"

#include "model/import/v1_reader.h"

#include <algorithm>

namespace model::import {

Value FromV1::bootstrap(Value v1)
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

Value FromV1::each(Value list, const std::string& where, const Convert& convert)
{
    Value result = Value::list();
    result.range = list.range;
    for (std::size_t i = 0; i < list.items.size(); ++i)
        result.items.push_back(convert(std::move(list.items[i]), path::index(where, static_cast<int>(i))));
    return result;
}

void FromV1::leftovers(const Value& value, const std::string& where)
{
    for (const auto& [key, entry] : value.entries)
        m_report.dropped(entry.range, path::field(where, key),
                         "'" + key + "' of v1 has no successor here; it was dropped");
}

void FromV1::milliseconds(Value& from, const char* key, Value& to, const char* name)
{
    const Value value = from.take(key);
    if (value.isScalar()) to.set(name, seconds(value.text));
}

Value FromV1::seconds(const std::string& milliseconds)
{
    const long ms = std::strtol(milliseconds.c_str(), nullptr, 10);
    std::string text = std::to_string(ms / 1000);
    if (ms % 1000 != 0) {
        std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
        text += "." + fraction.erase(fraction.find_last_not_of('0') + 1);
    }
    return Value::plain(text + "s");
}

void FromV1::rename(Value& from, const char* key, Value& to, const char* name)
{
    Value value = from.take(key);
    if (value.kind != Value::Kind::Null) to.set(name, std::move(value));
}

void FromV1::keep(Value& from, Value& to, std::initializer_list<const char*> keys)
{
    for (const char* key : keys) rename(from, key, to, key);
}

Value FromV1::address(const Value& url, const std::string& where)
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

Value FromV1::admin(Value v1)
{
    Value v2 = Value::map();
    keep(v1, v2, {"access_log_path", "profile_path"});
    v2.set("address", address(v1.take("address"), "admin.address"));
    leftovers(v1, "admin");
    return v2;
}

Value FromV1::tls(Value v1, const std::string& where, bool downstream)
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

std::string FromV1::upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

Value v1ToV2(Value document, Report& report) { return FromV1(report).bootstrap(std::move(document)); }

} // namespace model::import
