// Load balancing (reference C9). Equal weights: an index that goes round, or a draw. Different weights: earliest deadline
// first; a host's next deadline is now + 1/weight, ties go to who was scheduled first (Envoy's EdfScheduler).
#include "proxy/upstream/pool.h"

#include "proxy/net/socket.h"

#include <algorithm>
#include <cerrno>

namespace proxy::upstream {

using runtime::HostCounters;
using runtime::LoadBalancing;

ClusterPool::ClusterPool(Shared& shared, runtime::ClusterPtr cluster)
    : m_shared(shared)
    , m_stats(shared.registry.cluster(runtime::statName(*cluster)))
{
    m_next = shared.random();
    update(std::move(cluster));
}

ClusterPool::~ClusterPool() { retire(); }

void ClusterPool::update(runtime::ClusterPtr cluster)
{
    m_cluster = std::move(cluster);
    m_retired = false;
    std::vector<HostPoolPtr> before = std::exchange(m_hosts, {});
    for (const auto& host : m_cluster->hosts) {
        auto at = std::find_if(before.begin(), before.end(),
                               [&](const auto& pool) { return pool && pool->host->text == host->text; });
        HostPoolPtr pool = at != before.end() ? std::move(*at) : std::make_shared<HostPool>();
        pool->host = host;
        pool->counters = &(*host->counters)[m_shared.worker];
        if (!pool->latencies) pool->latencies = m_shared.registry.endpoint(m_cluster->name, host->text);
        const std::string& zone = host->locality.zone();
        if (!m_shared.zone.empty() && !zone.empty())
            pool->zone = m_shared.registry.zone(runtime::statName(*m_cluster), m_shared.zone + "." + zone);
        m_hosts.push_back(std::move(pool));
    }
    for (const auto& gone : before) {
        if (!gone) continue;
        gone->removed = true;
        auto idle = gone->idle;
        for (Connection* connection : idle) connection->close();
    }
    schedule();
}

void ClusterPool::retire()
{
    m_retired = true;
    for (const auto& host : m_hosts) {
        auto idle = host->idle;
        for (Connection* connection : idle) connection->close();
    }
}

double ClusterPool::weightOf(std::size_t host) const
{
    double weight = m_usable[host]->host->weight;
    return m_cluster->policy == LoadBalancing::LeastRequest ? weight / (m_usable[host]->active + 1.0) : weight;
}

/// Decides who can be chosen (panic: everybody when less than half is healthy) and starts the deadlines.
void ClusterPool::schedule()
{
    m_usable.clear();
    std::copy_if(m_hosts.begin(), m_hosts.end(), std::back_inserter(m_usable),
                 [](const auto& host) { return host->host->healthy; });
    m_panic = m_hosts.empty() || m_usable.size() * 2 < m_hosts.size();
    if (m_panic) m_usable = m_hosts;
    m_equal = std::all_of(m_usable.begin(), m_usable.end(),
                          [&](const auto& host) { return host->host->weight == m_usable.front()->host->weight; });
    m_heap.clear();
    m_time = 0;
    if (m_equal || m_cluster->policy == LoadBalancing::Random) return;
    for (std::size_t i = 0; i < m_usable.size(); ++i) m_heap.push_back({1 / weightOf(i), m_order++, i});
    std::make_heap(m_heap.begin(), m_heap.end());
    for (std::uint64_t skip = m_shared.random() % m_usable.size(); skip > 0; --skip) earliest();
}

std::size_t ClusterPool::earliest()
{
    std::pop_heap(m_heap.begin(), m_heap.end());
    Deadline& first = m_heap.back();
    std::size_t host = first.host;
    m_time = first.time;
    first.time = m_time + 1 / weightOf(host);
    first.order = m_order++;
    std::push_heap(m_heap.begin(), m_heap.end());
    return host;
}

std::size_t ClusterPool::choose()
{
    std::size_t count = m_usable.size();
    if (count == 1) return 0;
    if (m_cluster->policy == LoadBalancing::Random) return m_shared.random() % count;
    if (!m_equal) return earliest();
    if (m_cluster->policy == LoadBalancing::RoundRobin) return m_next++ % count;
    std::size_t best = m_shared.random() % count;
    for (unsigned i = 1; i < m_cluster->choices; ++i) {
        std::size_t other = m_shared.random() % count;
        if (m_usable[other]->active < m_usable[best]->active) best = other;
    }
    return best;
}

HostPoolPtr ClusterPool::pick(const std::vector<const HostPool*>& avoid, unsigned attempts)
{
    if (m_panic) stats().lb_healthy_panic.add();
    if (m_usable.empty()) {
        stats().upstream_cx_none_healthy.add();
        return nullptr;
    }
    std::size_t host = choose();
    for (unsigned i = 0; !avoid.empty() && i < attempts; ++i) {
        if (std::find(avoid.begin(), avoid.end(), m_usable[host].get()) == avoid.end()) break;
        host = choose();
    }
    return m_usable[host];
}

ClusterPool::Outcome ClusterPool::acquire(const HostPoolPtr& host, User& user, Connection*& out, bool reuse)
{
    out = nullptr;
    if (reuse && !host->idle.empty()) {
        out = host->idle.back();
        host->idle.pop_back();
        out->m_timer.stop();
        out->setUser(user);
        return Outcome::Ready;
    }
    if (m_connecting + m_waiters.size() >= share(m_cluster->maxPending)) {
        stats().upstream_rq_pending_overflow.add();
        return Outcome::Overflow;
    }
    stats().upstream_rq_pending_total.add();
    stats().upstream_rq_pending_active.add();
    if (m_connections >= share(m_cluster->maxConnections) && m_connections > 0) {
        stats().upstream_cx_overflow.add();
        m_waiters.push_back({&user, host, reuse});
        return Outcome::Waiting;
    }
    out = open(host, user, reuse);
    if (!out) noLongerPending(&stats().upstream_rq_pending_failure_eject);
    return out ? Outcome::Waiting : Outcome::Failed;
}

/// A request got its connection, or gave up waiting for the reason that `why` counts.
void ClusterPool::noLongerPending(stats::Counter* why)
{
    stats().upstream_rq_pending_active.sub();
    if (why) why->add();
}

Connection* ClusterPool::open(const HostPoolPtr& host, User& user, bool http)
{
    HostCounters::add(host->counters->cxTotal);
    stats().upstream_cx_total.add();
    if (http) stats().upstream_cx_http1_total.add();
    int fd = net::connectTcp(host->host->address);
    if (fd < 0) {
        HostCounters::add(host->counters->cxConnectFail);
        stats().upstream_cx_connect_fail.add();
        return nullptr;
    }
    HostCounters::add(host->counters->cxActive);
    stats().upstream_cx_active.add();
    ++m_connections;
    ++m_connecting;
    return new Connection(m_shared, *this, host, fd, user);
}

void ClusterPool::forget(User& user)
{
    for (auto gone = std::erase_if(m_waiters, [&](const Waiter& waiter) { return waiter.user == &user; }); gone > 0;
         --gone)
        noLongerPending(&stats().upstream_rq_cancelled);
}

/// Before the connection lets its user go; `peer`: the other side ended it.
void ClusterPool::countEnd(const Connection& connection, bool peer)
{
    stats::ClusterStats& mine = stats();
    mine.upstream_cx_active.sub();
    mine.upstream_cx_destroy.add();
    (peer ? mine.upstream_cx_destroy_remote : mine.upstream_cx_destroy_local).add();
    if (!connection.m_connected) {
        mine.upstream_cx_connect_fail.add();
    } else if (connection.isAnswering) {
        mine.upstream_cx_destroy_with_active_rq.add();
        (peer ? mine.upstream_cx_destroy_remote_with_active_rq : mine.upstream_cx_destroy_local_with_active_rq).add();
    }
    mine.upstream_cx_length_ms.record(static_cast<std::uint64_t>(m_shared.loop.now() - connection.m_opened));
    mine.upstream_rq_per_cx.record(connection.served);
}

void ClusterPool::connectionEnded(Connection& connection)
{
    HostCounters::add(connection.host()->counters->cxActive, -1);
    --m_connections;
    if (!connection.isConnected()) --m_connecting;
    openForWaiter();
}

bool ClusterPool::serveWaiter(Connection& connection)
{
    auto at = std::find_if(m_waiters.begin(), m_waiters.end(),
                           [&](const Waiter& waiter) { return waiter.host == connection.host(); });
    if (at == m_waiters.end()) return false;
    User* user = at->user;
    m_waiters.erase(at);
    noLongerPending();
    connection.setUser(*user);
    user->upstreamConnected(connection);
    return true;
}

void ClusterPool::openForWaiter()
{
    if (m_waiters.empty() || m_connections >= share(m_cluster->maxConnections)) return;
    Waiter waiter = m_waiters.front();
    m_waiters.pop_front();
    if (open(waiter.host, *waiter.user, waiter.http)) return;
    const int error = errno;
    noLongerPending(&stats().upstream_rq_pending_failure_eject);
    waiter.user->upstreamEnded(Ending::ConnectFailure, error);
}

bool ClusterPool::beginRequest(HostPool& host)
{
    if (m_requests >= share(m_cluster->maxRequests)) {
        stats().upstream_rq_pending_overflow.add();
        return false;
    }
    ++m_requests;
    ++host.active;
    return true;
}

void ClusterPool::attach(Connection& connection)
{
    connection.isAnswering = connection.m_attached = true;
    HostCounters::add(connection.host()->counters->rqTotal);
    HostCounters::add(connection.host()->counters->rqActive);
    stats().upstream_rq_total.add();
    stats().upstream_rq_active.add();
}

void ClusterPool::detach(Connection& connection)
{
    HostCounters::add(connection.host()->counters->rqActive, -1);
    stats().upstream_rq_active.sub();
}

void ClusterPool::endRequest(HostPool& host)
{
    --m_requests;
    --host.active;
}

} // namespace proxy::upstream
