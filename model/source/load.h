// Loads a syntax tree into a protobuf message, with the coercions of Envoy's own loader (protocols D4, D5).
#pragma once

#include "model/api/schema.h"
#include "model/base/finding.h"
#include "model/source/source_map.h"
#include "model/source/tree.h"

#include <memory>

namespace model::source {

/// A message of the schema's pool (never generated C++ types), and what was wrong with the text.
struct Loaded {
    std::unique_ptr<google::protobuf::Message> message;
    SourceMap map;
    std::vector<Finding> findings; ///< All, in text order: S02 unknown field, S03 wrong type, S05 oneof set twice, ...
};

/// Never fails: fields that could not be read are left unset and told. typed_config (Any) is resolved by its type URL and
/// packed as bytes; paths inside it follow the Any's path directly. `basePath` prefixes every path ("" for the root).
Loaded load(const Node& node, const google::protobuf::Descriptor* type, const api::SchemaPtr& schema,
            std::string_view basePath = {});

} // namespace model::source
