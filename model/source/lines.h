// Lines of a text: byte offsets to lines and columns, and back.
#pragma once

#include "model/base/position.h"

#include <string_view>
#include <vector>

namespace model::source {

/// Returns the offset of every line's first byte; at least one.
std::vector<std::size_t> lineStarts(std::string_view text);
/// `starts` are those of `text`; `offset` is clamped.
Position positionAt(std::string_view text, const std::vector<std::size_t>& starts, std::size_t offset);
/// Line and column from 1; clamped to the text and the line.
std::size_t offsetAt(std::string_view text, const std::vector<std::size_t>& starts, int line, int column);

/// A text with its line starts, for those who ask for many positions.
class Lines {
public:
    explicit Lines(std::string_view text) : m_text(text), m_starts(lineStarts(text)) {}
    Position at(std::size_t offset) const { return positionAt(m_text, m_starts, offset); }
    Range range(std::size_t begin, std::size_t end) const { return {at(begin), at(end)}; }
    std::string_view text() const { return m_text; }

private:
    std::string_view m_text;
    std::vector<std::size_t> m_starts;
};

} // namespace model::source
