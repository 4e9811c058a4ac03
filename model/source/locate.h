// Where a field path stands in a tree. For edit.cpp.
#pragma once

#include "model/source/path.h"
#include "model/source/revision.h"

namespace model::source {

/// One step down: which entry or item of which collection.
struct Spot {
    const Node* parent = nullptr; ///< nullptr: the root.
    const Node* key = nullptr;    ///< Of an entry.
    const Node* value = nullptr;
    std::size_t at = 0; ///< Index among the parent's entries or items.
};

/// The way to a path, as far as it exists.
struct Trail {
    std::vector<Spot> spots;            ///< From the root; never empty.
    std::vector<path::Segment> missing; ///< What of the path does not exist.
    bool throughAlias = false;          ///< The rest lies inside an alias.
    const Spot& last() const { return spots.back(); }
};
Trail locate(const Revision& revision, std::string_view path);

std::string snakeCase(std::string_view key);
std::string camelCase(std::string_view key);

/// Offsets in the text around nodes; they go over comments, anchors and tags.
class Surroundings {
public:
    explicit Surroundings(std::string_view text) : m_text(text) {}
    std::size_t lineStart(std::size_t offset) const;
    std::size_t lineEnd(std::size_t offset) const; ///< Before "\n" or "\r\n".
    std::size_t column(std::size_t offset) const { return offset - lineStart(offset); }
    bool isFirstOnLine(std::size_t offset) const;
    std::size_t skipBlanks(std::size_t offset) const; ///< And comments.
    /// Begin of a node with its anchor and tag.
    std::size_t fullBegin(const Node& node) const;
    /// Behind the ':' that follows a key.
    std::size_t afterColon(const Node& key) const;
    /// Offset of the '-' of an item of a block sequence.
    std::size_t dash(const Node& sequence, std::size_t item) const;
    /// Start of the comment lines that stand directly above the line of `offset`, or that line's start.
    std::size_t withComments(std::size_t offset) const;
    std::string_view text() const { return m_text; }

private:
    std::string_view m_text;
};

} // namespace model::source
