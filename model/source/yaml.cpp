// yaml-cpp tells where a node begins, in bytes after a byte order mark, but not where it ends. Ends are found in the
// text: a plain scalar ends with the last of its value's visible characters (folding changes blanks only), a quoted one
// at its quote, a block scalar before the first line that is indented less, a flow collection at the next bracket after
// its last child, and a block collection with its last child. m_cursor stands behind what has been read.
#include "model/source/yaml.h"

#include "model/source/yaml_ends.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <map>
#include <streambuf>

namespace model::source {
namespace {

std::string writtenTag(const std::string& tag, bool quoted)
{
    constexpr std::string_view standard = "tag:yaml.org,2002:";
    if (tag == "?" || (tag == "!" && quoted)) return {};
    if (tag.starts_with(standard)) return "!!" + tag.substr(standard.size());
    return tag;
}

std::size_t countNodes(const Node& node)
{
    std::size_t count = 1;
    for (const Node& item : node.items) count += countNodes(item);
    for (const Node::Entry& entry : node.entries) count += 1 + countNodes(entry.value);
    return count;
}

/// Builds one document's nodes out of the parser's events.
class Builder final : public YAML::EventHandler {
public:
    Builder(const Lines& lines, std::size_t base, Tree& tree)
        : m_lines(lines)
        , m_text(lines.text())
        , m_base(base)
        , m_tree(tree)
    {}

    /// Closes what is open and returns the document; nullptr when there is none.
    std::shared_ptr<const Node> take()
    {
        while (!m_open.empty()) {
            if (m_open.back().key) complete(Node());
            close();
        }
        return m_root ? std::make_shared<const Node>(std::move(*m_root)) : nullptr;
    }

    std::optional<std::size_t> openBracket() const;

