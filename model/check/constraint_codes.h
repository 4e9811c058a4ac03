// Which code of the catalogue (anchors.md 4.3) a broken constraint of the schema has.
#pragma once

#include <google/protobuf/descriptor.h>

namespace model::check {

/// Returns the code of the topic that the field belongs to ("C14" of Cluster.connect_timeout), else "S04".
const char* codeOf(const google::protobuf::FieldDescriptor& field);
/// The same of a oneof of which a member must be set, else "S05".
const char* codeOf(const google::protobuf::OneofDescriptor& oneof);

} // namespace model::check
