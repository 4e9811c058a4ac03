// Where in the text a finding is shown.
#pragma once

#include "model/base/position.h"
#include "model/source/revision.h"

#include <string_view>

namespace model::check {

/// Returns the range to mark for a field path. Of a written field its name; of one that is missing: a comment in its
/// message that speaks of it, else in a typed_config the line behind which it would stand (its last plain value, else its
/// only lines, else "@type"), else the message itself. A path to a whole typed_config is
/// marked inside likewise; to an entry of a map or list, at its key or begin.
Range placeOf(const source::Revision& revision, std::string_view path);

} // namespace model::check
