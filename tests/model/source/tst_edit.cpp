#include "model/source/edit.h"
#include "model/source/path.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace model;
using namespace model::source;

namespace {

std::string contentOf(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
}

/// Documents that load without errors and without aliases, of the kinds that people write by hand.
std::vector<std::string> documents()
{
    std::vector<std::string> texts;
    for (const char* folder : {"envoy-v3-bootstrap", "envoy-v3-docs"}) {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(std::filesystem::path(TEST_CORPUS) / folder)) {
            if (!entry.is_regular_file() || entry.file_size() > 20'000) continue;
            std::string text = contentOf(entry.path());
            const auto revision = Revision::of(text);
            if (revision->message() != nullptr && !hasErrors(revision->findings()) &&
                text.find(": *") == std::string::npos && text.find("- *") == std::string::npos)
                texts.push_back(std::move(text));
        }
    }
    return texts;
}

std::string bytesOf(const Revision& revision)
{
    return revision.message() == nullptr ? std::string() : revision.message()->SerializePartialAsString();
}

std::string print(const Result<std::vector<Splice>>& splices)
{
    if (!splices) return "error: " + splices.error().text();
    std::string out;
    for (const Splice& s : *splices)
        out += std::to_string(s.offset) + "-" + std::to_string(s.length) + " '" + s.text + "'\n";
    return out;
}

/// Single-line scalars of a document: path and the value's own text.
std::vector<std::pair<std::string, std::string>> scalars(const Revision& revision)
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [path, place] : revision.map().places()) {
        if (place.shared || place.value.length() == 0 || place.value.begin.line != place.value.end.line) continue;
        const std::string text = revision.text().substr(place.value.begin.offset, place.value.length());
        if (text.find_first_of("{[&*!|>") == 0 || !place.key.isKnown()) continue;
        if (place.value.begin.offset > 0 && text.starts_with("- ")) continue;
        const Tree tree = parse(text, Format::Yaml);
        if (tree.root && tree.root->isScalar()) found.emplace_back(path, text);
    }
    return found;
}

std::string edited(const std::string& text, const Result<std::vector<Splice>>& splices)
{
    return splices ? source::apply(text, *splices) : "error: " + splices.error().text();
}

} // namespace

/// Edits as splices: single cases by example, laws over the corpus.
class TestEdit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_documents = documents(); }
    void writesWhatIsExpected_data();
    void writesWhatIsExpected();
    void settingTheSameValueChangesNothing();
    void changingBackRestoresTheText();
    void insertingAndClearingRestoresTheText();
    void movingThereAndBackRestoresTheText();
    void clearingAFieldLeavesTheOthers();
    void quotedTextIsReadBack();

private:
    std::vector<std::string> m_documents;
};

