// YAML texts: yaml-cpp's events to nodes with ranges. For tree.cpp only.
#pragma once

#include "model/source/lines.h"
#include "model/source/tree.h"

namespace model::source {

/// Fills documents, root and findings of `tree`. Syntax errors end the document in which they stand.
void parseYaml(const Lines& lines, Tree& tree);

constexpr int maxDepth = 256;
constexpr std::size_t maxNodes = 1'000'000; ///< That aliases may expand to.

} // namespace model::source
