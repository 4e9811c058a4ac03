// Enforces the constraint rules that the schema carries, on any message, inside typed_config too.
#pragma once

#include "model/api/schema.h"
#include "model/base/finding.h"
#include "model/check/facts.h"

#include <google/protobuf/message.h>

#include <string_view>
#include <vector>

namespace model::check {

/// Returns a finding for every constraint that `message` (of a type of `schema`) breaks, with path and sentence but no range:
/// code S04, S05 for a oneof of which a member is required, or the code of the topic (constraint_codes.h). Paths begin with `basePath`. Any thread.
std::vector<Finding> constraintFindings(const google::protobuf::Message& message, const api::SchemaPtr& schema,
                                        std::string_view basePath = {});

/// The same walk, which also runs the rules about single types of messages (rule.h). Findings have no range but those that
/// are shown elsewhere than at their path.
std::vector<Finding> typeFindings(const google::protobuf::Message& message, const Facts& facts);

} // namespace model::check
