// Semantic comparison of two messages: which fields differ, by field path, whatever the text looked like.
#pragma once

#include "model/diff/change.h"

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace model::diff {

/// Lists what differs between two messages of one type, in field order. Looks into typed_config.
std::vector<FieldChange> compare(const google::protobuf::Message& before, const google::protobuf::Message& after);

/// Bytes that are equal for equal messages (map entries sorted).
std::string deterministicBytes(const google::protobuf::Message& message);

} // namespace model::diff
