// Places in a text: what a finding, a form field and a graph node use to say "here".
#pragma once

#include <cstddef>

namespace model {

/// A place in a text. Lines and columns count from 1, columns in Unicode code points; offset counts bytes from 0.
struct Position {
    std::size_t offset = 0;
    int line = 0; ///< 0: no place known.
    int column = 0;
    friend bool operator==(const Position&, const Position&) = default;
};

/// A half-open stretch of text.
struct Range {
    Position begin;
    Position end;
    bool isKnown() const { return begin.line > 0; }
    std::size_t length() const { return end.offset - begin.offset; }
    friend bool operator==(const Range&, const Range&) = default;
};

} // namespace model
