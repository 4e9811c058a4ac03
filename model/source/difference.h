// Where two texts differ, and how places move with it. For the two quick ways to the next revision: incremental.cpp and
// remainder.cpp.
#pragma once

#include "model/source/revision.h"

#include <cstddef>
#include <string_view>

namespace model::source {

/// Common ends of two texts: [first, oldLast) became [first, newLast).
struct Difference {
    std::size_t first = 0, oldLast = 0, newLast = 0;
};
Difference differenceOf(std::string_view before, std::string_view after);

/// Offset of the first character of the line of `offset`.
std::size_t lineStartOf(std::string_view text, std::size_t offset);

/// The entry of `key` in a mapping in block style, written `key:`; nullptr when it is not.
const Node::Entry* blockEntry(const Node& mapping, std::string_view key, std::string_view text);
/// A line with this key at its column, which leads the reader to where the key led it.
std::string keyLine(const Node& key);

/// True for a bootstrap in YAML without aliases, read whole and without a finding: what can be read in pieces.
bool isReadInPieces(const Revision& revision);

/// Moves places that stand behind the block.
struct Shift {
    std::size_t from; ///< In the old text.
    std::ptrdiff_t bytes;
    int lines;

    void operator()(Position& at) const;
    void operator()(Range& range) const;
    void operator()(Node& node) const;
};

} // namespace model::source
