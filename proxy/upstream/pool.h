// A worker's connections to the hosts of every cluster, and the choice among these.
#pragma once

#include "proxy/net/event_loop.h"
#include "proxy/runtime/config.h"
#include "proxy/stats/stats.h"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace proxy::upstream {

class Connection;
class ClusterPool;

/// Why an upstream connection ended.
enum class Ending { ConnectFailure, ConnectTimeout, Closed };

/// What uses an upstream connection: an HTTP exchange or a TCP session.
class User {
public:
    virtual ~User() = default;
    virtual void upstreamConnected(Connection& connection) = 0;
    /// Bytes that arrived; valid during the call. May release or close the connection.
    virtual void upstreamReceived(char* data, std::size_t size) = 0;
    /// All that was queued has been written.
    virtual void upstreamDrained() = 0;
    /// The connection is gone, never used again. `error` is an errno of connect, or 0.
    virtual void upstreamEnded(Ending ending, int error) = 0;
};

/// One host as one worker sees it. Shared by the pool and the connections to it.
struct HostPool {
    runtime::HostPtr host;
    runtime::HostCounters* counters = nullptr;
    std::shared_ptr<stats::PerWorker<stats::EndpointStats>> latencies; ///< Of all workers; this one writes its copy.
    std::shared_ptr<stats::PerWorker<stats::ZoneStats>> zone; ///< nullptr unless this proxy and the host have a zone.
    std::vector<Connection*> idle;                            ///< Last used on top.
    unsigned active = 0;                                      ///< Requests under way.
    bool removed = false; ///< No longer in the cluster: connections close when idle.
};
using HostPoolPtr = std::shared_ptr<HostPool>;

/// What all pools of a worker share.
struct Shared {
    net::EventLoop& loop;
    unsigned worker;
    stats::Registry& registry;
    std::string zone = {};                                    ///< node.locality.zone of this proxy.
    std::vector<char> buffer = std::vector<char>(256 * 1024); ///< Every upstream read goes here.
    std::uint64_t seed = 0x9e3779b97f4a7c15;
    std::uint64_t random() ///< xorshift64*; for balancing, not for secrets.
    {
        seed ^= seed >> 12;
        seed ^= seed << 25;
        seed ^= seed >> 27;
        return seed * 2685821657736338717ull;
    }
};

/// One connection to one host; owned by itself, ends through close() or its peer. Belongs to its worker.
class Connection final : public net::Watcher {
public:
    Connection(Shared& shared, ClusterPool& cluster, HostPoolPtr host, int fd, User& user);
    ~Connection() override;

    void queue(std::string_view bytes) { m_out.append(bytes); }
    /// Writes what is queued, if connected.
    void flush();
    std::size_t queued() const { return m_out.size() - m_written; }
    void pause();
    void resume();
    /// Gives it back for other requests, or closes it if `reusable` is false.
    void release(bool reusable);
    /// Ends the connection; the user is not told.
    void close();
    void shutdownWrite();
    void setUser(User& user) { m_user = &user; }
    bool isConnected() const { return m_connected; }
    int fd() const { return m_fd; }
    const HostPoolPtr& host() const { return m_host; }
    std::uint32_t served = 0; ///< Requests so far.
    bool isAnswering = false; ///< A request is under way; the user says so.

    void onEvents(std::uint32_t events) override;

private:
    friend class ClusterPool;
    void read();
    void end(Ending ending, int error);
    void closedBy(bool peer);

    Shared& m_shared;
    ClusterPool* m_cluster; ///< Outlives its connections.
    HostPoolPtr m_host;
    int m_fd;
    User* m_user;                ///< nullptr while idle.
    const std::int64_t m_opened; ///< Loop time.
    bool m_attached = false;     ///< Its request is counted as active.
    bool m_connected = false, m_paused = false, m_readable = false, m_hungUp = false, m_shut = false;
    std::string m_out;
    std::size_t m_written = 0;
    net::Timer m_timer; ///< Connect timeout, then idle timeout.
};

/// One cluster as one worker sees it.
class ClusterPool {
public:
    ClusterPool(Shared& shared, runtime::ClusterPtr cluster);
    ~ClusterPool();

    const runtime::ClusterPtr& cluster() const { return m_cluster; }
    /// What this worker counts of the cluster.
    stats::ClusterStats& stats() { return (*m_stats)[m_shared.worker]; }
    /// Takes the cluster's new version: pools of hosts that stay are kept.
    void update(runtime::ClusterPtr cluster);
    /// The cluster is in no configuration any more: idle connections close, the rest when they are done.
    void retire();
    bool isRetired() const { return m_retired; }
    bool isUnused() const { return m_connections == 0 && m_requests == 0 && m_retries == 0; }

    /// Chooses a host; empty when none can serve. `avoid`: hosts tried before, avoided in `attempts` draws.
    HostPoolPtr pick(const std::vector<const HostPool*>& avoid, unsigned attempts);
    enum class Outcome { Ready, Waiting, Overflow, Failed };
    /// Finds or opens a connection to `host`. Ready: in `out`, connected. Waiting: `user` will be told (`out` may be set).
    /// `reuse` false: a connection of its own, as TCP sessions need.
    Outcome acquire(const HostPoolPtr& host, User& user, Connection*& out, bool reuse = true);
    /// Forgets a user that waits for a connection.
    void forget(User& user);

    bool beginRequest(HostPool& host); ///< False: max_requests reached.
    /// The request has its connection and is sent; `connection` answers from now on.
    void attach(Connection& connection);
    void detach(Connection& connection);
    void endRequest(HostPool& host);
    bool beginRetry() { return m_retries < share(m_cluster->maxRetries) && ++m_retries; }
    void endRetry() { --m_retries; }

private:
    friend class Connection;
    struct Deadline {
        double time;
        std::uint64_t order;
        std::size_t host;
        bool operator<(const Deadline& other) const
        {
            return time != other.time ? time > other.time : order > other.order;
        }
    };
    struct Waiter {
        User* user;
        HostPoolPtr host;
        bool http;
    };
    /// This worker's part of a limit of the cluster: what all parts add up to is at least the limit, less than one a worker more.
    std::uint32_t share(std::uint32_t limit) const
    {
        return static_cast<std::uint32_t>((std::uint64_t{limit} + m_cluster->workers - 1) / m_cluster->workers);
    }
    std::size_t choose();
    std::size_t earliest();
    void schedule();
    double weightOf(std::size_t host) const;
    Connection* open(const HostPoolPtr& host, User& user, bool http);
    void noLongerPending(stats::Counter* why = nullptr);
    void connectionEnded(Connection& connection);
    bool serveWaiter(Connection& connection);
    void openForWaiter();
    void countEnd(const Connection& connection, bool peer);

    Shared& m_shared;
    runtime::ClusterPtr m_cluster;
    std::shared_ptr<stats::PerWorker<stats::ClusterStats>> m_stats;
    std::vector<HostPoolPtr> m_hosts;  ///< All.
    std::vector<HostPoolPtr> m_usable; ///< The healthy ones, or all in panic.
    bool m_equal = true, m_panic = false;
    std::size_t m_next = 0;
    std::vector<Deadline> m_heap;
    std::uint64_t m_order = 0;
    double m_time = 0;
    std::deque<Waiter> m_waiters;
    std::uint32_t m_connections = 0, m_connecting = 0, m_requests = 0, m_retries = 0;
    bool m_retired = false;
};

} // namespace proxy::upstream
