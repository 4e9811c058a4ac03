// Words in a picture of a graph: cleaned, quoted, measured, shortened.
#pragma once

#include <string>
#include <string_view>

namespace model::graph {

/// Returns the text as valid UTF-8 without control characters, each bad byte as U+FFFD.
std::string cleaned(std::string_view text);
/// Returns the text cleaned, with & < > " escaped for XML.
std::string xml(std::string_view text);
/// Returns the text cleaned, in double quotes, as DOT and JSON have it.
std::string quoted(const std::string& text);
/// Estimates the width in px, from classes of character widths of Noto Sans; no font is at hand here.
double textWidth(std::string_view text, double size, bool bold);
/// Shortens in the middle with "…" until it fits.
std::string elided(const std::string& text, double width, double size, bool bold);
/// Writes a number with at most two decimals, whatever the locale.
std::string number(double value);

} // namespace model::graph
