// Import of the Envoy v2 API.
#pragma once

#include "model/import/report.h"
#include "model/import/value.h"

#include <string>

namespace model::import {

/// Rewrites a v2 message of that full type name ("envoy.config.bootstrap.v2.Bootstrap") in place to its v3 successor.
void upgradeV2(Value& value, const std::string& v2Type, Report& report);

} // namespace model::import
