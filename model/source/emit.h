// Writes nodes as YAML or JSON text, in the style of a document. For edit.cpp.
#pragma once

#include "model/source/tree.h"

#include <string>

namespace model::source {

/// How a document is written: learnt from what it holds already.
struct Style {
    bool json = false;
    std::string eol = "\n";
    std::size_t step = 2; ///< Columns that a nested mapping is indented by.
    std::size_t dash = 0; ///< Columns that a list under a key is indented by.
};
Style styleOf(std::string_view text, const Tree& tree);

/// One line: "{a: 1, b: [x]}", "3s", "\"on\"".
std::string flowText(const Node& node, const Style& style, bool insideFlow = true);
/// Lines that begin at `column`, where the caller stands already; for non-empty collections.
std::string blockText(const Node& node, const Style& style, std::size_t column);
/// True when the node is better written in one line.
bool isInline(const Node& node, const Style& style);
std::string doubleQuoted(std::string_view text, bool json = false);
std::string keyText(const std::string& key, const Style& style, bool insideFlow);

} // namespace model::source
