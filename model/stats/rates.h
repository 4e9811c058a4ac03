// From counters to what can be plotted: rates between two snapshots, and quantiles of what happened between them.
#pragma once

#include "model/stats/sample.h"

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

/// Remembers one proxy's last snapshot. Counters that went back (restart, reset, endpoint made anew) begin again from 0:
/// no rate for that step, never a negative or absurd one.
class Rates {
public:
    /// Returns the step from the last snapshot to this one; rates are absent for endpoints seen for the first time.
    RatesStep step(const Snapshot& snapshot);
    /// Forgets the last snapshot: after a gap, when the proxy was not reachable.
    void reset() { m_last.reset(); }

private:
    std::optional<Snapshot> m_last;
    std::map<EndpointKey, EndpointCounters> m_before;
};

} // namespace model::stats
