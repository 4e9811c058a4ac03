#include "proxy/xds/server_target.h"

#include "proxy/runtime/dns.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

namespace proxy::xds {

/// The one call that may be under way.
struct ServerTarget::Waiting {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<model::Result<void>> result;
    bool closed = false;
};

ServerTarget::ServerTarget(net::EventLoop& loop, runtime::ProxyConfigPtr first, Apply apply)
    : m_loop(loop)
    , m_current(std::move(first))
    , m_apply(std::move(apply))
    , m_waiting(std::make_shared<Waiting>())
{}

ServerTarget::~ServerTarget() { close(); }

void ServerTarget::close()
{
    const std::lock_guard lock(m_waiting->mutex);
    m_waiting->closed = true;
    m_waiting->done.notify_all();
}

/// A new DNS cluster is resolved before anything is sent there; a name server that is silent for 5 s is not waited for.
runtime::ProxyConfigPtr ServerTarget::withFirstHosts(const runtime::ProxyConfigPtr& config) const
{
    std::shared_ptr<runtime::ProxyConfig> changed;
    for (const auto& [name, cluster] : config->clusters) {
        if (cluster->dnsTargets.empty() || !cluster->hosts.empty() || m_current->clusters.contains(name)) continue;
        const auto promise = std::make_shared<std::promise<std::vector<runtime::HostPtr>>>();
        auto answer = promise->get_future();
        std::thread([promise, asked = cluster] {
            bool failed = false;
            promise->set_value(runtime::resolveHosts(*asked, failed));
        }).detach();
        if (answer.wait_for(std::chrono::seconds(5)) != std::future_status::ready) continue;
        if (!changed) changed = std::make_shared<runtime::ProxyConfig>(*config);
        auto resolved = std::make_shared<runtime::Cluster>(*cluster);
        for (const auto& host : answer.get()) {
            auto counted = std::make_shared<runtime::Host>(*host);
            counted->counters = std::make_shared<std::vector<runtime::HostCounters>>(config->workers);
            resolved->hosts.push_back(std::move(counted));
        }
        changed->clusters[name] = resolved;
        changed->clustersById[resolved->id] = resolved;
    }
    return changed ? changed : config;
}

model::Result<void> ServerTarget::apply(const runtime::Resources& resources)
{
    auto config = runtime::compile(m_current->bootstrap, resources, m_current->workers, m_current);
    if (!config) return config.unexpected();
    *config = withFirstHosts(*config);
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
