// The window driven as a user drives it: mouse and keys on the real thing.
#include "model/api/learn.h"
#include "model/api/store.h"
#include "tests/support/window_bench.h"
#include "ui/problems/problems_view.h"
#include "ui/text/search_bar.h"
#include "ui/window/help.h"
#include "ui/window/info_bar.h"
#include "ui/window/inspector.h"
#include "ui/window/panel_stack.h"
#include "ui/window/rail.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStandardPaths>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QtTest>

using namespace ui;
using namespace Qt::Literals::StringLiterals;
using model::graph::NodeKind;
using namespace window_bench;

namespace {

/// Lets a test ask whether anybody listens to an action.
struct OpenAction : QAction {
    using QObject::isSignalConnected;
};

/// Presses a button of the next message box that opens.
void answer(QMessageBox::StandardButton button)
{
    QTimer::singleShot(100, qApp, [button] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (box) box->button(button)->click();
    });
}

} // namespace

class TestDrive : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_data.isValid());
        qputenv("XDG_DATA_HOME", m_data.path().toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", m_data.path().toLocal8Bit());
        QCoreApplication::setOrganizationName(u"MeshwrightTest"_s);
        Theme::install();
    }
    void cleanup() { QSettings().clear(); }
    void aClickOnANodeMovesTreeFormAndText();
    void graphFormAndTextShareOneUndoStack();
    void aProblemGoesToItsLineAndIsFixedByKey();
    void closingWithChangesAsks();
    void aFileChangedByAnotherProgramAsksBeforeSaving();
    void findsReplacesAndGoesToDefinitionsInTheText();
    void tellsLineAndColumn();
    void helpNamesEveryShortcutAndTheLicence();
    void everyMenuEntryDoesSomething();
    void aLearnedSchemaCanBeChosen();
    void fitsSmallScreens();
    void aFileThatChangesOnDiskIsReadAgainUnlessItWasEdited();

private:
    QTemporaryDir m_data;
};

void TestDrive::aClickOnANodeMovesTreeFormAndText()
{
    Bench bench;
    QVERIFY(bench.ready());

    bench.click(NodeKind::Cluster);

    QCOMPARE(bench.project.selection().path(), cluster);
    QTRY_VERIFY(bench.form().editor(cluster + u".connect_timeout"_s));
    QCOMPARE(bench.tree()->currentIndex().data().toString(), u"pay"_s);
    QVERIFY(bench.editor()->caret() >= std::string(config).find("- name: pay"));
    QVERIFY(bench.window.graphView().hasFocus()); // Focus stays where the user is.
    QTest::keyClick(bench.tree(), Qt::Key_Up);
    QVERIFY(bench.project.selection().path() != cluster);
    QVERIFY(bench.scene().currentNode() != bench.node(NodeKind::Cluster));
}

void TestDrive::graphFormAndTextShareOneUndoStack()
{
    Bench bench;
    QVERIFY(bench.ready());
    bench.click(NodeKind::Cluster);
    const QString timeout = cluster + u".connect_timeout"_s;
    QTRY_VERIFY(bench.form().editor(timeout));

    auto* field = qobject_cast<QLineEdit*>(bench.form().editor(timeout));
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, u"5"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(bench.document()->text().find("connect_timeout: 5s") != std::string::npos);
    bench.window.graphView().add(Addition::Endpoint);
    QTRY_COMPARE(bench.document()->history().count(), 2);
    bench.editor()->setCaret(0);
    QTest::keyClicks(bench.editor()->focusProxy(), u"# "_s);
    QCOMPARE(bench.document()->history().count(), 3);
    QVERIFY(bench.window.isWindowModified());
    QStringList tabs;
    for (const QTabBar* bar : bench.window.findChildren<QTabBar*>())
        for (int i = 0; i < bar->count(); ++i) tabs << bar->tabText(i);
    QVERIFY2(tabs.contains(u"edge.yaml ●"_s), qPrintable(tabs.join(u'|')));
    for (int i = 0; i < 3; ++i) bench.action(u"Undo"_s)->trigger();

    QCOMPARE(bench.document()->text(), std::string(config));
    QCOMPARE(bench.editor()->text(), std::string(config));
    QVERIFY(!bench.window.isWindowModified());
    bench.action(u"Redo"_s)->trigger();
    QVERIFY(bench.document()->text().find("connect_timeout: 5s") != std::string::npos);
}

