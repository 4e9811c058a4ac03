#include "model/graph/graph.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace model::graph;
using model::source::Revision;
using model::source::RevisionPtr;

namespace {

ProxyInput proxy(const std::string& name, const std::vector<std::string>& texts,
                 std::vector<std::string> addresses = {})
{
    ProxyInput input;
    input.name = name;
    for (const std::string& text : texts) input.revisions.push_back(Revision::of(text));
    input.addresses = std::move(addresses);
    return input;
}

/// "kind title (subtitle) [badges] unresolved", indented by layer of kind.
std::string text(const Node& node)
{
    std::string line = std::string(name(node.kind)) + ' ' + node.title;
    if (!node.subtitle.empty()) line += " (" + node.subtitle + ')';
    for (const std::string& badge : node.badges) line += ' ' + badge;
    if (node.unresolved) line += " UNRESOLVED";
    return line;
}

std::string nodesText(const Graph& graph)
{
    std::string result;
    for (const Node& node : graph.nodes) result += text(node) + '\n';
    return result;
}

std::string edgesText(const Graph& graph, std::set<Edge::Kind> kinds)
{
    constexpr const char* arrows[] = {"owns", "->", "=>", "joins", "mirrors"};
    std::string result;
    for (const Edge& edge : graph.edges) {
        if (!kinds.contains(edge.kind)) continue;
        result += graph.nodes[edge.from].id + ' ' + arrows[static_cast<int>(edge.kind)] + ' ' + graph.nodes[edge.to].id;
        if (edge.weight >= 0) result += ' ' + std::to_string(edge.weight) + '%';
        if (edge.unresolved) result += '!';
        result += '\n';
    }
    return result;
}

/// A bootstrap with one listener whose manager has these lines, indented by 12.
std::string bootstrap(int port, const std::string& managerLines, const std::string& clusters)
{
    return R"(static_resources:
  listeners:
  - name: in
    address: {socket_address: {address: 0.0.0.0, port_value: )" +
           std::to_string(port) + R"(}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
)" + managerLines +
           "  clusters:\n" + clusters;
}

std::string routesLines(const std::string& routes)
{
    return "          route_config:\n            name: local\n            virtual_hosts:\n            - name: web\n"
           "              domains: [a.example, b.example]\n              routes:\n" +
           routes;
}

std::string clusterTo(const std::string& name, const std::string& host, int port)
{
    return "  - name: " + name + "\n    type: STRICT_DNS\n    load_assignment: {cluster_name: " + name +
           ", endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: " + host +
           ", port_value: " + std::to_string(port) + "}}}}]}]}\n";
}

std::string simple(int port, const std::string& cluster, const std::string& host, int hostPort)
{
    return bootstrap(port, routesLines("              - {match: {prefix: /}, route: {cluster: " + cluster + "}}\n"),
                     clusterTo(cluster, host, hostPort));
}

std::string read(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

} // namespace

/// Projection, folding and chains, judged by the graph written as text.
class TestGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsEveryLayerOfOneProxy();
    void tellsWhatRoutesDo();
    void weighsAndMirrors();
    void drawsReferencesThatNothingDefines();
    void resolvesRouteConfigurationsOfOtherDocuments();
    void resolvesAssignmentsOfOtherDocuments();
    void showsTcpProxiesAndFilterChainMatches();
    void followsAggregateClusters();
    void joinsEndpointsToListenersByAddress();
    void joinsByProxyNameWhereNoAddressesAreKnown();
    void keepsIdsOverEdits();
    void findsTheDeepestNodeOfAPath();
    void foldsToCompactLayers();
    void foldsToProxies();
    void listsChains();
    void projectsEveryBootstrapOfTheCorpus();
};

void TestGraph::showsEveryLayerOfOneProxy()
{
    const Graph graph = project({proxy("front", {simple(80, "pay", "pay.local", 8080)})});

    QCOMPARE(nodesText(graph), std::string("listener :80 (0.0.0.0)\n"
                                           "filterChain default (no TLS)\n"
                                           "manager ingress (1 filter)\n"
                                           "virtualHost web (a.example +1)\n"
                                           "route / (prefix)\n"
                                           "cluster pay (STRICT_DNS, RR)\n"
                                           "endpoint pay.local:8080\n"));
    QCOMPARE(graph.nodes[4].id, std::string("front/route/local/web/0"));
    QCOMPARE(graph.nodes[4].path, std::string("static_resources.listeners[0].filter_chains[0].filters[0].typed_config."
                                              "route_config.virtual_hosts[0].routes[0]"));
    QCOMPARE(edgesText(graph, {Edge::Kind::Owns, Edge::Kind::RoutesTo}),
             std::string("front/listener/in owns front/filterChain/in/default\n"
                         "front/filterChain/in/default owns front/manager/in/default/ingress\n"
                         "front/virtualHost/local/web owns front/route/local/web/0\n"
                         "front/manager/in/default/ingress owns front/virtualHost/local/web\n"
                         "front/cluster/pay owns front/endpoint/pay/pay.local:8080\n"
                         "front/route/local/web/0 -> front/cluster/pay\n"));
}

