#include "model/import/import.h"
#include "tests/support/graph_bench.h"
#include "ui/graph/graph_export.h"

#include <QAccessible>
#include <QApplication>
#include <QFile>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>

using namespace ui;
using namespace graph_bench;

namespace {

void keepPicture(QWidget& widget, const char* name)
{
    const QString folder = qEnvironmentVariable("MESHWRIGHT_PICTURES");
    if (!folder.isEmpty()) widget.grab().save(folder + u'/' + QString::fromLatin1(name) + QStringLiteral(".png"));
}

} // namespace

class TestGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("MeshwrightTest"));
        Theme::install();
    }
    void drawsANodeForEachThingInBothThemes();
    void selectsTheSamePlaceAsTheProject();
    void retargetsARouteAsOneUndoableSplice();
    void renamesAClusterWithItsReferences();
    void addsAndDeletesFromTheGraph();
    void writesSvgAndPngOfTheWholeGraph();
    void marksFindingsAtTheirNode();
    void showsTheTwoTierMeshAsOneGraph();
    void aDraggedNodeStaysOverEditsLayoutsAndReopening();
    void tellsItsNodesToScreenReaders();
    void dragsARouteToAnotherClusterByMouse();
    void pansZoomsAndFitsByMouseAndWheel();
    void arrowsEnterAndDeleteWorkOnTheKeyboard();
    void aDoubleClickOnAHeaderCollapsesTheProxy();
};

void TestGraph::aDraggedNodeStaysOverEditsLayoutsAndReopening()
{
    QSettings().clear();
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("edge.yaml"));
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly) && out.write(config) > 0);
    out.close();
    QPointF put;
    {
        Project project;
        GraphView view(project);
        view.resize(1000, 600);
        view.show();
        Document* document = *project.open(file);
        QTRY_VERIFY(!view.graphScene().isEmpty());
        GraphScene& scene = view.graphScene();
        NodeItem* pay =
            scene.nodeItems()[static_cast<std::size_t>(find(scene, model::graph::NodeKind::Cluster, "pay"))];
        const QPoint from = view.mapFromScene(pay->mapRectToScene(pay->body()).center());

        QTest::mousePress(view.viewport(), Qt::LeftButton, {}, from);
        for (int step = 1; step <= 4; ++step) QTest::mouseMove(view.viewport(), from + QPoint(5 * step, 12 * step));
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, from + QPoint(20, 48));
        put = pay->pos();
        QVERIFY(pay->state.pinned);
        QSignalSpy laidOut(&scene, &GraphScene::laidOut);
        document->apply(document->text() + "# more\n", QStringLiteral("edit"));
        QTRY_VERIFY(!laidOut.isEmpty());

        QCOMPARE(
            scene.nodeItems()[static_cast<std::size_t>(find(scene, model::graph::NodeKind::Cluster, "pay"))]->pos(),
            put);
        document->history().undo();
    }
    Project again;
    GraphView view(again);
    QVERIFY(again.open(file));
    QTRY_VERIFY(!view.graphScene().isEmpty());
    GraphScene& scene = view.graphScene();
    const int pay = find(scene, model::graph::NodeKind::Cluster, "pay");
    QCOMPARE(scene.nodeItems()[static_cast<std::size_t>(pay)]->pos(), put);
    QSignalSpy laidOut(&scene, &GraphScene::laidOut);
    scene.unpin(pay);
    QTRY_VERIFY(!laidOut.isEmpty());
    QVERIFY(scene.nodeItems()[static_cast<std::size_t>(pay)]->pos() != put);
    QSettings().clear();
}

