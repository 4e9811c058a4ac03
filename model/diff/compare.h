// Semantic comparison of two messages: which fields differ, by field path, whatever the text looked like.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace model::diff {

/// One field that differs. An empty side: the field, list item or map entry is not there.
struct FieldChange {
    std::string path;   ///< As in source/path.h, from the root of the message; indices are those of the newer side.
    std::string before; ///< One line of text.
    std::string after;
    friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

/// Lists what differs between two messages of one type, in field order. Looks into typed_config.
std::vector<FieldChange> compare(const google::protobuf::Message& before, const google::protobuf::Message& after);

/// Bytes that are equal for equal messages (map entries sorted).
std::string deterministicBytes(const google::protobuf::Message& message);

} // namespace model::diff
