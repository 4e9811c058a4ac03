// Revision::next for the usual edit: somewhere inside one listener, cluster or secret of a bootstrap in block style.
//
// 1. What differs between the texts is found from both ends. 2. It must lie inside one item of a list of static resources,
// behind its dash; every line of the item, old and new, must be indented deeper than the dash, so that the item ends where
// it ended. YAML is read from left to right: an item that begins in the same state and can be read alone, to its end, is
// read the same in the whole text. What could still reach beyond it is refused (isTame).
// 3. The item is parsed and loaded alone. 4. Everything else is copied, and what stands behind the item is moved by
// the difference in bytes and lines. Anchors, duplicate keys, syntax errors, several documents, other kinds: the whole text is parsed. Copying costs about a fifth of parsing; tests compare with Revision::of.
#include "model/source/builder.h"
#include "model/source/config_set.h"
#include "model/source/lines.h"
#include "model/source/path.h"

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
};

/// Common ends of two texts: [first, oldLast) became [first, newLast).
struct Difference {
    std::size_t first = 0, oldLast = 0, newLast = 0;
};

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

const Node* blockList(const Tree& tree, const char* name)
{
    const Node* resources = tree.root == nullptr ? nullptr : tree.root->find("static_resources");
    const Node* list = resources != nullptr && !resources->flow ? resources->find(name) : nullptr;
    return list != nullptr && list->isSequence() && !list->flow ? list : nullptr;
}

std::optional<Block> blockIn(const Node& list, const char* name, std::string_view before, std::string_view after,
                             const Difference& d)
{
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const Node& item = list.items[i];
        const std::size_t itemBegin = item.range.begin.offset;
        if (item.isSequence() || !item.tag.empty()) return std::nullopt;
        if (d.first < itemBegin || d.oldLast > item.range.end.offset) continue;
        Block block{name, i, &item, lineStartOf(before, itemBegin), 0, 0, 0, 0, 0};
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

/// Moves places that stand behind the block.
struct Shift {
    std::size_t from; ///< In the old text.
    std::ptrdiff_t bytes;
    int lines;

    void operator()(Position& at) const
    {
        if (at.line == 0 || at.offset < from) return;
        at.offset = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at.offset) + bytes);
        at.line += lines;
    }
    void operator()(Range& range) const
    {
        (*this)(range.begin);
        (*this)(range.end);
    }
    void operator()(Node& node) const
    {
        (*this)(node.range);
        for (Node& item : node.items) (*this)(item);
        for (Node::Entry& entry : node.entries) {
            (*this)(entry.key);
            (*this)(entry.value);
        }
    }
};

/// For a piece parsed alone: everything moves.
Shift wholly(std::size_t offset, int line) { return {0, static_cast<std::ptrdiff_t>(offset), line - 1}; }

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
    const Tree& tree = before.tree();
    const bool simple = before.kind() == DocumentKind::Bootstrap && tree.format == Format::Yaml &&
                        tree.documents.size() == 1 && tree.findings.empty() && !tree.hasAliases &&
                        before.config().bootstrap.has_value();
    if (!simple) return std::nullopt;
    const Difference difference = differenceOf(before.text(), after);
    if (difference.first > 0 && after[difference.first - 1] == '\\') return std::nullopt; // an escape may free a quote
    const std::string_view oldPart =
        std::string_view(before.text()).substr(difference.first, difference.oldLast - difference.first);
    if (!isTame(oldPart) || !isTame(after.substr(difference.first, difference.newLast - difference.first)))
        return std::nullopt;
    for (const char* name : {"listeners", "clusters", "secrets"}) {
        const Node* list = blockList(tree, name);
        if (list == nullptr) continue;
        if (auto block = blockIn(*list, name, before.text(), after, difference)) return block;
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

} // namespace

RevisionPtr RevisionBuilder::buildFrom(const Revision& before)
{
    Revision& made = *m_made;
    const auto block = changedBlock(before, made.m_text);
    if (!block) return nullptr;
    // Another item behind it shows that the item came to its end: yaml-cpp lets the end of the text close a quote.
    const std::string chunk = made.m_text.substr(block->begin, block->newEnd - block->begin) +
                              std::string(block->dash - block->begin, ' ') + "- end\n";
    Tree piece = source::parse(chunk, Format::Yaml);
    const bool whole = piece.findings.empty() && !piece.hasAliases && piece.documents.size() == 1 &&
                       piece.root->isSequence() && !piece.root->flow && piece.root->items.size() == 2 &&
                       piece.root->items[0].isMapping() && piece.root->items[1].isScalar() &&
                       piece.root->items[1].value == "end";
    if (!whole || hasVersion2(piece.root->items[0])) return nullptr;
    const auto* type = typeOfSet(*made.m_options.schema, block->list);
    if (type == nullptr) return nullptr;
    Node item = piece.root->items[0];
    wholly(block->begin, made.position(block->begin).line)(item);

    const Range old = block->item->range;
    const Shift shift{block->oldEnd, block->bytes, block->lines};
    auto root = std::make_shared<Node>(*before.m_tree.root);
    shift(*root);
    Node& resources = *const_cast<Node*>(root->find("static_resources")); // the copy is ours
    Node& list = *const_cast<Node*>(resources.find(block->list));
    for (Node* around : {root.get(), &resources, &list}) endWith(*around, old, item.range.end);
    list.items[block->index] = item;
    made.m_tree.root = root;
    made.m_tree.documents = {root};

    const std::string path = path::index("static_resources." + block->list, static_cast<int>(block->index));
    made.m_kind = before.m_kind;
    made.m_loaded = copyOf(before.m_loaded, path, shift, old, item.range.end);
    Loaded loaded = source::load(item, type, made.m_options.schema, path);
    for (const auto& [at, place] : loaded.map.places()) made.m_loaded.map.add(at, place);
    std::ranges::move(loaded.findings, std::back_inserter(made.m_loaded.findings));
    std::ranges::stable_sort(made.m_loaded.findings, {},
                             [](const Finding& finding) { return finding.range.begin.offset; });
    Message& message = *made.m_loaded.message;
    const auto* outer = message.GetDescriptor()->FindFieldByName("static_resources");
    Message& inner = *message.GetReflection()->MutableMessage(&message, outer);
    const auto* field = inner.GetDescriptor()->FindFieldByName(block->list);
    inner.GetReflection()
        ->MutableRepeatedMessage(&inner, field, static_cast<int>(block->index))
        ->CopyFrom(*loaded.message);
    made.m_config = std::make_shared<ConfigSet>(*before.m_config);
    replaceInConfig(*made.m_config, *block, *loaded.message);
    gatherFindings();
    return m_made;
}

} // namespace model::source
