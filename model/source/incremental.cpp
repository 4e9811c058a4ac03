// Revision::next for the usual edit: somewhere inside one listener, cluster or secret of a bootstrap in block style.
//
// 1. What differs between the texts is found from both ends. 2. It must lie inside one item of a list of static resources,
// behind its dash; every line of the item, old and new, must be indented deeper than the dash, so that the item ends where
// it ended. YAML is read from left to right: an item that begins in the same state and is read to its end before something
// that closes it as what follows does, is read the same in the whole text. What could still reach beyond it is refused
// (isTame). 3. The item is parsed and loaded alone, below the keys that lead to it. 4. Everything else is copied, and what
// stands behind the item is moved by the difference in bytes and lines. What is refused here remainder.cpp or a parse of
// the whole text does. Copying costs about a fifth of parsing; tests compare with Revision::of.
#include "model/source/builder.h"
#include "model/source/config_set.h"
#include "model/source/difference.h"
#include "model/source/lines.h"
#include "model/source/path.h"
#include "model/source/yaml_ends.h"

#include <algorithm>

namespace model::source {
namespace {

using google::protobuf::Message;

/// The item that changed, in the old text and in the new one.
struct Block {
    std::string list; ///< "clusters".
    std::size_t index = 0;
    const Node* item = nullptr;
    std::size_t begin = 0;  ///< Start of the dash's line.
    std::size_t dash = 0;   ///< Offset of the dash.
    std::size_t oldEnd = 0; ///< Behind the item's last line.
    std::size_t newEnd = 0;
    std::ptrdiff_t bytes = 0;
    int lines = 0;
    std::string head; ///< The two keys that lead to the list, a line each.
};

/// True when all lines behind the first are blank, comments, or indented deeper than `column`.
bool staysInside(std::string_view chunk, std::size_t column)
{
    for (std::size_t line = chunk.find('\n'); line != std::string_view::npos && line + 1 < chunk.size();
         line = chunk.find('\n', line + 1)) {
        const std::size_t first = std::min(chunk.find_first_not_of(' ', line + 1), chunk.size());
        if (first < chunk.size() && (chunk[first] == '\n' || chunk[first] == '\r')) continue;
        if (first - line - 1 <= column) return false;
        if (chunk[first] == '\t') return false;
    }
    return true;
}

std::optional<Block> blockIn(const Node& list, const char* name, std::string_view before, std::string_view after,
                             const Difference& d)
{
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const Node& item = list.items[i];
        const std::size_t itemBegin = item.range.begin.offset;
        if (item.isSequence() || !item.tag.empty()) return std::nullopt;
        if (d.first < itemBegin || d.oldLast > item.range.end.offset) continue;
        Block block{name, i, &item, lineStartOf(before, itemBegin), 0, 0, 0, 0, 0, {}};
        block.dash = before.find_first_not_of(' ', block.begin);
        const bool ownLine = before[block.dash] == '-' && before.find_first_not_of(' ', block.dash + 1) == itemBegin;
        if (!ownLine || !item.isMapping() || item.flow) return std::nullopt;
        block.oldEnd = std::min(before.find('\n', item.range.end.offset), before.size() - 1) + 1;
        block.bytes = static_cast<std::ptrdiff_t>(after.size()) - static_cast<std::ptrdiff_t>(before.size());
        block.newEnd = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(block.oldEnd) + block.bytes);
        const std::string_view oldChunk = before.substr(block.begin, block.oldEnd - block.begin);
        const std::string_view newChunk = after.substr(block.begin, block.newEnd - block.begin);
        if (!newChunk.ends_with('\n') || !oldChunk.ends_with('\n') || !staysInside(newChunk, block.dash - block.begin))
            return std::nullopt;
        block.lines = static_cast<int>(std::ranges::count(newChunk, '\n') - std::ranges::count(oldChunk, '\n'));
        return block;
    }
    return std::nullopt;
}

bool hasVersion2(const Node& node)
{
    for (const Node::Entry& entry : node.entries) {
        const std::string& key = entry.key.value;
        if (key == "config" || key == "hosts" || key == "tls_context" || key == "tlsContext") return true;
        if (entry.value.isScalar() && entry.value.value.find(".v2") != std::string::npos) return true;
        if (hasVersion2(entry.value)) return true;
    }
    return std::ranges::any_of(node.items, hasVersion2);
}

