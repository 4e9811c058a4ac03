#include "model/import/import.h"
#include "ui/graph/graph_export.h"
#include "ui/graph/graph_view.h"
#include "ui/style/theme.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace ui;

namespace {

const char* const config = R"(node: {id: edge}
static_resources:
  listeners:
  - name: ingress   # kept
    address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          route_config:
            name: local
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: /pay}
                route: {cluster: pay}
              - match: {prefix: /}
                route: {cluster: web}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: pay
    type: STATIC
    load_assignment:
      cluster_name: pay
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}
        - endpoint: {address: {socket_address: {address: 10.0.0.2, port_value: 80}}}
  - name: web
    type: STATIC
    load_assignment:
      cluster_name: web
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 10.0.0.3, port_value: 80}}}
)";

int find(GraphScene& scene, model::graph::NodeKind kind, const char* title)
{
    for (const NodeItem* item : scene.nodeItems())
        if (scene.node(item->index()).kind == kind && scene.node(item->index()).title == title) return item->index();
    return -1;
}

/// A project of one document, its view, and a text after edits.
struct Bench {
    explicit Bench(const char* text = config)
        : document(project.add(QStringLiteral("edge.yaml"), text))
        , view(project)
    {
        view.resize(1000, 600);
        view.show();
    }
    bool ready() { return QTest::qWaitFor([&] { return !view.graphScene().isEmpty(); }); }
    Project project;
    Document* document;
    GraphView view;
};

void keepPicture(QWidget& widget, const char* name)
{
    const QString folder = qEnvironmentVariable("MESHWRIGHT_PICTURES");
    if (!folder.isEmpty()) widget.grab().save(folder + u'/' + QString::fromLatin1(name) + QStringLiteral(".png"));
}

} // namespace

class TestGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::install(); }
    void drawsANodeForEachThingInBothThemes();
    void selectsTheSamePlaceAsTheProject();
    void retargetsARouteAsOneUndoableSplice();
    void renamesAClusterWithItsReferences();
    void addsAndDeletesFromTheGraph();
    void writesSvgAndPngOfTheWholeGraph();
    void marksFindingsAtTheirNode();
    void showsTheTwoTierMeshAsOneGraph();
};

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

    const auto result = edits.rename(scene.arrangement().graph, find(scene, model::graph::NodeKind::Cluster, "pay"), QStringLiteral("billing"));

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
        const int node = isRoute ? find(scene, model::graph::NodeKind::Route, "/") : find(scene, model::graph::NodeKind::Cluster, "web");
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
    QVERIFY(std::any_of(edges.begin(), edges.end(), [](const auto& e) { return e.kind == model::graph::Edge::Kind::Joins; }));
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
