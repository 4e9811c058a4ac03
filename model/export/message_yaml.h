// Any message of the API as YAML, as a document would write it.
#pragma once

#include "model/base/result.h"

#include <google/protobuf/message.h>

#include <string>

namespace model::exporting {

/// Block-style YAML with the API's field names, typed_config resolved by the built-in schema. Errors: Unsupported (a part is
/// of a type that the schema does not know).
Result<std::string> toYaml(const google::protobuf::Message& message);

} // namespace model::exporting
