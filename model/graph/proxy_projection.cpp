#include "model/graph/proxy_projection.h"

#include "google/protobuf/empty.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "model/source/config_set.h"
#include "model/source/path.h"

#include <cmath>

namespace model::graph {

namespace path = source::path;

namespace {

std::string item(const std::string& parent, const char* list, int i)
{
    return path::index(path::field(parent, list), i);
}

std::string nameOr(const std::string& name, const std::string& fallback) { return name.empty() ? fallback : name; }

int percent(std::uint64_t weight, std::uint64_t total)
{
    if (total == 0) return 0;
    return static_cast<int>(std::lround(100.0 * static_cast<double>(weight) / static_cast<double>(total)));
}

} // namespace

void ProxyProjection::run()
{
    collect();
    for (const Part& part : m_parts)
        for (const auto& listener : part.config->listeners)
            addListener({&listener.message, listener.path, part.document});
    for (const Part& part : m_parts)
        for (const auto& routes : part.config->routes)
            if (!m_hosts.contains(routes.message.name()))
                m_hosts[routes.message.name()] = addRoutes(routes.message, {routes.path, part.document});
    for (const Part& part : m_parts)
        for (const auto& cluster : part.config->clusters) addCluster({&cluster.message, cluster.path, part.document});
    addLooseAssignments();
    resolve();
}

void ProxyProjection::collect()
{
    for (const Part& part : m_parts) {
        for (const auto& routes : part.config->routes)
            m_routes.try_emplace(routes.message.name(),
                                 Found<api_route::RouteConfiguration>{&routes.message, routes.path, part.document});
        for (const auto& assignment : part.config->assignments)
            m_assignments.try_emplace(
                assignment.message.cluster_name(),
                Found<api_endpoint::ClusterLoadAssignment>{&assignment.message, assignment.path, part.document});
        if (part.config->bootstrap && part.config->bootstrap->dynamic_resources().has_cds_config()) m_hasCds = true;
    }
}

int ProxyProjection::addNode(NodeKind kind, std::string id, Words words, const Place& at)
{
    Node node;
    node.kind = kind;
    node.id = m_proxy + '/' + name(kind) + '/' + id;
    for (int n = 2; !m_ids.insert(node.id).second; ++n)
        node.id = m_proxy + '/' + name(kind) + '/' + id + '#' + std::to_string(n);
    node.proxy = m_proxy;
    node.title = std::move(words.title);
    node.subtitle = std::move(words.subtitle);
    node.badges = std::move(words.badges);
    node.facts = std::move(words.facts);
    node.path = at.path;
    node.document = at.document;
    m_graph.nodes.push_back(std::move(node));
    return static_cast<int>(m_graph.nodes.size()) - 1;
}

void ProxyProjection::addEdge(int from, int to, Edge::Kind kind, const std::string& at, int weight)
{
    m_graph.edges.push_back({from, to, kind, weight, m_graph.nodes[to].unresolved, at});
}

void ProxyProjection::addListener(const Found<api_listener::Listener>& found)
{
    const api_listener::Listener& listener = *found.message;
    const std::string address = addressText(listener.address());
    const std::string id = nameOr(listener.name(), nameOr(address, "listener"));
    const int node = addNode(NodeKind::Listener, id, describe(listener), {found.path, found.document});
    m_graph.nodes[node].address = address;
    m_graph.nodes[node].resource = listener.name();
    const int count = listener.filter_chains_size() + (listener.has_default_filter_chain() ? 1 : 0);
    for (int i = 0; i < listener.filter_chains_size(); ++i)
        addChain(node, listener.filter_chains(i), i + 1, count == 1,
                 {item(found.path, "filter_chains", i), found.document});
    if (listener.has_default_filter_chain())
        addChain(node, listener.default_filter_chain(), 0, count == 1,
                 {path::field(found.path, "default_filter_chain"), found.document});
    if (listener.has_api_listener()) {
        const std::string inner = path::field(path::field(found.path, "api_listener"), "api_listener");
        addFilter(node, id, listener.api_listener().api_listener(), {inner, found.document});
    }
}

void ProxyProjection::addChain(int listener, const api_listener::FilterChain& chain, int number, bool isOnly,
                               const Place& at)
{
    Words words = describe(chain, number, isOnly);
    const std::string listenerId = m_graph.nodes[listener].id.substr(m_proxy.size() + 10); // behind "/listener/"
    const std::string id = listenerId + '/' + words.title;
    const int node = addNode(NodeKind::FilterChain, id, std::move(words), at);
    m_graph.nodes[node].resource = chain.name();
    addEdge(listener, node, Edge::Kind::Owns, at.path);
    for (int i = 0; i < chain.filters_size(); ++i) {
        const std::string filter = path::field(item(at.path, "filters", i), "typed_config");
        addFilter(node, id, chain.filters(i).typed_config(), {filter, at.document});
    }
}

void ProxyProjection::addFilter(int owner, const std::string& idPrefix, const google::protobuf::Any& config,
                                const Place& at)
{
    HttpManager manager;
    TcpForwarder tcp;
    if (config.Is<HttpManager>() && config.UnpackTo(&manager)) addManager(owner, idPrefix, manager, at);
    else if (config.Is<TcpForwarder>() && config.UnpackTo(&tcp)) addTcpProxy(owner, idPrefix, tcp, at);
}

void ProxyProjection::addManager(int owner, const std::string& idPrefix, const HttpManager& manager, const Place& at)
{
    const std::string id = idPrefix + '/' + nameOr(manager.stat_prefix(), "http");
    const int node = addNode(NodeKind::Manager, id, describe(manager), at);
    m_graph.nodes[node].resource = manager.stat_prefix();
    addEdge(owner, node, Edge::Kind::Owns, at.path);
    if (manager.has_route_config()) {
        const Place inside{path::field(at.path, "route_config"), at.document};
        for (const int host : addRoutes(manager.route_config(), inside))
            addEdge(node, host, Edge::Kind::Owns, inside.path);
    } else if (manager.has_rds()) {
        const std::string rds = path::field(at.path, "rds");
        addRds(node, manager.rds().route_config_name(), manager.rds().has_config_source(),
               path::field(rds, "route_config_name"));
    } else if (manager.has_scoped_routes()) {
        addScopes(node, manager, at);
    }
}

void ProxyProjection::addScopes(int node, const HttpManager& manager, const Place& at)
{
    const auto& scopes = manager.scoped_routes().scoped_route_configurations_list();
    const std::string list = path::field(path::field(at.path, "scoped_routes"), "scoped_route_configurations_list");
    for (int i = 0; i < scopes.scoped_route_configurations_size(); ++i) {
        const auto& scope = scopes.scoped_route_configurations(i);
        const std::string place = item(list, "scoped_route_configurations", i);
        if (scope.has_route_configuration()) {
            const Place inside{path::field(place, "route_configuration"), at.document};
            for (const int host : addRoutes(scope.route_configuration(), inside))
                addEdge(node, host, Edge::Kind::Owns, inside.path);
        } else {
            addRds(node, scope.route_configuration_name(), true, path::field(place, "route_configuration_name"));
        }
    }
    if (manager.scoped_routes().has_scoped_rds()) m_graph.nodes[node].subtitle = "scopes by SRDS";
}

void ProxyProjection::addTcpProxy(int owner, const std::string& idPrefix, const TcpForwarder& proxy, const Place& at)
{
    const std::string id = idPrefix + '/' + nameOr(proxy.stat_prefix(), "tcp");
    const int node = addNode(NodeKind::TcpProxy, id, describe(proxy), at);
    m_graph.nodes[node].resource = proxy.stat_prefix();
    addEdge(owner, node, Edge::Kind::Owns, at.path);
    if (!proxy.cluster().empty())
        m_references.push_back({node, proxy.cluster(), Edge::Kind::ConnectsTo, -1, path::field(at.path, "cluster")});
    const auto& weighted = proxy.weighted_clusters();
    std::uint64_t total = 0;
    for (const auto& cluster : weighted.clusters()) total += cluster.weight();
    for (int i = 0; i < weighted.clusters_size(); ++i) {
        const std::string place = item(path::field(at.path, "weighted_clusters"), "clusters", i);
        m_references.push_back({node, weighted.clusters(i).name(), Edge::Kind::ConnectsTo,
                                percent(weighted.clusters(i).weight(), total), path::field(place, "name")});
    }
}

/// Links a manager to the virtual hosts of a route configuration by name, which are made when first named.
void ProxyProjection::addRds(int owner, const std::string& name, bool fromElsewhere, const std::string& reference)
{
    auto [hosts, isNew] = m_hosts.try_emplace(name);
    if (isNew) {
        const auto found = m_routes.find(name);
        if (found != m_routes.end()) {
            hosts->second = addRoutes(*found->second.message, {found->second.path, found->second.document});
        } else {
            Words words;
            words.title = nameOr(name, "(no name)");
            words.subtitle = fromElsewhere ? "by RDS, not loaded" : "no such route configuration";
            const Node& manager = m_graph.nodes[owner];
            const int node = addNode(NodeKind::VirtualHost, name, std::move(words), {reference, manager.document});
            m_graph.nodes[node].unresolved = true;
            m_graph.nodes[node].resource = name;
            hosts->second = {node};
        }
    }
    for (const int host : hosts->second) addEdge(owner, host, Edge::Kind::Owns, reference);
}

std::vector<int> ProxyProjection::addRoutes(const api_route::RouteConfiguration& routes, const Place& at)
{
    std::vector<int> hosts;
    for (int h = 0; h < routes.virtual_hosts_size(); ++h) {
        const api_route::VirtualHost& host = routes.virtual_hosts(h);
        const Place place{item(at.path, "virtual_hosts", h), at.document};
        const std::string id = nameOr(routes.name(), "routes") + '/' + nameOr(host.name(), "host");
        hosts.push_back(addNode(NodeKind::VirtualHost, id, describe(host), place));
        m_graph.nodes[hosts.back()].resource = routes.name();
        for (int r = 0; r < host.routes_size(); ++r)
            addRoute(hosts.back(), id, routes.name(), host.routes(r), r, {item(place.path, "routes", r), at.document});
    }
    return hosts;
}

void ProxyProjection::addRoute(int host, const std::string& idPrefix, const std::string& resource,
                               const api_route::Route& route, int order, const Place& at)
{
    const std::string id = idPrefix + '/' + nameOr(route.name(), std::to_string(order));
    const int node = addNode(NodeKind::Route, id, describe(route), at);
    m_graph.nodes[node].order = order;
    m_graph.nodes[node].resource = resource;
    addEdge(host, node, Edge::Kind::Owns, at.path);
    if (route.has_route()) refer(node, route.route(), path::field(at.path, "route"));
}

void ProxyProjection::refer(int from, const api_route::RouteAction& action, const std::string& at)
{
    if (action.has_cluster())
        m_references.push_back({from, action.cluster(), Edge::Kind::RoutesTo, -1, path::field(at, "cluster")});
    const auto& weighted = action.weighted_clusters();
    std::uint64_t total = 0;
    for (const auto& cluster : weighted.clusters()) total += cluster.weight().value();
    for (int i = 0; i < weighted.clusters_size(); ++i) {
        const auto& cluster = weighted.clusters(i);
        if (cluster.name().empty()) continue; // by cluster_header
        const std::string place = item(path::field(at, "weighted_clusters"), "clusters", i);
        m_references.push_back({from, cluster.name(), Edge::Kind::RoutesTo, percent(cluster.weight().value(), total),
                                path::field(place, "name")});
    }
    for (int i = 0; i < action.request_mirror_policies_size(); ++i) {
        const auto& mirror = action.request_mirror_policies(i);
        if (mirror.cluster().empty()) continue;
        const std::string place = item(at, "request_mirror_policies", i);
        m_references.push_back({from, mirror.cluster(), Edge::Kind::Mirrors, -1, path::field(place, "cluster")});
    }
}

void ProxyProjection::addCluster(const Found<api_cluster::Cluster>& found)
{
    const api_cluster::Cluster& cluster = *found.message;
    const Place at{found.path, found.document};
    const int node = addNode(NodeKind::Cluster, nameOr(cluster.name(), "cluster"), describe(cluster), at);
    m_graph.nodes[node].resource = cluster.name();
    m_clusters.try_emplace(cluster.name(), node);
    addAggregate(node, cluster, found.path);
    if (cluster.has_load_assignment())
        addEndpoints(node, cluster.load_assignment(), {path::field(found.path, "load_assignment"), found.document});
    if (cluster.has_cluster_type() || cluster.type() != api_cluster::Cluster::EDS) return;
    const std::string service = nameOr(cluster.eds_cluster_config().service_name(), cluster.name());
    const auto assignment = m_assignments.find(service);
    if (assignment == m_assignments.end()) return;
    m_usedAssignments.insert(service);
    addEndpoints(node, *assignment->second.message, {assignment->second.path, assignment->second.document});
}

/// Names of an aggregate cluster are field 1 of its message, which has no generated type here.
void ProxyProjection::addAggregate(int node, const api_cluster::Cluster& cluster, const std::string& at)
{
    const google::protobuf::Any& config = cluster.cluster_type().typed_config();
    if (config.type_url().find("envoy.extensions.clusters.aggregate.v3.ClusterConfig") == std::string::npos) return;
    google::protobuf::Empty fields;
    if (!fields.ParseFromString(config.value())) return;
    const auto& unknown = fields.GetReflection()->GetUnknownFields(fields);
    const std::string inner = path::field(path::field(at, "cluster_type"), "typed_config");
    int place = 0;
    for (int i = 0; i < unknown.field_count(); ++i) {
        const auto& field = unknown.field(i);
        if (field.number() != 1 || field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) continue;
        m_references.push_back(
            {node, field.length_delimited(), Edge::Kind::RoutesTo, -1, item(inner, "clusters", place++)});
    }
}

void ProxyProjection::addEndpoints(int cluster, const api_endpoint::ClusterLoadAssignment& assignment, const Place& at)
{
    for (int l = 0; l < assignment.endpoints_size(); ++l) {
        const auto& locality = assignment.endpoints(l);
        const std::string list = item(at.path, "endpoints", l);
        for (int e = 0; e < locality.lb_endpoints_size(); ++e) {
            Words words = describe(locality, locality.lb_endpoints(e));
            const std::string id = nameOr(m_graph.nodes[cluster].resource, "cluster") + '/' + words.title;
            const Place place{item(list, "lb_endpoints", e), at.document};
            const int node = addNode(NodeKind::Endpoint, id, std::move(words), place);
            m_graph.nodes[node].address = addressText(locality.lb_endpoints(e).endpoint().address());
            m_graph.nodes[node].resource = m_graph.nodes[cluster].resource;
            addEdge(cluster, node, Edge::Kind::Owns, place.path);
        }
    }
}

/// Assignments whose cluster is not among the documents (an EDS file alone) stand for their cluster.
void ProxyProjection::addLooseAssignments()
{
    for (const Part& part : m_parts)
        for (const auto& assignment : part.config->assignments) {
            const std::string& name = assignment.message.cluster_name();
            if (m_clusters.contains(name) || !m_usedAssignments.insert(name).second) continue;
            Words words;
            words.title = name;
            words.subtitle = "endpoints only";
            const Place at{assignment.path, part.document};
            const int node = addNode(NodeKind::Cluster, nameOr(name, "cluster"), std::move(words), at);
            m_graph.nodes[node].resource = name;
            m_clusters.try_emplace(name, node);
            addEndpoints(node, assignment.message, at);
        }
}

void ProxyProjection::resolve()
{
    for (const Reference& reference : m_references) {
        auto [cluster, isNew] = m_clusters.try_emplace(reference.cluster, -1);
        if (isNew) {
            Words words;
            words.title = nameOr(reference.cluster, "(no name)");
            words.subtitle = m_hasCds ? "by CDS, not loaded" : "no such cluster";
            const Place at{reference.path, m_graph.nodes[reference.from].document};
            cluster->second = addNode(NodeKind::Cluster, nameOr(reference.cluster, "cluster"), std::move(words), at);
            m_graph.nodes[cluster->second].unresolved = true;
            m_graph.nodes[cluster->second].resource = reference.cluster;
        }
        addEdge(reference.from, cluster->second, reference.kind, reference.path, reference.weight);
    }
}

} // namespace model::graph