/// Ends of the collections around the block that ended with it.
void endWith(Node& node, const Range& old, const Position& end)
{
    if (node.range.end.offset == old.end.offset) node.range.end = end;
}

template <class T>
void replaceIn(std::vector<Placed<T>>& placed, google::protobuf::RepeatedPtrField<T>& list, std::size_t index,
               const Message& message)
{
    if (index >= placed.size() || static_cast<int>(index) >= list.size()) return;
    T& target = placed[index].message;
    target.ParsePartialFromString(message.SerializePartialAsString());
    *list.Mutable(static_cast<int>(index)) = target;
}

void replaceInConfig(ConfigSet& config, const Block& block, const Message& message)
{
    auto& resources = *config.bootstrap->mutable_static_resources();
    if (block.list == "listeners") replaceIn(config.listeners, *resources.mutable_listeners(), block.index, message);
    else if (block.list == "clusters") replaceIn(config.clusters, *resources.mutable_clusters(), block.index, message);
    else replaceIn(config.secrets, *resources.mutable_secrets(), block.index, message);
}

/// Characters whose coming or going cannot reach beyond the item when the item still parses alone: all but those that open a
/// block scalar (it may take in the comments behind the item), anchors, aliases, tags, directives, escapes, tabs and returns.
bool isTame(std::string_view text)
{
    return text.find_first_of("|>&*!%?`\\\t\r") == std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return c == '\n' || static_cast<unsigned char>(c) >= 0x20; });
}

std::optional<Block> changedBlock(const Revision& before, std::string_view after)
{
    if (!isReadInPieces(before)) return std::nullopt;
    const Difference difference = differenceOf(before.text(), after);
    if (difference.first > 0 && after[difference.first - 1] == '\\') return std::nullopt; // an escape may free a quote
    const std::string_view oldPart =
        std::string_view(before.text()).substr(difference.first, difference.oldLast - difference.first);
    if (!isTame(oldPart) || !isTame(after.substr(difference.first, difference.newLast - difference.first)))
        return std::nullopt;
    for (const char* name : {"listeners", "clusters", "secrets"}) {
        const Node::Entry* resources = blockEntry(*before.tree().root, "static_resources", before.text());
        const Node::Entry* list = resources == nullptr ? nullptr : blockEntry(resources->value, name, before.text());
        if (list == nullptr || !list->value.isSequence() || list->value.flow) continue;
        auto block = blockIn(list->value, name, before.text(), after, difference);
        if (!block) continue;
        block->head = keyLine(resources->key) + keyLine(list->key);
        return block;
    }
    return std::nullopt;
}

Loaded copyOf(const Loaded& before, const std::string& path, const Shift& shift, const Range& old,
              const Position& newEnd)
{
    Loaded copy;
    copy.message.reset(before.message->New());
    copy.message->CopyFrom(*before.message);
    for (const auto& [at, place] : before.map.places()) {
        if (path::isWithin(at, path)) continue;
        Place moved = place;
        const bool endsWithBlock =
            moved.value.end.offset == old.end.offset && moved.value.begin.offset < old.begin.offset;
        shift(moved.key);
        shift(moved.value);
        if (endsWithBlock) moved.value.end = newEnd;
        copy.map.append(at, moved);
    }
    for (Finding finding : before.findings) {
        if (finding.range.begin.offset >= old.begin.offset && finding.range.begin.offset <= old.end.offset) continue;
        shift(finding.range);
        copy.findings.push_back(std::move(finding));
    }
    return copy;
}

/// What makes the reader close the item as what follows it in the text does: a dash or a key at the same column. Empty
/// at the end of the text, which yaml-cpp lets close a quote.
std::string follower(std::string_view text, std::size_t at, std::size_t dashColumn)
{
    const std::size_t next = skipBlanks(text, at);
    if (next >= text.size()) return {};
    const std::size_t column = next - lineStartOf(text, next);
    if (text[next] != '-') return std::string(column, ' ') + "end: end\n";
    const bool isItem =
        column == dashColumn && next + 1 < text.size() && (text[next + 1] == ' ' || text[next + 1] == '\n');
    return isItem ? std::string(column, ' ') + "- end\n" : std::string();
}

