// Reads the admin pages that tell about endpoints.
#pragma once

#include "model/base/result.h"
#include "model/stats/sample.h"

#include <string_view>

namespace model::stats {

/// Reads /clusters?format=json (protocols B2): missing numbers are 0, missing enumerators value 0. Time, uptime and poll
/// cost are left to the caller. Errors: Malformed.
Result<Snapshot> parseClusters(std::string_view json, const std::string& proxy);

/// Adds the latency histograms of the bundled proxy's /endpoints:
/// {"endpoints": [{"cluster", "address", "latency_us": [[upper bound, cumulative count], ...]}]}. Errors: Malformed.
Result<void> addLatency(std::string_view json, Snapshot& snapshot);

/// Adds the clusters' latency of a real Envoy: its /stats page of upstream_rq_time in JSON with quantiles (protocols B4).
/// Errors: Malformed.
Result<void> addClusterLatency(std::string_view json, Snapshot& snapshot);

/// Reads the uptime of the current process from /server_info, in seconds. Errors: Malformed.
Result<std::uint64_t> parseUptime(std::string_view json);

} // namespace model::stats
