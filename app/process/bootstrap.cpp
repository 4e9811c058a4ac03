#include "app/process/bootstrap.h"

namespace app::process {
namespace {

std::string address(const std::string& host, int port)
{
    return "{socket_address: {address: " + host + ", port_value: " + std::to_string(port) + "}}";
}

} // namespace

std::string adsBootstrap(const AdsBootstrap& options)
{
    const std::string& cluster = options.cluster.empty() ? options.node : options.cluster;
    return "node: {id: " + options.node + ", cluster: " + cluster + "}\n" +
           "admin:\n  address: " + address(options.adminHost, options.adminPort) + R"(
dynamic_resources:
  ads_config:
    api_type: GRPC
    transport_api_version: V3
    set_node_on_first_message_only: true
    grpc_services:
    - envoy_grpc: {cluster_name: meshwright_control_plane}
  cds_config: {resource_api_version: V3, ads: {}}
  lds_config: {resource_api_version: V3, ads: {}}
static_resources:
  clusters:
  - name: meshwright_control_plane
    type: STATIC
    connect_timeout: 1s
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config:
          http2_protocol_options: {connection_keepalive: {interval: 30s, timeout: 5s}}
    load_assignment:
      cluster_name: meshwright_control_plane
      endpoints:
      - lb_endpoints:
        - endpoint:
            address: )" +
           address(options.controlPlaneHost, options.controlPlanePort) + "\n";
}

} // namespace app::process