void TestGraph::tellsItsNodesToScreenReaders()
{
    Bench bench("static_resources:\n  clusters:\n  - name: pay\n    type: STATIC\n  - name: pay\n    type: STATIC\n");
    QVERIFY(bench.ready());
    QTRY_VERIFY(!bench.document->findings().empty());
    auto* graph = QAccessible::queryAccessibleInterface(&bench.view);
    QVERIFY(graph);
    QCOMPARE(graph->role(), QAccessible::List);
    QCOMPARE(graph->childCount(), static_cast<int>(bench.view.graphScene().nodeItems().size()));
    QAccessibleInterface* first = graph->child(0);
    QVERIFY(first);

    QVERIFY2(first->text(QAccessible::Name).startsWith(QStringLiteral("Cluster, pay, edge")),
             qPrintable(first->text(QAccessible::Name)));
    QVERIFY(!first->text(QAccessible::Description).isEmpty());
    QVERIFY(!first->state().selected);
    first->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QVERIFY(first->state().selected);
    QCOMPARE(bench.project.selection().path(), QStringLiteral("static_resources.clusters[0]"));
    QSignalSpy text(&bench.view, &GraphView::textRequested);
    first->actionInterface()->doAction(QStringLiteral("goToText"));
    QCOMPARE(text.size(), 1);
    QVERIFY(bench.view.rect().translated(bench.view.mapToGlobal(QPoint())).intersects(first->rect()));
    QCOMPARE(graph->childAt(first->rect().center().x(), first->rect().center().y()), first);
}

void TestGraph::dragsARouteToAnotherClusterByMouse()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    const int route = find(scene, model::graph::NodeKind::Route, "/pay"),
              web = find(scene, model::graph::NodeKind::Cluster, "web");
    QVERIFY(route >= 0 && web >= 0);
    const auto& edges = scene.arrangement().graph.edges;
    const auto edge = std::ranges::find_if(edges, [&](const auto& e) { return e.from == route; }) - edges.begin();
    const QPoint from =
        bench.view.mapFromScene(scene.edgeItems()[static_cast<std::size_t>(edge)]->curve().pointAtPercent(1)) -
        QPoint(3, 0);
    const auto* target = scene.nodeItems()[static_cast<std::size_t>(web)];
    const QPoint to = bench.view.mapFromScene(target->mapRectToScene(target->body()).center());

    QTest::mousePress(bench.view.viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(bench.view.viewport(), (from + to) / 2);
    QTest::mouseMove(bench.view.viewport(), to);
    QTest::mouseRelease(bench.view.viewport(), Qt::LeftButton, {}, to);

    QVERIFY(bench.document->text().find("prefix: /pay}\n                route: {cluster: web}") != std::string::npos);
    bench.document->history().undo();
    QCOMPARE(bench.document->text(), std::string(config));
}

void TestGraph::pansZoomsAndFitsByMouseAndWheel()
{
    Bench bench;
    QVERIFY(bench.ready());
    QWidget* canvas = bench.view.viewport();
    const double before = bench.view.zoom();

    QWheelEvent wheel({500, 300}, canvas->mapToGlobal(QPointF(500, 300)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas, &wheel);
    QVERIFY(bench.view.zoom() > before);
    bench.view.setZoom(2);
    const QPointF seen = bench.view.visibleArea().center();
    QTest::mousePress(canvas, Qt::MiddleButton, {}, {500, 500});
    QTest::mouseMove(canvas, {420, 440});
    QTest::mouseRelease(canvas, Qt::MiddleButton, {}, {420, 440});
    QVERIFY(bench.view.visibleArea().center() != seen);
    bench.view.fit();

    QVERIFY(bench.view.visibleArea().contains(bench.view.content()));
}

void TestGraph::arrowsEnterAndDeleteWorkOnTheKeyboard()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    scene.choose(find(scene, model::graph::NodeKind::Route, "/pay"));
    QSignalSpy edit(&bench.view, &GraphView::editRequested);

    QTest::keyClick(&bench.view, Qt::Key_Right);
    QCOMPARE(scene.node(scene.currentNode()).kind, model::graph::NodeKind::Cluster);
    QVERIFY(scene.nodeItems()[static_cast<std::size_t>(scene.currentNode())]->state.focused);
    QTest::keyClick(&bench.view, Qt::Key_Return);
    QCOMPARE(edit.size(), 1);
    QTest::keyClick(&bench.view, Qt::Key_Left);
    const std::string gone = scene.node(scene.currentNode()).title;
    QTest::keyClick(&bench.view, Qt::Key_Delete);

    QVERIFY(bench.document->text().find("prefix: " + gone + "}") == std::string::npos);
    bench.document->history().undo();
    QCOMPARE(bench.document->text(), std::string(config));
}