void TestDrive::aProblemGoesToItsLineAndIsFixedByKey()
{
    Bench bench;
    QVERIFY(bench.ready());
    auto* problems = bench.window.findChild<problems::ProblemsView*>();
    QTRY_VERIFY(problems->count(model::Severity::Error) == 1);
    const QModelIndex group = problems->tree().model()->index(0, 0);
    problems->tree().setCurrentIndex(problems->tree().model()->index(0, 0, group));

    QTest::keyClick(&problems->tree(), Qt::Key_Return);
    QCOMPARE(bench.editor()->caret() > std::string(config).find("http_filters"), true);
    QVERIFY(bench.editor()->isVisible());
    QVERIFY(bench.project.selection().path().contains(u"http_filters[0]"_s));
    problems->tree().setFocus();
    QTest::keyClick(&problems->tree(), Qt::Key_Period, Qt::ControlModifier);

    QVERIFY(bench.document()->text().find("filters.http.router.v3.Router") != std::string::npos);
    QTRY_VERIFY(problems->count(model::Severity::Error) == 0);
}

void TestDrive::closingWithChangesAsks()
{
    Bench bench;
    QVERIFY(bench.ready());
    bench.document()->apply(bench.document()->text() + "# more\n", u"edit"_s);

    answer(QMessageBox::Cancel);
    QVERIFY(!bench.window.close());
    QVERIFY(bench.window.isVisible());
    answer(QMessageBox::Save);
    QVERIFY(bench.window.close());

    QFile file(bench.document()->fileName());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().endsWith("# more\n"));
    bench.window.show();
    bench.document()->apply(bench.document()->text() + "# given up\n", u"edit"_s);
    answer(QMessageBox::Discard);
    QVERIFY(bench.window.close());
    file.seek(0);
    QVERIFY(!file.readAll().contains("given up"));
}

void TestDrive::aFileChangedByAnotherProgramAsksBeforeSaving()
{
    Bench bench;
    QVERIFY(bench.ready());
    bench.document()->apply(bench.document()->text() + "# mine\n", u"edit"_s);
    QFile file(bench.document()->fileName());
    QVERIFY(file.open(QIODevice::Append) && file.write("# theirs\n") > 0);
    file.close();

    bench.action(u"Save"_s)->trigger();
    QVERIFY(bench.window.infoBar().message().contains(u"changed by another program"_s));
    QVERIFY(bench.document()->isModified());
    QVERIFY(bench.window.infoBar().follow(u"Keep mine and save"_s));

    QVERIFY(!bench.document()->isModified());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().endsWith("# mine\n"));
}

void TestDrive::findsReplacesAndGoesToDefinitionsInTheText()
{
    Bench bench;
    QVERIFY(bench.ready());
    bench.action(u"To the text"_s)->trigger();
    text::TextEditor* editor = bench.editor();
    QVERIFY(editor->isVisible());
    const auto fields = editor->search().findChildren<QLineEdit*>();

    bench.action(u"Find in the text"_s)->trigger();
    QVERIFY(editor->search().isVisible());
    QTest::keyClicks(fields[0], u"cluster: pay"_s);
    QVERIFY(editor->caret() > std::string(config).find("cluster: pay"));
    QTest::keyClick(fields[0], Qt::Key_Escape);
    QVERIFY(!editor->search().isVisible());
    editor->setCaret(std::string(config).find("cluster: pay") + 10);
    QTest::keyClick(editor->focusProxy(), Qt::Key_F12);
    QCOMPARE(bench.project.selection().path(), cluster);
    editor->search().open(false);
    fields[0]->setText(u"STATIC"_s);
    fields[1]->setText(u"STRICT_DNS"_s);
    QCOMPARE(editor->search().replaceAll(), 1);

    QVERIFY(bench.document()->text().find("type: STRICT_DNS") != std::string::npos);
    bench.document()->history().undo();
    QCOMPARE(editor->text(), std::string(config));
}

void TestDrive::tellsLineAndColumn()
{
    Bench bench;
    QVERIFY(bench.ready());
    bench.action(u"To the text"_s)->trigger();

    bench.editor()->setCaret(std::string(config).find("listeners"));

    QTRY_COMPARE(bench.window.findChild<QLabel*>(u"place"_s)->text(), u"Line 3, column 3"_s);
    bench.action(u"To the graph"_s)->trigger();
    QVERIFY(bench.window.findChild<QLabel*>(u"place"_s)->text().isEmpty());
}

void TestDrive::helpNamesEveryShortcutAndTheLicence()
{
    Bench bench;

    bench.action(u"Shortcuts"_s)->trigger();

    const auto* help = bench.window.findChild<Help*>();
    QVERIFY(help && help->isVisible());
    const QString text = help->findChild<QTextBrowser*>()->toPlainText();
    for (const QString& word : {u"Ctrl+O"_s, u"Ctrl+Shift+F"_s, u"Alt+Up"_s, u"F12"_s, u"GNU General Public License"_s})
        QVERIFY2(text.contains(word), qPrintable(word));
}

