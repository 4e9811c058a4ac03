// What workers count, one copy per worker, and the registry that adds the copies up for the admin pages.
//
//     auto cluster = registry.cluster("pay");           // control thread, when the configuration is made
//     (*cluster)[worker].upstream_rq_total.add();        // worker, on the request path: no lock, no locked instruction
#pragma once

#include "proxy/stats/fields.h"
#include "proxy/stats/histogram.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace proxy::stats {

// Field names are Envoy's own, so that a search for a statistic finds where it is counted.
#define STATS_COUNTER(name) Counter name;
#define STATS_HISTOGRAM(name) Histogram name;
struct ClusterStats {
    CLUSTER_FIELDS(STATS_COUNTER, STATS_COUNTER, STATS_HISTOGRAM)
    Counter total_match_count;     ///< default.total_match_count: hosts made.
    StatusCodes retry_upstream_rq; ///< retry.upstream_rq_503: answers that were tried again.
    StatusCodes upstream_rq;       ///< upstream_rq_200, upstream_rq_2xx and the same under `external.`.
};
struct HttpStats {
    HTTP_FIELDS(STATS_COUNTER, STATS_COUNTER, STATS_HISTOGRAM)
    StatusCodes downstream_rq; ///< Classes only are printed.
};
struct ListenerStats {
    LISTENER_FIELDS(STATS_COUNTER, STATS_COUNTER, STATS_HISTOGRAM)
    StatusCodes http_downstream_rq; ///< listener.ADDRESS.http.PREFIX.downstream_rq_2xx …
    Counter http_downstream_rq_completed;
};
struct TcpStats {
    TCP_FIELDS(STATS_COUNTER, STATS_COUNTER, STATS_HISTOGRAM)
};
/// Answers of a cluster's hosts in one zone to this proxy's: cluster.NAME.zone.FROM.TO.upstream_rq_200 …
struct ZoneStats {
    StatusCodes upstream_rq;
    Counter upstream_rq_completed;
    Histogram upstream_rq_time;
};
/// Time from the first byte sent to an endpoint to the end of its response, in microseconds.
struct EndpointStats {
    Histogram latency_us;
};
#undef STATS_COUNTER
#undef STATS_HISTOGRAM

/// One copy of T per worker and one, the last, for the main thread. Each copy is written by its thread only.
template <class T> class PerWorker {
public:
    explicit PerWorker(unsigned workers) : m_copies(std::make_unique<Padded[]>(workers + 1)), m_size(workers + 1) {}
    T& operator[](unsigned worker) { return m_copies[worker].value; }
    const T& operator[](unsigned worker) const { return m_copies[worker].value; }
    T& main() { return m_copies[m_size - 1].value; }
    unsigned size() const { return m_size; } ///< Workers and the main thread.

private:
    struct alignas(64) Padded {
        T value;
    };
    std::unique_ptr<Padded[]> m_copies;
    unsigned m_size;
};

enum class Kind { Counter, Gauge, Histogram, Text };

/// One statistic at one moment, summed over workers.
struct Sample {
    std::string name; ///< "cluster.a.upstream_rq_200"
    Kind kind = Kind::Counter;
    std::uint64_t value = 0;
    std::string text;
    Distribution cumulative;                                 ///< Histogram: since the start or the last reset.
    Distribution interval;                                   ///< Histogram: the last whole flush interval.
    std::string family;                                      ///< Prometheus, "envoy_cluster_upstream_rq"
    std::vector<std::pair<std::string, std::string>> labels; ///< In Envoy's order.
};

/// All statistics of the process. Any thread. Objects vanish from it with their last shared_ptr.
class Registry {
public:
    explicit Registry(unsigned workers);

    std::shared_ptr<PerWorker<ClusterStats>> cluster(const std::string& name);
    std::shared_ptr<PerWorker<HttpStats>> http(const std::string& prefix);
    /// `address` as "127.0.0.1:80"; `httpPrefix` empty unless it serves HTTP.
    std::shared_ptr<PerWorker<ListenerStats>> listener(const std::string& address, const std::string& httpPrefix);
    std::shared_ptr<PerWorker<TcpStats>> tcp(const std::string& prefix);
    /// `zones` is "FROM.TO".
    std::shared_ptr<PerWorker<ZoneStats>> zone(const std::string& cluster, const std::string& zones);
    std::shared_ptr<PerWorker<EndpointStats>> endpoint(const std::string& cluster, const std::string& address);

    /// Values of the main thread, "listener_manager.lds.update_success"; made on first use. `set` and `add` only from one
    /// thread at a time per name.
    void set(const std::string& name, std::uint64_t value);
    void add(const std::string& name, std::uint64_t n = 1);
    /// Of a value of the main thread; 0 if there is none.
    std::uint64_t value(const std::string& name) const;
    void setText(const std::string& name, const std::string& text);

    /// Text readouts, then counters and gauges, then histograms; each sorted by name.
    std::vector<Sample> collect() const;
    /// Ends an interval of the histograms; called every stats_flush_interval.
    void flush();
    /// Counters and histograms count from 0 again; gauges stay.
    void reset();

    struct Latency {
        std::string cluster, address;
        Distribution distribution; ///< Microseconds, never reset.
    };
    std::vector<Latency> latencies() const;
    unsigned workers() const { return m_workers; }

private:
    friend class Collector;
    template <class T> using Group = std::map<std::pair<std::string, std::string>, std::weak_ptr<PerWorker<T>>>;
    struct Named {
        Kind kind = Kind::Gauge;
        std::uint64_t value = 0;
        std::string text;
    };
    template <class T> std::shared_ptr<PerWorker<T>> find(Group<T>& group, std::string name, std::string detail);
    bool hasCluster(const std::string& name) const;
    std::vector<Sample> collectRaw() const;

    const unsigned m_workers;
    mutable std::mutex m_mutex; ///< Guards the maps, never the counters.
    Group<ClusterStats> m_clusters;
    Group<HttpStats> m_http;
    Group<ListenerStats> m_listeners;
    Group<TcpStats> m_tcp;
    Group<ZoneStats> m_zones;
    Group<EndpointStats> m_endpoints;
    std::map<std::string, Named> m_named;
    std::map<std::string, std::uint64_t> m_baseline;         ///< Counters at the last reset.
    std::map<std::string, Distribution> m_histogramBaseline; ///< Histograms at the last reset.
    std::map<std::string, Distribution> m_flushed;           ///< Raw histograms at the last flush.
    std::map<std::string, Distribution> m_intervals;         ///< Between the last two flushes.
};

} // namespace proxy::stats
