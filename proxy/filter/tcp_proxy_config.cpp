#include "proxy/filter/tcp_proxy_config.h"

#include "proxy/filter/route_table.h"

#include "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h"

namespace proxy::runtime {

model::Result<std::shared_ptr<const TcpProxy>> compileTcpProxy(const envoy::config::listener::v3::Filter& filter,
                                                               std::size_t bufferLimit)
{
    envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy message;
    if (!filter.typed_config().UnpackTo(&message))
        return model::fail(model::ErrorCode::Malformed, filter.name(), "Unable to unpack as TcpProxy");
    auto proxy = std::make_shared<TcpProxy>();
    proxy->statPrefix = message.stat_prefix();
    proxy->bufferLimit = bufferLimit;
    std::uint64_t total = 0;
    for (const auto& entry : message.weighted_clusters().clusters())
        proxy->targets.push_back({clusterId(entry.name()), total += entry.weight()});
    if (proxy->targets.empty()) proxy->targets.push_back({clusterId(message.cluster()), 1});
    if (message.has_idle_timeout())
        proxy->idleTimeout = message.idle_timeout().seconds() * 1000 + message.idle_timeout().nanos() / 1000000;
    if (message.has_max_connect_attempts()) proxy->connectAttempts = message.max_connect_attempts().value();
    return std::shared_ptr<const TcpProxy>(std::move(proxy));
}

} // namespace proxy::runtime