void TestEdit::writesWhatIsExpected_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QString>("after");
    const auto row = [](const char* name, const char* before, QStringList command, const char* after) {
        QTest::newRow(name) << QString::fromUtf8(before) << command << QString::fromUtf8(after);
    };
    const auto list = [](std::initializer_list<const char*> words) {
        QStringList result;
        for (const char* word : words) result.append(QString::fromUtf8(word));
        return result;
    };
    row("scalar keeps comment", "node:\n  id: a # why\n", list({"set", "node.id", "b"}), "node:\n  id: b # why\n");
    row("scalar keeps quotes", "node: {id: 'a'}\n", list({"set", "node.id", "it's"}), "node: {id: 'it''s'}\n");
    row("text that needs quotes", "node:\n  id: a\n", list({"set", "node.id", "\"on\""}), "node:\n  id: \"on\"\n");
    row("new field in block", "node:\n  id: a # x\nadmin: {}\n", list({"set", "node.cluster", "c"}),
        "node:\n  id: a # x\n  cluster: c\nadmin: {}\n");
    row("new field in flow", "node: { id: a }\n", list({"set", "node.cluster", "c"}), "node: { id: a, cluster: c }\n");
    row("new parents", "node:\n  id: a\n", list({"set", "node.locality.zone", "z"}),
        "node:\n  id: a\n  locality:\n    zone: z\n");
    row("into nothing", "node:\nadmin: {}\n", list({"set", "node.id", "a"}), "node:\n  id: a\nadmin: {}\n");
    row("into an empty text", "", list({"set", "node.id", "a"}), "node:\n  id: a\n");
    row("line ends", "node:\r\n  id: a\r\n", list({"set", "node.cluster", "c"}),
        "node:\r\n  id: a\r\n  cluster: c\r\n");
    row("JSON", "{\n  \"node\": {\n    \"id\": \"a\"\n  }\n}\n", list({"set", "node.cluster", "c"}),
        "{\n  \"node\": {\n    \"id\": \"a\",\n    \"cluster\": \"c\"\n  }\n}\n");
    row("camel case", "node:\n  userAgentName: a\n", list({"set", "node.user_agent_version", "v"}),
        "node:\n  userAgentName: a\n  userAgentVersion: v\n");
    row("literal block", "node:\n  id: |-\n    a\n    b\n  cluster: c\n", list({"set", "node.id", "\"x\\ny\""}),
        "node:\n  id: |-\n    x\n    y\n  cluster: c\n");
    row("clear with comments", "node:\n  # about id\n  id: a # x\n  cluster: c\n", list({"clear", "node.id"}),
        "node:\n  cluster: c\n");
    row("clear the only field", "node:\n  id: a\nadmin: {}\n", list({"clear", "node.id"}), "node: {}\nadmin: {}\n");
    row("clear behind a dash", "static_resources:\n  clusters:\n  - name: a\n    type: STATIC\n",
        list({"clear", "static_resources.clusters[0].name"}), "static_resources:\n  clusters:\n  - type: STATIC\n");
    row("clear in flow", "node: {id: a, cluster: c}\n", list({"clear", "node.id"}), "node: {cluster: c}\n");
    row("clear an item", "static_resources:\n  clusters:\n  - name: a\n  # second\n  - name: b\n  - name: c\n",
        list({"clear", "static_resources.clusters[1]"}), "static_resources:\n  clusters:\n  - name: a\n  - name: c\n");
    row("insert in the middle", "static_resources:\n  clusters:\n    - name: a\n    - name: b\n",
        list({"insert", "static_resources.clusters", "1", "{name: x, type: STATIC}"}),
        "static_resources:\n  clusters:\n    - name: a\n    - {name: x, type: STATIC}\n    - name: b\n");
    row("insert a block", "static_resources:\n  clusters:\n  - name: a\n",
        list({"insert", "static_resources.clusters", "1", "name: x\ntype: STATIC\n"}),
        "static_resources:\n  clusters:\n  - name: a\n  - name: x\n    type: STATIC\n");
    row("insert makes the list", "static_resources: {}\n",
        list({"insert", "static_resources.clusters", "0", "name: x\n"}),
        "static_resources:\n  clusters:\n  - name: x\n");
    row("insert into flow", "node: {client_features: [a]}\n", list({"insert", "node.client_features", "0", "b"}),
        "node: {client_features: [b, a]}\n");
    row("move with comments", "static_resources:\n  clusters:\n  # A\n  - name: a\n\n  # B\n  - name: b # x\n",
        list({"move", "static_resources.clusters[1]", "0"}),
        "static_resources:\n  clusters:\n  # B\n  - name: b # x\n\n  # A\n  - name: a\n");
    row("rename", "node:\n  idd: a\n", list({"rename", "node.idd", "id"}), "node:\n  id: a\n");
    row("block to scalar keeps the comment", "node: # n\n  id: a\nadmin: {}\n", list({"set", "node", "{}"}),
        "node: {} # n\nadmin: {}\n");
    row("inside an alias", "admin: &a {address: {pipe: {path: x}}}\nnode: *a\n", list({"set", "node.id", "x"}),
        "error: node.id: this place is inside an alias; edit the anchor it names");
}

void TestEdit::writesWhatIsExpected()
{
    QFETCH(QString, before);
    QFETCH(QStringList, command);
    QFETCH(QString, after);
    const std::string text = before.toStdString();
    const auto revision = Revision::of(text);
    const auto word = [&](int i) { return command[i].toStdString(); };

    std::string result;
    if (word(0) == "set") result = edited(text, source::set(*revision, word(1), word(2)));
    else if (word(0) == "clear") result = edited(text, source::clear(*revision, word(1)));
    else if (word(0) == "insert")
        result = edited(text, source::insert(*revision, word(1), command[2].toInt(), word(3)));
    else if (word(0) == "move") result = edited(text, source::move(*revision, word(1), command[2].toInt()));
    else result = edited(text, source::renameKey(*revision, word(1), word(2)));

    QCOMPARE(QString::fromStdString(result), after);
}

void TestEdit::settingTheSameValueChangesNothing()
{
    QVERIFY2(m_documents.size() >= 200, std::to_string(m_documents.size()).c_str());
    for (const std::string& text : m_documents) {
        const auto revision = Revision::of(text);
        for (const auto& [path, value] : scalars(*revision)) {
            const auto splices = source::set(*revision, path, value);
            QVERIFY2(splices && splices->empty(),
                     (text + "\n" + path + " := " + value + "\n" + print(splices)).c_str());
        }
    }
}

