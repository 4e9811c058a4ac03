// Walks the registry's groups and makes samples of them.
#pragma once

#include "proxy/stats/stats.h"

#include <span>
#include <string_view>

namespace proxy::stats {

/// Makes the samples of one collection; holds no lock itself.
class Collector {
public:
    explicit Collector(std::vector<Sample>& samples) : m_samples(samples) {}

    void cluster(const std::string& name, const PerWorker<ClusterStats>& stats);
    /// `zones` is "FROM.TO". Nothing before the first answer, as in Envoy.
    void zone(const std::string& cluster, const std::string& zones, const PerWorker<ZoneStats>& stats);
    void http(const std::string& prefix, const PerWorker<HttpStats>& stats);
    void listener(const std::string& address, const std::string& httpPrefix, const PerWorker<ListenerStats>& stats);
    void tcp(const std::string& prefix, const PerWorker<TcpStats>& stats);
    void named(const std::string& name, Kind kind, std::uint64_t value, const std::string& text);

private:
    using Labels = std::vector<std::pair<std::string, std::string>>;
    /// What the statistics of one object begin with.
    struct Scope {
        std::string name;   ///< "cluster.a."
        std::string family; ///< "envoy_cluster_"
        Labels labels;
    };
    template <class T> void fields(const Scope& scope, const PerWorker<T>& stats);
    Sample& sample(const Scope& scope, std::string_view field, Kind kind);
    void adminListener(const Scope& scope, const PerWorker<ListenerStats>& stats);
    void listenerWorkers(const Scope& scope, const std::string& name, const PerWorker<ListenerStats>& stats);
    void zeros(const Scope& scope, std::span<const std::string_view> names, Kind kind);
    void classes(const Scope& scope, std::string_view field, const std::array<std::uint64_t, 5>& counts, bool evenZero);
    void codes(const Scope& scope, std::string_view field, const std::map<unsigned, std::uint64_t>& counts);

    std::vector<Sample>& m_samples;
};

/// "[::1]:80" as part of a name: "[__1]_80".
std::string nameOfAddress(std::string address);
/// A name as Prometheus takes it: everything but letters, digits and "_" becomes "_".
std::string prometheusName(std::string name);

} // namespace proxy::stats
