#include "model/source/emit.h"

#include "model/source/edit.h"
#include "model/source/scalar.h"

#include <algorithm>

namespace model::source {
namespace {

constexpr std::size_t longLine = 90; ///< Collections that are longer are written in lines.

/// First block mapping and list under a key tell how the document indents.
struct Learner {
    std::string_view text;
    std::optional<std::size_t> step = {};
    std::optional<std::size_t> dash = {};

    std::size_t column(std::size_t offset) const
    {
        const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
        return offset - (newline == std::string_view::npos ? 0 : newline + 1);
    }
    void look(const Node& node)
    {
        if (node.alias || node.flow || (step && dash)) return;
        for (const Node& item : node.items) look(item);
        for (const Node::Entry& entry : node.entries) {
            const Node& value = entry.value;
            if (!value.flow && !value.alias && (value.isMapping() || value.isSequence())) {
                const std::size_t key = column(entry.key.range.begin.offset), begin = column(value.range.begin.offset);
                auto& learnt = value.isMapping() ? step : dash;
                if (!learnt && begin >= key && begin - key <= 8) learnt = begin - key;
            }
            look(value);
        }
    }
};

Node textNode(std::string_view text)
{
    Node node;
    node.kind = Node::Kind::Scalar;
    node.value = text;
    return node;
}

bool isPlain(std::string_view text, bool insideFlow)
{
    if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
    constexpr std::string_view indicators = ",[]{}#&*!|>'\"%@`";
    if (indicators.find(text.front()) != std::string_view::npos) return false;
    if (std::string_view("-?:").find(text.front()) != std::string_view::npos &&
        (text.size() == 1 || text[1] == ' ' || insideFlow))
        return false;
    if (text.starts_with("---") || text.starts_with("...") || text.starts_with("\xEF\xBB\xBF")) return false;
    if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) return false;
    if (insideFlow && text.find_first_of(",[]{}?") != std::string_view::npos) return false;
    if (text == "~" || text == "null" || text == "Null" || text == "NULL" || text == "<<" || text == "=") return false;
    return scalarOf(textNode(text)).type == ScalarType::Text;
}

std::string scalarText(const Node& node, const Style& style, bool insideFlow)
{
    if (node.kind == Node::Kind::Null) return "null";
    const ScalarValue value = scalarOf(node);
    if (style.json) {
        const bool number = value.type == ScalarType::Integer || (value.type == ScalarType::Double && !node.quoted);
        if (value.type == ScalarType::Boolean ||
            (number && value.text.find_first_not_of("0123456789+-.eE") == std::string::npos))
            return value.text.starts_with('+') ? value.text.substr(1) : value.text;
        return doubleQuoted(value.text, true);
    }
    if (value.type == ScalarType::Text || node.quoted) return quoted(node.value, insideFlow);
    return node.value;
}

} // namespace

Style styleOf(std::string_view text, const Tree& tree)
{
    Style style;
    style.json = tree.format == Format::Json;
    const std::size_t newline = text.find('\n');
    if (newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r') style.eol = "\r\n";
    Learner learner{text};
    if (tree.root != nullptr) learner.look(*tree.root);
    style.step = std::max<std::size_t>(learner.step.value_or(2), 1);
    style.dash = learner.dash.value_or(0);
    return style;
}

std::string doubleQuoted(std::string_view text, bool json)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') (result += '\\') += c;
        else if (c == '\n') result += "\\n";
        else if (c == '\t') result += "\\t";
        else if (c == '\r') result += "\\r";
        else if (byte < 0x20 || byte == 0x7F)
            ((result += json ? "\\u00" : "\\x") += digits[byte >> 4]) += digits[byte & 15];
        else result += c;
    }
    return result += '"';
}

std::string quoted(std::string_view text, bool insideFlow)
{
    return isPlain(text, insideFlow) ? std::string(text) : doubleQuoted(text);
}

std::string keyText(const std::string& key, const Style& style, bool insideFlow)
{
    return style.json ? doubleQuoted(key, true) : quoted(key, insideFlow);
}

std::string flowText(const Node& node, const Style& style, bool insideFlow)
{
    std::string out;
    if (node.isSequence()) {
        for (const Node& item : node.items) (out += out.empty() ? "[" : ", ") += flowText(item, style);
        return out.empty() ? "[]" : out + "]";
    }
    if (!node.isMapping()) return scalarText(node, style, insideFlow);
    for (const Node::Entry& entry : node.entries)
        ((out += out.empty() ? "{" : ", ") += keyText(entry.key.value, style, true) + ": ") +=
            flowText(entry.value, style);
    return out.empty() ? "{}" : out + "}";
}

bool isInline(const Node& node, const Style& style)
{
    if (!node.isMapping() && !node.isSequence()) return true;
    if (node.items.empty() && node.entries.empty()) return true;
    return style.json || (node.flow && flowText(node, style).size() <= longLine);
}

std::string blockText(const Node& node, const Style& style, std::size_t column)
{
    std::string out;
    const std::string line = style.eol + std::string(column, ' ');
    for (const Node& item : node.items) {
        if (!out.empty()) out += line;
        out += "- ";
        out += isInline(item, style) ? flowText(item, style, item.isMapping() || item.isSequence())
                                     : blockText(item, style, column + 2);
    }
    for (const Node::Entry& entry : node.entries) {
        if (!out.empty()) out += line;
        out += keyText(entry.key.value, style, false) + ":";
        if (isInline(entry.value, style)) {
            out += " " + flowText(entry.value, style, entry.value.isMapping() || entry.value.isSequence());
        } else {
            const std::size_t inner = column + (entry.value.isSequence() ? style.dash : style.step);
            out += style.eol + std::string(inner, ' ') + blockText(entry.value, style, inner);
        }
    }
    return out;
}

} // namespace model::source
