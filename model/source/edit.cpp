// An edit finds the node (locate.h), decides in which style its surroundings are written (emit.h), and replaces the
// fewest bytes that do it. Three cases: flow style (brackets, and all of JSON), block style in one line, block style in
// lines. Comments directly above an entry or item and behind it belong to it and go where it goes.
#include "model/source/edit.h"

#include "model/source/emit.h"
#include "model/source/locate.h"
#include "model/source/scalar.h"

#include <algorithm>

namespace model::source {
namespace {

using Splices = std::vector<Splice>;
using path::Segment;

/// One edit of one revision.
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

bool sameValue(const Node& a, const Node& b)
{
    if (a.kind != b.kind) return false;
    if (a.isScalar()) {
        const ScalarValue left = scalarOf(a), right = scalarOf(b);
        const bool texts = left.isString && right.isString; // 1.5 and "1.5" are the same to Envoy
        return left.text == right.text && (left.type == right.type || texts);
    }
    if (a.items.size() != b.items.size() || a.entries.size() != b.entries.size()) return false;
    for (std::size_t i = 0; i < a.items.size(); ++i)
        if (!sameValue(a.items[i], b.items[i])) return false;
    for (std::size_t i = 0; i < a.entries.size(); ++i)
        if (a.entries[i].key.value != b.entries[i].key.value || !sameValue(a.entries[i].value, b.entries[i].value))
            return false;
    return true;
}

Node mappingOf(const std::string& key, Node value)
{
    Node node;
    node.kind = Node::Kind::Mapping;
    Node::Entry& entry = node.entries.emplace_back();
    entry.key.kind = Node::Kind::Scalar;
    entry.key.value = key;
    entry.value = std::move(value);
    return node;
}

Node sequenceOf(Node value)
{
    Node node;
    node.kind = Node::Kind::Sequence;
    node.items.push_back(std::move(value));
    return node;
}

// ---- set -------------------------------------------------------------------------------------------------------

Result<Splices> Editor::set(std::string_view path, const Node& value)
{
    const Trail trail = locate(m_revision, path);
    if (!trail.missing.empty() && trail.throughAlias) return insideAlias(path);
    if (trail.missing.empty()) {
        if (sameValue(*trail.last().value, value) && !trail.last().value->alias) return Splices{};
        return replace(trail.last(), value);
    }
    Node grown = value;
    for (std::size_t i = trail.missing.size(); i-- > 1;) {
        const Segment& segment = trail.missing[i];
        if (segment.kind == Segment::Kind::Index && segment.index > 0)
            return fail(ErrorCode::NotFound, std::string(path), "the list has no such item");
        grown = segment.kind == Segment::Kind::Index ? sequenceOf(std::move(grown))
                                                     : mappingOf(keyFor(Node(), segment), std::move(grown));
    }
    const Segment& first = trail.missing.front();
    const Node& place = *trail.last().value;
    const bool nothing = place.kind == Node::Kind::Null;
    if (first.kind == Segment::Kind::Index) {
        if (first.index > 0 || !(nothing || place.items.empty()))
            return fail(ErrorCode::NotFound, std::string(path), "the list has no such item");
        return replace(trail.last(), sequenceOf(std::move(grown)));
    }
    if (nothing) return replace(trail.last(), mappingOf(keyFor(place, first), std::move(grown)));
    if (!place.isMapping())
        return fail(ErrorCode::NotFound, std::string(path), "there is no mapping to put this field into");
    return addToMapping(trail.last(), first, grown);
}

/// Column at which a collection's lines begin below a key or dash.
std::size_t Editor::childColumn(const Spot& spot, const Node& value) const
{
    if (spot.parent == nullptr) return 0;
    if (spot.key == nullptr) return m_around.column(m_around.dash(*spot.parent, spot.at)) + 2;
    return m_around.column(begin(*spot.key)) + (value.isSequence() ? m_style.dash : m_style.step);
}

/// Behind the ':' or '-' and what stands before the value on that line: anchor, tag.
std::size_t Editor::behindProperties(const Spot& spot) const
{
    std::size_t at = spot.key != nullptr ? m_around.afterColon(*spot.key) : m_around.dash(*spot.parent, spot.at) + 1;
    const std::size_t full = m_around.fullBegin(*spot.value);
    if (full == begin(*spot.value)) return at;
    for (std::size_t i = full; i < begin(*spot.value); ++i)
        if (m_text[i] != ' ' && m_text[i] != '\n' && m_text[i] != '\r' && m_text[i] != '\t') at = i + 1;
        else if (m_text[i] == '\n') break;
    return at;
}

Splices Editor::replace(const Spot& spot, const Node& value)
{
    const Node& old = *spot.value;
    const bool flowParent = m_style.json || (spot.parent != nullptr && isFlow(*spot.parent));
    if (!flowParent && spot.parent != nullptr) return replaceInBlock(spot, value);
    const bool collection = value.isMapping() || value.isSequence();
    if (spot.parent == nullptr && !flowParent) {
        const bool inLine = isInline(value, m_style) || old.flow;
        const std::size_t from = old.kind == Node::Kind::Null && !m_revision.tree().root ? m_text.size() : begin(old);
        const std::size_t to = std::max(from, end(old));
        std::string text = inLine ? flowText(value, m_style, collection) : blockText(value, m_style, 0);
        if (from > 0 && from == to && m_text[from - 1] != '\n') text = m_style.eol + text;
        if (from == to) text += m_style.eol;
        return {cut(from, to, std::move(text))};
    }
    std::string text = collection ? flowText(value, m_style) : scalarLike(old, value, spot, true);
    if (begin(old) == end(old)) text = (begin(old) > 0 && m_text[begin(old) - 1] == ':' ? " " : ": ") + text;
    return {cut(begin(old), end(old), std::move(text))};
}

Splices Editor::replaceInBlock(const Spot& spot, const Node& value)
{
    const Node& old = *spot.value;
    const bool oldBlock = (old.isMapping() || old.isSequence()) && !old.flow && !old.alias;
    const bool collection = value.isMapping() || value.isSequence();
    const bool oldInLine =
        old.flow && old.items.size() + old.entries.size() > 0 && flowText(value, m_style).size() < 200;
    const bool empty = begin(old) == end(old);
    if (!isInline(value, m_style) && !oldInLine) {
        if (oldBlock && old.kind == value.kind && m_around.column(begin(old)) >= childColumn(spot, value))
            return {cut(begin(old), end(old), blockText(value, m_style, m_around.column(begin(old))))};
        const std::size_t column = childColumn(spot, value);
        const std::size_t from = behindProperties(spot);
        const bool compact = spot.key == nullptr && m_around.fullBegin(old) == begin(old);
        return {
            cut(from, std::max(from, end(old)), (compact ? " " : line(column)) + blockText(value, m_style, column))};
    }
    const std::string text = collection ? flowText(value, m_style) : scalarLike(old, value, spot, false);
    const std::size_t keep = behindProperties(spot);
    if (!oldBlock || m_around.lineStart(begin(old)) == m_around.lineStart(keep)) {
        const std::size_t from = empty ? std::max(keep, begin(old)) : begin(old);
        return {cut(from, empty ? from : end(old), (empty ? " " : "") + text)};
    }
    std::size_t cutFrom = m_around.lineStart(begin(old)) - 1; // the line break before the block
    if (cutFrom > 0 && m_text[cutFrom - 1] == '\r') --cutFrom;
    if (cutFrom < keep) cutFrom = keep;
    return {cut(keep, keep, " " + text), cut(cutFrom, end(old))};
}

/// A scalar in the quotes of the one that it replaces.
std::string Editor::scalarLike(const Node& old, const Node& value, const Spot& spot, bool insideFlow) const
{
    const bool text = value.isScalar() && (value.quoted || scalarOf(value).type == ScalarType::Text);
    const char first = old.isScalar() && !old.alias && begin(old) < m_text.size() ? m_text[begin(old)] : ' ';
    if (!m_style.json && text && old.quoted) {
        const bool plainCharacters = value.value.find_first_of("\n\r\t") == std::string::npos;
        if (first == '"') return doubleQuoted(value.value);
        if (first == '\'' && plainCharacters) {
            std::string result = "'";
            for (const char c : value.value) result.append(c == '\'' ? 2 : 1, c);
            return result + "'";
        }
        if (const auto literal = first == '|' && !insideFlow ? literalLike(old, value, spot) : std::nullopt)
            return *literal;
    }
    return flowText(value, m_style, insideFlow);
}

/// Lines of a literal block scalar, indented as the old one's were.
std::optional<std::string> Editor::literalLike(const Node& old, const Node& value, const Spot& spot) const
{
    const std::string& text = value.value;
    if (text.empty() || text.find_first_of("\r\t") != std::string::npos || text.front() == ' ' ||
        text.front() == '\n' || text.ends_with("\n\n") || text == "\n")
        return std::nullopt;
    const std::size_t second = m_text.find('\n', begin(old));
    std::size_t column = childColumn(spot, Node());
    if (second != std::string_view::npos && second < end(old)) {
        const std::size_t content = m_text.find_first_not_of(" \r\n", second);
        if (content != std::string_view::npos) column = m_around.column(content);
    }
    std::string result = text.ends_with('\n') ? "|" : "|-";
    const std::size_t size = text.size() - text.ends_with('\n');
    for (std::size_t at = 0; at <= size;) {
        const std::size_t stop = std::min(text.find('\n', at), size);
        result += stop == at ? m_style.eol : line(column) + text.substr(at, stop - at);
        at = stop + 1;
    }
    return result;
}

std::string Editor::keyFor(const Node& mapping, const Segment& segment) const
{
    if (segment.kind == Segment::Kind::Key) return segment.name;
    const auto has = [&](auto test) {
        return std::ranges::any_of(mapping.entries,
                                   [&](const Node::Entry& e) { return std::ranges::any_of(e.key.value, test); });
    };
    const bool camel = has([](char c) { return c >= 'A' && c <= 'Z'; }) && !has([](char c) { return c == '_'; });
    return camel ? camelCase(segment.name) : segment.name;
}

Splices Editor::addToMapping(const Spot& spot, const Segment& segment, const Node& value)
{
    const Node& mapping = *spot.value;
    const std::string key = keyFor(mapping, segment);
    if (isFlow(mapping)) {
        const bool emptyInBlock =
            mapping.entries.empty() && !m_style.json && spot.parent != nullptr && !isFlow(*spot.parent);
        if (emptyInBlock && !isInline(value, m_style))
            return replaceInBlock({spot.parent, spot.key, spot.value, spot.at}, mappingOf(key, value));
        if (mapping.entries.empty() && spot.parent == nullptr && !m_style.json) {
            return {cut(begin(mapping), end(mapping), blockText(mappingOf(key, value), m_style, 0))};
        }
        return addToFlow(mapping, mapping.entries.size(),
                         keyText(key, m_style, true) + ": " + flowText(value, m_style));
    }
    const std::size_t column = m_around.column(begin(mapping.entries.front().key));
    const std::size_t at = m_around.lineEnd(end(mapping));
    return {cut(at, at, line(column) + blockText(mappingOf(key, value), m_style, column))};
}

/// Puts one more part into brackets, in a line of its own where the others have theirs.
Splices Editor::addToFlow(const Node& collection, std::size_t at, const std::string& text)
{
    const std::size_t size = collection.items.size() + collection.entries.size();
    if (size == 0) return {cut(begin(collection) + 1, begin(collection) + 1, text)};
    const std::size_t neighbour = partBegin(collection, std::min(at, size - 1));
    const bool lines = m_around.isFirstOnLine(neighbour) && neighbour != begin(collection);
    const std::string gap = lines ? line(m_around.column(neighbour)) : " ";
    if (at < size) return {cut(neighbour, neighbour, text + "," + gap)};
    const std::size_t last = partEnd(collection, size - 1);
    return {cut(last, last, "," + gap + text)};
}

// ---- clear, insert, move ---------------------------------------------------------------------------------------

std::size_t Editor::partBegin(const Node& parent, std::size_t at) const
{
    return m_around.fullBegin(parent.isSequence() ? parent.items[at] : parent.entries[at].key);
}

std::size_t Editor::partEnd(const Node& parent, std::size_t at) const
{
    return parent.isSequence() ? end(parent.items[at])
                               : std::max(end(parent.entries[at].value), end(parent.entries[at].key));
}

/// Begin of an item or entry with its comments and dash.
std::size_t Editor::chunkBegin(const Node& parent, std::size_t at) const
{
    if (isFlow(parent)) return partBegin(parent, at);
    const std::size_t first = parent.isSequence() ? m_around.dash(parent, at) : partBegin(parent, at);
    return m_around.isFirstOnLine(first) ? m_around.withComments(first) : first;
}

std::size_t Editor::chunkEnd(const Node& parent, std::size_t at) const
{
    return isFlow(parent) ? partEnd(parent, at) : m_around.lineEnd(partEnd(parent, at));
}

Splices Editor::removeFromFlow(const Node& parent, std::size_t at)
{
    const std::size_t size = parent.items.size() + parent.entries.size();
    if (at + 1 < size) return {cut(partBegin(parent, at), partBegin(parent, at + 1))};
    return {cut(partEnd(parent, at - 1), partEnd(parent, at))};
}

Splices Editor::removeFromBlock(const Spot& spot)
{
    const std::size_t from = chunkBegin(*spot.parent, spot.at);
    const std::size_t to = chunkEnd(*spot.parent, spot.at);
    if (m_around.lineStart(from) == from) {
        const std::size_t next = std::min(m_text.find('\n', to), m_text.size());
        if (next < m_text.size()) return {cut(from, next + 1)};
        const std::size_t before = from > 0 ? from - 1 : 0; // last line without a break: take the one before it
        return {cut(before > 0 && m_text[before - 1] == '\r' ? before - 1 : before, m_text.size())};
    }
    const std::size_t content = m_text.find_first_not_of(" \r\n", to); // behind a dash: the next line moves up
    return {cut(from, std::min(content, m_text.size()))};
}

/// What is left of a collection that loses its only part.
Splices Editor::empty(const std::vector<Spot>& spots)
{
    const Spot& owner = spots[spots.size() - 2];
    const Node& collection = *owner.value;
    if (isFlow(collection)) return {cut(begin(collection) + 1, end(collection) - 1)};
    Node nothing;
    nothing.kind = collection.kind;
    nothing.flow = true;
    if (owner.parent == nullptr)
        return {cut(begin(collection), end(collection), collection.isSequence() ? "[]" : "{}")};
    return replaceInBlock(owner, nothing);
}

Result<Splices> Editor::clear(std::string_view path)
{
    const Trail trail = locate(m_revision, path);
    if (trail.throughAlias && !trail.missing.empty()) return insideAlias(path);
    if (!trail.missing.empty() || trail.last().parent == nullptr)
        return fail(ErrorCode::NotFound, std::string(path), "there is nothing here to remove");
    const Node& parent = *trail.last().parent;
    if (parent.items.size() + parent.entries.size() == 1) return empty(trail.spots);
    return isFlow(parent) ? removeFromFlow(parent, trail.last().at) : removeFromBlock(trail.last());
}

Result<Splices> Editor::insert(std::string_view path, int position, const Node& value)
{
    const Trail trail = locate(m_revision, path);
    if (trail.throughAlias && !trail.missing.empty()) return insideAlias(path);
    const Node& list = *trail.last().value;
    if (!trail.missing.empty() || list.kind == Node::Kind::Null) return set(path, sequenceOf(value));
    if (list.alias) return insideAlias(path);
    if (!list.isSequence()) return fail(ErrorCode::Unsupported, std::string(path), "this is not written as a list");
    const std::size_t size = list.items.size();
    const std::size_t at = std::min(static_cast<std::size_t>(std::max(position, 0)), size);
    if (size == 0 && !m_style.json && trail.last().parent != nullptr && !isFlow(*trail.last().parent) &&
        !isInline(value, m_style))
        return replaceInBlock(trail.last(), sequenceOf(value));
    if (isFlow(list)) return addToFlow(list, at, flowText(value, m_style));
    if (size == 0)
        return fail(ErrorCode::Malformed, std::string(path), "the list is not finished in the text; mend that first");
    const std::size_t column = m_around.column(begin(list));
    const std::string text = blockText(sequenceOf(value), m_style, column);
    if (at == size) {
        const std::size_t last = chunkEnd(list, size - 1);
        return Splices{cut(last, last, line(column) + text)};
    }
    const std::size_t before = chunkBegin(list, at);
    if (m_around.lineStart(before) != before) return Splices{cut(before, before, text + line(column))};
    return Splices{cut(before, before, std::string(column, ' ') + text + m_style.eol)};
}

Result<Splices> Editor::move(std::string_view path, int position)
{
    const Trail trail = locate(m_revision, path);
    if (trail.throughAlias && !trail.missing.empty()) return insideAlias(path);
    if (!trail.missing.empty() || trail.last().parent == nullptr || !trail.last().parent->isSequence())
        return fail(ErrorCode::NotFound, std::string(path), "this is not an item of a list");
    const Node& list = *trail.last().parent;
    const std::size_t from = trail.last().at;
    const std::size_t to = std::min(static_cast<std::size_t>(std::max(position, 0)), list.items.size() - 1);
    if (from == to) return Splices{};
    std::vector<std::size_t> order;
    const std::size_t first = std::min(from, to), last = std::max(from, to);
    for (std::size_t i = first; i <= last; ++i) order.push_back(i);
    if (from < to) std::rotate(order.begin(), order.begin() + 1, order.end());
    else std::rotate(order.begin(), order.end() - 1, order.end());
    std::string text;
    for (std::size_t i = first; i <= last; ++i) {
        const std::size_t part = order[i - first];
        std::string chunk(m_text.substr(chunkBegin(list, part), chunkEnd(list, part) - chunkBegin(list, part)));
        if (!isFlow(list) && i == 0 && m_around.lineStart(chunkBegin(list, 0)) != chunkBegin(list, 0))
            chunk.erase(0, chunk.find_first_not_of(' ')); // stands behind an outer dash
        else if (!isFlow(list) && part == 0 && m_around.lineStart(chunkBegin(list, 0)) != chunkBegin(list, 0))
            chunk.insert(0, std::string(m_around.column(begin(list)), ' '));
        text += chunk;
        if (i < last) text += m_text.substr(chunkEnd(list, i), chunkBegin(list, i + 1) - chunkEnd(list, i));
    }
    return Splices{cut(chunkBegin(list, first), chunkEnd(list, last), std::move(text))};
}

Result<Splices> Editor::rename(std::string_view path, std::string_view key)
{
    const Trail trail = locate(m_revision, path);
    if (trail.throughAlias && !trail.missing.empty()) return insideAlias(path);
    if (!trail.missing.empty() || trail.last().key == nullptr)
        return fail(ErrorCode::NotFound, std::string(path), "there is no key here to rename");
    const Node& old = *trail.last().key;
    if (old.value == key) return Splices{};
    Node name;
    name.kind = Node::Kind::Scalar;
    name.quoted = true;
    name.value = key;
    return Splices{cut(begin(old), end(old),
                       m_style.json ? keyText(name.value, m_style, true)
                                    : scalarLike(old, name, trail.last(), isFlow(*trail.last().parent)))};
}

/// A snippet of a caller, as a node; Invalid when it is none.
Result<Node> valueOf(std::string_view path, std::string_view yaml)
{
    const Tree tree = parse(yaml, Format::Yaml);
    for (const Finding& finding : tree.findings)
        if (finding.severity == Severity::Error) return fail(ErrorCode::Invalid, std::string(path), finding.message);
    if (tree.root == nullptr) return Node();
    return *tree.root;
}

} // namespace

std::string apply(std::string_view text, std::vector<Splice> splices)
{
    std::ranges::stable_sort(splices, {}, &Splice::offset);
    std::string result;
    std::size_t at = 0;
    for (const Splice& splice : splices) {
        result.append(text, at, splice.offset - at);
        result += splice.text;
        at = splice.offset + splice.length;
    }
    return result.append(text, at);
}

Result<std::vector<Splice>> set(const Revision& revision, std::string_view path, std::string_view yaml)
{
    const auto value = valueOf(path, yaml);
    if (!value) return value.unexpected();
    return Editor(revision).set(path, *value);
}

Result<std::vector<Splice>> clear(const Revision& revision, std::string_view path)
{
    return Editor(revision).clear(path);
}

Result<std::vector<Splice>> insert(const Revision& revision, std::string_view listPath, int position,
                                   std::string_view yaml)
{
    const auto value = valueOf(listPath, yaml);
    if (!value) return value.unexpected();
    return Editor(revision).insert(listPath, position, *value);
}

Result<std::vector<Splice>> move(const Revision& revision, std::string_view itemPath, int position)
{
    return Editor(revision).move(itemPath, position);
}

Result<std::vector<Splice>> renameKey(const Revision& revision, std::string_view path, std::string_view key)
{
    return Editor(revision).rename(path, key);
}

Result<std::vector<Splice>> fix(const Revision& revision, const Fix& fix)
{
    switch (fix.kind) {
    case Fix::Kind::Set: return set(revision, fix.path, fix.value);
    case Fix::Kind::Clear: return clear(revision, fix.path);
    case Fix::Kind::RenameKey: return renameKey(revision, fix.path, fix.value);
    case Fix::Kind::Insert: break;
    }
    const Trail trail = locate(revision, fix.path);
    if (trail.missing.empty() && trail.last().value->isMapping()) {
        const auto value = valueOf(fix.path, fix.value);
        if (!value) return value.unexpected();
        if (value->entries.size() == 1)
            return Editor(revision).set(path::field(fix.path, value->entries[0].key.value), value->entries[0].value);
    }
    return insert(revision, fix.path, static_cast<int>(trail.last().value->items.size()), fix.value);
}

} // namespace model::source