void TestGraph::tellsWhatRoutesDo()
{
    const Graph graph = project({proxy("p", {bootstrap(80, routesLines(R"(
              - {match: {path: /healthz}, direct_response: {status: 204}}
              - {match: {prefix: /}, redirect: {https_redirect: true}}
              - {match: {safe_regex: {regex: "^/u/[0-9]+$"}}, route: {cluster_header: x-cluster}}
              - match: {prefix: /pay, headers: [{name: x-canary, string_match: {exact: "1"}}]}
                route: {cluster: pay, timeout: 3s, prefix_rewrite: /, retry_policy: {retry_on: 5xx}}
              - {name: last, match: {path_separated_prefix: /api}, route: {cluster: pay, timeout: 0.25s}}
)"),
                                                       clusterTo("pay", "pay", 1))})});

    std::string routes;
    for (const Node& node : graph.nodes)
        if (node.kind == NodeKind::Route) routes += text(node) + '\n';
    QCOMPARE(routes, std::string("route /healthz (answers 204)\n"
                                 "route / (redirect to https) redirect\n"
                                 "route ^/u/[0-9]+$ (cluster from x-cluster)\n"
                                 "route /pay (prefix, x-canary = 1, 3 s) retry timeout rewrite\n"
                                 "route /api (path prefix, 250 ms) timeout\n"));
    QVERIFY(graph.indexOf("p/route/local/web/last") >= 0);
    QCOMPARE(edgesText(graph, {Edge::Kind::RoutesTo}), std::string("p/route/local/web/3 -> p/cluster/pay\n"
                                                                   "p/route/local/web/last -> p/cluster/pay\n"));
}

void TestGraph::weighsAndMirrors()
{
    const Graph graph = project({proxy("p", {bootstrap(80, routesLines(R"(
              - match: {prefix: /}
                route:
                  weighted_clusters: {clusters: [{name: a, weight: 90}, {name: b, weight: 30}]}
                  request_mirror_policies: [{cluster: b}]
)"),
                                                       clusterTo("a", "a", 1) + clusterTo("b", "b", 1))})});

    QCOMPARE(edgesText(graph, {Edge::Kind::RoutesTo, Edge::Kind::Mirrors}),
             std::string("p/route/local/web/0 -> p/cluster/a 75%\n"
                         "p/route/local/web/0 -> p/cluster/b 25%\n"
                         "p/route/local/web/0 mirrors p/cluster/b\n"));
    QVERIFY(graph.edges.back().path.ends_with("route.request_mirror_policies[0].cluster"));
}

void TestGraph::drawsReferencesThatNothingDefines()
{
    const std::string text = bootstrap(
        80, routesLines("              - {match: {prefix: /}, route: {cluster: gone}}\n"), clusterTo("pay", "pay", 1));
    const Graph graph = project({proxy("p", {text})});

    const int gone = graph.indexOf("p/cluster/gone");
    QVERIFY(gone >= 0);
    QVERIFY(graph.nodes[gone].unresolved);
    QCOMPARE(graph.nodes[gone].subtitle, std::string("no such cluster"));
    QVERIFY(graph.nodes[gone].path.ends_with("routes[0].route.cluster"));
    QCOMPARE(edgesText(graph, {Edge::Kind::RoutesTo}), std::string("p/route/local/web/0 -> p/cluster/gone!\n"));
}

const std::string rdsLines = "          rds: {route_config_name: shared, config_source: {ads: {}}}\n";

void TestGraph::resolvesRouteConfigurationsOfOtherDocuments()
{
    const std::string routes = R"(resources:
- "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
  name: shared
  virtual_hosts: [{name: web, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: pay}}]}]
)";
    const std::string main = bootstrap(80, rdsLines, clusterTo("pay", "pay", 1));

    const Graph alone = project({proxy("p", {main})});
    QCOMPARE(alone.nodes[3].subtitle, std::string("by RDS, not loaded"));
    QVERIFY(alone.nodes[3].unresolved);

    const Graph both = project({proxy("p", {main, routes})});
    QCOMPARE(both.nodes[3].id, std::string("p/virtualHost/shared/web"));
    QCOMPARE(both.nodes[3].document, 1);
    QCOMPARE(both.nodes[3].path, std::string("resources[0].virtual_hosts[0]"));
    QCOMPARE(edgesText(both, {Edge::Kind::RoutesTo}), std::string("p/route/shared/web/0 -> p/cluster/pay\n"));
}