    /// Where the document begins.
    std::size_t start() const { return m_start; }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        m_start = at(mark);
        m_cursor = std::max(m_cursor, m_start);
    }
    void OnDocumentEnd() override {}
    void OnAnchor(const YAML::Mark&, const std::string& name) override
    {
        m_anchor = name;
        m_tree.hasAliases = true;
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(Node::Kind::Sequence, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(Node::Kind::Mapping, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        Node node;
        std::optional<Node> key;
        YAML::anchor_t anchor = 0;
        std::size_t begin = 0;
        int blockColumn = -1; ///< Of the innermost block collection here.
    };
    struct Anchored {
        Node node;
        std::size_t count = 0;
    };

    std::size_t at(const YAML::Mark& mark) const
    {
        return std::min(m_base + static_cast<std::size_t>(std::max(mark.pos, 0)), m_text.size());
    }
    void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
    void close();
    void complete(Node node, YAML::anchor_t anchor = 0);
    void setRange(Node& node, std::size_t begin, std::size_t end)
    {
        node.range = m_lines.range(begin, end);
        m_cursor = std::max(m_cursor, end);
    }
    std::size_t placeOfNothing() const;

    const Lines& m_lines;
    std::string_view m_text;
    std::size_t m_base;
    Tree& m_tree;
    std::vector<Open> m_open;
    std::optional<Node> m_root;
    std::map<YAML::anchor_t, Anchored> m_anchors;
    std::string m_anchor;
    std::size_t m_start = 0;
    std::size_t m_cursor = 0;
    std::size_t m_expanded = 0;
};

/// Where an empty value stands: behind the ':' or '-' that announced it.
std::size_t Builder::placeOfNothing() const
{
    const std::size_t next = skipBlanks(m_text, m_cursor);
    if (m_open.empty()) return m_cursor;
    const Open& top = m_open.back();
    const bool flow = top.node.flow;
    const char mark = top.node.kind == Node::Kind::Sequence ? (flow ? ',' : '-') : (top.key ? ':' : '?');
    return next < m_text.size() && m_text[next] == mark ? next + 1 : m_cursor;
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor)
{
    Node node;
    node.anchor = std::move(m_anchor);
    m_anchor.clear();
    const std::size_t begin = skipProperties(m_text, at(mark));
    for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
        if (!m_text.substr(begin).starts_with(word)) continue;
        const std::size_t end = begin + word.size();
        const std::size_t next = m_text.find_first_not_of(" \t", end);
        const bool isNextKey =
            next != std::string_view::npos && m_text[next] == ':' && !m_open.empty() && m_open.back().key;
        if (isNextKey) break;
        node.value = word;
        setRange(node, begin, end);
        return complete(std::move(node), anchor);
    }
    const std::size_t nothing = node.anchor.empty() ? placeOfNothing() : begin;
    setRange(node, nothing, nothing);
    complete(std::move(node), anchor);
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor)
{
    const std::size_t begin = at(mark);
    const std::size_t end = skipWord(m_text, begin + 1);
    Node node;
    const auto found = m_anchors.find(anchor);
    if (found == m_anchors.end()) {
        m_tree.findings.push_back({Severity::Error,
                                   "S01",
                                   {},
                                   "an alias stands inside the anchor that it names",
                                   m_lines.range(begin, end),
                                   {}});
    } else {
        m_expanded += found->second.count;
        if (m_expanded > maxNodes) throw YAML::ParserException(mark, "aliases expand to more than a million nodes");
        node = found->second.node;
    }
    node.alias = true;
    node.anchor = m_text.substr(begin + 1, end - begin - 1);
    setRange(node, begin, end);
    complete(std::move(node));
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value)
{
    Node node;
    node.kind = Node::Kind::Scalar;
    node.value = value;
    node.anchor = std::move(m_anchor);
    m_anchor.clear();
    const std::size_t begin = skipProperties(m_text, at(mark));
    const char first = begin < m_text.size() ? m_text[begin] : ' ';
    node.quoted = first == '"' || first == '\'' || ((first == '|' || first == '>') && tag.starts_with('!'));
    if (first == '"' || first == '\'') {
        setRange(node, begin, endOfQuoted(m_text, begin));
    } else if ((first == '|' || first == '>') && (m_open.empty() || !m_open.back().node.flow)) {
        node.quoted = true;
        setRange(node, begin, endOfBlockScalar(m_text, begin, m_open.empty() ? -1 : m_open.back().blockColumn));
    } else {
        setRange(node, begin, endOfPlain(m_text, begin, value));
    }
    node.tag = writtenTag(tag, node.quoted);
    complete(std::move(node), anchor);
}

void Builder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor)
{
    if (m_open.size() >= maxDepth) throw YAML::ParserException(mark, "nested deeper than 256 levels");
    Open frame;
    frame.node.kind = kind;
    frame.node.tag = writtenTag(tag, false);
    frame.node.anchor = std::move(m_anchor);
    m_anchor.clear();
    frame.anchor = anchor;
    frame.begin = skipProperties(m_text, at(mark));
    const char first = frame.begin < m_text.size() ? m_text[frame.begin] : ' ';
    const bool bracket = first == (kind == Node::Kind::Mapping ? '{' : '[');
    const bool insideFlow = !m_open.empty() && m_open.back().node.flow;
    frame.node.flow = bracket || insideFlow;
    frame.blockColumn = !m_open.empty() ? m_open.back().blockColumn : -1;
    if (!frame.node.flow) {
        const std::size_t newline = m_text.rfind('\n', frame.begin == 0 ? 0 : frame.begin - 1);
        const std::size_t line = frame.begin == 0 || newline == std::string_view::npos ? m_base : newline + 1;
        frame.blockColumn = static_cast<int>(frame.begin - line);
    }
    m_cursor = std::max(m_cursor, bracket ? frame.begin + 1 : frame.begin);
    m_open.push_back(std::move(frame));
}

void Builder::close()
{
    Open frame = std::move(m_open.back());
    m_open.pop_back();
    const bool bracket = frame.node.flow && frame.begin < m_text.size() &&
                         m_text[frame.begin] == (frame.node.kind == Node::Kind::Mapping ? '{' : '[');
    std::size_t end = std::max(m_cursor, frame.begin);
    if (bracket) {
        std::size_t next = skipBlanks(m_text, end);
        while (next < m_text.size() && m_text[next] == ',') next = skipBlanks(m_text, next + 1);
        if (next < m_text.size() && (m_text[next] == '}' || m_text[next] == ']')) end = next + 1;
    }
    setRange(frame.node, frame.begin, end);
    complete(std::move(frame.node), frame.anchor);
}

void Builder::complete(Node node, YAML::anchor_t anchor)
{
    if (anchor != 0) m_anchors[anchor] = {node, countNodes(node)};
    if (m_open.empty()) {
        m_root = std::move(node);
        return;
    }
    Open& top = m_open.back();
    if (top.node.kind == Node::Kind::Sequence) {
        top.node.items.push_back(std::move(node));
    } else if (!top.key) {
        if (node.kind == Node::Kind::Null) node.value = "null";
        top.key = std::move(node);
    } else {
        top.node.entries.push_back({std::move(*top.key), std::move(node)});
        top.key.reset();
    }
}

/// Where the innermost bracket that is still open stands; nothing when none is.
std::optional<std::size_t> Builder::openBracket() const
{
    if (m_open.empty() || !m_open.back().node.flow) return std::nullopt;
    return m_open.back().begin;
}

/// A stream over text that is not copied.
class ViewBuffer final : public std::streambuf {
public:
    explicit ViewBuffer(std::string_view text)
    {
        char* begin = const_cast<char*>(text.data()); // read only
        setg(begin, begin, begin + text.size());
    }
};

/// The message of a syntax error, said for people; tabs are what the parser's own words never name.
Finding syntaxError(const Lines& lines, std::size_t base, const YAML::Exception& error)
{
    const std::string_view text = lines.text();
    const std::size_t at = std::min(base + static_cast<std::size_t>(std::max(error.mark.pos, 0)), text.size());
    Finding finding{Severity::Error, "S01", {}, error.msg, lines.range(at, std::min(at + 1, text.size())), {}};
    std::size_t line = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    line = line == std::string_view::npos ? 0 : line + 1;
    for (int i = 0; i < 3 && line < text.size(); ++i) {
        const std::size_t content = std::min(text.find_first_not_of(" \t", line), text.size());
        const std::size_t tab = text.substr(line, content - line).find('\t');
        if (tab != std::string_view::npos) {
            finding.message = "a tab is used for indentation; YAML allows only spaces there";
            finding.range = lines.range(line + tab, line + tab + 1);
            break;
        }
        line = std::min(text.find('\n', line), text.size() - 1) + 1;
    }
    return finding;
}

} // namespace

