#include "model/graph/layout.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace model::graph;

namespace {

/// Builds graphs by hand: nodes by kind and proxy, edges by index.
struct Builder {
    Graph graph;
    int node(const std::string& proxy, NodeKind kind, int order = -1)
    {
        if (std::ranges::find(graph.proxies, proxy) == graph.proxies.end()) graph.proxies.push_back(proxy);
        Node n;
        n.id = proxy + "/" + std::to_string(graph.nodes.size());
        n.kind = kind;
        n.proxy = proxy;
        n.order = order;
        graph.nodes.push_back(n);
        return static_cast<int>(graph.nodes.size()) - 1;
    }
    void edge(int from, int to, Edge::Kind kind = Edge::Kind::Owns)
    {
        Edge e;
        e.from = from;
        e.to = to;
        e.kind = kind;
        graph.edges.push_back(e);
    }
};

/// A random proxy: listeners, shared clusters, TCP proxies with long edges, aggregate clusters that may form cycles.
void addProxy(Builder& b, const std::string& name, std::mt19937& random)
{
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::vector<int> clusters, routes, tcps;
    for (int l = 0, n = 1 + below(4); l < n; ++l) {
        const int listener = b.node(name, NodeKind::Listener);
        for (int c = 0, m = 1 + below(2); c < m; ++c) {
            const int chain = b.node(name, NodeKind::FilterChain);
            b.edge(listener, chain);
            if (below(3) == 0) {
                tcps.push_back(b.node(name, NodeKind::TcpProxy));
                b.edge(chain, tcps.back());
                continue;
            }
            const int manager = b.node(name, NodeKind::Manager);
            b.edge(chain, manager);
            for (int v = 0, k = 1 + below(3); v < k; ++v) {
                const int host = b.node(name, NodeKind::VirtualHost);
                b.edge(manager, host);
                for (int r = 0, q = 1 + below(5); r < q; ++r) {
                    routes.push_back(b.node(name, NodeKind::Route, r));
                    b.edge(host, routes.back());
                }
            }
        }
    }
    for (int c = 0, n = 1 + below(6); c < n; ++c) {
        clusters.push_back(b.node(name, NodeKind::Cluster));
        for (int e = 0, m = below(4); e < m; ++e) b.edge(clusters.back(), b.node(name, NodeKind::Endpoint));
    }
    const auto any = [&] { return clusters[static_cast<std::size_t>(below(static_cast<int>(clusters.size())))]; };
    for (const int r : routes) b.edge(r, any(), Edge::Kind::RoutesTo);
    for (const int t : tcps) b.edge(t, any(), Edge::Kind::ConnectsTo);
    if (clusters.size() > 2) b.edge(any(), any(), Edge::Kind::RoutesTo);
}

Graph randomMesh(unsigned seed)
{
    std::mt19937 random(seed);
    Builder b;
    for (int p = 0, n = 1 + static_cast<int>(random() % 5); p < n; ++p) addProxy(b, "p" + std::to_string(p), random);
    std::vector<int> endpoints, listeners;
    for (std::size_t i = 0; i < b.graph.nodes.size(); ++i) {
        if (b.graph.nodes[i].kind == NodeKind::Endpoint) endpoints.push_back(static_cast<int>(i));
        if (b.graph.nodes[i].kind == NodeKind::Listener) listeners.push_back(static_cast<int>(i));
    }
    for (const int e : endpoints)
        if (random() % 3 == 0) b.edge(e, listeners[random() % listeners.size()], Edge::Kind::Joins);
    return b.graph;
}

std::vector<Size> sizesFor(const Graph& graph)
{
    std::vector<Size> sizes;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        sizes.push_back({120.0 + 8 * static_cast<double>(i % 10), i % 7 == 0 ? 62.0 : 46.0});
    return sizes;
}

bool overlap(const Rect& a, const Rect& b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool contains(const Rect& a, const Rect& b)
{
    return b.x >= a.x && b.y >= a.y && b.x + b.width <= a.x + a.width && b.y + b.height <= a.y + a.height;
}

/// True when the open segment passes through the inside of the rectangle (Liang and Barsky's clipping).
bool cuts(Point p, Point q, const Rect& r)
{
    const double inset = 0.01;
    const double d[] = {p.x - q.x, q.x - p.x, p.y - q.y, q.y - p.y};
    const double s[] = {p.x - r.x - inset, r.x + r.width - inset - p.x, p.y - r.y - inset,
                        r.y + r.height - inset - p.y};
    double enter = 0;
    double leave = 1;
    for (int i = 0; i < 4; ++i) {
        if (d[i] == 0) {
            if (s[i] < 0) return false;
            continue;
        }
        const double t = s[i] / d[i];
        if (d[i] < 0) enter = std::max(enter, t);
        else leave = std::min(leave, t);
    }
    return enter < leave;
}

constexpr unsigned seeds = 60;

} // namespace

/// Layout: its promises, over many random meshes.
class TestLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nodesNeverOverlap();
    void boxesNeverOverlapAndHoldTheirNodes();
    void edgesRunLeftToRight();
    void routesStayInMatchOrder();
    void edgesCutNoNode();
    void joinsCutNoOtherBox();
    void edgesBeginAndEndAtTheirNodes();
    void callersStandLeftOfWhomTheyCall();
    void isTheSameEveryTime();
    void canBeCancelled();
    void takesAnEmptyGraph();
    void untanglesWhatCanBeUntangled();
    void aStraightChainIsDrawnStraight();
};

