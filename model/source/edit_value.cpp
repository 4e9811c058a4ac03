// How one value takes the place of another, in the style of its surroundings.
#include "model/source/editor.h"

#include <algorithm>

namespace model::source {

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

} // namespace model::source
