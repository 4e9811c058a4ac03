// Import of the Envoy v1 API (JSON, until 2018).
#pragma once

#include "model/import/report.h"
#include "model/import/value.h"

namespace model::import {

/// Returns the v2 bootstrap that says what the v1 document says (protocols E2); v2.h takes it on to v3.
Value v1ToV2(Value document, Report& report);

} // namespace model::import
