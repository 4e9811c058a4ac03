#include "model/source/tree.h"

#include "model/source/json.h"
#include "model/source/scalar.h"
#include "model/source/yaml.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace model::source {
namespace {

void tellDuplicate(const Node::Entry& again, const Node& first, std::vector<Finding>& findings)
{
    findings.push_back({Severity::Warning,
                        "S01",
                        {},
                        "'" + again.key.value + "' is given twice (first on line " +
                            std::to_string(first.range.begin.line) + "); only the last one counts",
                        again.key.range,
                        {}});
}

/// Small mappings are compared by pairs: a table costs more than it saves.
void tellDuplicates(const Node& node, std::vector<Finding>& findings)
{
    if (node.alias) return;
    for (const Node& item : node.items) tellDuplicates(item, findings);
    constexpr std::size_t few = 12;
    std::unordered_map<std::string_view, const Node*> seen;
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
        const Node::Entry& entry = node.entries[i];
        if (node.entries.size() > few) {
            const auto [first, fresh] = seen.emplace(entry.key.value, &entry.key);
            if (!fresh) tellDuplicate(entry, *std::exchange(first->second, &entry.key), findings);
        } else {
            for (std::size_t j = i; j-- > 0;)
                if (node.entries[j].key.value == entry.key.value) {
                    tellDuplicate(entry, node.entries[j].key, findings);
                    break;
                }
        }
        tellDuplicates(entry.value, findings);
    }
}

/// Makes bytes that no YAML reader should see readable without moving any: findings keep their places.
std::string readable(std::string_view text, const Lines& lines, std::vector<Finding>& findings)
{
    std::string copy(text);
    const auto tell = [&](std::size_t at, const char* message) {
        findings.push_back({Severity::Error, "S01", {}, message, lines.range(at, at + 1), {}});
    };
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        tell(nul, "this is a binary file, not a text");
        return {};
    }
    if (simdjson::validate_utf8(text.data(), text.size())) return copy;
    std::size_t bad = 0;
    for (std::size_t at = 0; at < copy.size();) {
        const auto first = static_cast<unsigned char>(copy[at]);
        const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
        if (first < 0x80 ||
            (length > 1 && at + length <= copy.size() && simdjson::validate_utf8(copy.data() + at, length))) {
            at += length;
            continue;
        }
        if (bad++ == 0) tell(at, "the text is not UTF-8 here");
        copy[at++] = '?';
    }
    return copy;
}

bool looksLikeJson(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

void finish(Tree& tree)
{
    for (const auto& document : tree.documents) tellDuplicates(*document, tree.findings);
}

Tree parseChecked(std::string_view text, std::optional<Format> format)
{
    Tree tree;
    const Lines original(text);
    std::string copy;
    const bool clean = text.find('\0') == std::string_view::npos && text.find('\x04') == std::string_view::npos &&
                       simdjson::validate_utf8(text.data(), text.size());
    if (!clean) {
        copy = readable(text, original, tree.findings);
        std::replace(copy.begin(), copy.end(), '\x04', '?'); // yaml-cpp's own mark of the end
        if (copy.empty()) return tree;
    }
    const Lines lines(clean ? text : std::string_view(copy));
    const auto tooLong = [&] {
        if (text.size() <= mostYaml) return false;
        tree.findings.push_back(
            {Severity::Error,
             "S01",
             {},
             "the text has " + std::to_string(text.size() >> 20) + " MB; YAML above 24 MB is not read (JSON is)",
             lines.range(0, 1),
             {}});
        return true;
    };
    if (format == Format::Json || (!format && looksLikeJson(text))) {
        Tree json = tree;
        json.format = Format::Json;
        parseJson(lines, json);
        const std::size_t second = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF{[");
        const bool quotedFirst = second != std::string_view::npos && text[second] == '"';
        if (format || json.findings.size() == tree.findings.size() || tooLong()) return finish(json), json;
        parseYaml(lines, tree);
        if (tree.findings.size() > (clean ? 0u : 1u) && quotedFirst) return finish(json), json;
        return finish(tree), tree;
    }
    if (tooLong()) return tree;
    parseYaml(lines, tree);
    finish(tree);
    return tree;
}

} // namespace

const Node* Node::find(std::string_view key) const
{
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if (entry->key.value == key) return &entry->value;
    return nullptr;
}

ScalarType scalarType(const Node& scalar) { return scalarOf(scalar).type; }

Tree parse(std::string_view text) { return parseChecked(text, std::nullopt); }

Tree parse(std::string_view text, Format format) { return parseChecked(text, format); }

} // namespace model::source
