#include "proxy/runtime/worker.h"

#include "proxy/filter/http_connection.h"
#include "proxy/filter/tcp_session.h"
#include "proxy/net/journal.h"
#include "proxy/net/socket.h"

#include <unistd.h>

#include <random>

namespace proxy::runtime {
namespace {
constexpr std::int64_t logFlushInterval = 100; ///< Milliseconds.
}

Acceptor::Acceptor(filter::Context& context, filter::ListenerSlot& slot, int fd)
    : m_context(context)
    , m_slot(&slot)
    , m_fd(fd)
{
    m_context.loop.addReader(fd, this);
}

Acceptor::~Acceptor() { close(m_fd); }

/// Whether the limits leave room for one more; each worker has its part of them. Counts if not.
bool Acceptor::mayServe() const
{
    const std::uint64_t workers = m_context.config->workers, limit = m_slot->listener->maxConnections;
    if (m_slot->sessions.size() >= limit / workers + (limit % workers ? 1 : 0)) {
        m_slot->counts->listener->downstream_cx_overflow.add();
        return false;
    }
    if (m_context.connections < m_context.maxConnections) return true;
    m_slot->counts->listener->downstream_global_cx_overflow.add();
    return false;
}

void Acceptor::onEvents(std::uint32_t)
{
    unsigned accepted = 0;
    for (net::Address peer; accepted < 64; ++accepted) {
        int fd = net::acceptTcp(m_fd, peer);
        if (fd < 0) break;
        if (journal::levelOf(journal::ConnHandler) <= journal::Level::Debug)
            journal::say(journal::ConnHandler, journal::Level::Debug,
                         "new connection from " + peer.text() + " to " + m_slot->listener->name);
        if (!mayServe()) close(fd); // As Envoy does: no byte is read.
        else if (m_slot->listener->http) new filter::HttpConnection(m_context, *m_slot, fd, peer); // Owns itself.
        else new filter::TcpSession(m_context, *m_slot, fd);
    }
    if (accepted) m_slot->counts->listener->connections_accepted_per_socket_event.record(accepted);
}

Worker::Worker(unsigned index, stats::Registry& registry, DrainRules rules)
    : m_context(m_loop, index, registry, rules)
    , m_flushTimer(m_loop, [this] { flushLogs(); })
{
    m_flushTimer.start(logFlushInterval);
    std::random_device entropy;
    m_context.shared.seed = (static_cast<std::uint64_t>(entropy()) << 32 | entropy()) | 1;
    m_thread = std::thread([this] { m_loop.run(); });
}

Worker::~Worker()
{
    m_loop.post([this] { closeAll(); });
    m_loop.quit();
    m_thread.join();
}

void Worker::adopt(ProxyConfigPtr config, std::map<std::string, int> sockets)
{
    m_loop.post([this, config = std::move(config), sockets = std::move(sockets)] { switchTo(config, sockets); });
}

namespace {
bool isMeant(const filter::ListenerSlot& slot, bool inboundOnly)
{
    return !inboundOnly || slot.listener->message.traffic_direction() == envoy::config::core::v3::INBOUND;
}
} // namespace

void Worker::drain(bool inboundOnly)
{
    m_loop.post([this, inboundOnly] {
        for (auto& [name, slot] : m_slots)
            if (isMeant(*slot, inboundOnly) && !slot->drainSince) slot->drainSince = m_loop.now();
    });
}

void Worker::stopListening(bool inboundOnly)
{
    m_loop.post([this, inboundOnly] {
        std::erase_if(m_acceptors, [&](const auto& entry) { return isMeant(*m_slots.at(entry.first), inboundOnly); });
    });
}

void Worker::failHealth(bool fails)
{
    m_loop.post([this, fails] { m_context.failsHealth = fails; });
}

/// Closes what is left of listeners that have drained long enough.
void Worker::endDrained()
{
    for (const auto& slot : m_drainingSlots) {
        if (m_loop.now() - slot->drainSince < m_context.drainRules.milliseconds) continue;
        auto sessions = slot->sessions;
        for (auto* session : sessions) session->closeNow();
    }
    std::erase_if(m_drainingSlots, [](const auto& slot) { return slot->sessions.empty(); });
}

void Worker::switchTo(ProxyConfigPtr config, const std::map<std::string, int>& sockets)
{
    m_context.config = std::move(config);
    m_context.shared.zone = m_context.config->bootstrap.node().locality().zone();
    const std::uint64_t workers = m_context.config->workers, limit = m_context.config->maxConnections;
    m_context.maxConnections = limit / workers + (limit % workers ? 1 : 0);
    updatePools();
    updateListeners(sockets);
    std::erase_if(m_retiredPools, [](const auto& pool) { return pool->isUnused(); });
    endDrained();
}

void Worker::updatePools()
{
    const auto& clusters = m_context.config->clustersById;
    auto& pools = m_context.pools;
    if (pools.size() < clusters.size()) pools.resize(clusters.size());
    for (std::size_t id = 0; id < pools.size(); ++id) {
        ClusterPtr cluster = id < clusters.size() ? clusters[id] : nullptr;
        if (!cluster) {
            if (!pools[id]) continue;
            pools[id]->retire();
            m_retiredPools.push_back(std::move(pools[id]));
        } else if (!pools[id]) pools[id] = std::make_unique<upstream::ClusterPool>(m_context.shared, cluster);
        else if (pools[id]->cluster() != cluster) pools[id]->update(cluster);
    }
}

/// Its connections stay, with what they began with, until they end or the drain time is over.
void Worker::drainSlot(std::unique_ptr<filter::ListenerSlot> slot)
{
    if (!slot->drainSince) slot->drainSince = m_loop.now();
    m_drainingSlots.push_back(std::move(slot));
}

void Worker::updateListeners(const std::map<std::string, int>& sockets)
{
    const auto& listeners = m_context.config->listeners;
    for (auto slot = m_slots.begin(); slot != m_slots.end();) {
        if (listeners.contains(slot->first) && !sockets.contains(slot->first)) {
            ++slot;
            continue;
        }
        m_acceptors.erase(slot->first);
        drainSlot(std::move(slot->second));
        slot = m_slots.erase(slot);
    }
    for (const auto& [name, listener] : listeners) {
        updateListener(listener);
        filter::ListenerSlot& slot = *m_slots[name];
        if (auto socket = sockets.find(name); socket != sockets.end())
            m_acceptors[name] = std::make_unique<Acceptor>(m_context, slot, socket->second);
        else if (auto acceptor = m_acceptors.find(name); acceptor != m_acceptors.end()) acceptor->second->serve(slot);
    }
}

/// Of a changed listener HTTP connections take what is new with their next request; TCP sessions drain.
void Worker::updateListener(const runtime::ListenerPtr& listener)
{
    auto& slot = m_slots[listener->name];
    if (slot && slot->listener != listener && (slot->listener->tcp || listener->tcp)) drainSlot(std::move(slot));
    if (!slot) slot = std::make_unique<filter::ListenerSlot>();
    if (slot->listener != listener)
        slot->counts = std::make_shared<filter::Counts>(m_context.shared.registry, m_context.shared.worker, *listener);
    slot->listener = listener;
    slot->routes = listener->ownRoutes;
    const auto rds = m_context.config->routes.find(listener->rdsName);
    if (!listener->rdsName.empty() && rds != m_context.config->routes.end()) slot->routes = rds->second;
}

void Worker::flushLogs()
{
    for (auto& [file, buffer] : m_context.logs) buffer->flush();
    if (!m_drainingSlots.empty()) endDrained();
    m_flushTimer.start(logFlushInterval);
}

void Worker::closeAll()
{
    m_acceptors.clear();
    auto close = [](filter::ListenerSlot& slot) {
        auto sessions = slot.sessions;
        for (auto* session : sessions) session->closeNow();
    };
    for (auto& [name, slot] : m_slots) close(*slot);
    for (auto& slot : m_drainingSlots) close(*slot);
    for (auto& pool : m_context.pools)
        if (pool) pool->retire();
    m_context.logs.clear();
}

} // namespace proxy::runtime
