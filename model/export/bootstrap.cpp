#include "model/export/bootstrap.h"

#include "model/source/edit.h"

#include <fmt/core.h>

namespace model::xport {

std::string toYaml(const AdsBootstrap& b)
{
    return fmt::format(R"(# Takes listeners, routes, clusters and endpoints from the management server at {host}:{port}.
node: {{ id: {id}, cluster: {cluster} }}
admin:
  address: {{ socket_address: {{ address: {adminHost}, port_value: {adminPort} }} }}
dynamic_resources:
  ads_config:
    api_type: GRPC
    transport_api_version: V3
    grpc_services:
    - envoy_grpc: {{ cluster_name: xds_cluster }}
  cds_config: {{ resource_api_version: V3, ads: {{}} }}
  lds_config: {{ resource_api_version: V3, ads: {{}} }}
static_resources:
  clusters:
  - name: xds_cluster
    type: STATIC
    connect_timeout: 1s
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config:
          http2_protocol_options:
            connection_keepalive: {{ interval: 30s, timeout: 5s }}
    load_assignment:
      cluster_name: xds_cluster
      endpoints:
      - lb_endpoints:
        - endpoint: {{ address: {{ socket_address: {{ address: {host}, port_value: {port} }} }} }}
)",
                       fmt::arg("id", source::quoted(b.nodeId, true)), fmt::arg("cluster", source::quoted(b.nodeCluster, true)),
                       fmt::arg("host", source::quoted(b.serverHost, true)), fmt::arg("port", b.serverPort),
                       fmt::arg("adminHost", source::quoted(b.adminHost, true)), fmt::arg("adminPort", b.adminPort));
}

} // namespace model::xport
