#include "proxy/runtime/bookkeeping.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

namespace proxy::runtime {
namespace {

using google::protobuf::util::MessageDifferencer;

bool sameHosts(const Cluster& a, const Cluster& b)
{
    return std::equal(a.hosts.begin(), a.hosts.end(), b.hosts.begin(), b.hosts.end(),
                      [](const HostPtr& x, const HostPtr& y) { return x->text == y->text; });
}

} // namespace

Bookkeeping::Bookkeeping(stats::Registry& registry) : m_registry(registry)
{
    for (const char* name : {"cluster_added", "cluster_modified", "cluster_removed", "cluster_updated",
                             "cluster_updated_via_merge", "update_merge_cancelled", "update_out_of_merge_window"})
        m_registry.add(std::string("cluster_manager.") + name, 0);
    m_registry.set("cluster_manager.warming_clusters", 0);
    for (const char* name : {"listener_added", "listener_create_failure", "listener_create_success",
                             "listener_in_place_updated", "listener_modified", "listener_removed", "listener_stopped"})
        m_registry.add(std::string("listener_manager.") + name, 0);
    for (const char* name :
         {"total_filter_chains_draining", "total_listeners_draining", "total_listeners_warming", "workers_pinned"})
        m_registry.set(std::string("listener_manager.") + name, 0);
}

stats::ClusterStats& Bookkeeping::cluster(const Cluster& cluster)
{
    auto& entry = m_clusters[statName(cluster)];
    if (!entry) entry = m_registry.cluster(statName(cluster));
    return entry->main();
}

void Bookkeeping::applied(const ProxyConfig* before, const ProxyConfig& now)
{
    clusters(before, now);
    listeners(before, now);
    m_registry.set("listener_manager.workers_started", 1);
}

void Bookkeeping::draining(std::size_t listeners, std::size_t filterChains)
{
    m_registry.set("listener_manager.total_listeners_draining", listeners);
    m_registry.set("listener_manager.total_filter_chains_draining", filterChains);
}

void Bookkeeping::clusters(const ProxyConfig* before, const ProxyConfig& now)
{
    std::uint64_t added = 0, modified = 0, removed = 0, updated = 0;
    for (const auto& [name, cluster] : now.clusters) {
        const auto old = before ? before->clusters.find(name) : now.clusters.end();
        const bool isNew = !before || old == before->clusters.end();
        if (!isNew && old->second == cluster) continue;
        if (isNew) ++added;
        else if (!MessageDifferencer::Equals(old->second->message, cluster->message)) ++modified;
        if (!isNew && !old->second->hosts.empty() && !sameHosts(*old->second, *cluster))
            ++updated; // The first hosts belong to the start.
        members(*cluster, isNew ? nullptr : old->second.get());
    }
    if (before)
        for (const auto& [name, cluster] : before->clusters)
            if (!now.clusters.contains(name)) {
                ++removed;
                m_clusters.erase(statName(*cluster));
            }
    m_registry.add("cluster_manager.cluster_added", added);
    m_registry.add("cluster_manager.cluster_modified", modified);
    m_registry.add("cluster_manager.cluster_removed", removed);
    m_registry.add("cluster_manager.cluster_updated", updated);
    m_registry.set("cluster_manager.active_clusters", now.clusters.size());
}

void Bookkeeping::members(const Cluster& from, const Cluster* before)
{
    using namespace envoy::config::core::v3;
    stats::ClusterStats& mine = cluster(from);
    const auto number = [&](auto test) {
        return static_cast<std::uint64_t>(std::count_if(from.hosts.begin(), from.hosts.end(), test));
    };
    std::uint64_t heaviest = 0;
    for (const HostPtr& host : from.hosts) heaviest = std::max<std::uint64_t>(heaviest, host->weight);
    mine.membership_total.set(from.hosts.size());
    mine.membership_degraded.set(number([](const HostPtr& host) { return host->status == DEGRADED; }));
    mine.membership_healthy.set(number([](const HostPtr& host) { return host->healthy && host->status != DEGRADED; }));
    if (from.message.type() != envoy::config::cluster::v3::Cluster::STATIC)
        mine.max_host_weight.set(heaviest); // As Envoy: only where hosts change.
    if (before ? !sameHosts(*before, from) : !from.hosts.empty()) mine.membership_change.add();
    mine.total_match_count.add(number([&](const HostPtr& host) {
        return !before || std::none_of(before->hosts.begin(), before->hosts.end(),
                                       [&](const HostPtr& old) { return old->text == host->text; });
    }));
}

void Bookkeeping::listeners(const ProxyConfig* before, const ProxyConfig& now)
{
    std::uint64_t added = 0, modified = 0, inPlace = 0, removed = 0;
    for (const auto& [name, listener] : now.listeners) {
        const auto old = before ? before->listeners.find(name) : now.listeners.end();
        if (!before || old == before->listeners.end()) ++added;
        else if (old->second != listener) {
            ++modified;
            if (old->second->address == listener->address) ++inPlace;
        }
    }
    if (before)
        removed = static_cast<std::uint64_t>(
            std::count_if(before->listeners.begin(), before->listeners.end(),
                          [&](const auto& entry) { return !now.listeners.contains(entry.first); }));
    m_registry.add("listener_manager.listener_added", added);
    m_registry.add("listener_manager.listener_modified", modified);
    m_registry.add("listener_manager.listener_in_place_updated", inPlace);
    m_registry.add("listener_manager.listener_removed", removed);
    m_registry.add("listener_manager.listener_create_success", (added + modified) * now.workers);
    m_registry.set("listener_manager.total_listeners_active", now.listeners.size());
}

} // namespace proxy::runtime
