// Files that a configuration reads beside itself: LDS, CDS, RDS, EDS and SDS from path_config_source.
#pragma once

#include "model/source/revision.h"

#include <string>
#include <vector>

namespace model::check {

/// Returns the paths of xDS files that `revision` names, as they are written, each once, in order.
std::vector<std::string> companionPaths(const source::Revision& revision);

} // namespace model::check
