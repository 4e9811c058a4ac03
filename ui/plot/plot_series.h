// What the plots remember: per endpoint a ring of samples with fixed memory.
#pragma once

#include "model/stats/sample.h"

#include <map>
#include <optional>
#include <vector>

namespace ui::plot {

/// What can be drawn.
enum class Metric { Requests, Latency, Errors, MetricCount };

/// One step of one endpoint. NaN where the proxy told nothing: a gap, never a zero.
struct Sample {
    double time = 0; ///< Seconds since the epoch.
    float values[static_cast<int>(Metric::MetricCount)] = {};
    float at(Metric metric) const { return values[static_cast<int>(metric)]; }
};

/// The last `capacity` samples, oldest first.
class Ring final {
public:
    explicit Ring(std::size_t capacity) : m_capacity(capacity) {}
    /// Overwrites the oldest when full; a sample not newer than the last one is ignored.
    void append(const Sample& sample);
    std::size_t size() const { return m_samples.size(); }
    const Sample& operator[](std::size_t i) const { return m_samples[(m_first + i) % m_samples.size()]; }
    const Sample& back() const { return (*this)[size() - 1]; }
    /// Index of the first sample at or after `time`; size() when there is none.
    std::size_t lowerBound(double time) const;
    /// The sample nearest to `time`, but at most `within` seconds off; nullptr when there is none.
    const Sample* nearest(double time, double within) const;

private:
    std::size_t m_capacity;
    std::size_t m_first = 0;
    std::vector<Sample> m_samples;
};

/// One endpoint's history, the place of its colour and whether it is shown.
struct Series {
    model::stats::EndpointKey key;
    int colour = 0; ///< Kept while the window is open.
    bool shown = true;
    model::stats::Health health = model::stats::Health::Unknown;
    Ring samples;
};

/// All series, in order of first appearance; lives in the GUI thread.
class History final {
public:
    explicit History(std::size_t capacity = 3600) : m_capacity(capacity) {}
    /// Appends one step. Endpoints of that proxy that the step lacks get nothing: their line ends.
    void append(const model::stats::RatesStep& step);
    /// Shows these only; an empty list shows all.
    void show(const std::vector<model::stats::EndpointKey>& keys);
    const std::vector<Series>& series() const { return m_series; }
    const Series* find(const model::stats::EndpointKey& key) const;
    double lastTime() const { return m_lastTime; }
    /// Name for the legend: the cluster where that tells it, else the address, else proxy, cluster and address.
    std::string label(const Series& series) const;

private:
    std::size_t m_capacity;
    std::vector<Series> m_series;
    std::map<model::stats::EndpointKey, std::size_t> m_index;
    std::vector<model::stats::EndpointKey> m_only;
    double m_lastTime = 0;
};

} // namespace ui::plot
