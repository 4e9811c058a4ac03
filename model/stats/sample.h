// Statistics of endpoints as values: what the sampler measures and what tables, plots and the graph show.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace model::stats {

enum class Health { Healthy, Degraded, Failing, Draining, Unknown };
const char* name(Health health);

/// Identity of one endpoint as one proxy sees it.
struct EndpointKey {
    std::string proxy;
    std::string cluster;
    std::string address; ///< "127.0.0.1:8081"
    auto operator<=>(const EndpointKey&) const = default;
};

/// Quantiles that a proxy computed itself.
struct Quantiles {
    double p50Ms = 0, p95Ms = 0, p99Ms = 0;
};

/// Raw counters of one endpoint, read at one moment from /clusters (and the bundled proxy's latency addition).
struct EndpointCounters {
    EndpointKey key;
    std::string hostname;
    Health health = Health::Unknown;
    std::string healthFlags; ///< As Envoy writes it: "healthy", "/failed_active_hc".
    std::uint32_t weight = 1;
    std::uint32_t priority = 0;
    std::string region, zone, subZone;
    std::uint64_t rqTotal = 0, rqSuccess = 0, rqError = 0, rqTimeout = 0;
    std::uint64_t cxTotal = 0, cxConnectFail = 0;
    std::uint64_t rqActive = 0, cxActive = 0; ///< Gauges.
    /// Cumulative latency histogram, microseconds: (upper bound, count up to it). Empty: the proxy tells none.
    std::vector<std::pair<double, std::uint64_t>> latency;
    std::string statName;                    ///< What the cluster is called in /stats.
    std::optional<Quantiles> clusterLatency; ///< Of all the cluster's endpoints, in the last flush interval (Envoy).
};

/// All endpoints of one proxy at one moment.
struct Snapshot {
    std::string proxy;
    double time = 0;        ///< Seconds since the epoch.
    double pollSeconds = 0; ///< What reading it cost.
    std::uint64_t uptimeSeconds = 0;
    std::vector<EndpointCounters> endpoints;
};

/// What can be plotted of one endpoint between two snapshots. Absent is not zero.
struct EndpointRates {
    EndpointKey key;
    std::string hostname;
    Health health = Health::Unknown;
    std::string healthFlags;
    double active = 0;
    std::optional<double> requestsPerSecond;
    std::optional<double> errorShare; ///< 0..1 of finished requests.
    std::optional<double> errorsPerSecond;
    std::optional<double> p50Ms, p95Ms, p99Ms;
    bool isClusterLatency = false; ///< The proxy tells the latency of the cluster only.
};

/// One step of all endpoints of one proxy; what a series gets appended.
struct RatesStep {
    std::string proxy;
    double time = 0;
    double pollSeconds = 0;
    std::vector<EndpointRates> endpoints;
};

} // namespace model::stats
