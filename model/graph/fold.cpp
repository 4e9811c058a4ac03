// Folding: fewer layers, the same ways. A node that is folded away leaves edges from those before it to those behind it;
// such an edge keeps kind, weight and path of its last piece.
#include "model/graph/graph.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace model::graph {
namespace {

bool staysCompact(const Node& node)
{
    switch (node.kind) {
    case NodeKind::Proxy:
    case NodeKind::FilterChain:
    case NodeKind::Manager:
    case NodeKind::TcpProxy:
    case NodeKind::VirtualHost: return node.unresolved;
    default: return true;
    }
}

/// Folds away the nodes that do not stay. Used once.
class Compactor {
public:
    explicit Compactor(const Graph& graph) : m_graph(graph), m_out(graph.nodes.size()), m_index(graph.nodes.size(), -1)
    {
        for (std::size_t e = 0; e < graph.edges.size(); ++e) m_out[graph.edges[e].from].push_back(static_cast<int>(e));
    }

    Graph run()
    {
        m_result.proxies = m_graph.proxies;
        for (std::size_t i = 0; i < m_graph.nodes.size(); ++i) {
            if (!staysCompact(m_graph.nodes[i])) continue;
            m_index[i] = static_cast<int>(m_result.nodes.size());
            m_result.nodes.push_back(m_graph.nodes[i]);
            takeSubtitle(static_cast<int>(i));
        }
        for (std::size_t i = 0; i < m_graph.nodes.size(); ++i)
            if (m_index[i] >= 0) follow(static_cast<int>(i), static_cast<int>(i));
        return std::move(m_result);
    }

private:
    /// A listener is known by its address and by what its first manager calls the traffic ("ingress").
    void takeSubtitle(int node)
    {
        if (m_graph.nodes[node].kind != NodeKind::Listener) return;
        for (int at = node; !m_out[at].empty();) {
            at = m_graph.edges[m_out[at].front()].to;
            const Node& next = m_graph.nodes[at];
            if (next.kind == NodeKind::Manager || next.kind == NodeKind::TcpProxy) {
                m_result.nodes.back().subtitle = next.title;
                return;
            }
            if (next.kind != NodeKind::FilterChain) return;
        }
    }

    /// Walks from `from` through folded nodes; those are layers that lead on, so the walk ends.
    void follow(int from, int at)
    {
        for (const int e : m_out[at]) {
            const Edge& edge = m_graph.edges[e];
            if (m_index[edge.to] < 0) {
                follow(from, edge.to);
                continue;
            }
            Edge folded = edge;
            folded.from = m_index[from];
            folded.to = m_index[edge.to];
            if (m_seen.emplace(folded.from, folded.to, folded.kind).second || at == from)
                m_result.edges.push_back(std::move(folded));
        }
    }

    const Graph& m_graph;
    std::vector<std::vector<int>> m_out;
    std::vector<int> m_index;
    std::set<std::tuple<int, int, Edge::Kind>> m_seen;
    Graph m_result;
};

Graph proxiesOnly(const Graph& graph)
{
    Graph result;
    result.proxies = graph.proxies;
    for (const std::string& proxy : graph.proxies) {
        Node node;
        node.id = proxy + "/proxy";
        node.kind = NodeKind::Proxy;
        node.proxy = proxy;
        node.title = proxy;
        int listeners = 0;
        for (const Node& inner : graph.nodes) {
            if (inner.proxy != proxy) continue;
            listeners += inner.kind == NodeKind::Listener;
            if (node.document < 0) node.document = inner.document;
        }
        node.subtitle = std::to_string(listeners) + (listeners == 1 ? " listener" : " listeners");
        result.nodes.push_back(std::move(node));
    }
    const auto proxyOf = [&](int node) {
        return static_cast<int>(std::ranges::find(graph.proxies, graph.nodes[node].proxy) - graph.proxies.begin());
    };
    std::set<std::pair<int, int>> seen;
    for (const Edge& edge : graph.edges) {
        if (edge.kind != Edge::Kind::Joins) continue;
        Edge join = edge;
        join.from = proxyOf(edge.from);
        join.to = proxyOf(edge.to);
        if (join.from != join.to && seen.emplace(join.from, join.to).second) result.edges.push_back(std::move(join));
    }
    return result;
}

} // namespace

Graph fold(const Graph& graph, Layers layers)
{
    switch (layers) {
    case Layers::All: return graph;
    case Layers::Compact: return Compactor(graph).run();
    case Layers::Proxies: return proxiesOnly(graph);
    }
    return graph;
}

} // namespace model::graph
