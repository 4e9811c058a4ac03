// Revision::next for edits that reach beyond one item, and for those that break the syntax.
//
// 1. The item of a list of static resources where the difference begins is found in the text before. What stands before
// its dash is the same in both texts and was read without a finding.
// 2. YAML is read from left to right. At the dash the reader's state is its stack of open collections: the root mapping,
// static_resources, the list, each at its column. A short head with these keys at these columns, and behind it the new text
// from the dash's line on, is therefore read exactly as the new text is, to its end or to the first error.
// 3. The nodes before the dash are copied, those behind it are moved to where they stand. Loading then sees one tree.
// Cost: parsing from the item to the end or to the error, which mostly is near. Parsing is the dear part, loading is not.
// Duplicate keys, aliases and several documents are left to reading the whole text; tests compare with Revision::of.
#include "model/source/builder.h"
#include "model/source/difference.h"
#include "model/source/lines.h"

#include <algorithm>
#include <optional>

namespace model::source {
namespace {

using Entry = Node::Entry;

/// Where reading goes on.
struct Place {
    const Entry* resources = nullptr;
    const Entry* list = nullptr;
    std::size_t index = 0; ///< Of the item.
    std::size_t begin = 0; ///< Start of the line of the item's dash.
};

std::optional<Place> placeOf(const Tree& tree, std::string_view text, std::size_t offset)
{
    Place place;
    place.resources = blockEntry(*tree.root, "static_resources", text);
    if (place.resources == nullptr || !tree.root->tag.empty()) return std::nullopt;
    for (const char* name : {"listeners", "clusters", "secrets"}) {
        const Entry* list = blockEntry(place.resources->value, name, text);
        if (list == nullptr || !list->value.isSequence() || list->value.flow || list->value.items.empty()) continue;
        if (list->value.items.front().range.begin.offset > offset) continue;
        if (place.list != nullptr && place.list->key.range.begin.offset > list->key.range.begin.offset) continue;
        place.list = list;
    }
    if (place.list == nullptr) return std::nullopt;
    const auto& items = place.list->value.items;
    const auto behind = std::ranges::upper_bound(items, offset, {}, [](const Node& n) { return n.range.begin.offset; });
    place.index = static_cast<std::size_t>(behind - items.begin()) - 1;
    const std::size_t content = items[place.index].range.begin.offset;
    place.begin = lineStartOf(text, content);
    const std::size_t dash = text.find_first_not_of(' ', place.begin);
    const bool ownLine = dash < content && text[dash] == '-' && text.find_first_not_of(' ', dash + 1) == content;
    return ownLine ? std::optional(place) : std::nullopt;
}

/// Adds what was read behind `known`, a copy of the entries or items before the place; false when a key comes again.
bool append(Node& known, const Node& read)
{
    for (const Entry& entry : read.entries) {
        if (&entry == &read.entries.front()) continue; // the head's key
        if (known.find(entry.key.value) != nullptr) return false;
        known.entries.push_back(entry);
    }
    known.range.end = read.range.end;
    return true;
}

/// The first entries of a mapping, up to and with the one named; its value is left empty.
Node until(const Node& mapping, const Entry& last)
{
    Node copy = mapping;
    copy.entries.assign(mapping.entries.begin(), mapping.entries.begin() + (&last - mapping.entries.data()));
    copy.entries.push_back({last.key, Node()});
    return copy;
}

/// The list as read, when the head's keys lead to it.
const Node* readList(const Tree& piece)
{
    if (piece.documents.size() != 1 || piece.findings.size() > 1 || piece.hasAliases) return nullptr;
    const Node* node = piece.root.get();
    for (int depth = 0; depth < 2; ++depth) {
        if (!node->isMapping() || node->flow || node->entries.empty()) return nullptr;
        node = &node->entries.front().value;
    }
    return node->isSequence() && !node->flow && !node->items.empty() ? node : nullptr;
}

} // namespace

RevisionPtr RevisionBuilder::buildFromItem(const RevisionPtr& before)
{
    Revision& made = *m_made;
    if (!isReadInPieces(*before)) return nullptr;
    const auto place = placeOf(before->tree(), before->text(), differenceOf(before->text(), made.m_text).first);
    if (!place || made.m_text.size() > mostYaml) return nullptr;
    const std::string head = keyLine(place->resources->key) + keyLine(place->list->key);
    Tree piece = source::parse(head + made.m_text.substr(place->begin), Format::Yaml);
    const Node* read = readList(piece);
    if (read == nullptr || std::ranges::any_of(piece.findings, [](const Finding& f) {
            return f.severity != Severity::Error || f.range.begin.line < 3;
        }))
        return nullptr;

    const Shift shift{0, static_cast<std::ptrdiff_t>(place->begin) - static_cast<std::ptrdiff_t>(head.size()),
                      made.position(place->begin).line - 3};
    Node moved = *piece.root;
    shift(moved);
    const Node& movedResources = moved.entries.front().value;
    const Node& movedList = movedResources.entries.front().value;
    Node list = place->list->value;
    list.items.resize(place->index);
    list.items.insert(list.items.end(), movedList.items.begin(), movedList.items.end());
    list.range.end = movedList.range.end;
    Node resources = until(place->resources->value, *place->list);
    resources.entries.back().value = std::move(list);
    Node root = until(*before->m_tree.root, *place->resources);
    if (!append(resources, movedResources)) return nullptr;
    root.entries.back().value = std::move(resources);
    if (!append(root, moved)) return nullptr;

    for (Finding& finding : piece.findings) shift(finding.range);
    made.m_tree.findings = std::move(piece.findings);
    made.m_tree.root = std::make_shared<Node>(std::move(root));
    made.m_tree.documents = {made.m_tree.root};
    return finish(before);
}

} // namespace model::source
