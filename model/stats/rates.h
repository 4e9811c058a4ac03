// From counters to what can be plotted: rates between two snapshots, and quantiles of what happened between them.
#pragma once

#include "model/stats/sample.h"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace model::stats {

/// Cumulative histogram: (upper bound, count up to it), bounds ascending.
using Histogram = std::vector<std::pair<double, std::uint64_t>>;

/// What lies between two cumulative histograms; empty when it is not a continuation (other bounds, a count fell).
Histogram difference(const Histogram& before, const Histogram& after);
/// Value below which the share `q` (0..1) of the counted lies, linear inside a bucket; nullopt when nothing is counted.
std::optional<double> quantile(const Histogram& histogram, double q);

/// Remembers one proxy's latest snapshots. Counters that went back (restart, reset, endpoint made anew) begin
/// again from 0: no rate for that step, never a negative or absurd one.
class Rates {
public:
    /// Rates are over this many seconds when snapshots come more often, else from one snapshot to the next: quick sampling
    /// shows a change sooner, not more noise.
    static constexpr double window = 0.6;

    /// Returns the step up to this snapshot; rates are absent for endpoints seen for the first time.
    RatesStep step(const Snapshot& snapshot);
    /// Forgets everything: after a gap, when the proxy was not reachable.
    void reset() { m_past.clear(); }

private:
    struct Past {
        double time = 0;
        std::uint64_t uptimeSeconds = 0;
        std::map<EndpointKey, EndpointCounters> endpoints;
    };
    /// The snapshot that this endpoint's rates count from: the oldest that has it.
    const Past* baseOf(const EndpointKey& key) const;

    std::deque<Past> m_past; ///< Oldest first; the first is the newest of those older than the window.
};

} // namespace model::stats
