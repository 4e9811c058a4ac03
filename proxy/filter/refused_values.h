// Values that this proxy does not do, of fields that it does.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace proxy::filter {

/// Returns the field of `message` whose value is refused ("priority", "static_layer.a.b"), or "". Looks at this message only.
std::string refusedValue(const google::protobuf::Message& message);

} // namespace proxy::filter
