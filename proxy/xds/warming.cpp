// What is not in force yet: clusters without endpoints, listeners without routes, and how long they are waited for.
#include "proxy/xds/subscriptions.h"

#include <algorithm>

namespace proxy::xds {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::config::core::v3::ConfigSource;
using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RouteConfiguration;
using Moment = Subscriptions::Moment;

/// initial_fetch_timeout: 15 s without one, 0 is for ever (core/v3/config_source.proto).
Moment deadlineOf(const ConfigSource& source, Moment now)
{
    if (!source.has_initial_fetch_timeout()) return now + std::chrono::seconds(15);
    const auto& timeout = source.initial_fetch_timeout();
    if (timeout.seconds() == 0 && timeout.nanos() == 0) return Moment::max();
    return now + std::chrono::seconds(timeout.seconds()) + std::chrono::microseconds(timeout.nanos() / 1000);
}

bool isDns(const Cluster& cluster)
{
    return cluster.type() == Cluster::STRICT_DNS || cluster.type() == Cluster::LOGICAL_DNS;
}

} // namespace

Subscriptions::Subscriptions(Target& target, stats::Registry& registry, const DynamicResources& sources)
    : m_target(target)
    , m_registry(registry)
    , m_sources(sources)
    , m_now(std::chrono::steady_clock::now())
{
    setConnected(false);
    subscribe(sources.has_cds_config() ? Cds : Lds);
    publish();
}

bool Subscriptions::needsWarming(const Cluster& cluster) const { return isDns(cluster) || !edsName(cluster).empty(); }

bool Subscriptions::needsWarming(const Listener& listener) const
{
    const auto names = rdsNames(listener);
    return std::any_of(names.begin(), names.end(),
                       [this](const std::string& name) { return !m_state.routes.active.contains(name); });
}

/// Envoy sends requests to a cluster that still warms into a 503; here the old routes serve until it is there.
bool Subscriptions::needsWarming(const RouteConfiguration& routes) const
{
    const auto waits = [this](const std::string& cluster) {
        return m_state.clusters.warming.contains(cluster) && !m_state.clusters.active.contains(cluster);
    };
    for (const auto& host : routes.virtual_hosts())
        for (const auto& route : host.routes()) {
            if (waits(route.route().cluster())) return true;
            for (const auto& part : route.route().weighted_clusters().clusters())
                if (waits(part.name())) return true;
        }
    return false;
}

/// The resolver has an end of its own, so a DNS cluster has no deadline.
Moment Subscriptions::deadlineOf(const Cluster& cluster) const
{
    return isDns(cluster) ? Moment::max() : xds::deadlineOf(cluster.eds_cluster_config().eds_config(), m_now);
}

Moment Subscriptions::deadlineOf(const Listener& listener) const
{
    Moment last = m_now;
    for (const auto& source : rdsSources(listener)) last = std::max(last, xds::deadlineOf(source, m_now));
    return last;
}

Moment Subscriptions::deadlineOf(const RouteConfiguration&) const { return m_now + std::chrono::seconds(15); }

bool Subscriptions::isWarm(const Delivered<Cluster>& cluster)
{
    if (isDns(cluster.message)) return m_target.isResolved(cluster.message);
    return m_fresh.contains(edsName(cluster.message)) || cluster.deadline <= m_now;
}

/// Makes active what no longer waits: clusters resolved or named by this EDS response, listeners whose routes are there,
/// time-outs. Returns whether there was any.
bool Subscriptions::finishWarming()
{
    bool any = false;
    const auto finish = [&](auto& store, auto isDone) {
        std::erase_if(store.warming, [&](const auto& entry) {
            if (!isDone(entry.second)) return false;
            store.active.insert_or_assign(entry.first, entry.second);
            return any = true;
        });
    };
    finish(m_state.clusters, [this](const auto& cluster) {
        if (!isWarm(cluster)) return false;
        const std::string name = edsName(cluster.message);
        if (!name.empty() && !m_fresh.contains(name)) countOutcome(Eds, {name}, "init_fetch_timeout");
        return true;
    });
    const auto isDone = [this](const auto& waiting) {
        return !needsWarming(waiting.message) || waiting.deadline <= m_now;
    };
    finish(m_state.routes, isDone);
    finish(m_state.listeners, [&](const auto& listener) {
        if (!isDone(listener)) return false;
        for (const std::string& name : rdsNames(listener.message))
            if (!m_state.routes.active.contains(name)) countOutcome(Rds, {name}, "init_fetch_timeout");
        return true;
    });
    return any;
}

void Subscriptions::tick(Moment now)
{
    m_now = now;
    m_fresh.clear();
    if (finishWarming()) { [[maybe_unused]] const auto applied = m_target.apply(resources()); }
    for (const Type type : {Cds, Lds}) {
        Subscription& mine = m_types[type];
        if (!mine.active || mine.answered || mine.givenUp || mine.deadline > now) continue;
        mine.givenUp = true;
        countOutcome(type, {}, "init_fetch_timeout");
    }
    m_state.clustersReady = !m_sources.has_cds_config() || m_state.clustersReady || m_types[Cds].givenUp ||
                            (m_types[Cds].answered && m_state.clusters.warming.empty());
    if (m_sources.has_lds_config() && !m_types[Lds].active && m_state.clustersReady) subscribe(Lds);
    publish();
}

Moment Subscriptions::nextDeadline() const
{
    Moment first = Moment::max();
    for (const Type type : {Cds, Lds})
        if (m_types[type].active && !m_types[type].answered && !m_types[type].givenUp)
            first = std::min(first, m_types[type].deadline);
    const auto look = [&](const auto& store) {
        for (const auto& [name, waiting] : store.warming) first = std::min(first, waiting.deadline);
    };
    look(m_state.clusters);
    look(m_state.listeners);
    look(m_state.routes);
    return first;
}

bool Subscriptions::isReady() const
{
    const auto done = [this](Type type) { return m_types[type].answered || m_types[type].givenUp; };
    return (!m_sources.has_cds_config() || m_state.clustersReady) &&
           (!m_sources.has_lds_config() || (done(Lds) && m_state.listeners.warming.empty()));
}

void Subscriptions::subscribe(Type type)
{
    if (!m_types[type].active && (type == Cds || type == Lds)) {
        countOutcome(type, {}, "");
        m_types[type].deadline = xds::deadlineOf(type == Cds ? m_sources.cds_config() : m_sources.lds_config(), m_now);
    }
    m_types[type].active = true;
    m_requests.push_back(request(type));
}

} // namespace proxy::xds