void TestGraph::resolvesAssignmentsOfOtherDocuments()
{
    const std::string assignments = R"(resources:
- "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
  cluster_name: pay-eds
  endpoints:
  - locality: {zone: z1}
    lb_endpoints:
    - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}
    - endpoint: {address: {socket_address: {address: "::1", port_value: 80}}}
- "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
  cluster_name: loose
)";
    const std::string main = R"(static_resources:
  clusters:
  - {name: pay, type: EDS, eds_cluster_config: {service_name: pay-eds, eds_config: {ads: {}}}}
)";

    QCOMPARE(nodesText(project({proxy("p", {main, assignments})})), std::string("cluster pay (EDS, RR)\n"
                                                                                "endpoint 10.0.0.1:80 (z1)\n"
                                                                                "endpoint [::1]:80 (z1)\n"
                                                                                "cluster loose (endpoints only)\n"));
}

void TestGraph::showsTcpProxiesAndFilterChainMatches()
{
    const std::string text = R"(static_resources:
  listeners:
  - name: db
    address: {socket_address: {address: 127.0.0.2, port_value: 3306}}
    filter_chains:
    - filter_chain_match: {server_names: [db.example, db2.example]}
      transport_socket: {name: tls, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext}}
      filters:
      - name: tcp
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          stat_prefix: mysql
          idle_timeout: 3600s
          weighted_clusters: {clusters: [{name: a, weight: 1}, {name: b, weight: 3}]}
    default_filter_chain:
      filters:
      - name: tcp
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: rest, cluster: a}
)";
    const Graph graph = project({proxy("p", {text})});

    QCOMPARE(nodesText(graph), std::string("listener :3306 (127.0.0.2) lock\n"
                                           "filterChain chain 1 (SNI db.example +1) lock\n"
                                           "tcpProxy mysql (idle 1 h) weighted\n"
                                           "filterChain default (no TLS)\n"
                                           "tcpProxy rest (TCP)\n"
                                           "cluster a (no such cluster) UNRESOLVED\n"
                                           "cluster b (no such cluster) UNRESOLVED\n"));
    QCOMPARE(edgesText(graph, {Edge::Kind::ConnectsTo}), std::string("p/tcpProxy/db/chain 1/mysql => p/cluster/a 25%!\n"
                                                                     "p/tcpProxy/db/chain 1/mysql => p/cluster/b 75%!\n"
                                                                     "p/tcpProxy/db/default/rest => p/cluster/a!\n"));
}

void TestGraph::followsAggregateClusters()
{
    const std::string text = R"(static_resources:
  clusters:
  - name: all
    lb_policy: CLUSTER_PROVIDED
    cluster_type:
      name: envoy.clusters.aggregate
      typed_config: {"@type": type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig, clusters: [near, far]}
  - {name: near}
)";
    const Graph graph = project({proxy("p", {text})});

    QCOMPARE(graph.nodes[0].subtitle, std::string("aggregate"));
    QCOMPARE(edgesText(graph, {Edge::Kind::RoutesTo}),
             std::string("p/cluster/all -> p/cluster/near\np/cluster/all -> p/cluster/far!\n"));
}

void TestGraph::joinsEndpointsToListenersByAddress()
{
    const Graph graph = project({proxy("front", {simple(80, "a", "service_a_envoy", 8786)}),
                                 proxy("service-a", {simple(8786, "app", "127.0.0.1", 8081)}, {"service_a_envoy"}),
                                 proxy("other", {simple(8786, "b", "service_a_envoy", 9999)}, {"elsewhere"})});

    QCOMPARE(edgesText(graph, {Edge::Kind::Joins}),
             std::string("front/endpoint/a/service_a_envoy:8786 joins service-a/listener/in\n"));
}

void TestGraph::joinsByProxyNameWhereNoAddressesAreKnown()
{
    const Graph graph = project({proxy("front", {simple(80, "a", "service_a_envoy", 8786)}),
                                 proxy("service-a", {simple(8786, "b", "service_b_envoy", 8786)}),
                                 proxy("service-b", {simple(8786, "self", "127.0.0.1", 8786)})});

    QCOMPARE(edgesText(graph, {Edge::Kind::Joins}),
             std::string("front/endpoint/a/service_a_envoy:8786 joins service-a/listener/in\n"
                         "service-a/endpoint/b/service_b_envoy:8786 joins service-b/listener/in\n"
                         "service-b/endpoint/self/127.0.0.1:8786 joins service-b/listener/in\n"));
}

