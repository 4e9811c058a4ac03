#include "model/source/editor.h"

#include <algorithm>

namespace model::source {
namespace {

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