/// The item out of what was read as: the keys that lead to it, the item, its follower; nothing when it has another shape.
const Node* itemIn(const Tree& piece, bool isFollowedByItem)
{
    if (!piece.findings.empty() || piece.hasAliases || piece.documents.size() != 1) return nullptr;
    const Node* node = piece.root.get();
    std::size_t followers = 0;
    for (int depth = 0; depth < 2; ++depth) {
        if (!node->isMapping() || node->flow || node->entries.empty()) return nullptr;
        followers += node->entries.size() - 1;
        node = &node->entries.front().value;
    }
    if (!node->isSequence() || node->flow || followers != (isFollowedByItem ? 0u : 1u)) return nullptr;
    if (node->items.size() != (isFollowedByItem ? 2u : 1u) || !node->items[0].isMapping()) return nullptr;
    return !isFollowedByItem || node->items[1].isScalar() ? node->items.data() : nullptr;
}

/// The item read alone, moved to where it stands; nothing when it does not come to its end.
std::optional<Node> readAlone(const Revision& made, const Block& block)
{
    const std::string end = follower(made.text(), block.newEnd, block.dash - block.begin);
    if (end.empty()) return std::nullopt;
    const std::string chunk = block.head + made.text().substr(block.begin, block.newEnd - block.begin) + end;
    const Tree piece = source::parse(chunk, Format::Yaml);
    const Node* read = itemIn(piece, end.ends_with("- end\n"));
    if (read == nullptr || hasVersion2(*read)) return std::nullopt;
    Node item = *read;
    Shift{0, static_cast<std::ptrdiff_t>(block.begin) - static_cast<std::ptrdiff_t>(block.head.size()),
          made.position(block.begin).line - 3}(item);
    return item;
}

/// The tree of `before` with another item in the block's place.
std::shared_ptr<const Node> rootWith(const Node& item, const Node& before, const Block& block, const Shift& shift)
{
    auto root = std::make_shared<Node>(before);
    shift(*root);
    Node& resources = *const_cast<Node*>(root->find("static_resources")); // the copy is ours
    Node& list = *const_cast<Node*>(resources.find(block.list));
    for (Node* around : {root.get(), &resources, &list}) endWith(*around, block.item->range, item.range.end);
    list.items[block.index] = item;
    return root;
}

/// Puts the item's own message and findings among those of the others.
void add(Loaded item, const Block& block, Loaded& all)
{
    for (const auto& [at, place] : item.map.places()) all.map.add(at, place);
    std::ranges::move(item.findings, std::back_inserter(all.findings));
    std::ranges::stable_sort(all.findings, {}, [](const Finding& finding) { return finding.range.begin.offset; });
    Message& message = *all.message;
    const auto* outer = message.GetDescriptor()->FindFieldByName("static_resources");
    Message& inner = *message.GetReflection()->MutableMessage(&message, outer);
    const auto* field = inner.GetDescriptor()->FindFieldByName(block.list);
    const auto* reflection = inner.GetReflection();
    reflection->MutableRepeatedMessage(&inner, field, static_cast<int>(block.index))->CopyFrom(*item.message);
}

} // namespace

RevisionPtr RevisionBuilder::buildFrom(const Revision& before)
{
    Revision& made = *m_made;
    const auto block = changedBlock(before, made.m_text);
    const auto item = block ? readAlone(made, *block) : std::nullopt;
    const auto* type = item ? typeOfSet(*made.m_options.schema, block->list) : nullptr;
    if (type == nullptr) return nullptr;

    const Shift shift{block->oldEnd, block->bytes, block->lines};
    made.m_tree.root = rootWith(*item, *before.m_tree.root, *block, shift);
    made.m_tree.documents = {made.m_tree.root};
    made.m_kind = before.m_kind;
    const std::string path = path::index("static_resources." + block->list, static_cast<int>(block->index));
    Loaded loaded = source::load(*item, type, made.m_options.schema, path);
    made.m_config = std::make_shared<ConfigSet>(*before.m_config);
    replaceInConfig(*made.m_config, *block, *loaded.message);
    made.m_loaded = copyOf(before.m_loaded, path, shift, block->item->range, item->range.end);
    add(std::move(loaded), *block, made.m_loaded);
    gatherFindings();
    return m_made;
}

} // namespace model::source
