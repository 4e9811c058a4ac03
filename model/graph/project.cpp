// Projection: configurations to nodes and edges.
//
// 1. Per proxy (proxy_projection.cpp): listeners with all they own, depth first, so that an owner comes before what it
//    owns; route configurations that several managers (or none) use, once each; clusters with their endpoints; then the
//    references that nothing defines, as unresolved nodes.
// 2. Over all proxies: endpoints are joined to the listeners that answer at their addresses (Answers).
#include "model/graph/graph.h"

#include "model/graph/proxy_projection.h"
#include "model/source/config_set.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <unordered_set>

namespace model::graph {
namespace {

bool isAnyAddress(std::string_view host)
{
    return host == "0.0.0.0" || host == "[::]" || host == "::" || host == "[::0]";
}

bool isLoopback(std::string_view host) { return host.starts_with("127.") || host == "localhost" || host == "[::1]"; }

/// Letters and digits only, in lower case: "service_a_envoy" and "Service-A-Envoy" are one.
std::string plain(std::string_view name)
{
    std::string result;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)))
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

/// Who answers where.
class Answers {
public:
    Answers(const Graph& graph, const std::vector<ProxyInput>& proxies) : m_graph(graph)
    {
        for (std::size_t p = 0; p < proxies.size(); ++p) {
            m_plainNames.push_back(proxies[p].addresses.empty() ? plain(graph.proxies[p]) : "");
            m_proxies.emplace(graph.proxies[p], p);
        }
        for (std::size_t i = 0; i < graph.nodes.size(); ++i)
            if (graph.nodes[i].kind == NodeKind::Listener) add(static_cast<int>(i), proxies);
    }

    /// Returns the listener that answers at the endpoint's address, or -1.
    int listenerFor(const Node& endpoint) const
    {
        if (endpoint.address.starts_with("internal:")) return find(endpoint.proxy + ' ' + endpoint.address);
        if (const int exact = find(endpoint.address); exact >= 0) return exact;
        const std::size_t colon = endpoint.address.rfind(':');
        if (colon == std::string::npos) return -1;
        const std::string host = endpoint.address.substr(0, colon);
        const auto candidates = m_everywhere.find(endpoint.address.substr(colon + 1));
        if (candidates == m_everywhere.end()) return -1;
        for (const int listener : candidates->second)
            if (answersTo(m_graph.nodes[listener], host, endpoint.proxy)) return listener;
        return -1;
    }

private:
    void add(int listener, const std::vector<ProxyInput>& proxies)
    {
        const Node& node = m_graph.nodes[listener];
        if (node.address.empty() || node.address.starts_with("internal:"))
            m_exact.emplace(node.proxy + " internal:" + node.resource, listener);
        const std::size_t colon = node.address.rfind(':');
        if (colon == std::string::npos || !isAnyAddress(std::string_view(node.address).substr(0, colon))) {
            if (!node.address.empty()) m_exact.emplace(node.address, listener);
            return;
        }
        const std::string port = node.address.substr(colon + 1);
        m_everywhere[port].push_back(listener);
        for (const std::string& host : proxies[m_proxies.at(node.proxy)].addresses)
            m_exact.emplace(host + ':' + port, listener);
    }

    /// A listener on all addresses answers its own proxy at loopback, and at names that begin like the proxy's.
    bool answersTo(const Node& listener, const std::string& host, const std::string& caller) const
    {
        if (isLoopback(host)) return listener.proxy == caller;
        const std::string& name = m_plainNames[m_proxies.at(listener.proxy)];
        const bool isName = std::ranges::any_of(host, [](unsigned char c) { return std::isalpha(c); });
        return isName && !name.empty() && plain(host.substr(0, host.find('.'))).starts_with(name);
    }

    int find(const std::string& address) const
    {
        const auto found = m_exact.find(address);
        return found == m_exact.end() ? -1 : found->second;
    }

    const Graph& m_graph;
    std::vector<std::string> m_plainNames; ///< By proxy; empty where its addresses are known.
    std::unordered_map<std::string, std::size_t> m_proxies;
    std::unordered_map<std::string, int> m_exact;                   ///< "host:port" to listener.
    std::unordered_map<std::string, std::vector<int>> m_everywhere; ///< Port to listeners on all addresses.
};

std::string uniqueName(const std::string& wish, std::unordered_set<std::string>& taken)
{
    std::string name = wish.empty() ? "proxy" : wish;
    for (int n = 2; !taken.insert(name).second; ++n) name = (wish.empty() ? "proxy" : wish) + '#' + std::to_string(n);
    return name;
}

} // namespace

Graph project(const std::vector<ProxyInput>& proxies)
{
    Graph graph;
    std::unordered_set<std::string> names;
    std::unordered_set<std::string> ids;
    int document = 0;
    for (const ProxyInput& proxy : proxies) {
        graph.proxies.push_back(uniqueName(proxy.name, names));
        std::vector<Part> parts;
        for (std::size_t r = 0; r < proxy.revisions.size(); ++r, ++document) {
            const int number = r < proxy.documents.size() ? proxy.documents[r] : document;
            if (proxy.revisions[r]) parts.push_back({&proxy.revisions[r]->config(), number});
        }
        ProxyProjection(graph, ids, graph.proxies.back(), std::move(parts)).run();
    }
    const Answers answers(graph, proxies);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].kind != NodeKind::Endpoint) continue;
        const int listener = answers.listenerFor(graph.nodes[i]);
        if (listener < 0) continue;
        Edge edge;
        edge.from = static_cast<int>(i);
        edge.to = listener;
        edge.kind = Edge::Kind::Joins;
        edge.path = graph.nodes[i].path;
        graph.edges.push_back(std::move(edge));
    }
    return graph;
}

} // namespace model::graph