void TestGraph::keepsIdsOverEdits()
{
    const std::string before = simple(80, "pay", "pay.local", 8080);
    const std::string after = before + clusterTo("new", "new", 1);
    const Graph first = project({proxy("p", {before})});
    const Graph second = project({proxy("p", {after})});
    for (const Node& node : first.nodes) QVERIFY(second.indexOf(node.id) >= 0);
}

void TestGraph::findsTheDeepestNodeOfAPath()
{
    const Graph graph = project({proxy("p", {simple(80, "pay", "pay.local", 8080)})});
    const std::string route = graph.nodes[4].path;

    QCOMPARE(graph.nodeAt(0, route), 4);
    QCOMPARE(graph.nodeAt(0, route + ".route.timeout"), 4);
    QCOMPARE(graph.nodeAt(0, "static_resources.clusters[0].name"), graph.indexOf("p/cluster/pay"));
    QCOMPARE(graph.nodeAt(0, "static_resources.clusters[01]"), -1);
    QCOMPARE(graph.nodeAt(1, route), -1);
}

void TestGraph::foldsToCompactLayers()
{
    const Graph graph = fold(project({proxy("p", {simple(80, "pay", "pay.local", 8080)})}), Layers::Compact);

    QCOMPARE(nodesText(graph), std::string("listener :80 (ingress)\nroute / (prefix)\ncluster pay (STRICT_DNS, RR)\n"
                                           "endpoint pay.local:8080\n"));
    QCOMPARE(edgesText(graph, {Edge::Kind::Owns, Edge::Kind::RoutesTo}),
             std::string("p/listener/in owns p/route/local/web/0\np/route/local/web/0 -> p/cluster/pay\n"
                         "p/cluster/pay owns p/endpoint/pay/pay.local:8080\n"));
}

void TestGraph::foldsToProxies()
{
    const Graph mesh = project({proxy("front", {simple(80, "a", "service_a_envoy", 8786)}),
                                proxy("service-a", {simple(8786, "app", "app", 8081)})});
    const Graph graph = fold(mesh, Layers::Proxies);

    QCOMPARE(nodesText(graph), std::string("proxy front (1 listener)\nproxy service-a (1 listener)\n"));
    QCOMPARE(edgesText(graph, {Edge::Kind::Joins}), std::string("front/proxy joins service-a/proxy\n"));
}

void TestGraph::listsChains()
{
    const std::string text = bootstrap(80, routesLines(R"(
              - {match: {path: /old}, redirect: {path_redirect: /new}}
              - match: {prefix: /}
                route: {weighted_clusters: {clusters: [{name: a, weight: 9}, {name: gone, weight: 1}]}}
)"),
                                       clusterTo("a", "a.local", 1));
    const Graph graph = project({proxy("p", {text})});
    std::string lines;
    for (const Chain& c : chains(graph))
        lines += c.proxy + '|' + c.listener + '|' + c.filterChain + '|' + c.routeConfiguration + '|' + c.virtualHost +
                 '|' + c.domains + '|' + c.route + '|' + c.cluster + '|' + c.endpoints + '\n';

    const std::string start = "p|in 0.0.0.0:80|default|local|web|a.example, b.example|";
    QCOMPARE(lines, start + "1 path /old|redirect to /new|\n" + start + "2 prefix /|a 90 %|a.local:1\n" + start +
                        "2 prefix /|gone 10 %|no such cluster\n");
}

void TestGraph::projectsEveryBootstrapOfTheCorpus()
{
    int files = 0;
    std::size_t nodes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(TEST_CORPUS "/envoy-v3-bootstrap")) {
        const std::string extension = entry.path().extension().string();
        if (!entry.is_regular_file() || (extension != ".yaml" && extension != ".json" && extension != ".yml")) continue;
        const RevisionPtr revision = Revision::of(read(entry.path()));
        ProxyInput input;
        input.name = entry.path().stem().string();
        input.revisions = {revision};
        const Graph graph = project({input});
        std::set<std::string> ids;
        for (const Node& node : graph.nodes) {
            QVERIFY2(ids.insert(node.id).second, node.id.c_str());
            QVERIFY2(revision->map().find(node.path).has_value(), (entry.path().string() + ' ' + node.path).c_str());
            QVERIFY2(!node.title.empty(), node.id.c_str());
        }
        for (const Edge& edge : graph.edges)
            QVERIFY2(revision->map().find(edge.path).has_value(), (entry.path().string() + ' ' + edge.path).c_str());
        (void)chains(fold(graph, Layers::Compact));
        ++files;
        nodes += graph.nodes.size();
    }
    QVERIFY(files > 100);
    QVERIFY(nodes > 1000);
}

QTEST_APPLESS_MAIN(TestGraph)
#include "tst_graph.moc"
