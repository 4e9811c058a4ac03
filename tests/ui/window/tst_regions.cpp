// The window's regions, tabs and palettes, by mouse and keys.
#include "tests/support/window_bench.h"
#include "ui/problems/problems_view.h"
#include "ui/push/push_panel.h"
#include "ui/tables/endpoint_table.h"
#include "ui/window/palette.h"
#include "ui/window/panel_stack.h"
#include "ui/window/rail.h"
#include "ui/window/regions.h"

#include <QLineEdit>
#include <QListView>
#include <QSettings>
#include <QSplitter>
#include <QTabBar>

using namespace window_bench;

namespace {

template <class Panel> Panel* panel(Bench& bench) { return bench.window.findChild<Panel*>(); }

QPoint tabOf(const QWidget* panel)
{
    PanelStack* stack = PanelStack::of(panel);
    for (int i = 0; i < stack->count(); ++i)
        if (stack->panel(i) == panel) return stack->tabs().tabRect(i).center();
    return {};
}

/// Takes a tab by the mouse and lets it go over the row of another stack.
void drag(const QWidget* panel, PanelStack& to)
{
    QTabBar& from = PanelStack::of(panel)->tabs();
    const QPoint start = tabOf(panel);
    const QPoint target = from.mapFromGlobal(to.mapToGlobal(QPoint(to.width() - 40, 15)));
    QTest::mousePress(&from, Qt::LeftButton, {}, start);
    for (int step = 1; step <= 4; ++step) QTest::mouseMove(&from, start + (target - start) * step / 4);
    QTest::mouseRelease(&from, Qt::LeftButton, {}, target);
}

CommandPalette* palette() { return qobject_cast<CommandPalette*>(QApplication::activePopupWidget()); }

} // namespace

class TestRegions : public QObject {
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
    void everyCommandIsFoundByName();
    void everyNodeAndFileIsFoundByName();
    void aDoubleClickMaximisesARegionAndEscapeRestoresIt();
    void tabsMoveBetweenStacksByMouse();
    void aDetachedTabComesBackWhenItsWindowCloses();
    void keysHideAndShowTheRegions();
    void theLeftRegionOpensOverTheCanvasWhereItIsNarrow();
    void aNarrowWindowHasOneStackAtItsFoot();
    void theLayoutIsKeptPerProject();
    void resetBringsEverythingBack();

private:
    QTemporaryDir m_data;
};