void TestDrive::everyMenuEntryDoesSomething()
{
    Bench bench;
    QVERIFY(bench.ready());
    int entries = 0;
    for (const QAction* top : bench.window.menuBar()->actions()) {
        QVERIFY2(!top->menu()->actions().isEmpty(), qPrintable(top->text()));
        for (const QAction* entry : top->menu()->actions()) {
            if (entry->isSeparator() || entry->menu()) continue;
            ++entries;
            const QMetaMethod triggered = QMetaMethod::fromSignal(&QAction::triggered),
                              toggled = QMetaMethod::fromSignal(&QAction::toggled);
            const auto isConnected = &OpenAction::isSignalConnected;
            QVERIFY2((entry->*isConnected)(triggered) || (entry->*isConnected)(toggled), qPrintable(entry->text()));
        }
    }
    QVERIFY(entries > 25);
}

void TestDrive::aLearnedSchemaCanBeChosen()
{
    model::api::LearnOptions options;
    options.name = "mine";
    options.run = false;
    const auto learned = model::api::learn(TEST_ENVOY, options);
    QVERIFY2(learned, learned ? "" : learned.error().text().c_str());
    QVERIFY(model::api::Store().save(learned->catalog));
    Bench bench;
    QVERIFY(bench.ready());
    auto* menu = bench.window.findChild<QMenu*>(u"schemas"_s);
    QVERIFY(menu);

    Q_EMIT menu->aboutToShow();
    const auto entries = menu->actions();
    const auto mine = std::ranges::find_if(entries, [](const QAction* entry) { return entry->text() == u"mine"_s; });
    QVERIFY(mine != entries.end());
    (*mine)->trigger();

    QVERIFY(bench.project.schema());
    QCOMPARE(bench.project.schema()->name(), std::string("mine"));
    QTRY_COMPARE(bench.document()->revision()->schema()->name(), std::string("mine"));
    QTRY_VERIFY(!bench.document()->findings().empty()); // The checks still run.
    bench.click(NodeKind::Cluster);
    QTRY_VERIFY(bench.form().editor(cluster + u".connect_timeout"_s));
}

void TestDrive::fitsSmallScreens()
{
    Bench bench;
    QVERIFY(bench.ready());

    bench.window.resize(1024, 768);

    QTRY_COMPARE(bench.window.size(), QSize(1024, 768));
    QVERIFY(bench.window.minimumSizeHint().width() <= 1024);
    QVERIFY(bench.window.graphView().width() >= 600);
    QVERIFY(!bench.tree()->isVisible()); // Its region is a rail now.
    bench.click(NodeKind::Cluster);
    QTRY_VERIFY(bench.form().editor(cluster + u".connect_timeout"_s));
    auto* area = bench.form().findChild<QScrollArea*>();
    QTRY_VERIFY(area->widget()->width() <= area->viewport()->width()); // Nothing of the form is cut off.
    auto* rail = bench.window.findChild<Rail*>();
    QVERIFY(rail && rail->isVisible());
    bench.window.resize(1280, 800);
    QTRY_VERIFY(bench.tree()->isVisible());
}

void TestDrive::aFileThatChangesOnDiskIsReadAgainUnlessItWasEdited()
{
    Bench bench;
    QVERIFY(bench.ready());
    const auto append = [&](const char* text) {
        QFile file(bench.document()->fileName());
        return file.open(QIODevice::Append) && file.write(text) > 0;
    };

    QVERIFY(append("# theirs\n")); // Nothing was edited: it follows by itself, while the window is looked at.
    QTRY_VERIFY(bench.document()->text().ends_with("# theirs\n"));
    QVERIFY(!bench.document()->isModified());
    QTRY_VERIFY(bench.window.infoBar().message().contains(u"was read again"_s));
    bench.document()->apply(bench.document()->text() + "# mine\n", u"edit"_s);
    QVERIFY(append("# theirs too\n"));

    QTRY_VERIFY(bench.window.infoBar().message().contains(u"changed by another program"_s));
    QVERIFY(bench.document()->text().ends_with("# mine\n"));
    QVERIFY(bench.window.infoBar().follow(u"Reload"_s));
    QVERIFY(bench.document()->text().ends_with("# theirs too\n"));
    bench.document()->history().undo(); // What was mine is one step away.
    QVERIFY(bench.document()->text().ends_with("# mine\n"));
}

QTEST_MAIN(TestDrive)
#include "tst_drive.moc"
