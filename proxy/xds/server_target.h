// Hands the control plane's resources to the running server.
#pragma once

#include "proxy/net/event_loop.h"
#include "proxy/runtime/server.h"
#include "proxy/xds/subscriptions.h"

#include <functional>

namespace proxy::xds {

/// Compiles in the ADS client's thread and applies in the control thread, where the server lives; waits for the result.
class ServerTarget final : public Target {
public:
    using Apply = std::function<model::Result<void>(runtime::ProxyConfigPtr)>;
    /// `apply` is called in `loop`'s thread; usually Server::apply.
    ServerTarget(net::EventLoop& loop, runtime::ProxyConfigPtr first, Apply apply);
    ~ServerTarget() override;
    model::Result<void> apply(const runtime::Resources& resources) override;
    /// The loop is about to end: whoever waits is let go, and further calls fail.
    void close();

private:
    runtime::ProxyConfigPtr withFirstHosts(const runtime::ProxyConfigPtr& config) const;

    struct Waiting;
    net::EventLoop& m_loop;
    runtime::ProxyConfigPtr m_current; ///< Touched by the ADS client's thread only.
    Apply m_apply;
    std::shared_ptr<Waiting> m_waiting;
};

} // namespace proxy::xds
