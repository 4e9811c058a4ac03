#include "model/source/difference.h"

#include "model/source/config_set.h"

#include <algorithm>

namespace model::source {

Difference differenceOf(std::string_view before, std::string_view after)
{
    Difference d;
    const std::size_t shorter = std::min(before.size(), after.size());
    d.first = static_cast<std::size_t>(
        std::mismatch(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(shorter), after.begin()).first -
        before.begin());
    std::size_t same = 0;
    while (same < shorter - d.first && before[before.size() - 1 - same] == after[after.size() - 1 - same]) ++same;
    d.oldLast = before.size() - same;
    d.newLast = after.size() - same;
    return d;
}

std::size_t lineStartOf(std::string_view text, std::size_t offset)
{
    const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

const Node::Entry* blockEntry(const Node& mapping, std::string_view key, std::string_view text)
{
    if (!mapping.isMapping() || mapping.flow) return nullptr;
    const auto entry = std::ranges::find(mapping.entries, key, [](const Node::Entry& e) { return e.key.value; });
    if (entry == mapping.entries.end() || !entry->value.tag.empty()) return nullptr;
    const std::size_t behind = entry->key.range.end.offset;
    return behind < text.size() && text[behind] == ':' ? &*entry : nullptr;
}

std::string keyLine(const Node& key)
{
    return std::string(static_cast<std::size_t>(key.range.begin.column - 1), ' ') + key.value + ":\n";
}

bool isReadInPieces(const Revision& revision)
{
    const Tree& tree = revision.tree();
    return revision.kind() == DocumentKind::Bootstrap && tree.format == Format::Yaml && tree.documents.size() == 1 &&
           tree.findings.empty() && !tree.hasAliases && revision.config().bootstrap.has_value();
}

void Shift::operator()(Position& at) const
{
    if (at.line == 0 || at.offset < from) return;
    at.offset = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at.offset) + bytes);
    at.line += lines;
}

void Shift::operator()(Range& range) const
{
    (*this)(range.begin);
    (*this)(range.end);
}

void Shift::operator()(Node& node) const
{
    (*this)(node.range);
    for (Node& item : node.items) (*this)(item);
    for (Node::Entry& entry : node.entries) {
        (*this)(entry.key);
        (*this)(entry.value);
    }
}

} // namespace model::source
