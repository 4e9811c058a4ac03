// How /stats prints histograms: summaries or buckets, in Envoy's formats (reference B4; source/server/admin/stats_render.cc).
#pragma once

#include "proxy/stats/stats.h"

#include <string>
#include <string_view>
#include <vector>

namespace proxy::admin {

/// One line, or four with `mode` "detailed"; other modes: "cumulative", "disjoint", "summary" and "", which is the same.
void histogramText(std::string& out, const stats::Sample& sample, std::string_view mode);
/// The value of "histograms" in the JSON page.
std::string histogramsJson(const std::vector<const stats::Sample*>& samples, std::string_view mode);
/// The lines of one histogram; `asSummary`: quantiles instead of buckets.
void histogramPrometheus(std::string& out, const stats::Sample& sample, const std::string& labels, bool asSummary);

} // namespace proxy::admin
