// A proxy's whole configuration as one static bootstrap, which runs without any control plane.
#pragma once

#include "model/base/result.h"
#include "model/source/revision.h"

#include <string>

namespace model::exporting {

/// YAML of a v3 bootstrap with everything the document configures under static_resources. A bootstrap that is static
/// already comes back as it is written. Of bootstraps with dynamic resources, config_dumps and lists of resources: routes
/// that came by RDS stand in their listeners, endpoints that came by EDS in their clusters; what nobody knows is left
/// empty (no routes, no endpoints). Errors: Unsupported (other kinds of document), Malformed (has loading errors).
Result<std::string> staticBootstrap(const source::Revision& revision);

} // namespace model::exporting