void TestEdit::changingBackRestoresTheText()
{
    std::mt19937 random(1);
    for (const std::string& text : m_documents) {
        const auto revision = Revision::of(text);
        auto all = scalars(*revision);
        std::shuffle(all.begin(), all.end(), random);
        if (all.size() > 3) all.resize(3);
        for (const auto& [path, value] : all) {
            const std::string changed = edited(text, source::set(*revision, path, "other_value"));
            const auto second = Revision::of(changed);
            const std::string back = edited(changed, source::set(*second, path, value));
            QVERIFY2(changed != text && back == text,
                     (path + " := " + value + "\n" + changed + "\n-----\n" + back).c_str());
        }
    }
}

void TestEdit::insertingAndClearingRestoresTheText()
{
    for (const std::string& text : m_documents) {
        const auto revision = Revision::of(text);
        int tried = 0;
        for (const auto& [path, place] : revision->map().places()) {
            if (!path.ends_with("[0]") || place.shared || ++tried > 2) continue;
            const std::string list = path::parent(path);
            int size = 1;
            while (revision->map().find(path::index(list, size))) ++size;
            for (const int at : {0, size}) {
                const std::string more =
                    edited(text, source::insert(*revision, list, at, "name: zz\nfields: [1, 2]\n"));
                const auto second = Revision::of(more);
                const std::string back = edited(more, source::clear(*second, path::index(list, at)));
                if (more.ends_with("this is not written as a list")) continue;
                QVERIFY2(back == text, (list + " at " + std::to_string(at) + "\n" + more + "\n-----\n" + back).c_str());
            }
        }
    }
}

void TestEdit::movingThereAndBackRestoresTheText()
{
    for (const std::string& text : m_documents) {
        const auto revision = Revision::of(text);
        for (const auto& [path, place] : revision->map().places()) {
            if (!path.ends_with("[1]") || place.shared) continue;
            const std::string list = path::parent(path);
            const std::string moved = edited(text, source::move(*revision, path, 0));
            const auto second = Revision::of(moved);
            const std::string back = edited(moved, source::move(*second, path::index(list, 0), 1));
            QVERIFY2(bytesOf(*second).size() == bytesOf(*revision).size(), (path + "\n" + moved).c_str());
            QVERIFY2(back == text, (path + "\n" + moved + "\n-----\n" + back).c_str());
        }
    }
}

void TestEdit::clearingAFieldLeavesTheOthers()
{
    std::mt19937 random(2);
    for (const std::string& text : m_documents) {
        const auto revision = Revision::of(text);
        auto all = scalars(*revision);
        std::shuffle(all.begin(), all.end(), random);
        if (all.size() > 3) all.resize(3);
        for (const auto& [path, value] : all) {
            if (path.find("@type") != std::string::npos || path.find("type_url") != std::string::npos) continue;
            const auto after = Revision::of(edited(text, source::clear(*revision, path)));
            QVERIFY2(!after->map().find(path) && after->tree().findings.empty(), (path + "\n" + after->text()).c_str());
            const std::string parent = path::parent(path);
            for (const auto& [other, place] : revision->map().places()) {
                if (path::isWithin(other, path) || !path::isWithin(other, parent)) continue;
                QVERIFY2(after->map().find(other), (path + " took " + other + "\n" + after->text()).c_str());
            }
        }
    }
}

void TestEdit::quotedTextIsReadBack()
{
    for (const char* text :
         {"",     "a",         "on",          "1",          "1.5",       "0x1",   "null",   "~",   "a: b",
          "a:b",  "a #b",      "#b",          "- a",        "-a",        "@x",    "%x",     "a,b", "[a",
          "it's", "say \"x\"", "back\\slash", "two\nlines", "tab\there", " lead", "trail ", "*",   "&a",
          "!x",   "|",         ">",           "a:",         "?x",        "---",   "\x01",   "y",   "é"}) {
        for (const bool flow : {false, true}) {
            const std::string written = quoted(text, flow);
            const Tree tree = parse(flow ? "[" + written + "]" : "k: " + written, Format::Yaml);
            QVERIFY2(tree.findings.empty(), written.c_str());
            const Node& node = flow ? tree.root->items.at(0) : tree.root->entries.at(0).value;
            QVERIFY2(node.value == text && scalarType(node) == ScalarType::Text, written.c_str());
        }
    }
}

QTEST_APPLESS_MAIN(TestEdit)
#include "tst_edit.moc"
