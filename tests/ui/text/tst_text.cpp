#include "tests/ui/pictures.h"
#include "ui/text/completion.h"
#include "ui/text/text_editor.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using model::source::Revision;
using ui::text::TextEditor;

namespace {

const std::string yaml = R"(static_resources: # ä
  clusters:
  - name: pay
    type: STATIC
    connect_timeout: 1s
  - name: shop
    type: STATIC
)";

std::string words(const std::string& text, std::size_t offset)
{
    std::string begun;
    std::string result;
    for (const auto& offer : ui::text::offers(Revision::of(yaml), text, offset, {u"pay"_s}, begun))
        result += offer.word + " ";
    return result;
}

} // namespace

class TestText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void typingIsToldAsOneBurst();
    void aNewRevisionKeepsTheCaret();
    void theCaretNamesThePath();
    void revealsARange();
    void controlPeriodFixes();
    void completesFieldNames();
    void completesEnumValues();
    void looksAsItShould();
};

void TestText::typingIsToldAsOneBurst()
{
    TextEditor editor;
    editor.setRevision(Revision::of(yaml));
    QSignalSpy edited(&editor, &TextEditor::textEdited);
    editor.setCaret(yaml.find("shop") + 4);

    QTest::keyClicks(editor.focusProxy(), u"ab"_s);

    QCOMPARE(edited.size(), 2);
    QCOMPARE(edited[0][1].toInt(), edited[1][1].toInt());
    QVERIFY(editor.text().find("shopab") != std::string::npos);
}

void TestText::aNewRevisionKeepsTheCaret()
{
    TextEditor editor;
    editor.setRevision(Revision::of(yaml));
    editor.setCaret(yaml.find("shop"));
    QSignalSpy edited(&editor, &TextEditor::textEdited);

    std::string next = yaml;
    next.replace(next.find("pay"), 3, "payments");
    editor.setRevision(Revision::of(next));

    QCOMPARE(editor.text(), next);
    QCOMPARE(editor.caret(), next.find("shop"));
    QCOMPARE(edited.size(), 0);
}

void TestText::theCaretNamesThePath()
{
    TextEditor editor;
    editor.setRevision(Revision::of(yaml));
    editor.show(); // Scintilla tells of the caret when it paints.
    QSignalSpy path(&editor, &TextEditor::pathAtCursor);

    editor.setCaret(yaml.find("connect_timeout") + 2);

    QTRY_VERIFY(!path.isEmpty());
    QCOMPARE(path.last()[0].toString(), u"static_resources.clusters[0].connect_timeout"_s);
}

void TestText::revealsARange()
{
    TextEditor editor;
    editor.setRevision(Revision::of(yaml));

    editor.revealPath(u"static_resources.clusters[1].name"_s);

    QVERIFY(editor.caret() >= yaml.find("name: shop"));
}

void TestText::controlPeriodFixes()
{
    TextEditor editor;
    const auto revision = Revision::of(yaml);
    editor.setRevision(revision);
    const std::string path = "static_resources.clusters[0].type";
    editor.setFindings({{model::Severity::Error,
                         "X",
                         path,
                         "No such type.",
                         revision->map().rangeFor(path),
                         {{"Use EDS", model::Fix::Kind::Set, path, "EDS"}}}});
    editor.setCaret(yaml.find("type"));
    QSignalSpy fixes(&editor, &TextEditor::fixRequested);

    QTest::keyClick(editor.focusProxy(), Qt::Key_Period, Qt::ControlModifier);

    QCOMPARE(fixes.size(), 1);
}

void TestText::completesFieldNames()
{
    const std::string text = yaml + "    conn";

    QVERIFY(words(text, text.size()).find("connect_timeout ") != std::string::npos);
}

void TestText::completesEnumValues()
{
    const std::string text = yaml + "    lb_policy: R";

    QCOMPARE(words(text, text.size()), std::string("RANDOM RING_HASH ROUND_ROBIN "));
}

void TestText::looksAsItShould()
{
    TextEditor editor;
    editor.resize(600, 260);
    const auto revision = Revision::of(yaml);
    editor.setRevision(revision);
    const std::string type = "static_resources.clusters[0].connect_timeout";
    editor.setFindings({{model::Severity::Warning,
                         "R11",
                         type,
                         "Longer than the timeout (3 s).",
                         revision->map().rangeFor(type),
                         {}}});
    editor.setNacks(
        {{"service-c", model::push::Type::Cds, "shop", "no such host", "static_resources.clusters[1].name", 17, 0}});
    editor.markBlock(u"static_resources.clusters[0]"_s);
    editor.show();
    keep(editor, u"text"_s);

    QCOMPARE(editor.text(), yaml);
}

QTEST_MAIN(TestText)
#include "tst_text.moc"
