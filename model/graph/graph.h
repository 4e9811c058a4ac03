// The graph of a proxy or a mesh: nodes and edges projected from configurations. A pure function of revisions.
#pragma once

#include "model/source/revision.h"

#include <string>
#include <string_view>
#include <vector>

namespace model::graph {

enum class NodeKind {
    Client,
    Proxy,
    Listener,
    FilterChain,
    Manager,
    TcpProxy,
    VirtualHost,
    Route,
    Cluster,
    Endpoint,
    Secret,
    KindCount
};
/// "listener", "filterChain", ...: the names of ui/tokens.json.
const char* name(NodeKind kind);

/// One thing of the configuration. Ids are stable over edits: built of proxy, kind and names, never of positions.
struct Node {
    std::string id; ///< "front-envoy/route/local_route/http-route/0", unique in its graph.
    NodeKind kind = NodeKind::Listener;
    std::string proxy;               ///< Name of the proxy it belongs to.
    std::string title;               ///< "/pay", ":8080", "pay".
    std::string subtitle;            ///< The one fact that identifies it: address, domains, match, type and policy.
    std::string path;                ///< Field path in its document.
    int document = -1;               ///< Index of the revision it comes from; -1 for what nobody configured.
    int order = -1;                  ///< Routes: place in match order from 0, else -1.
    bool unresolved = false;         ///< Named but not defined.
    std::vector<std::string> badges; ///< Glyph names: "lock", "retry", "timeout", "weighted", ...
    std::string address;             ///< Listener and endpoint: "host:port"; else empty.
    std::string resource; ///< Name in the API: cluster name, listener name, ... used by statistics and xDS. Of managers
                          ///< and TCP proxies the stat_prefix, of virtual hosts and routes the route configuration.
    std::vector<std::string> facts; ///< What title and subtitle shorten: all domains, SNI names, conditions of a match.
};

struct Edge {
    enum class Kind {
        Owns,
        RoutesTo,
        ConnectsTo,
        Joins,
        Mirrors
    };             ///< Joins: endpoint -> the listener that answers there.
    int from = -1; ///< Index into Graph::nodes.
    int to = -1;
    Kind kind = Kind::Owns;
    int weight = -1; ///< Percent of a weighted route, else -1.
    bool unresolved = false;
    std::string path; ///< Field path of the reference (route.cluster), for drag and rename.
    friend bool operator==(const Edge&, const Edge&) = default;
};

/// What to draw (ui README, Layers menu).
enum class Layers { All, Compact, Proxies };

struct Graph {
    std::vector<Node> nodes; ///< Owner before owned, routes in match order.
    std::vector<Edge> edges;
    std::vector<std::string> proxies; ///< In document order.

    /// Index of the node with that id, or -1.
    int indexOf(std::string_view id) const;
    /// The deepest node of `document` whose path is `path` or an ancestor of it, or -1.
    int nodeAt(int document, std::string_view path) const;
};

/// One proxy's documents: a bootstrap and, where it is split, its xDS files.
struct ProxyInput {
    std::string name; ///< Shown; the file's name or node.id.
    std::vector<source::RevisionPtr> revisions;
    std::vector<int> documents; ///< For each revision the number that Node::document shall have.
    /// Host names and addresses this proxy answers at ("service_a_envoy"). Where nothing is known, host names that begin
    /// with the proxy's name count as its own, "service_a_envoy" as that of "service-a".
    std::vector<std::string> addresses;
};

/// Projects proxies onto one graph; endpoints that name another proxy's listener are joined to it.
Graph project(const std::vector<ProxyInput>& proxies);
/// Folds a graph to fewer layers: Compact keeps listener, route, cluster, endpoint; edges run through what was folded.
Graph fold(const Graph& graph, Layers layers);

/// One line per way from listener to cluster (scenario 6).
struct Chain {
    std::string proxy, listener, filterChain, routeConfiguration, virtualHost, domains, route, cluster, endpoints;
    int routeNode = -1; ///< Node to select; the TcpProxy node where there is no route.
};
std::vector<Chain> chains(const Graph& graph);

} // namespace model::graph
