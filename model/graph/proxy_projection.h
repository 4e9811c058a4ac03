// ProxyProjection: one proxy's documents as nodes and edges.
#pragma once

#include "model/graph/describe.h"
#include "model/graph/graph.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace model::graph {

/// One document of the proxy.
struct Part {
    const source::ConfigSet* config = nullptr;
    int document = -1;
};

/// Appends one proxy to a graph. Used once: construct, run().
class ProxyProjection {
public:
    ProxyProjection(Graph& graph, std::unordered_set<std::string>& ids, std::string proxy, std::vector<Part> parts)
        : m_graph(graph)
        , m_ids(ids)
        , m_proxy(std::move(proxy))
        , m_parts(std::move(parts))
    {}
    void run();

private:
    template <class T> struct Found {
        const T* message = nullptr;
        std::string path;
        int document = -1;
    };
    /// A cluster named by something; resolved when all clusters are known.
    struct Reference {
        int from = -1;
        std::string cluster;
        Edge::Kind kind = Edge::Kind::RoutesTo;
        int weight = -1;
        std::string path;
    };
    struct Place {
        std::string path;
        int document = -1;
    };

    void collect();
    void addListener(const Found<api_listener::Listener>& found);
    void addChain(int listener, const api_listener::FilterChain& chain, int number, bool isOnly, const Place& at);
    void addFilter(int owner, const std::string& idPrefix, const google::protobuf::Any& config, const Place& at);
    void addManager(int owner, const std::string& idPrefix, const HttpManager& manager, const Place& at);
    void addScopes(int node, const HttpManager& manager, const Place& at);
    void addTcpProxy(int owner, const std::string& idPrefix, const TcpForwarder& proxy, const Place& at);
    void addRds(int owner, const std::string& name, bool fromElsewhere, const std::string& path);
    std::vector<int> addRoutes(const api_route::RouteConfiguration& routes, const Place& at);
    void addRoute(int host, const std::string& idPrefix, const std::string& resource, const api_route::Route& route,
                  int order, const Place& at);
    void refer(int from, const api_route::RouteAction& action, const std::string& path);
    void addCluster(const Found<api_cluster::Cluster>& found);
    void addAggregate(int node, const api_cluster::Cluster& cluster, const std::string& path);
    void addEndpoints(int cluster, const api_endpoint::ClusterLoadAssignment& assignment, const Place& at);
    void addLooseAssignments();
    void resolve();

    int addNode(NodeKind kind, std::string id, Words words, const Place& at);
    void addEdge(int from, int to, Edge::Kind kind, const std::string& path, int weight = -1);

    Graph& m_graph;
    std::unordered_set<std::string>& m_ids;
    std::string m_proxy;
    std::vector<Part> m_parts;
    bool m_hasCds = false;
    std::unordered_map<std::string, Found<api_route::RouteConfiguration>> m_routes;
    std::unordered_map<std::string, Found<api_endpoint::ClusterLoadAssignment>> m_assignments;
    std::unordered_set<std::string> m_usedAssignments;
    std::unordered_map<std::string, std::vector<int>> m_hosts; ///< Route configuration to its virtual host nodes.
    std::unordered_map<std::string, int> m_clusters;
    std::vector<Reference> m_references;
};

} // namespace model::graph
