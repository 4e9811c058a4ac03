// What a document is: decided by its content, or told. For revision.cpp.
#pragma once

#include "model/source/revision.h"

namespace model::source {

/// A kind, and the type that the whole document or each of its items is loaded as.
struct Detected {
    DocumentKind kind = DocumentKind::Unknown;
    const google::protobuf::Descriptor* type = nullptr; ///< Of the document, or of the items of a list; may be nullptr.
};

/// `kind`: as in ReadOptions; one that is not known is left to the content.
Detected detect(const Tree& tree, const api::Schema& schema, const std::string& kind);
/// Type of a resource by the name of its list in a set ("clusters"); nullptr for other names.
const google::protobuf::Descriptor* typeOfSet(const api::Schema& schema, const std::string& key);
/// Type by full or short name; short ones mean the resources and envoy.config.core.v3 first.
const google::protobuf::Descriptor* typeNamed(const api::Schema& schema, const std::string& name);

} // namespace model::source
