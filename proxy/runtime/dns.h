// Keeps the hosts of STRICT_DNS and LOGICAL_DNS clusters up to date.
#pragma once

#include "proxy/net/event_loop.h"
#include "proxy/runtime/bookkeeping.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace proxy::runtime {

/// Asks the system for the hosts of a DNS cluster, without their counters; blocks. `failed`: a name had no answer.
std::vector<HostPtr> resolveHosts(const Cluster& cluster, bool& failed);

/// `hosts` with the counters that hosts of the same address had `before`, and new ones for the rest.
std::vector<HostPtr> counted(const std::vector<HostPtr>& hosts, const std::vector<HostPtr>& before, unsigned workers);

/// Resolves in a thread of its own (getaddrinfo blocks) and reports in the control thread. Control thread only.
class DnsRefresher {
public:
    /// Returns whether the hosts changed.
    using Report = std::function<bool(const std::string& cluster, std::vector<HostPtr> hosts)>;
    using Resolve = std::function<std::vector<HostPtr>(const Cluster& cluster, bool& failed)>;
    DnsRefresher(net::EventLoop& control, Bookkeeping& books, Report report, Resolve resolve = resolveHosts);
    ~DnsRefresher();

    /// Follows the DNS clusters of `config`; those that are new are resolved at once.
    void follow(const ProxyConfig& config);
    /// Whether every DNS cluster that was there at the start has been answered once; it stays so.
    bool isWarm() const { return m_isWarm; }

private:
    struct Refresh;
    void ask(const ClusterPtr& cluster);
    void answered(const std::string& cluster, const ClusterPtr& asked, std::vector<HostPtr> hosts, bool failed);
    void run();

    net::EventLoop& m_control;
    Bookkeeping& m_books;
    Report m_report;
    const Resolve m_resolve; ///< Called in the thread.
    std::map<std::string, std::unique_ptr<Refresh>> m_refreshes;
    std::set<std::string> m_unresolved;
    bool m_isWarm = false;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    std::mutex m_mutex; ///< Guards the queue to the resolver thread.
    std::condition_variable m_wake;
    std::deque<ClusterPtr> m_queue;
    bool m_stop = false;
    std::thread m_thread; ///< Last.
};

} // namespace proxy::runtime
