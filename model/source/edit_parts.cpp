// Items of lists and entries of mappings: their stretch of text, adding, removing, moving.
#include "model/source/editor.h"

#include <algorithm>

namespace model::source {

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

} // namespace model::source