void TestGraph::aDoubleClickOnAHeaderCollapsesTheProxy()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    const std::size_t before = scene.nodeItems().size();
    const auto centre = [&](const QRectF& rect) { return bench.view.mapFromScene(rect.center()); };

    QTest::mouseDClick(bench.view.viewport(), Qt::LeftButton, {}, centre(scene.boxItems().front()->header()));
    QTRY_VERIFY(scene.nodeItems().size() < before);
    const NodeItem* folded = scene.nodeItems().front();
    QTest::mouseDClick(bench.view.viewport(), Qt::LeftButton, {}, centre(folded->mapRectToScene(folded->body())));

    QTRY_COMPARE(scene.nodeItems().size(), before);
}

void TestGraph::drawsANodeForEachThingInBothThemes()
{
    Bench bench;
    QVERIFY(bench.ready());

    GraphScene& scene = bench.view.graphScene();
    QVERIFY(find(scene, model::graph::NodeKind::Listener, ":8080") >= 0 || scene.nodeItems().size() >= 7);
    QVERIFY(find(scene, model::graph::NodeKind::Cluster, "pay") >= 0);
    keepPicture(bench.view, "graph-light");
    Theme::choose(ThemeChoice::Dark);
    keepPicture(bench.view, "graph-dark");
    Theme::choose(ThemeChoice::Light);
    bench.view.setZoom(0.5);
    keepPicture(bench.view, "graph-label");
}

void TestGraph::selectsTheSamePlaceAsTheProject()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    const int pay = find(scene, model::graph::NodeKind::Cluster, "pay");

    scene.choose(pay);
    QCOMPARE(bench.project.selection().path(), QStringLiteral("static_resources.clusters[0]"));
    bench.project.selection().select(bench.document, QStringLiteral("static_resources.clusters[1].name"));

    QCOMPARE(scene.currentNode(), find(scene, model::graph::NodeKind::Cluster, "web"));
}

void TestGraph::retargetsARouteAsOneUndoableSplice()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    const auto& graph = scene.arrangement().graph;
    const int pay = find(scene, model::graph::NodeKind::Cluster, "pay");
    const int web = find(scene, model::graph::NodeKind::Cluster, "web");
    int edge = -1;
    for (std::size_t i = 0; i < graph.edges.size(); ++i)
        if (graph.edges[i].to == pay && GraphEdits::canRetarget(graph, int(i))) edge = int(i);
    QVERIFY(edge >= 0);

    GraphEdits edits(bench.project);
    const auto result = edits.retarget(graph, edge, web);

    QVERIFY2(bool(result), result ? "" : result.error().text().c_str());
    QString expected = QString::fromLatin1(config);
    expected.replace(QStringLiteral("route: {cluster: pay}"), QStringLiteral("route: {cluster: web}"));
    QCOMPARE(QString::fromStdString(bench.document->text()), expected);
    bench.document->history().undo();
    QCOMPARE(QString::fromStdString(bench.document->text()), QString::fromLatin1(config));
}

void TestGraph::renamesAClusterWithItsReferences()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();
    GraphEdits edits(bench.project);

    const auto result = edits.rename(scene.arrangement().graph, find(scene, model::graph::NodeKind::Cluster, "pay"),
                                     QStringLiteral("billing"));

    QVERIFY2(bool(result), result ? "" : result.error().text().c_str());
    QString expected = QString::fromLatin1(config);
    expected.replace(QStringLiteral("cluster: pay"), QStringLiteral("cluster: billing"));
    expected.replace(QStringLiteral("name: pay"), QStringLiteral("name: billing"));
    QCOMPARE(QString::fromStdString(bench.document->text()), expected);
    QCOMPARE(bench.document->history().count(), 1);
}

