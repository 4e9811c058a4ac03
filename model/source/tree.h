// The syntax tree of a YAML or JSON text: what stands where, before any meaning.
#pragma once

#include "model/base/finding.h"
#include "model/base/position.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace model::source {

enum class Format { Yaml, Json };

/// A node of the tree. Owned by its Tree; immutable once parsed.
struct Node {
    enum class Kind : std::uint8_t { Scalar, Sequence, Mapping, Null };
    struct Entry;

    Kind kind = Kind::Null;
    bool quoted = false;        ///< Scalar in quotes or a block scalar: text, whatever it looks like.
    bool flow = false;          ///< Sequence or mapping in brackets.
    bool json = false;          ///< Scalar of a JSON text, with JSON's rules.
    bool alias = false;         ///< `*name`: value, items and entries are those of the anchor's node.
    Range range;                ///< Of the value itself: scalar text with quotes, block from first to last entry.
    std::string value;          ///< Scalar: its text, unescaped.
    std::string tag;            ///< "!ignore", "!!str"; empty when there is none.
    std::string anchor;         ///< Without '&'; of an alias the name without '*'.
    std::vector<Node> items;    ///< Sequence.
    std::vector<Entry> entries; ///< Mapping, in text order, duplicates kept.

    /// Last entry of that key (Envoy lets the last one win), or nullptr.
    const Node* find(std::string_view key) const;
    bool isScalar() const { return kind == Kind::Scalar; }
    bool isMapping() const { return kind == Kind::Mapping; }
    bool isSequence() const { return kind == Kind::Sequence; }
};

struct Node::Entry {
    Node key;
    Node value;
};

/// What Envoy's loader makes of an unquoted scalar (protocols D5): bool first, then integer (0x, octal), double, null.
enum class ScalarType { Text, Boolean, Integer, Double, Null };
ScalarType scalarType(const Node& scalar);

/// Longest YAML text that is read, in bytes: 500,000 lines. Beyond it, reading takes many seconds and a gigabyte.
constexpr std::size_t mostYaml = 24UL << 20;

/// A parsed text. Never fails as a whole: what could not be read is told as findings (code S01), with what was read
/// before it. Limits (nesting 256, aliases expanded to a million nodes, 24 MB of YAML at most) guard against hostile input.
struct Tree {
    Format format = Format::Yaml;
    std::shared_ptr<const Node> root;                   ///< First document; nullptr when empty or unreadable.
    std::vector<std::shared_ptr<const Node>> documents; ///< All documents of a multi-document YAML file.
    std::vector<Finding> findings;
    bool hasAliases = false; ///< Any anchor or alias: an edit may reach beyond its block.
};

/// Chooses JSON when the first character that is no blank is '{' or '[' and it parses as JSON, else YAML.
Tree parse(std::string_view text);
Tree parse(std::string_view text, Format format);

} // namespace model::source
