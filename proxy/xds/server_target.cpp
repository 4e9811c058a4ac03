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

ServerTarget::ServerTarget(net::EventLoop& loop, runtime::ProxyConfigPtr first, Apply apply)
    : m_loop(loop), m_current(std::move(first)), m_apply(std::move(apply)), m_waiting(std::make_shared<Waiting>())
{
}

ServerTarget::~ServerTarget() { close(); }

void ServerTarget::close()
{
    const std::lock_guard lock(m_waiting->mutex);
    m_waiting->closed = true;
    m_waiting->done.notify_all();
}

model::Result<void> ServerTarget::apply(const runtime::Resources& resources)
{
    auto config = runtime::compile(m_current->bootstrap, resources, m_current->workers, m_current);
    if (!config) return config.unexpected();
    {
        const std::lock_guard lock(m_waiting->mutex);
        m_waiting->result.reset();
    }
    m_loop.post([waiting = m_waiting, apply = m_apply, next = *config] {
        const std::lock_guard lock(waiting->mutex);
        if (waiting->closed) return;
        waiting->result = apply(next);
        waiting->done.notify_all();
    });
    std::unique_lock lock(m_waiting->mutex);
    m_waiting->done.wait(lock, [this] { return m_waiting->result || m_waiting->closed; });
    if (!m_waiting->result) return model::fail(model::ErrorCode::Cancelled, {}, "the server is stopping");
    if (*m_waiting->result) m_current = *config;
    return *m_waiting->result;
}

} // namespace proxy::xds
