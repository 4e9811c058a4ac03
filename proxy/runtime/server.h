// The running data plane: worker threads and the sockets they accept from.
#pragma once

#include "model/base/result.h"
#include "proxy/runtime/config.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace proxy::net {
class EventLoop;
class Timer;
} // namespace proxy::net
namespace proxy::stats {
class Registry;
}

namespace proxy::runtime {

class Worker;
class Bookkeeping;
class DnsRefresher;

/// Owns the workers; lives in the control thread, whose loop also runs admin and xDS. Destroying it stops all workers.
class Server {
public:
    /// `registry` outlives it and has as many workers.
    Server(net::EventLoop& control, stats::Registry& registry, DrainRules rules = {});
    ~Server();

    /// Makes `config` the one that is served: opens the sockets of new listeners first (an error changes nothing), then
    /// every worker switches between two events. Requests under way keep what they began with. Control thread only.
    model::Result<void> apply(ProxyConfigPtr config);

    /// Takes the port of a listener that will be applied later: bound, not listening. Let go when a configuration is applied
    /// in which it neither is nor warms. Errors: Envoy's words. Control thread only.
    model::Result<void> reserve(const envoy::config::listener::v3::Listener& listener);

    const ProxyConfigPtr& config() const { return m_config; }
    /// Every cluster with its hosts; the counters inside the hosts are live.
    std::vector<std::pair<ClusterPtr, std::vector<HostPtr>>> hostsSnapshot() const;
    /// Addresses that listeners are really bound to (port 0 resolved): name, address.
    std::vector<std::pair<std::string, net::Address>> listenerAddresses() const;
    /// True once DNS clusters have been resolved a first time.
    bool isWarm() const;
    unsigned workerCount() const { return static_cast<unsigned>(m_workers.size()); }
    /// As Envoy's POST /drain_listeners: closes the listeners' sockets, at once or when connections have drained.
    enum class Stop { Now, AfterDrain, Never };
    void drain(Stop stop, bool inboundOnly);
    /// POST /healthcheck/fail and ok: while it fails, every answer ends its connection.
    void failHealth(bool fails);

private:
    friend class DnsRefresher;
    struct Bound;
    struct Reserved;
    bool isBound(const std::string& name, const net::Address& wanted) const;
    model::Result<std::unique_ptr<Reserved>> bind(const envoy::config::listener::v3::Listener& listener) const;
    model::Result<std::vector<std::unique_ptr<Reserved>>> open(const ProxyConfig& config);
    ProxyConfigPtr withResolvedHosts(ProxyConfigPtr config) const;
    void drained(std::size_t listeners, std::size_t chains);
    void forgetDrained();
    void adopt(ProxyConfigPtr config, std::vector<std::map<std::string, int>> sockets);
    bool hostsResolved(const std::string& cluster, std::vector<HostPtr> hosts);

    net::EventLoop& m_control;
    std::unique_ptr<Bookkeeping> m_books;
    ProxyConfigPtr m_config;
    std::vector<std::unique_ptr<Worker>> m_workers;
    std::vector<std::unique_ptr<Bound>> m_bound;
    std::map<std::string, std::unique_ptr<Reserved>> m_reserved; ///< By listener.
    const DrainRules m_rules;
    std::unique_ptr<net::Timer> m_stopTimer;
    /// What began to drain together, and when that is over.
    struct Draining {
        std::int64_t until;
        std::size_t listeners, chains;
    };
    std::deque<Draining> m_draining;
    std::unique_ptr<net::Timer> m_drainTimer;
    std::unique_ptr<DnsRefresher> m_dns;
};

} // namespace proxy::runtime