void TestRegions::everyCommandIsFoundByName()
{
    Bench bench;
    QVERIFY(bench.ready());

    QTest::keyClick(&bench.window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(palette());
    const QStringList all = palette()->shown();
    QVERIFY(all.contains(u"Reset layout"_s) && all.contains(u"Lay out anew"_s) && all.size() > 40);
    QVERIFY(!all.contains(u"Undo"_s)); // There is nothing to undo: it could not be run.
    QTest::keyClicks(&palette()->field(), u"the text graph"_s);
    QCOMPARE(palette()->shown(), QStringList());
    palette()->field().clear();
    QTest::keyClicks(&palette()->field(), u"to the tex"_s);
    QCOMPARE(palette()->shown(), QStringList{u"To the text"_s});
    QTest::keyClick(&palette()->field(), Qt::Key_Return);

    QVERIFY(!palette());
    QVERIFY(bench.editor()->isVisible());
}

void TestRegions::everyNodeAndFileIsFoundByName()
{
    Bench bench;
    QVERIFY(bench.ready());

    QTest::keyClick(&bench.window, Qt::Key_P, Qt::ControlModifier);
    QVERIFY(palette());
    QTest::keyClicks(&palette()->field(), u"pay"_s);
    QVERIFY(palette()->shown().contains(u"pay"_s));
    QTest::keyClick(&palette()->field(), Qt::Key_Return);
    QCOMPARE(bench.project.selection().path(), cluster);
    QTest::keyClick(&bench.window, Qt::Key_P, Qt::ControlModifier);
    QTest::keyClicks(&palette()->field(), u"edge.yaml"_s);
    QTest::keyClick(&palette()->field(), Qt::Key_Return);
    QVERIFY(bench.editor()->isVisible());
    QTest::keyClick(&bench.window, Qt::Key_P, Qt::ControlModifier);
    QTest::keyClick(&palette()->field(), Qt::Key_Escape);

    QVERIFY(!palette());
}

void TestRegions::aDoubleClickMaximisesARegionAndEscapeRestoresIt()
{
    Bench bench;
    QVERIFY(bench.ready());
    auto* endpoints = panel<tables::EndpointTable>(bench);
    PanelStack* stack = PanelStack::of(endpoints);
    const QSize before = stack->size();

    QTest::mouseDClick(&stack->tabs(), Qt::LeftButton, {}, tabOf(endpoints));

    QTRY_VERIFY(stack->width() > bench.window.width() - 20 && stack->height() > 600);
    QVERIFY(!bench.window.graphView().isVisible());
    QTest::keyClick(&bench.window, Qt::Key_Escape);
    QTRY_COMPARE(stack->size(), before);
    QVERIFY(bench.window.graphView().isVisible());
    PanelStack* canvas = PanelStack::of(&bench.window.graphView());
    QTest::mouseDClick(&canvas->tabs(), Qt::LeftButton, {}, tabOf(&bench.window.graphView()));
    QTRY_VERIFY(canvas->width() > bench.window.width() - 20);
    QTest::mouseDClick(&canvas->tabs(), Qt::LeftButton, {}, tabOf(&bench.window.graphView()));
    QTRY_COMPARE(stack->size(), before);
}

void TestRegions::tabsMoveBetweenStacksByMouse()
{
    Bench bench;
    QVERIFY(bench.ready());
    auto* problems = panel<problems::ProblemsView>(bench);
    auto* pushes = panel<push::PushPanel>(bench);
    PanelStack *left = PanelStack::of(problems), *right = PanelStack::of(pushes);
    QVERIFY(left != right);

    drag(pushes, *left);

    QCOMPARE(PanelStack::of(pushes), left);
    QCOMPARE(left->current(), static_cast<QWidget*>(pushes));
    QVERIFY(pushes->isVisible());
    drag(pushes, *PanelStack::of(&bench.window.graphView())); // The canvas takes no other tabs.
    QCOMPARE(PanelStack::of(pushes), left);
    while (right->count() > 0) drag(right->panel(0), *left);
    QVERIFY(!right->isVisible()); // An empty stack leaves its room to the other.
    QCOMPARE(left->count(), 5);
}

void TestRegions::aDetachedTabComesBackWhenItsWindowCloses()
{
    Bench bench;
    QVERIFY(bench.ready());
    auto* endpoints = panel<tables::EndpointTable>(bench);
    PanelStack* home = PanelStack::of(endpoints);

    QPointer<QWidget> own = home->detach(endpoints);

    QVERIFY(own && own->isWindow() && own->isVisible());
    QCOMPARE(endpoints->window(), own.data());
    QVERIFY(endpoints->isVisible());
    own->close();
    QCOMPARE(PanelStack::of(endpoints), home);
    QTRY_VERIFY(!own);
}

void TestRegions::keysHideAndShowTheRegions()
{
    Bench bench;
    QVERIFY(bench.ready());
    const auto shown = [&] {
        return QList<bool>{bench.tree()->isVisible(), panel<problems::ProblemsView>(bench)->isVisible(),
                           bench.form().isVisible()};
    };
    QCOMPARE(shown(), (QList<bool>{true, true, true}));

    QTest::keyClick(&bench.window, Qt::Key_B, Qt::ControlModifier);
    QCOMPARE(shown(), (QList<bool>{true, false, true}));
    QTest::keyClick(&bench.window, Qt::Key_B, Qt::ControlModifier);
    QTest::keyClick(&bench.window, Qt::Key_Space, Qt::ControlModifier);
    QCOMPARE(shown(), (QList<bool>{false, false, false}));
    QVERIFY(bench.window.findChild<Rail*>()->isVisible());
    QTest::mouseClick(bench.window.findChild<Rail*>(), Qt::LeftButton, {}, QPoint(14, 30));
    QVERIFY(bench.tree()->isVisible()); // There is room: it stands beside the canvas again.
    QVERIFY(!bench.window.regions().isLeftOverCanvas());
    bench.window.regions().reset();

    QCOMPARE(shown(), (QList<bool>{true, true, true}));
}

void TestRegions::theLeftRegionOpensOverTheCanvasWhereItIsNarrow()
{
    Bench bench;
    QVERIFY(bench.ready());
    bench.window.resize(1024, 768);
    auto* rail = bench.window.findChild<Rail*>();
    QTRY_VERIFY(rail->isVisible() && !bench.tree()->isVisible());
    const int canvas = bench.window.graphView().width();
    const QString selected = bench.project.selection().path();

    QTest::mouseClick(rail, Qt::LeftButton, {}, QPoint(14, 30));

    QTRY_VERIFY(bench.tree()->isVisible());
    QVERIFY(bench.window.regions().isLeftOverCanvas());
    QCOMPARE(bench.project.selection().path(), selected);          // Looking chooses nothing.
    QVERIFY(qAbs(bench.window.graphView().width() - canvas) <= 1); // Over it, not beside it; a splitter's line less.
    QVERIFY(bench.tree()->width() > 200 && bench.tree()->height() > 300);
    QTest::mouseClick(bench.window.graphView().viewport(), Qt::LeftButton, {}, QPoint(canvas - 30, 40));
    QTRY_VERIFY(!bench.tree()->isVisible());
    QTest::mouseClick(rail, Qt::LeftButton, {}, QPoint(14, 30));
    QTRY_VERIFY(bench.tree()->isVisible());
    QTest::keyClick(bench.tree(), Qt::Key_Escape);
    QTRY_VERIFY(!bench.tree()->isVisible());
    bench.window.resize(1280, 800);

    QTRY_VERIFY(bench.tree()->isVisible());
    QVERIFY(!bench.window.regions().isLeftOverCanvas());
}

void TestRegions::aNarrowWindowHasOneStackAtItsFoot()
{
    Bench bench;
    QVERIFY(bench.ready());
    auto* pushes = panel<push::PushPanel>(bench);
    auto* problems = panel<problems::ProblemsView>(bench);
    QVERIFY(PanelStack::of(pushes) != PanelStack::of(problems));

    bench.window.resize(1024, 768);
    QTRY_COMPARE(PanelStack::of(pushes), PanelStack::of(problems));
    QVERIFY(problems->isVisible()); // What was shown is shown.
    bench.window.resize(1280, 800);

    QTRY_VERIFY(PanelStack::of(pushes) != PanelStack::of(problems));
}

void TestRegions::theLayoutIsKeptPerProject()
{
    QTemporaryDir folder;
    const QString one = folder.filePath(u"one.yaml"_s), two = folder.filePath(u"two.yaml"_s);
    for (const QString& name : {one, two}) {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(config) > 0);
    }
    const auto run = [](const QString& file, auto&& look) {
        Project project;
        MainWindow window(project);
        window.resize(1280, 800);
        window.show();
        window.open({file});
        QVERIFY(QTest::qWaitFor([&] { return !window.graphView().graphScene().isEmpty(); }));
        look(window);
        window.close();
    };
    const auto pushesOf = [](MainWindow& window) { return window.findChild<push::PushPanel*>(); };

    run(one, [&](MainWindow& window) {
        PanelStack* left = PanelStack::of(window.findChild<problems::ProblemsView*>());
        left->adopt(pushesOf(window));
        window.regions().toggleBottom();
        window.graphView().setZoom(0.8);
    });
    run(two, [&](MainWindow& window) {
        QVERIFY(PanelStack::of(pushesOf(window)) != PanelStack::of(window.findChild<problems::ProblemsView*>()));
        QVERIFY(pushesOf(window)->parentWidget()->isVisibleTo(&window));
    });

    run(one, [&](MainWindow& window) {
        QTRY_COMPARE(PanelStack::of(pushesOf(window)), PanelStack::of(window.findChild<problems::ProblemsView*>()));
        QVERIFY(!window.findChild<problems::ProblemsView*>()->isVisible());
        QCOMPARE(window.graphView().zoom(), 0.8);
    });
}

void TestRegions::resetBringsEverythingBack()
{
    Bench bench;
    QVERIFY(bench.ready());
    auto* pushes = panel<push::PushPanel>(bench);
    PanelStack *left = PanelStack::of(panel<problems::ProblemsView>(bench)), *right = PanelStack::of(pushes);
    left->adopt(pushes);
    bench.window.regions().toggleSides();
    bench.window.regions().maximise(PanelStack::of(&bench.window.graphView()));

    bench.action(u"Reset layout"_s)->trigger();

    QCOMPARE(PanelStack::of(pushes), right);
    QVERIFY(bench.tree()->isVisible() && bench.form().isVisible() && left->isVisible() && right->isVisible());
    QVERIFY(!bench.window.regions().isMaximised());
}

QTEST_MAIN(TestRegions)
#include "tst_regions.moc"
