#include "proxy/filter/refused_values.h"

#include "proxy/runtime/runtime_layers.h"

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "envoy/extensions/access_loggers/file/v3/file.pb.h"

namespace proxy::filter {
namespace {

namespace core = envoy::config::core::v3;
using envoy::config::bootstrap::v3::Admin;
using envoy::config::bootstrap::v3::RuntimeLayer;
using envoy::config::cluster::v3::Cluster;
using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RetryPolicy;
using envoy::config::route::v3::RouteAction;

std::string of(const RouteAction& action) { return action.priority() == core::HIGH ? "priority" : ""; }
std::string of(const RetryPolicy::RetryHostPredicate& predicate)
{
    return predicate.has_typed_config() ? "" : "typed_config";
}
std::string of(const Listener& listener) { return listener.drain_type() == Listener::DEFAULT ? "" : "drain_type"; }
std::string of(const Cluster& cluster) { return cluster.respect_dns_ttl() ? "respect_dns_ttl" : ""; }
std::string of(const core::SocketAddress& address)
{
    return address.protocol() == core::SocketAddress::TCP ? "" : "protocol";
}
std::string of(const core::SelfConfigSource& source)
{
    return source.transport_api_version() == core::V2 ? "transport_api_version" : "";
}
std::string of(const core::ApiConfigSource& source)
{
    return source.transport_api_version() == core::V2 ? "transport_api_version" : "";
}

/// Resources come by ADS.
std::string of(const core::ConfigSource& source)
{
    if (!source.has_ads() && !source.has_self()) return "config_source_specifier";
    return source.resource_api_version() == core::V2 ? "resource_api_version" : "";
}

/// The admin pages have no access log, so it may only go nowhere.
std::string of(const Admin& admin)
{
    const std::string nowhere = "/dev/null";
    if (!admin.access_log_path().empty() && admin.access_log_path() != nowhere) return "access_log_path";
    for (const auto& log : admin.access_log()) {
        envoy::extensions::access_loggers::file::v3::FileAccessLog file;
        if (!log.typed_config().UnpackTo(&file) || file.path() != nowhere) return "access_log";
    }
    return {};
}

std::string of(const RuntimeLayer& layer)
{
    const std::string key = runtime::unknownRuntimeKey(layer.static_layer());
    return key.empty() ? key : "static_layer." + key;
}

/// The answer of the overload for T when the message is one.
template <class T> bool judged(const google::protobuf::Message& message, std::string& refused)
{
    const auto* typed = google::protobuf::DynamicCastToGenerated<const T>(&message);
    if (typed) refused = of(*typed);
    return typed;
}

template <class... T> std::string first(const google::protobuf::Message& message)
{
    std::string refused;
    (judged<T>(message, refused) || ...);
    return refused;
}

} // namespace

std::string refusedValue(const google::protobuf::Message& message)
{
    return first<RouteAction, RetryPolicy::RetryHostPredicate, Listener, Cluster, core::SocketAddress,
                 core::SelfConfigSource, core::ApiConfigSource, core::ConfigSource, Admin, RuntimeLayer>(message);
}

} // namespace proxy::filter
