#include "model/source/locate.h"

#include <algorithm>

namespace model::source {

using path::Segment;

std::string snakeCase(std::string_view key)
{
    std::string result;
    for (const char c : key) {
        if (c >= 'A' && c <= 'Z') (result += '_') += static_cast<char>(c + 32);
        else result += c;
    }
    return result;
}

std::string camelCase(std::string_view key)
{
    std::string result;
    bool up = false;
    for (const char c : key) {
        if (c == '_') up = true;
        else result += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        if (c != '_') up = false;
    }
    return result;
}

namespace {

std::optional<std::size_t> findEntry(const Node& mapping, const Segment& segment)
{
    for (std::size_t i = mapping.entries.size(); i-- > 0;) {
        const Node& key = mapping.entries[i].key;
        if (key.tag == "!ignore") continue;
        const bool field = segment.kind == Segment::Kind::Field &&
                           (snakeCase(key.value) == segment.name || camelCase(segment.name) == key.value);
        if (key.value == segment.name || field) return i;
    }
    return std::nullopt;
}

/// The value of a TypedStruct, whose fields' paths leave it out; nullptr for other mappings.
const Node* innerOfTypedStruct(const Node& mapping, Spot& spot)
{
    const Node* type = mapping.find("@type");
    if (type == nullptr || !type->value.ends_with(".TypedStruct")) return nullptr;
    for (std::size_t i = 0; i < mapping.entries.size(); ++i)
        if (mapping.entries[i].key.value == "value")
            spot = {&mapping, &mapping.entries[i].key, &mapping.entries[i].value, i};
    return spot.value;
}

/// One step; false when the place does not exist.
bool step(std::vector<Spot>& spots, const Segment& segment)
{
    const Node& node = *spots.back().value;
    if (segment.kind == Segment::Kind::Index) {
        const auto at = static_cast<std::size_t>(segment.index);
        if (!node.isSequence())
            return at == 0 && node.kind != Node::Kind::Null; // a single value counts as a list of one
        if (at >= node.items.size()) return false;
        spots.push_back({&node, nullptr, &node.items[at], at});
        return true;
    }
    if (node.isSequence() && spots.size() == 1)
        return segment.name == "resources"; // a list of resources without its name
    if (const auto at = findEntry(node, segment)) {
        spots.push_back({&node, &node.entries[*at].key, &node.entries[*at].value, *at});
        return true;
    }
    Spot inner;
    if (segment.kind != Segment::Kind::Field || innerOfTypedStruct(node, inner) == nullptr) return false;
    spots.push_back(inner);
    if (step(spots, segment)) return true;
    return false;
}

} // namespace

Trail locate(const Revision& revision, std::string_view path)
{
    static const Node nothing;
    Trail trail;
    const auto segments = path::split(path);
    trail.spots.push_back({nullptr, nullptr, revision.tree().root ? revision.tree().root.get() : &nothing, 0});
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const Node& node = *trail.last().value;
        trail.throughAlias = node.alias;
        if (!node.alias && step(trail.spots, segments[i])) continue;
        trail.missing.assign(segments.begin() + static_cast<std::ptrdiff_t>(i), segments.end());
        break;
    }
    return trail;
}

std::size_t Surroundings::lineStart(std::size_t offset) const
{
    const std::size_t newline = offset == 0 ? std::string_view::npos : m_text.rfind('\n', offset - 1);
    if (newline != std::string_view::npos) return newline + 1;
    return m_text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

std::size_t Surroundings::lineEnd(std::size_t offset) const
{
    const std::size_t end = std::min(m_text.find('\n', offset), m_text.size());
    return end > offset && m_text[end - 1] == '\r' ? end - 1 : end;
}

bool Surroundings::isFirstOnLine(std::size_t offset) const
{
    const std::size_t start = lineStart(offset);
    return m_text.substr(start, offset - start).find_first_not_of(" \t") == std::string_view::npos;
}

std::size_t Surroundings::skipBlanks(std::size_t at) const
{
    while (at < m_text.size()) {
        const char c = m_text[at];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') ++at;
        else if (c == '#') at = std::min(m_text.find('\n', at), m_text.size());
        else break;
    }
    return at;
}

std::size_t Surroundings::fullBegin(const Node& node) const
{
    std::size_t begin = node.range.begin.offset;
    if (node.alias) return begin;
    const std::size_t from = begin;
    const auto back = [&](const std::string& mark) {
        const std::size_t at = from == 0 ? std::string_view::npos : m_text.rfind(mark, from - 1);
        if (at != std::string_view::npos) begin = std::min(begin, at);
    };
    if (!node.anchor.empty()) back("&" + node.anchor);
    if (!node.tag.empty()) back("!");
    return begin;
}

std::size_t Surroundings::afterColon(const Node& key) const
{
    const std::size_t at = skipBlanks(key.range.end.offset);
    return at < m_text.size() && m_text[at] == ':' ? at + 1 : key.range.end.offset;
}

std::size_t Surroundings::dash(const Node& sequence, std::size_t item) const
{
    if (item == 0) return sequence.range.begin.offset;
    return skipBlanks(sequence.items[item - 1].range.end.offset);
}

std::size_t Surroundings::withComments(std::size_t offset) const
{
    std::size_t start = lineStart(offset);
    const std::size_t indent = m_text.find_first_not_of(' ', start) - start;
    while (start > 0) {
        const std::size_t above = lineStart(start - 1);
        const std::size_t first = m_text.find_first_not_of(" \t", above);
        if (first >= start || m_text[first] != '#' || first - above != indent) break;
        if (above == lineStart(0)) break; // the head of the file is about the file
        start = above;
    }
    return start;
}

} // namespace model::source
