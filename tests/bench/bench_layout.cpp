// Measures the layout at 1,000, 3,000 and 10,000 nodes: bench_layout. Goals (Release): 0.02, 0.1 and 0.5 s.
#include "model/graph/layout.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace model::graph;

namespace {

int add(Graph& graph, NodeKind kind, const std::string& proxy, int order = -1)
{
    Node node;
    node.kind = kind;
    node.proxy = proxy;
    node.order = order;
    graph.nodes.push_back(std::move(node));
    return static_cast<int>(graph.nodes.size()) - 1;
}

void link(Graph& graph, int from, int to, Edge::Kind kind = Edge::Kind::Owns)
{
    Edge edge;
    edge.from = from;
    edge.to = to;
    edge.kind = kind;
    graph.edges.push_back(std::move(edge));
}

/// One proxy of about `size` nodes: ten routes a virtual host, as many clusters as virtual hosts, three endpoints each.
void addProxy(Graph& graph, const std::string& name, int size, std::mt19937& random)
{
    graph.proxies.push_back(name);
    const int hosts = std::max(1, size / 15);
    std::vector<int> clusters;
    std::vector<int> routes;
    int manager = -1;
    for (int h = 0; h < hosts; ++h) {
        if (h % 20 == 0) {
            const int listener = add(graph, NodeKind::Listener, name);
            const int chain = add(graph, NodeKind::FilterChain, name);
            manager = add(graph, NodeKind::Manager, name);
            link(graph, listener, chain);
            link(graph, chain, manager);
        }
        const int host = add(graph, NodeKind::VirtualHost, name);
        link(graph, manager, host);
        for (int r = 0; r < 10; ++r) {
            routes.push_back(add(graph, NodeKind::Route, name, r));
            link(graph, host, routes.back());
        }
    }
    for (int c = 0; c < hosts; ++c) {
        clusters.push_back(add(graph, NodeKind::Cluster, name));
        for (int e = 0; e < 3; ++e) link(graph, clusters.back(), add(graph, NodeKind::Endpoint, name));
    }
    for (const int route : routes)
        for (int n = 1 + static_cast<int>(random() % 2); n > 0; --n)
            link(graph, route, clusters[random() % clusters.size()], Edge::Kind::RoutesTo);
}

Graph mesh(int size, int proxies)
{
    Graph graph;
    std::mt19937 random(1);
    for (int p = 0; p < proxies; ++p) addProxy(graph, "p" + std::to_string(p), size / proxies, random);
    std::vector<int> listeners, endpoints;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].kind == NodeKind::Listener) listeners.push_back(static_cast<int>(i));
        if (graph.nodes[i].kind == NodeKind::Endpoint) endpoints.push_back(static_cast<int>(i));
    }
    if (proxies > 1)
        for (std::size_t e = 0; e < endpoints.size(); e += 20)
            link(graph, endpoints[e], listeners[random() % listeners.size()], Edge::Kind::Joins);
    return graph;
}

} // namespace

int main()
{
    for (const int proxies : {1, 20})
        for (const int size : {1000, 3000, 10000}) {
            const Graph graph = mesh(size, proxies);
            const std::vector<Size> sizes(graph.nodes.size(), Size{160, 46});
            double best = 1e9;
            for (int run = 0; run < 5; ++run) {
                const auto start = std::chrono::steady_clock::now();
                const Layout drawn = layout(graph, sizes);
                const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
                if (!drawn.nodes.empty()) best = std::min(best, time.count());
            }
            std::printf("%2d proxies, %5zu nodes, %5zu edges: %.4f s\n", proxies, graph.nodes.size(),
                        graph.edges.size(), best);
        }
}
