// JSON texts: nodes with ranges. For tree.cpp only.
#pragma once

#include "model/source/lines.h"
#include "model/source/tree.h"

namespace model::source {

/// Fills root, documents and findings. What Envoy's JSON reader takes is taken: trailing commas, too.
void parseJson(const Lines& lines, Tree& tree);

} // namespace model::source
