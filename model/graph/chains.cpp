// Chains: every way from a listener to a cluster, in the graph's order. One line each, as in the table of scenario 6.
#include "model/graph/graph.h"

#include <algorithm>

namespace model::graph {
namespace {

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

/// Walks the graph from its listeners. Used once.
class ChainWalk {
public:
    explicit ChainWalk(const Graph& graph) : m_graph(graph), m_out(graph.nodes.size())
    {
        for (const Edge& edge : graph.edges) m_out[edge.from].push_back(&edge);
    }

    std::vector<Chain> run()
    {
        for (std::size_t i = 0; i < m_graph.nodes.size(); ++i)
            if (m_graph.nodes[i].kind == NodeKind::Listener) {
                Chain chain;
                chain.proxy = m_graph.nodes[i].proxy;
                chain.listener = listenerText(m_graph.nodes[i]);
                below(static_cast<int>(i), chain);
            }
        return std::move(m_chains);
    }

private:
    static std::string listenerText(const Node& node)
    {
        if (node.resource.empty()) return node.address;
        return node.address.empty() ? node.resource : node.resource + ' ' + node.address;
    }

    /// Follows what `node` owns; `chain` holds what has been passed.
    void below(int node, const Chain& chain)
    {
        for (const Edge* edge : m_out[node]) {
            if (edge->kind != Edge::Kind::Owns) continue;
            const Node& next = m_graph.nodes[edge->to];
            Chain longer = chain;
            switch (next.kind) {
            case NodeKind::FilterChain: longer.filterChain = next.title; break;
            case NodeKind::VirtualHost:
                longer.routeConfiguration = next.resource;
                longer.virtualHost = next.unresolved ? next.subtitle : next.title;
                longer.domains = joined(next.facts);
                if (next.unresolved) longer.routeNode = edge->to;
                break;
            case NodeKind::Route:
                longer.route = std::to_string(next.order + 1) + ' ' + joined(next.facts);
                targets(edge->to, longer);
                continue;
            case NodeKind::TcpProxy: targets(edge->to, longer); continue;
            default: break;
            }
            if (next.unresolved) m_chains.push_back(longer);
            else below(edge->to, longer);
        }
    }

    void targets(int node, Chain chain)
    {
        chain.routeNode = node;
        bool any = false;
        for (const Edge* edge : m_out[node]) {
            const Node& cluster = m_graph.nodes[edge->to];
            Chain line = chain;
            line.cluster = cluster.resource;
            if (edge->weight >= 0) line.cluster += ' ' + std::to_string(edge->weight) + " %";
            if (edge->kind == Edge::Kind::Mirrors) line.cluster += " (mirror)";
            line.endpoints = cluster.unresolved ? cluster.subtitle : endpointsOf(edge->to);
            m_chains.push_back(std::move(line));
            any = true;
        }
        if (any) return;
        chain.cluster = m_graph.nodes[node].subtitle;
        m_chains.push_back(std::move(chain));
    }

    std::string endpointsOf(int cluster) const
    {
        std::vector<std::string> titles;
        for (const Edge* edge : m_out[cluster]) titles.push_back(m_graph.nodes[edge->to].title);
        return joined(titles);
    }

    const Graph& m_graph;
    std::vector<std::vector<const Edge*>> m_out;
    std::vector<Chain> m_chains;
};

} // namespace

std::vector<Chain> chains(const Graph& graph) { return ChainWalk(graph).run(); }

} // namespace model::graph
