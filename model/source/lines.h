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

/// A text with its line starts, for those who ask for many positions: each costs about the same, however long its line is
/// (JSON is often written without line ends).
class Lines {
public:
    explicit Lines(std::string_view text);
    Position at(std::size_t offset) const;
    Range range(std::size_t begin, std::size_t end) const { return {at(begin), at(end)}; }
    std::string_view text() const { return m_text; }

private:
    std::string_view m_text;
    std::vector<std::size_t> m_starts;
    std::vector<std::size_t> m_points; ///< Code points before every 1024th byte.
    std::size_t pointsBefore(std::size_t offset) const;
};

} // namespace model::source
