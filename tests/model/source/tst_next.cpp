#include "model/source/config_set.h"
#include "model/source/revision.h"

#include <QtTest>

#include <google/protobuf/stubs/logging.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace model;
using namespace model::source;

namespace {

std::string print(const Node& node)
{
    const Range& r = node.range;
    std::string out = std::to_string(static_cast<int>(node.kind)) + (node.quoted ? "q" : "") + (node.flow ? "f" : "") +
                      node.tag + node.value + "@" + std::to_string(r.begin.offset) + ":" +
                      std::to_string(r.begin.line) + ":" + std::to_string(r.begin.column) + "-" +
                      std::to_string(r.end.offset) + ":" + std::to_string(r.end.line) + ":" +
                      std::to_string(r.end.column) + "(";
    for (const Node& item : node.items) out += print(item);
    for (const Node::Entry& entry : node.entries) out += print(entry.key) + "=" + print(entry.value);
    return out + ")\n";
}

/// All that a revision holds, as text.
std::string print(const Revision& revision)
{
    std::ostringstream out;
    out << name(revision.kind()) << "\n" << (revision.tree().root ? print(*revision.tree().root) : "");
    for (const auto& [path, place] : revision.map().places())
        out << path << " " << place.key.begin.offset << "-" << place.key.end.offset << " " << place.value.begin.offset
            << "-" << place.value.end.offset << " " << place.value.begin.line << ":" << place.value.begin.column << " "
            << place.shared << "\n";
    for (const Finding& f : revision.findings())
        out << f.code << " " << f.path << " " << f.range.begin.offset << " " << f.range.begin.line << " " << f.message
            << "\n";
    if (revision.message() != nullptr) out << revision.message()->DebugString();
    if (revision.config().bootstrap) out << revision.config().bootstrap->DebugString();
    for (const auto& placed : revision.config().listeners) out << placed.path << placed.message.DebugString();
    for (const auto& placed : revision.config().clusters) out << placed.path << placed.message.DebugString();
    for (const auto& placed : revision.config().secrets) out << placed.path << placed.message.DebugString();
    return out.str();
}

std::string firstDifference(const std::string& actual, const std::string& expected)
{
    std::istringstream left(actual), right(expected);
    std::string a, b;
    while (a == b && std::getline(left, a) && std::getline(right, b)) {}
    return "\nquick: " + a + "\nwhole: " + b;
}

} // namespace

/// The quick way to the next revision gives what the slow one gives.
class TestNext : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        google::protobuf::SetLogHandler(nullptr);
    } // printing types that are not linked is told each time
    void equalsParsingTheWholeText();
    void equalsItWhereAKeyBreaksALongText();
};

void TestNext::equalsParsingTheWholeText()
{
    std::mt19937 random(3);
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    const std::vector<std::string> pieces = {"x",   " ",  "\n", "\n  ", "a: b\n", "- ",
                                             "{",   "}",  "\"", "#",    ": ",     "    type: STATIC\n",
                                             "&a ", "*a", "1s", "|\n"};
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(TEST_CORPUS "/envoy-v3-docs")) {
        if (!entry.is_regular_file() || entry.file_size() > 12'000) continue;
        std::ostringstream content;
        content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        std::string text = content.str();
        if (text.empty()) continue;
        ++files;
        RevisionPtr revision = Revision::of(text);
        int broken = 0;
        for (int edit = 0; edit < 8; ++edit) {
            if (text.empty()) break;
            const std::size_t at = below(text.size());
            std::string changed = text;
            if (below(3) == 0) changed.erase(at, 1 + below(4));
            else changed.insert(at, pieces[below(pieces.size())]);
            const RevisionPtr quick = Revision::next(revision, changed);
            const std::string expected = print(*Revision::of(changed)), actual = print(*quick);
            QVERIFY2(actual == expected,
                     (entry.path().string() + firstDifference(actual, expected) + "\n" + changed).c_str());
            broken = quick->tree().findings.empty() ? 0 : broken + 1;
            const bool mends = broken > 2; // the user takes it all back
            revision = mends ? Revision::next(quick, content.str()) : quick;
            text = revision->text();
            if (mends) QVERIFY(print(*revision) == print(*Revision::of(text)));
        }
    }
    QVERIFY2(files >= 75, std::to_string(files).c_str()); // 79 of the corpus today
}

/// Listeners, clusters, and an admin section behind them.
std::string longBootstrap()
{
    std::string text = "# by hand\nnode: {id: a, cluster: b}\nstatic_resources:\n  listeners:\n";
    for (int i = 0; i < 4; ++i)
        text += "  - name: in" + std::to_string(i) +
                "\n    address:\n      socket_address: {address: 127.0.0.1, port_value: " + std::to_string(9000 + i) +
                "}\n    filter_chains:\n    - filters:\n      - name: tcp\n        typed_config:\n"
                "          \"@type\": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy\n"
                "          stat_prefix: 'in' # why\n          cluster: c" +
                std::to_string(i) + "\n";
    text += "  clusters:\n";
    for (int i = 0; i < 6; ++i)
        text += "\n  # The next one.\n  - name: c" + std::to_string(i) +
                "\n    connect_timeout: 1s\n    type: STATIC\n    metadata:\n      filter_metadata:\n"
                "        note: {text: \"two\\tparts\"}\n";
    return text + "admin:\n  address:\n    socket_address: {address: 127.0.0.1, port_value: 9901}\n";
}

void TestNext::equalsItWhereAKeyBreaksALongText()
{
    std::mt19937 random(11);
    const std::string text = longBootstrap();
    const RevisionPtr sound = Revision::of(text);
    QVERIFY(sound->tree().findings.empty());
    const std::vector<std::string> pieces = {
        "\"",  "'",  "{", "[", "}",  "\n",    "\nx",   "\n- ", ": ",         "|",
        "&a ", "*a", "%", "@", "\t", "---\n", "...\n", "? ",   "admin: 1\n", "\n  clusters:\n"};
    int unreadable = 0;
    for (int edit = 0; edit < 600; ++edit) {
        const std::size_t at = std::uniform_int_distribution<std::size_t>(0, text.size() - 1)(random);
        std::string changed = text;
        const std::size_t piece = std::uniform_int_distribution<std::size_t>(0, pieces.size() + 1)(random);
        if (piece < pieces.size()) changed.insert(at, pieces[piece]);
        else if (piece == pieces.size()) changed.erase(at, 1);
        else changed.erase(changed.rfind('\n', at) + 1, changed.find('\n', at) - changed.rfind('\n', at));

        const RevisionPtr quick = Revision::next(sound, changed);

        const std::string expected = print(*Revision::of(changed)), actual = print(*quick);
        QVERIFY2(actual == expected,
                 (firstDifference(actual, expected) + "\n" + changed.substr(at - std::min<std::size_t>(at, 80), 160))
                     .c_str());
        unreadable += !quick->tree().findings.empty();
    }
    QVERIFY2(unreadable > 150, std::to_string(unreadable).c_str());
}

QTEST_APPLESS_MAIN(TestNext)
#include "tst_next.moc"
