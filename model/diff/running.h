// What a proxy says it runs against what was pushed to it.
#pragma once

#include "model/diff/resources.h"

namespace model::diff {

/// Lists what the resources of a /config_dump differ in from those that were pushed; empty: the push is effective.
/// What every proxy says of itself without being told is no difference: see running.cpp.
std::vector<ResourceChange> compareRunning(const Resources& pushed, const Resources& running);

} // namespace model::diff
