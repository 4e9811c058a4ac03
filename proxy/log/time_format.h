// Times in access logs: strftime with Envoy's additions %1f … %9f and %s.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace proxy::log {

inline constexpr const char* defaultTimeFormat = "%Y-%m-%dT%H:%M:%S.%3fZ";

/// Appends `time` (UTC, or local time). The broken-down time of a second is kept per thread, as lines come close together.
void appendTime(std::string& out, std::chrono::system_clock::time_point time, std::string_view format, bool local);

} // namespace proxy::log
