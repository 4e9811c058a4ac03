// What connections of one worker work with, and the listener that they came in by.
#pragma once

#include "proxy/filter/http_manager.h"
#include "proxy/filter/route_table.h"
#include "proxy/filter/tcp_proxy_config.h"
#include "proxy/upstream/pool.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string_view>
#include <sys/uio.h>
#include <unordered_set>
#include <vector>

namespace proxy::filter {

/// A header on its way out.
struct Line {
    std::string_view name, value;
};

/// Pieces to be written by one system call; the pieces are not copied.
class Batch {
public:
    void clear() { m_count = 0, m_chunkSize = 0; }
    bool isFull() const { return m_count + 5 > m_parts.size(); }
    void add(std::string_view piece)
    {
        if (!piece.empty()) m_parts[m_count++] = {const_cast<char*>(piece.data()), piece.size()};
    }
    /// Adds `piece` to the chunk that is open, or opens one. As in Envoy, what arrives together leaves as one chunk.
    void addToChunk(std::string_view piece);
    void endChunk();
    /// Takes back the chunk that is open; returns its size.
    std::size_t dropChunk();
    iovec* parts() { return m_parts.data(); }
    std::size_t count() const { return m_count; }

private:
    std::array<iovec, 64> m_parts;
    std::array<char, 20> m_chunkHeader;
    std::size_t m_count = 0;
    std::size_t m_chunkSize = 0;  ///< Of the open chunk; 0: none is open.
    std::size_t m_chunkBegin = 0; ///< Where its header will stand.
};

/// One per worker; used by its thread only.
struct Context {
    Context(net::EventLoop& eventLoop, unsigned worker, stats::Registry& registry, runtime::DrainRules rules)
        : loop(eventLoop)
        , shared{eventLoop, worker, registry}
        , drainRules(rules)
    {}

    net::EventLoop& loop;
    upstream::Shared shared;
    runtime::ProxyConfigPtr config;
    const runtime::DrainRules drainRules;
    bool failsHealth = false; ///< POST /healthcheck/fail: every answer says `connection: close`.
    std::vector<std::unique_ptr<upstream::ClusterPool>> pools; ///< By cluster id.
    std::vector<char> buffer = std::vector<char>(64 * 1024);   ///< Every downstream read goes here.
    std::vector<Line> lines;                                   ///< A head under construction.
    std::deque<std::string> formatted;                         ///< Values of such lines that no other place holds.
    std::string head;
    Batch batch;
    std::uint64_t connections = 0;                                 ///< Downstream ones of this worker.
    std::uint64_t maxConnections = UINT64_MAX;                     ///< This worker's part of the limit.
    std::map<const log::File*, std::unique_ptr<log::Buffer>> logs; ///< Flushed by the worker's timer.

    /// The pool of a cluster in force, or nullptr.
    upstream::ClusterPool* pool(unsigned cluster)
    {
        if (cluster >= pools.size() || !pools[cluster] || pools[cluster]->isRetired()) return nullptr;
        return pools[cluster].get();
    }
};

/// A connection as its listener sees it.
class Session : public net::Watcher {
public:
    explicit Session(Context& context) : m_connections(context.connections) { ++m_connections; }
    ~Session() override { --m_connections; }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual void closeNow() = 0;

private:
    std::uint64_t& m_connections;
};

/// Where a listener's connections count: this worker's copies, and what keeps these alive. Kept by connections, since the
/// listener's next version may have another prefix.
struct Counts {
    Counts(stats::Registry& registry, unsigned worker, const runtime::Listener& listener);

    std::shared_ptr<stats::PerWorker<stats::ListenerStats>> listeners;
    std::shared_ptr<stats::PerWorker<stats::HttpStats>> https; ///< nullptr for TCP.
    std::shared_ptr<stats::PerWorker<stats::TcpStats>> tcps;   ///< nullptr for HTTP.
    stats::ListenerStats* listener;
    stats::HttpStats* http = nullptr;
    stats::TcpStats* tcp = nullptr;

    void opened() const;
    void closed(std::int64_t milliseconds) const;
};

/// A listener as one worker sees it; replaced contents keep their connections.
struct ListenerSlot {
    runtime::ListenerPtr listener;
    std::shared_ptr<const runtime::RouteTable> routes; ///< Own or from RDS; nullptr while RDS has not come.
    std::shared_ptr<const Counts> counts;
    std::int64_t drainSince = 0; ///< Loop time; 0: it does not drain.
    std::unordered_set<Session*> sessions;
};

/// Whether a response has to end its connection since the listener drains (Envoy: DrainManagerImpl::drainClose).
inline bool drainsNow(Context& context, const ListenerSlot& slot)
{
    if (context.failsHealth) return true;
    if (!slot.drainSince) return false;
    const std::int64_t elapsed = context.loop.now() - slot.drainSince;
    if (!context.drainRules.gradual || elapsed >= context.drainRules.milliseconds) return true;
    return static_cast<std::int64_t>(context.shared.random() %
                                     static_cast<std::uint64_t>(context.drainRules.milliseconds)) < elapsed;
}

} // namespace proxy::filter
