// Starts an Envoy for one question and stops it again.
#pragma once

#include "model/base/result.h"

#include <chrono>
#include <string>

namespace model::api {

/// Returns the body of /config_dump (JSON) of `binary`, started with an empty configuration. Blocks; leaves nothing behind.
/// Errors: Unreadable (cannot be started, or ended), TimedOut, Unreachable.
Result<std::string> configDumpOf(const std::string& binary, std::chrono::seconds patience);

} // namespace model::api
