#include "tests/support/graph_bench.h"

#include <QCoreApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QToolTip>

using namespace graph_bench;
using model::diff::ResourceChange;
using model::graph::NodeKind;
using model::push::Type;

namespace {

QPoint centreOf(Bench& bench, int node)
{
    const NodeItem* item = bench.view.graphScene().nodeItems()[static_cast<std::size_t>(node)];
    return bench.view.mapFromScene(item->mapRectToScene(item->body()).center());
}

NodeChange changeOf(Bench& bench, NodeKind kind, const char* title)
{
    GraphScene& scene = bench.view.graphScene();
    const int node = find(scene, kind, title);
    return node < 0 ? NodeChange::None : scene.nodeItems()[static_cast<std::size_t>(node)]->state.change;
}

ResourceChange change(ResourceChange::Kind kind, Type type, const char* name, const char* path)
{
    return {kind, type, name, path, {}, {}, {}};
}

} // namespace

/// What the canvas does with the pointer and with news, beyond editing.
class TestCanvas : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("MeshwrightTest"));
        Theme::install();
    }
    void init() { QSettings().clear(); }
    void staysFittedWhenItsRoomChanges();
    void tellsWhatANodeIsAfterAWhile();
    void controlAndClickAddsToTheSelection();
    void marksWhatDiffersFromWhatRuns();
    void showsWhatWasRemovedAndStillRuns();
};

void TestCanvas::staysFittedWhenItsRoomChanges()
{
    Bench bench;
    QVERIFY(bench.ready());
    const auto seesAll = [&] { return bench.view.visibleArea().contains(bench.view.content()); };
    QTRY_VERIFY(bench.view.isFitted() && seesAll());

    bench.view.resize(420, 240);
    QTRY_VERIFY(seesAll());
    bench.view.resize(1000, 600);
    QTRY_VERIFY(seesAll());
    bench.view.setZoom(1.5);
    QVERIFY(!bench.view.isFitted());
    bench.view.resize(420, 240);

    QCOMPARE(bench.view.zoom(), 1.5); // The user's own zoom stays.
}

void TestCanvas::tellsWhatANodeIsAfterAWhile()
{
    Bench bench;
    QVERIFY(bench.ready());
    QVERIFY(QTest::qWaitForWindowExposed(&bench.view));
    QToolTip::hideText();
    const int pay = find(bench.view.graphScene(), NodeKind::Cluster, "pay");
    QElapsedTimer clock;

    QTest::mouseMove(bench.view.viewport(), centreOf(bench, pay) - QPoint(3, 0));
    QTest::mouseMove(bench.view.viewport(), centreOf(bench, pay));
    clock.start();
    QVERIFY(!QToolTip::isVisible());
    QTRY_VERIFY(QToolTip::isVisible());

    QVERIFY2(clock.elapsed() >= 250, qPrintable(QString::number(clock.elapsed())));
    QVERIFY2(QToolTip::text().contains(QStringLiteral("pay")), qPrintable(QToolTip::text()));
    QVERIFY(QToolTip::text().contains(QStringLiteral("static_resources.clusters[0]")));
}

void TestCanvas::controlAndClickAddsToTheSelection()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    const int pay = find(scene, NodeKind::Cluster, "pay"), web = find(scene, NodeKind::Cluster, "web");

    QTest::mouseClick(bench.view.viewport(), Qt::LeftButton, {}, centreOf(bench, pay));
    QTest::mouseClick(bench.view.viewport(), Qt::LeftButton, Qt::ControlModifier, centreOf(bench, web));
    QCOMPARE(scene.selectedNodes().size(), std::size_t(2));
    QTest::mouseClick(bench.view.viewport(), Qt::LeftButton, Qt::ControlModifier, centreOf(bench, pay));

    QCOMPARE(scene.selectedNodes(), std::vector<int>{web});
    QCOMPARE(bench.project.selection().path(), QStringLiteral("static_resources.clusters[1]"));
}

void TestCanvas::marksWhatDiffersFromWhatRuns()
{
    Bench bench;
    QVERIFY(bench.ready());
    ResourceChange routes =
        change(ResourceChange::Kind::Changed, Type::Rds, "local",
               "static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config");
    routes.fields = {{"virtual_hosts[0].routes[0].route.timeout", "", "3s"},
                     {"virtual_hosts[0].routes[1]", "", "match {}"}};

    bench.view.graphScene().setDifferences(
        {{0, "edge", {routes, change(ResourceChange::Kind::Added, Type::Cds, "web", "static_resources.clusters[1]")}}});

    QCOMPARE(changeOf(bench, NodeKind::Route, "/pay"), NodeChange::Changed);
    QCOMPARE(changeOf(bench, NodeKind::Route, "/"), NodeChange::Added);
    QCOMPARE(changeOf(bench, NodeKind::Cluster, "web"), NodeChange::Added);
    QCOMPARE(changeOf(bench, NodeKind::Endpoint, "10.0.0.3:80"), NodeChange::Added);
    QCOMPARE(changeOf(bench, NodeKind::Cluster, "pay"), NodeChange::None);
    bench.view.graphScene().setDifferences({});
    QCOMPARE(changeOf(bench, NodeKind::Route, "/pay"), NodeChange::None);
}

void TestCanvas::showsWhatWasRemovedAndStillRuns()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    const std::size_t before = scene.nodeItems().size();

    scene.setDifferences(
        {{0, "edge", {change(ResourceChange::Kind::Removed, Type::Cds, "old", "static_resources.clusters[2]")}}});

    QTRY_COMPARE(scene.nodeItems().size(), before + 1);
    QCOMPARE(changeOf(bench, NodeKind::Cluster, "old"), NodeChange::Removed);
    const NodeItem* old = scene.nodeItems()[static_cast<std::size_t>(find(scene, NodeKind::Cluster, "old"))];
    QVERIFY(scene.boxItems().front()->rect().contains(old->mapRectToScene(old->body()))); // In its proxy's box,
    for (const NodeItem* item : scene.nodeItems())                                        // over nobody.
        QVERIFY(item == old || !item->mapRectToScene(item->body()).intersects(old->mapRectToScene(old->body())));
    QTest::mouseClick(bench.view.viewport(), Qt::LeftButton, {}, centreOf(bench, old->index()));
    bench.view.deleteCurrent(); // There is nothing to delete: the text has it no longer.
    scene.setDifferences({});

    QTRY_COMPARE(scene.nodeItems().size(), before);
    QCOMPARE(bench.document->text(), std::string(config));
}

QTEST_MAIN(TestCanvas)
#include "tst_canvas.moc"
