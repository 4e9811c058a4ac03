// The control side of a running proxy: admin server and ADS client around the data plane.
#pragma once

#include "proxy/admin/server.h"
#include "proxy/xds/ads_client.h"
#include "proxy/xds/server_target.h"

#include <mutex>

namespace proxy::admin {

/// Starts what the bootstrap asks for and stops it when destroyed; made and destroyed in the control thread.
class Control {
public:
    /// Errors: the admin address is taken; a dynamic source that is not supported, by name.
    static model::Result<std::unique_ptr<Control>> start(net::EventLoop& loop, runtime::Server& server,
                                                         stats::Registry& registry, Process process);
    ~Control();
    /// Where the admin server listens; nullptr without one.
    const net::Address* adminAddress() const { return m_admin ? &m_admin->address() : nullptr; }

private:
    Control(net::EventLoop& loop, runtime::Server& server, stats::Registry& registry);
    model::Result<void> startAdmin(Process process);
    /// Admin thread: asks the control thread; if that is busy for a second, the last answer serves.
    Snapshot snapshot();
    Snapshot take() const;

    net::EventLoop& m_loop;
    runtime::Server& m_server;
    stats::Registry& m_registry;
    Snapshot m_last; ///< Touched by the admin thread only, once it runs.
    xds::ServerTarget m_target;
    std::unique_ptr<xds::AdsClient> m_ads;
    std::unique_ptr<Server> m_admin;
};

} // namespace proxy::admin
