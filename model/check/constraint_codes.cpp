// The rows of anchors.md 4.3 whose behaviour column says PGV: there the schema's own rule is the check.
#include "model/check/constraint_codes.h"

#include <algorithm>
#include <string_view>

namespace model::check {
namespace {

struct Topic {
    std::string_view type; ///< Full name of the message.
    std::string_view name; ///< Of the field or oneof; empty: all of the message.
    const char* code;
};

constexpr Topic topics[] = {
    {"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix", "F01"},
    {"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", "stat_prefix", "F01"},
    {"envoy.config.core.v3.HttpProtocolOptions", "max_headers_count", "F08"},
    {"envoy.config.core.v3.HttpProtocolOptions", "max_response_headers_kb", "F08"},
    {"envoy.config.trace.v3.ZipkinConfig", "collector_endpoint_version", "F26"},
    {"envoy.config.core.v3.ApiConfigSource", "api_type", "B04"},
    {"envoy.config.route.v3.VirtualHost", "domains", "R10"},
    {"envoy.config.route.v3.Route", "action", "R11"},
    {"envoy.config.route.v3.WeightedCluster", "clusters", "R04"},
    {"envoy.config.route.v3.DirectResponseAction", "status", "R23"},
    {"envoy.config.route.v3.RouteMatch", "path_separated_prefix", "R43"},
    {"envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name", "C08"},
    {"envoy.config.cluster.v3.Cluster.RingHashLbConfig", "", "C10"},
    {"envoy.config.cluster.v3.Cluster.MaglevLbConfig", "", "C10"},
    {"envoy.config.cluster.v3.Cluster.LeastRequestLbConfig", "", "C10"},
    {"envoy.config.cluster.v3.Cluster.CommonLbConfig.ConsistentHashingLbConfig", "", "C10"},
    {"envoy.config.core.v3.HealthCheck", "", "C11"},
    {"envoy.config.core.v3.HealthCheck.HttpHealthCheck", "", "C11"},
    {"envoy.config.core.v3.HealthCheck.Payload", "", "C11"},
    {"envoy.config.cluster.v3.OutlierDetection", "", "C12"},
    {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions", "upstream_protocol_options", "C13"},
    {"envoy.config.cluster.v3.Cluster", "connect_timeout", "C14"},
    {"envoy.config.endpoint.v3.LbEndpoint", "load_balancing_weight", "C15"},
    {"envoy.config.endpoint.v3.LocalityLbEndpoints", "load_balancing_weight", "C15"},
    {"envoy.config.endpoint.v3.LocalityLbEndpoints", "priority", "C15"},
    {"envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext", "", "T07"},
    {"envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys", "", "T07"},
};

const char* codeIn(std::string_view type, std::string_view name, const char* otherwise)
{
    const auto* topic = std::ranges::find_if(
        topics, [&](const Topic& t) { return t.type == type && (t.name.empty() || t.name == name); });
    return topic == std::end(topics) ? otherwise : topic->code;
}

} // namespace

const char* codeOf(const google::protobuf::FieldDescriptor& field)
{
    return codeIn(field.containing_type()->full_name(), field.name(), "S04");
}

const char* codeOf(const google::protobuf::OneofDescriptor& oneof)
{
    return codeIn(oneof.containing_type()->full_name(), oneof.name(), "S05");
}

} // namespace model::check
