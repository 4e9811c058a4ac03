// A reader of its own, because every node needs its range and an editor's text is often broken: what stands before the
// first error is kept. One pass, no look-ahead beyond a character; dumps of 100 MB take about a second.
#include "model/source/json.h"

#include "model/source/yaml.h"

namespace model::source {
namespace {

void appendUtf8(std::string& out, unsigned code)
{
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

/// Recursive descent over one text.
class Reader {
public:
    Reader(const Lines& lines, Tree& tree) : m_lines(lines), m_text(lines.text()), m_tree(tree) {}

    void read()
    {
        if (m_text.starts_with("\xEF\xBB\xBF")) m_at = 3;
        skip();
        if (m_at == m_text.size()) return;
        Node root;
        const bool whole = value(root, 0);
        m_tree.root = std::make_shared<const Node>(std::move(root));
        m_tree.documents.push_back(m_tree.root);
        skip();
        if (whole && m_at < m_text.size()) error("text follows the end of the JSON value");
    }

private:
    void skip()
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos) ++m_at;
    }
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool error(const char* message)
    {
        m_tree.findings.push_back({Severity::Error,
                                   "S01",
                                   {},
                                   m_at >= m_text.size() ? "the JSON text ends too early" : message,
                                   m_lines.range(m_at, std::min(m_at + 1, m_text.size())),
                                   {}});
        return false;
    }
    bool value(Node& node, int depth);
    bool object(Node& node, int depth);
    bool array(Node& node, int depth);
    bool string(std::string& out);
    bool escape(std::string& out);
    bool hex(unsigned& code);
    bool literal(Node& node);

    const Lines& m_lines;
    std::string_view m_text;
    Tree& m_tree;
    std::size_t m_at = 0;
};

bool Reader::value(Node& node, int depth)
{
    const std::size_t begin = m_at;
    bool good = true;
    if (depth > maxDepth) return error("nested deeper than 256 levels");
    if (peek() == '{') good = object(node, depth);
    else if (peek() == '[') good = array(node, depth);
    else if (peek() == '"') {
        node.kind = Node::Kind::Scalar;
        node.quoted = node.json = true;
        good = string(node.value);
    } else good = literal(node);
    node.range = m_lines.range(begin, m_at);
    return good;
}

bool Reader::object(Node& node, int depth)
{
    node.kind = Node::Kind::Mapping;
    node.flow = true;
    ++m_at;
    for (;;) {
        skip();
        if (peek() == '}') return ++m_at, true;
        if (peek() != '"') return error("a name in double quotes is expected here");
        Node::Entry& entry = node.entries.emplace_back();
        const std::size_t begin = m_at;
        entry.key.kind = Node::Kind::Scalar;
        entry.key.quoted = entry.key.json = true;
        const bool good = string(entry.key.value);
        entry.key.range = m_lines.range(begin, m_at);
        entry.value.range = m_lines.range(m_at, m_at);
        if (!good) return false;
        skip();
        if (peek() != ':') return error("':' is expected here");
        ++m_at;
        skip();
        if (!value(entry.value, depth + 1)) return false;
        skip();
        if (peek() == ',') ++m_at;
        else if (peek() != '}') return error("',' or '}' is expected here");
    }
}

bool Reader::array(Node& node, int depth)
{
    node.kind = Node::Kind::Sequence;
    node.flow = true;
    ++m_at;
    for (;;) {
        skip();
        if (peek() == ']') return ++m_at, true;
        if (!value(node.items.emplace_back(), depth + 1)) return false;
        skip();
        if (peek() == ',') ++m_at;
        else if (peek() != ']') return error("',' or ']' is expected here");
    }
}

bool Reader::string(std::string& out)
{
    for (++m_at; m_at < m_text.size();) {
        const std::size_t stop = std::min(m_text.find_first_of("\"\\\n", m_at), m_text.size());
        out.append(m_text, m_at, stop - m_at);
        m_at = stop;
        if (m_at == m_text.size()) break;
        if (m_text[m_at] == '"') return ++m_at, true;
        if (m_text[m_at] == '\n') return error("the string is not closed on its line");
        ++m_at;
        if (!escape(out)) return false;
    }
    return error("the string is not closed");
}

bool Reader::hex(unsigned& code)
{
    code = 0;
    for (int i = 0; i < 4; ++i, ++m_at) {
        const char c = peek();
        const std::size_t digit = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
        if (digit == std::string_view::npos || (c < '0'))
            return error("four hexadecimal digits are expected after \\u");
        code = code * 16 + static_cast<unsigned>(digit);
    }
    return true;
}

bool Reader::escape(std::string& out)
{
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view values = "\"\\/\b\f\n\r\t";
    if (const std::size_t at = names.find(peek()); at != std::string_view::npos && peek() != '\0') {
        out += values[at];
        return ++m_at, true;
    }
    if (peek() != 'u') return error("no such escape in JSON");
    ++m_at;
    unsigned code = 0;
    if (!hex(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && m_text.substr(m_at).starts_with("\\u")) {
        m_at += 2;
        unsigned low = 0;
        if (!hex(low)) return false;
        code = 0x10000 + ((code - 0xD800) << 10) + ((low - 0xDC00) & 0x3FF);
    }
    appendUtf8(out, code);
    return true;
}

bool Reader::literal(Node& node)
{
    const std::size_t end = std::min(m_text.find_first_of(" \t\r\n,:[]{}\"", m_at), m_text.size());
    const std::string_view word = m_text.substr(m_at, end - m_at);
    const bool number = !word.empty() && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9')) &&
                        word.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
    if (!number && word != "true" && word != "false" && word != "null") return error("a JSON value is expected here");
    node.kind = word == "null" ? Node::Kind::Null : Node::Kind::Scalar;
    node.json = true;
    node.value = word;
    m_at = end;
    return true;
}

} // namespace

void parseJson(const Lines& lines, Tree& tree) { Reader(lines, tree).read(); }

} // namespace model::source
