// What the registry says of the configuration in force: cluster_manager.*, listener_manager.* and every cluster's members.
#pragma once

#include "proxy/runtime/config.h"
#include "proxy/stats/stats.h"

#include <map>
#include <memory>
#include <string>

namespace proxy::runtime {

/// Compares each configuration with the one before it. Control thread only; keeps every cluster's statistics alive.
class Bookkeeping {
public:
    explicit Bookkeeping(stats::Registry& registry);
    /// `before` is nullptr at the start.
    void applied(const ProxyConfig* before, const ProxyConfig& now);
    /// Listeners that the workers closed, all at once; their number.
    void stopped(std::size_t listeners) { m_registry.add("listener_manager.listener_stopped", listeners); }
    /// What drains now.
    void draining(std::size_t listeners, std::size_t filterChains);
    /// The main thread's copy of a cluster in force.
    stats::ClusterStats& cluster(const Cluster& cluster);

private:
    void clusters(const ProxyConfig* before, const ProxyConfig& now);
    void listeners(const ProxyConfig* before, const ProxyConfig& now);
    void members(const Cluster& cluster, const Cluster* before);

    stats::Registry& m_registry;
    std::map<std::string, std::shared_ptr<stats::PerWorker<stats::ClusterStats>>> m_clusters;
};

} // namespace proxy::runtime