void parseYaml(const Lines& lines, Tree& tree)
{
    const std::string_view text = lines.text();
    const std::size_t base = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    std::optional<Builder> builder;
    try {
        YAML::Parser parser(stream);
        std::optional<std::size_t> last;
        for (bool more = true; more;) {
            builder.emplace(lines, base, tree);
            more = parser.HandleNextDocument(*builder);
            if (!more) break;
            if (last == builder->start()) { // yaml-cpp stands still before a ',' or ']' that belongs to nothing
                tree.findings.push_back({Severity::Error,
                                         "S01",
                                         {},
                                         "this character has no place here",
                                         lines.range(*last, *last + 1),
                                         {}});
                break;
            }
            last = builder->start();
            if (auto document = builder->take()) tree.documents.push_back(std::move(document));
        }
    } catch (const YAML::Exception& error) {
        Finding finding = syntaxError(lines, base, error);
        if (const auto bracket = builder ? builder->openBracket() : std::nullopt;
            bracket && (error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW || error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW)) {
            finding.message = std::string("the bracket '") + text[*bracket] + "' is not closed";
            finding.range = lines.range(*bracket, *bracket + 1);
        }
        if (!tree.documents.empty()) finding.severity = Severity::Warning; // Envoy does not read that far
        tree.findings.push_back(std::move(finding));
        if (tree.documents.empty() && builder)
            if (auto document = builder->take()) tree.documents.push_back(std::move(document));
    }
    if (!tree.documents.empty()) tree.root = tree.documents.front();
}

} // namespace model::source
