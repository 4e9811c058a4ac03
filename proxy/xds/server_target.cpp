#include "proxy/xds/server_target.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace proxy::xds {

/// The one call that may be under way.
struct ServerTarget::Waiting {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<model::Result<void>> result;
    bool closed = false;
};

ServerTarget::ServerTarget(net::EventLoop& loop, runtime::Server& server)
    : m_loop(loop)
    , m_server(server)
    , m_current(server.config())
    , m_waiting(std::make_shared<Waiting>())
{}

ServerTarget::~ServerTarget() { close(); }

void ServerTarget::close()
{
    const std::lock_guard lock(m_waiting->mutex);
    m_waiting->closed = true;
    m_waiting->done.notify_all();
}

/// Runs `task` in the control thread and waits for what it says.
model::Result<void> ServerTarget::inLoop(std::function<model::Result<void>()> task)
{
    {
        const std::lock_guard lock(m_waiting->mutex);
        m_waiting->result.reset();
    }
    m_loop.post([waiting = m_waiting, task = std::move(task)] {
        const std::lock_guard lock(waiting->mutex);
        if (waiting->closed) return;
        waiting->result = task();
        waiting->done.notify_all();
    });
    std::unique_lock lock(m_waiting->mutex);
    m_waiting->done.wait(lock, [this] { return m_waiting->result || m_waiting->closed; });
    if (!m_waiting->result) return model::fail(model::ErrorCode::Cancelled, {}, "the server is stopping");
    return *m_waiting->result;
}

model::Result<void> ServerTarget::apply(const runtime::Resources& resources)
{
    const auto compiled = runtime::compile(m_current->bootstrap, resources, m_current->workers, m_current);
    if (!compiled) return compiled.unexpected();
    const auto next = m_hosts.filledIn(*compiled);
    const auto applied = inLoop([this, next] { return m_server.apply(next); });
    if (applied) m_current = next;
    return applied;
}

model::Result<void> ServerTarget::reserve(const envoy::config::listener::v3::Listener& listener)
{
    return inLoop([this, &listener] { return m_server.reserve(listener); });
}

bool ServerTarget::isResolved(const envoy::config::cluster::v3::Cluster& cluster)
{
    return m_hosts.isResolved(cluster);
}

} // namespace proxy::xds
