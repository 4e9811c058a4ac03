// The runtime keys that a bootstrap sets. For the rules.
#pragma once

#include "model/check/facts.h"

#include <map>
#include <string>

namespace model::check {

/// Returns every key of the static runtime layers, nested ones joined by dots, with its field path.
std::map<std::string, std::string> runtimeKeys(const Facts& facts);

} // namespace model::check
