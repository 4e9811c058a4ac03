// ProxyConfig: everything a worker needs to serve, compiled from the bootstrap and what xDS delivered. Immutable.
//
// Parts are shared between successive configurations: what did not change is the same object, so a worker that swaps the
// pointer keeps its pools and connections. Host objects live as long as any configuration names them; they carry counters.
#pragma once

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "model/base/result.h"
#include "proxy/net/address.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace proxy::runtime {

struct HttpManager; // proxy/filter/http_manager.h
struct TcpProxy;    // proxy/filter/tcp_proxy_config.h
struct RouteTable;  // proxy/filter/route_table.h: the compiled model/route table with its actions

/// What one worker counted about one host. One writer (its worker); anyone reads, so relaxed atomics without a lock.
struct alignas(64) HostCounters {
    std::atomic<std::uint64_t> cxActive{0}, cxTotal{0}, cxConnectFail{0};
    std::atomic<std::uint64_t> rqActive{0}, rqTotal{0}, rqSuccess{0}, rqError{0}, rqTimeout{0};
    /// Adds without a locked instruction; only the owning worker may call it.
    static void add(std::atomic<std::uint64_t>& counter, std::int64_t n = 1)
    {
        counter.store(counter.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(n),
                      std::memory_order_relaxed);
    }
};

/// One endpoint of a cluster. Identity: cluster name and address; the same object across configurations while these stay.
struct Host {
    net::Address address;
    std::string text;     ///< "127.0.0.1:8080", made once.
    std::string hostname; ///< Of the endpoint or the DNS name; may be empty.
    std::uint32_t weight = 1;
    bool healthy = true; ///< From health_status: UNKNOWN, HEALTHY and DEGRADED serve.
    envoy::config::core::v3::HealthStatus status = envoy::config::core::v3::UNKNOWN;
    envoy::config::core::v3::Locality locality;
    std::uint32_t priority = 0;
    /// One per worker, shared by all versions of this host.
    std::shared_ptr<std::vector<HostCounters>> counters;
};
using HostPtr = std::shared_ptr<const Host>;

/// A name or address that a DNS cluster resolves; made hosts by the resolver.
struct DnsTarget {
    std::string name;
    std::uint16_t port = 0;
    Host pattern; ///< What the hosts made of it share.
};

enum class LoadBalancing { RoundRobin, LeastRequest, Random };

/// One cluster with its present hosts.
struct Cluster {
    std::string name;
    unsigned id = 0; ///< Dense, per name and process; index into a worker's pools.
    bool isStatic = true;
    envoy::config::cluster::v3::Cluster message;
    LoadBalancing policy = LoadBalancing::RoundRobin;
    unsigned choices = 2; ///< Least request.
    std::chrono::milliseconds connectTimeout{5000};
    std::uint32_t maxConnections = 1024, maxPending = 1024, maxRequests = 1024, maxRetries = 3;
    unsigned workers = 1;                       ///< Among whom the four limits above are divided.
    std::uint32_t maxRequestsPerConnection = 0; ///< 0: no limit.
    std::uint32_t maxHeaders = 100;             ///< Of a response.
    std::chrono::milliseconds idleTimeout{3600000};
    std::string edsName; ///< Empty unless EDS: service_name or the cluster's name.
    std::vector<DnsTarget> dnsTargets;
    std::vector<HostPtr> hosts;
};
using ClusterPtr = std::shared_ptr<const Cluster>;
/// What its statistics are called by: alt_stat_name or the name.
inline const std::string& statName(const Cluster& cluster)
{
    return cluster.message.alt_stat_name().empty() ? cluster.name : cluster.message.alt_stat_name();
}

/// One listener. Exactly one of `http` and `tcp` is set.
struct Listener {
    std::string name;
    net::Address address;
    bool isStatic = true;
    std::string chainName; ///< Of the filter chain.
    envoy::config::listener::v3::Listener message;
    std::shared_ptr<const HttpManager> http;
    std::shared_ptr<const TcpProxy> tcp;
    std::string rdsName; ///< Route table that `http` takes from RDS; empty: `ownRoutes`.
    std::shared_ptr<const RouteTable> ownRoutes;
    std::uint64_t maxConnections = UINT64_MAX; ///< Of all workers together.
};
using ListenerPtr = std::shared_ptr<const Listener>;

/// The resources in force, as messages; the ADS client keeps one and changes it.
struct Resources {
    std::vector<envoy::config::listener::v3::Listener> listeners;
    std::vector<envoy::config::cluster::v3::Cluster> clusters;
    std::vector<envoy::config::route::v3::RouteConfiguration> routes;
    std::vector<envoy::config::endpoint::v3::ClusterLoadAssignment> assignments;
    std::set<std::string> warmingClusters; ///< Names of those that are not among `clusters` yet: routes may name them.
    std::set<std::string>
        warmingListeners; ///< Names of those that are not among `listeners` yet; their ports are kept.
};

/// How connections end while a listener drains (Envoy: --drain-time-s, --drain-strategy).
struct DrainRules {
    std::int64_t milliseconds = 600000;
    bool gradual =
        true; ///< The share of answers that say `connection: close` grows with the time; else all do at once.
};

struct ProxyConfig {
    envoy::config::bootstrap::v3::Bootstrap bootstrap;
    std::map<std::string, ListenerPtr, std::less<>> listeners;
    std::map<std::string, ClusterPtr, std::less<>> clusters;
    std::map<std::string, std::shared_ptr<const RouteTable>, std::less<>> routes; ///< By RDS name.
    std::set<std::string> warmingListeners;                                       ///< Their ports are kept.
    std::vector<ClusterPtr> clustersById;      ///< nullptr where a name is not in this configuration.
    unsigned workers = 1;                      ///< Size of Host::counters.
    std::uint64_t maxConnections = UINT64_MAX; ///< Of all listeners together.
};
using ProxyConfigPtr = std::shared_ptr<const ProxyConfig>;

/// Compiles static resources of `bootstrap` plus `dynamic` ones. Unchanged parts are taken from `before` (may be nullptr).
/// Error::where names the resource, `what` the field that is wrong or not supported. Never called by workers.
model::Result<ProxyConfigPtr> compile(const envoy::config::bootstrap::v3::Bootstrap& bootstrap,
                                      const Resources& dynamic, unsigned workers, const ProxyConfigPtr& before);

/// Envoy's words for two listeners at one address (listener_manager_impl.cc).
std::string duplicateAddress(const std::string& listener, const net::Address& address);

/// One cluster by itself, for one worker.
model::Result<ClusterPtr> compileAlone(const envoy::config::cluster::v3::Cluster& cluster);

/// Judges one resource alone, for ACK or NACK; the text is that of a NACK.
model::Result<void> judge(const envoy::config::listener::v3::Listener& listener);
model::Result<void> judge(const envoy::config::cluster::v3::Cluster& cluster);
model::Result<void> judge(const envoy::config::route::v3::RouteConfiguration& routes);
model::Result<void> judge(const envoy::config::endpoint::v3::ClusterLoadAssignment& assignment);

} // namespace proxy::runtime
