// Describe: the words on a node. What title, subtitle and badges say of each message of the API.
#pragma once

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h"

#include <string>
#include <vector>

namespace model::graph {

namespace api_listener = envoy::config::listener::v3;
namespace api_route = envoy::config::route::v3;
namespace api_cluster = envoy::config::cluster::v3;
namespace api_endpoint = envoy::config::endpoint::v3;
using HttpManager = envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using TcpForwarder = envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy;

/// Fields of a Node that are words.
struct Words {
    std::string title, subtitle;
    std::vector<std::string> badges, facts;
};

/// "10.0.0.1:80", "[::1]:80", "/run/x.sock", "internal:name"; empty when unset.
std::string addressText(const envoy::config::core::v3::Address& address);
/// "3 s", "250 ms", "1 h".
std::string durationText(const google::protobuf::Duration& duration);

Words describe(const api_listener::Listener& listener);
/// `number` counts from 1; 0: the default chain.
Words describe(const api_listener::FilterChain& chain, int number, bool isOnly);
Words describe(const HttpManager& manager);
Words describe(const TcpForwarder& proxy);
Words describe(const api_route::VirtualHost& host);
Words describe(const api_route::Route& route);
Words describe(const api_cluster::Cluster& cluster);
Words describe(const api_endpoint::LocalityLbEndpoints& locality, const api_endpoint::LbEndpoint& endpoint);

} // namespace model::graph
