// The constraint rules that Envoy's API carries, on what comes by xDS.
#pragma once

#include "model/base/result.h"

#include <google/protobuf/message.h>

namespace proxy::xds {

/// Which part of a resource: a breach of its own fields rejects the whole response, one inside a typed_config only the
/// resource (reference A4).
enum class Part { OwnFields, Extensions };

/// Invalid with the first breach: "Proto constraint validation failed (path: what would be right)". `name` is the
/// resource's. Any thread.
model::Result<void> checkConstraints(const google::protobuf::Message& resource, const std::string& name, Part part);

} // namespace proxy::xds
