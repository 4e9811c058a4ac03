// One edit of one revision. For edit.cpp, edit_value.cpp and edit_parts.cpp.
//
// An edit finds the node (locate.h), decides in which style its surroundings are written (emit.h), and replaces the
// fewest bytes that do it. Three cases: flow style (brackets, and all of JSON), block style in one line, block style in
// lines. Comments directly above an entry or item and behind it belong to it and go where it goes.
#pragma once

#include "model/source/edit.h"
#include "model/source/emit.h"
#include "model/source/locate.h"
#include "model/source/scalar.h"

#include <optional>

namespace model::source {

using Splices = std::vector<Splice>;
using path::Segment;

/// New nodes around a value.
Node mappingOf(const std::string& key, Node value);
Node sequenceOf(Node value);

/// Makes the splices of one edit; holds the revision by reference. Any thread.
class Editor {
public:
    explicit Editor(const Revision& revision)
        : m_revision(revision)
        , m_text(revision.text())
        , m_around(m_text)
        , m_style(styleOf(m_text, revision.tree()))
    {}

    Result<Splices> set(std::string_view path, const Node& value);
    Result<Splices> clear(std::string_view path);
    Result<Splices> insert(std::string_view path, int position, const Node& value);
    Result<Splices> move(std::string_view path, int position);
    Result<Splices> rename(std::string_view path, std::string_view key);

private:
    static std::size_t begin(const Node& node) { return node.range.begin.offset; }
    static std::size_t end(const Node& node) { return node.range.end.offset; }
    static Unexpected insideAlias(std::string_view path)
    {
        return fail(ErrorCode::Unsupported, std::string(path),
                    "this place is inside an alias; edit the anchor it names");
    }
    Splice cut(std::size_t from, std::size_t to, std::string text = {}) const
    {
        return {from, to - from, std::move(text)};
    }
    std::string line(std::size_t column) const { return m_style.eol + std::string(column, ' '); }
    bool isFlow(const Node& collection) const { return collection.flow || m_style.json; }

    Splices replace(const Spot& spot, const Node& value);
    Splices replaceInBlock(const Spot& spot, const Node& value);
    std::string scalarLike(const Node& old, const Node& value, const Spot& spot, bool insideFlow) const;
    std::optional<std::string> literalLike(const Node& old, const Node& value, const Spot& spot) const;
    std::size_t childColumn(const Spot& spot, const Node& value) const;
    std::size_t behindProperties(const Spot& spot) const;

    Splices addToMapping(const Spot& spot, const Segment& segment, const Node& value);
    Splices addToFlow(const Node& collection, std::size_t at, const std::string& text);
    std::string keyFor(const Node& mapping, const Segment& segment) const;
    Splices empty(const std::vector<Spot>& spots);
    Splices removeFromFlow(const Node& parent, std::size_t at);
    Splices removeFromBlock(const Spot& spot);
    std::size_t partBegin(const Node& parent, std::size_t at) const;
    std::size_t partEnd(const Node& parent, std::size_t at) const;
    std::size_t chunkBegin(const Node& parent, std::size_t at) const;
    std::size_t chunkEnd(const Node& parent, std::size_t at) const;

    const Revision& m_revision;
    std::string_view m_text;
    Surroundings m_around;
    Style m_style;
};

} // namespace model::source
