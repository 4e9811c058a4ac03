// Enforces the constraint rules that the schema carries, on any message, inside typed_config too.
#pragma once

#include "model/api/schema.h"
#include "model/base/finding.h"

#include <google/protobuf/message.h>

#include <string_view>
#include <vector>

namespace model::check {

/// Returns a finding for every rule that `message` (of a type of `schema`) breaks, with path and sentence but no range:
/// code S04, S05 for a oneof of which a member is required. Paths begin with `basePath`. Any thread.
std::vector<Finding> constraintFindings(const google::protobuf::Message& message, const api::SchemaPtr& schema,
                                        std::string_view basePath = {});

} // namespace model::check
