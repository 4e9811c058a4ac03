// From the words of a NACK to the resource, the field and the document that it means.
#pragma once

#include "app/control/stream_state.h"

namespace app::control {

/// Reads Envoy's message formats (protocols A12). Leaves `resource` and `path` empty when the message names nothing
/// that is in `pushed`; else `path` is the nearest field in the user's document.
model::push::Nack explain(const std::string& proxy, const Rejection& rejection, const model::diff::Resources& pushed,
                          double time);

} // namespace app::control
