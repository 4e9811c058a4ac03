// The rewrites that v2 needs before its fields can go over to v3 by number.
#pragma once

#include "model/import/report.h"
#include "model/import/value.h"

#include <string>

namespace model::import {

/// Applies every rule of that v2 message to `value`, whose keys are v2 field names. The result is still mostly v2, with the
/// parts that v2 lacks written as v3.
void applyRules(Value& value, const std::string& v2Message, const std::string& where, Report& report);

/// A v3 TLS transport socket around a v2 tls_context; `direction` is "Downstream" or "Upstream".
Value tlsTransportSocket(Value context, const std::string& direction, Report& report, const std::string& where);

} // namespace model::import