void TestGraph::addsAndDeletesFromTheGraph()
{
    for (const Addition addition : {Addition::Listener, Addition::Cluster, Addition::Endpoint, Addition::Route}) {
        Bench bench;
        QVERIFY(bench.ready());
        GraphScene& scene = bench.view.graphScene();
        const bool isRoute = addition == Addition::Route;
        const int node = isRoute ? find(scene, model::graph::NodeKind::Route, "/")
                                 : find(scene, model::graph::NodeKind::Cluster, "web");
        QVERIFY(node >= 0);
        const std::size_t before = scene.nodeItems().size();
        GraphEdits edits(bench.project);

        const auto added = edits.add(scene.arrangement().graph, node, addition);

        QVERIFY2(bool(added), added ? "" : added.error().text().c_str());
        QTRY_VERIFY(scene.nodeItems().size() > before);
        QVERIFY(!model::hasErrors(bench.document->settle()->findings()));
        bench.document->history().undo();
        QTRY_COMPARE(scene.nodeItems().size(), before);
        QCOMPARE(QString::fromStdString(bench.document->text()), QString::fromLatin1(config));
        QVERIFY(bool(edits.remove(scene.arrangement().graph, node)));
        QTRY_VERIFY(scene.nodeItems().size() < before);
    }
}

void TestGraph::writesSvgAndPngOfTheWholeGraph()
{
    Bench bench;
    QVERIFY(bench.ready());
    QTemporaryDir folder;

    QVERIFY(bool(writeSvg(bench.view.graphScene(), folder.filePath(QStringLiteral("g.svg")))));
    QVERIFY(bool(writePng(bench.view.graphScene(), folder.filePath(QStringLiteral("g.png")))));

    QFile svg(folder.filePath(QStringLiteral("g.svg")));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    QVERIFY(svg.readAll().contains("pay"));
    QVERIFY(QImage(folder.filePath(QStringLiteral("g.png"))).width() > 800);
}

void TestGraph::marksFindingsAtTheirNode()
{
    Bench bench;
    QVERIFY(bench.ready());
    GraphScene& scene = bench.view.graphScene();

    scene.setMarks({{0, "static_resources.clusters[0].type", model::Severity::Error}});

    const auto* pay = scene.nodeItems()[static_cast<std::size_t>(find(scene, model::graph::NodeKind::Cluster, "pay"))];
    QCOMPARE(pay->state.problems, 1);
    QCOMPARE(pay->state.severity, model::Severity::Error);
}

void TestGraph::showsTheTwoTierMeshAsOneGraph()
{
    Project project;
    for (const char* name : {"front-envoy", "service-a", "service-b"}) {
        QFile file(QStringLiteral(TEST_SCENARIOS "/two-tier-mesh/%1.v2.yaml").arg(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto imported = model::import::toV3(*model::source::Revision::of(file.readAll().toStdString()));
        QVERIFY(bool(imported));
        project.add(QString::fromLatin1(name) + QStringLiteral(".yaml"), imported->yaml);
    }
    GraphView view(project);
    view.graphScene().setLayers(model::graph::Layers::Compact);
    view.resize(790, 391);
    view.show();

    QTRY_VERIFY(!view.graphScene().isEmpty());
    QTRY_COMPARE(view.graphScene().boxItems().size(), 3U);
    const auto& edges = view.graphScene().arrangement().graph.edges;
    QVERIFY(std::any_of(edges.begin(), edges.end(),
                        [](const auto& e) { return e.kind == model::graph::Edge::Kind::Joins; }));
    keepPicture(view, "mesh-compact");
    Theme::choose(ThemeChoice::Dark);
    keepPicture(view, "mesh-dark");
    Theme::choose(ThemeChoice::Light);
    view.graphScene().setLayers(model::graph::Layers::All);
    QTest::qWait(300);
    view.fit();
    keepPicture(view, "mesh-all");
}

QTEST_MAIN(TestGraph)
#include "tst_graph.moc"