void TestLayout::nodesNeverOverlap()
{
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomMesh(seed);
        const Layout drawn = layout(graph, sizesFor(graph));
        QCOMPARE(drawn.nodes.size(), graph.nodes.size());
        for (std::size_t i = 0; i < drawn.nodes.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY2(!overlap(drawn.nodes[i], drawn.nodes[j]), std::to_string(seed).c_str());
    }
}

void TestLayout::boxesNeverOverlapAndHoldTheirNodes()
{
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomMesh(seed);
        const Layout drawn = layout(graph, sizesFor(graph));
        QCOMPARE(drawn.proxies.size(), graph.proxies.size());
        for (std::size_t i = 0; i < drawn.proxies.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) QVERIFY(!overlap(drawn.proxies[i], drawn.proxies[j]));
            for (std::size_t n = 0; n < graph.nodes.size(); ++n)
                if (graph.nodes[n].proxy == graph.proxies[i]) QVERIFY(contains(drawn.proxies[i], drawn.nodes[n]));
        }
    }
}

void TestLayout::edgesRunLeftToRight()
{
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomMesh(seed);
        const Layout drawn = layout(graph, sizesFor(graph));
        for (const Edge& edge : graph.edges)
            if (graph.nodes[edge.from].kind < graph.nodes[edge.to].kind)
                QVERIFY(drawn.nodes[edge.from].x + drawn.nodes[edge.from].width < drawn.nodes[edge.to].x);
    }
}

void TestLayout::routesStayInMatchOrder()
{
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomMesh(seed);
        const Layout drawn = layout(graph, sizesFor(graph));
        for (const Edge& a : graph.edges)
            for (const Edge& b : graph.edges)
                if (a.from == b.from && graph.nodes[a.to].order >= 0 &&
                    graph.nodes[a.to].order < graph.nodes[b.to].order)
                    QVERIFY(drawn.nodes[a.to].y < drawn.nodes[b.to].y);
    }
}

void TestLayout::edgesCutNoNode()
{
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomMesh(seed);
        const Layout drawn = layout(graph, sizesFor(graph));
        for (std::size_t e = 0; e < graph.edges.size(); ++e)
            for (std::size_t i = 1; i < drawn.edges[e].size(); ++i)
                for (std::size_t n = 0; n < drawn.nodes.size(); ++n)
                    QVERIFY2(!cuts(drawn.edges[e][i - 1], drawn.edges[e][i], drawn.nodes[n]),
                             qPrintable(QStringLiteral("seed %1 edge %2 node %3").arg(seed).arg(e).arg(n)));
    }
}

