// Hands the control plane's resources to the running server.
#pragma once

#include "proxy/net/event_loop.h"
#include "proxy/runtime/server.h"
#include "proxy/xds/first_hosts.h"
#include "proxy/xds/subscriptions.h"

#include <functional>

namespace proxy::xds {

/// Compiles in the ADS client's thread and applies in the control thread, where the server lives; waits for the result.
class ServerTarget final : public Target {
public:
    /// `server` lives in the thread of `loop`.
    ServerTarget(net::EventLoop& loop, runtime::Server& server);
    ~ServerTarget() override;
    model::Result<void> apply(const runtime::Resources& resources) override;
    model::Result<void> reserve(const envoy::config::listener::v3::Listener& listener) override;
    bool isResolved(const envoy::config::cluster::v3::Cluster& cluster) override;
    void onProgress(std::function<void()> tell) override { m_hosts.onAnswer(std::move(tell)); }
    /// The loop is about to end: whoever waits is let go, and further calls fail.
    void close();

private:
    model::Result<void> inLoop(std::function<model::Result<void>()> task);

    struct Waiting;
    net::EventLoop& m_loop;
    runtime::Server& m_server;
    runtime::ProxyConfigPtr m_current; ///< Touched by the ADS client's thread only.
    FirstHosts m_hosts;
    std::shared_ptr<Waiting> m_waiting;
};

} // namespace proxy::xds