void TestLayout::joinsCutNoOtherBox()
{
    for (unsigned seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomMesh(seed);
        const Layout drawn = layout(graph, sizesFor(graph));
        for (std::size_t e = 0; e < graph.edges.size(); ++e) {
            const auto isEnd = [&](const std::string& proxy) {
                return graph.nodes[graph.edges[e].from].proxy == proxy || graph.nodes[graph.edges[e].to].proxy == proxy;
            };
            for (std::size_t p = 0; p < graph.proxies.size(); ++p)
                for (std::size_t i = 1; !isEnd(graph.proxies[p]) && i < drawn.edges[e].size(); ++i)
                    QVERIFY(!cuts(drawn.edges[e][i - 1], drawn.edges[e][i], drawn.proxies[p]));
        }
    }
}

void TestLayout::edgesBeginAndEndAtTheirNodes()
{
    const Graph graph = randomMesh(7);
    const Layout drawn = layout(graph, sizesFor(graph));
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const Rect from = drawn.nodes[graph.edges[e].from];
        const Rect to = drawn.nodes[graph.edges[e].to];
        QVERIFY(drawn.edges[e].size() >= 2);
        QCOMPARE(drawn.edges[e].front(), (Point{from.x + from.width, from.y + from.height / 2}));
        QCOMPARE(drawn.edges[e].back(), (Point{to.x, to.y + to.height / 2}));
    }
}

void TestLayout::callersStandLeftOfWhomTheyCall()
{
    Builder b;
    const int callee = b.node("service", NodeKind::Listener);
    const int caller = b.node("front", NodeKind::Endpoint);
    b.edge(caller, callee, Edge::Kind::Joins);

    const Layout drawn = layout(b.graph, sizesFor(b.graph));

    QVERIFY(drawn.proxies[1].x + drawn.proxies[1].width < drawn.proxies[0].x);
    QCOMPARE(drawn.edges[0].front().y, drawn.edges[0].back().y);
}

void TestLayout::isTheSameEveryTime()
{
    const Graph graph = randomMesh(3);
    const Layout once = layout(graph, sizesFor(graph));
    const Layout again = layout(graph, sizesFor(graph));
    QVERIFY(once.edges == again.edges);
}

void TestLayout::canBeCancelled()
{
    const Graph graph = randomMesh(3);
    int asked = 0;
    const Layout drawn = layout(graph, sizesFor(graph), {}, [&] { return ++asked > 2; });
    QVERIFY(drawn.nodes.empty());
    QCOMPARE(asked > 2, true);
}

void TestLayout::takesAnEmptyGraph()
{
    const Layout drawn = layout({}, {});
    QVERIFY(drawn.nodes.empty());
    QCOMPARE(drawn.bounds.width, 0.0);
}

void TestLayout::untanglesWhatCanBeUntangled()
{
    Builder b;
    std::vector<int> routes, clusters;
    for (int i = 0; i < 6; ++i) {
        const int host = b.node("p", NodeKind::VirtualHost);
        routes.push_back(b.node("p", NodeKind::Route, 0));
        b.edge(host, routes.back());
    }
    for (int i = 0; i < 6; ++i) clusters.push_back(b.node("p", NodeKind::Cluster));
    for (int i = 0; i < 6; ++i) b.edge(routes[i], clusters[(i * 5 + 3) % 6], Edge::Kind::RoutesTo);

    const Layout drawn = layout(b.graph, sizesFor(b.graph));

    for (int i = 0; i < 6; ++i)
        for (int j = 0; j < 6; ++j)
            if (drawn.nodes[routes[i]].y < drawn.nodes[routes[j]].y)
                QVERIFY(drawn.nodes[clusters[(i * 5 + 3) % 6]].y < drawn.nodes[clusters[(j * 5 + 3) % 6]].y);
}

void TestLayout::aStraightChainIsDrawnStraight()
{
    Builder b;
    const int listener = b.node("p", NodeKind::Listener);
    const int chain = b.node("p", NodeKind::FilterChain);
    const int tcp = b.node("p", NodeKind::TcpProxy);
    const int cluster = b.node("p", NodeKind::Cluster);
    b.edge(listener, chain);
    b.edge(chain, tcp);
    b.edge(tcp, cluster, Edge::Kind::ConnectsTo);

    const Layout drawn = layout(b.graph, sizesFor(b.graph));

    for (const auto& line : drawn.edges) QCOMPARE(line.front().y, line.back().y);
}

QTEST_APPLESS_MAIN(TestLayout)
#include "tst_layout.moc"
