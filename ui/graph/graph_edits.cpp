#include "ui/graph/graph_edits.h"

#include "model/source/path.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

namespace ui {

using model::ErrorCode;
using model::Result;
using model::graph::Graph;
using model::graph::Node;
using model::graph::NodeKind;
using model::source::Revision;
using model::source::Splice;
namespace path = model::source::path;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ui::GraphEdits", text); }
QString titleOf(const Node& node) { return QString::fromStdString(node.title); }
const Node& nodeOf(const Graph& graph, int index) { return graph.nodes[static_cast<std::size_t>(index)]; }

int lengthOf(const Revision& revision, const std::string& list)
{
    int length = 0;
    while (revision.map().find(path::index(list, length))) ++length;
    return length;
}

/// "a.b[3]" -> {"a.b", 3}; -1 when the path does not end in an index.
std::pair<std::string, int> listAndIndex(const std::string& itemPath)
{
    const auto segments = path::split(itemPath);
    if (segments.empty() || segments.back().kind != path::Segment::Kind::Index) return {itemPath, -1};
    return {path::parent(itemPath), segments.back().index};
}

/// First name of the form "cluster", "cluster_2", ... that no cluster of the proxy has.
std::string freeName(const Graph& graph, const std::string& proxy, const std::string& base, NodeKind kind)
{
    for (int i = 1;; ++i) {
        const std::string name = i == 1 ? base : base + '_' + std::to_string(i);
        const bool taken = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
            return node.proxy == proxy && node.kind == kind && node.resource == name;
        });
        if (!taken) return name;
    }
}

int freePort(const Graph& graph)
{
    int highest = 10000;
    for (const Node& node : graph.nodes) {
        const auto colon = node.address.rfind(':');
        int port = 0;
        if (colon != std::string::npos)
            std::from_chars(node.address.data() + colon + 1, node.address.data() + node.address.size(), port);
        if (node.kind == NodeKind::Listener) highest = std::max(highest, port);
    }
    return std::min(highest + 1, 65535);
}

std::string anyCluster(const Graph& graph, const std::string& proxy)
{
    const auto it = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
        return node.proxy == proxy && node.kind == NodeKind::Cluster && !node.unresolved;
    });
    return it == graph.nodes.end() ? std::string("cluster") : it->resource;
}

std::string listenerYaml(const Graph& graph, const std::string& proxy)
{
    const std::string port = std::to_string(freePort(graph));
    const std::string cluster = model::source::quoted(anyCluster(graph, proxy), true);
    return "{name: listener_" + port + ", address: {socket_address: {address: 0.0.0.0, port_value: " + port +
           "}}, filter_chains: [{filters: [{name: envoy.filters.network.http_connection_manager, typed_config: "
           "{\"@type\": "
           "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, "
           "stat_prefix: ingress_" +
           port + ", route_config: {name: routes_" + port +
           ", virtual_hosts: [{name: all, domains: [\"*\"], routes: [{match: {prefix: /}, route: {cluster: " + cluster +
           "}}]}]}, http_filters: [{name: envoy.filters.http.router, typed_config: {\"@type\": "
           "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]}]}";
}

/// List and position at which something is inserted, and what.
struct Insertion {
    std::string list;
    int position = 0;
    std::string yaml;
};

std::string resourceList(const Revision& revision, const char* field)
{
    return revision.kind() == model::source::DocumentKind::Resources ? std::string("resources")
                                                                     : std::string("static_resources.") + field;
}

Insertion insertion(const Revision& revision, const Graph& graph, const Node& node, Addition addition)
{
    Insertion result;
    switch (addition) {
    case Addition::Listener:
        result.list = resourceList(revision, "listeners");
        result.yaml = listenerYaml(graph, node.proxy);
        break;
    case Addition::Cluster: {
        const std::string name = freeName(graph, node.proxy, "cluster", NodeKind::Cluster);
        result.list = resourceList(revision, "clusters");
        result.yaml = "{name: " + name +
                      ", connect_timeout: 1s, type: STATIC, load_assignment: {cluster_name: " + name +
                      ", endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, "
                      "port_value: 8080}}}}]}]}}";
        break;
    }
    case Addition::Endpoint:
        result.list = node.path + ".load_assignment.endpoints[0].lb_endpoints";
        if (!revision.map().find(node.path + ".load_assignment.endpoints[0]")) {
            result.list = node.path + ".load_assignment.endpoints";
            result.yaml =
                "{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8080}}}}]}";
            return result;
        }
        result.yaml = "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8080}}}}";
        break;
    case Addition::Route: {
        const std::string cluster = model::source::quoted(anyCluster(graph, node.proxy), true);
        result.yaml = "{match: {prefix: /new}, route: {cluster: " + cluster + "}}";
        if (node.kind == NodeKind::Route) { // before this route: after a catch-all it would never be reached
            std::tie(result.list, result.position) = listAndIndex(node.path);
            return result;
        }
        result.list = node.path + ".routes";
        return result;
    }
    }
    result.position = lengthOf(revision, result.list);
    return result;
}

QString additionLabel(Addition addition)
{
    switch (addition) {
    case Addition::Listener: return tr("Add listener");
    case Addition::Route: return tr("Add route");
    case Addition::Cluster: return tr("Add cluster");
    case Addition::Endpoint: return tr("Add endpoint");
    }
    return {};
}

} // namespace

Result<Document*> GraphEdits::owner(const Node& node) const
{
    if (Document* document = m_project.document(node.document)) return document;
    return model::fail(ErrorCode::NotFound, node.title, "No open file configures this");
}

bool GraphEdits::canAdd(const Node& node, Addition addition)
{
    if (node.document < 0) return false;
    if (addition == Addition::Endpoint) return node.kind == NodeKind::Cluster && !node.unresolved;
    if (addition == Addition::Route) return node.kind == NodeKind::VirtualHost || node.kind == NodeKind::Route;
    return true;
}

Result<void> GraphEdits::add(const Graph& graph, int index, Addition addition)
{
    const Node& node = nodeOf(graph, index);
    const auto document = owner(node);
    if (!document) return document.unexpected();
    return (*document)->edit(
        [&](const Revision& revision) {
            const Insertion what = insertion(revision, graph, node, addition);
            return model::source::insert(revision, what.list, what.position, what.yaml);
        },
        additionLabel(addition));
}

bool GraphEdits::canRemove(const Node& node)
{
    return node.document >= 0 && !node.path.empty() && !node.unresolved && node.kind != NodeKind::Manager &&
           node.kind != NodeKind::TcpProxy && node.kind != NodeKind::Client && node.kind != NodeKind::Proxy;
}

Result<void> GraphEdits::remove(const Graph& graph, int index)
{
    const Node& node = nodeOf(graph, index);
    const auto document = owner(node);
    if (!document) return document.unexpected();
    if (!canRemove(node)) return model::fail(ErrorCode::Unsupported, node.title, "This cannot be deleted by itself");
    return (*document)->edit([&](const Revision& revision) { return model::source::clear(revision, node.path); },
                             tr("Delete %1").arg(titleOf(node)));
}

bool GraphEdits::canRename(const Node& node)
{
    return node.document >= 0 && !node.unresolved && node.kind == NodeKind::Cluster;
}

// The name, the assignment's copy of it, and every reference: all against one revision, so one undo takes all back.
Result<void> GraphEdits::rename(const Graph& graph, int index, const QString& name)
{
    const Node& node = nodeOf(graph, index);
    const auto document = owner(node);
    if (!document) return document.unexpected();
    if (!canRename(node) || name.isEmpty())
        return model::fail(ErrorCode::Unsupported, node.title, "Only clusters can be renamed here");
    std::vector<std::string> places{node.path + ".name"};
    for (const auto& edge : graph.edges)
        if (edge.to == index && !edge.path.empty() && edge.kind != model::graph::Edge::Kind::Joins &&
            nodeOf(graph, edge.from).document == node.document)
            places.push_back(edge.path);
    return (*document)->edit(
        [&](const Revision& revision) -> Result<std::vector<Splice>> {
            if (revision.map().find(node.path + ".load_assignment.cluster_name"))
                places.push_back(node.path + ".load_assignment.cluster_name");
            std::vector<Splice> all;
            for (const std::string& place : places) {
                auto splices = model::source::set(revision, place, model::source::quoted(name.toStdString()));
                if (!splices) return splices.unexpected();
                for (Splice& splice : *splices)
                    if (std::find(all.begin(), all.end(), splice) == all.end()) all.push_back(std::move(splice));
            }
            return all;
        },
        tr("Rename %1").arg(titleOf(node)));
}

bool GraphEdits::canRetarget(const Graph& graph, int index)
{
    const auto& edge = graph.edges[static_cast<std::size_t>(index)];
    return edge.kind == model::graph::Edge::Kind::RoutesTo && !edge.path.empty() &&
           nodeOf(graph, edge.to).kind == NodeKind::Cluster;
}

Result<void> GraphEdits::retarget(const Graph& graph, int index, int cluster)
{
    const auto& edge = graph.edges[static_cast<std::size_t>(index)];
    const Node& from = nodeOf(graph, edge.from);
    const Node& to = nodeOf(graph, cluster);
    const auto document = owner(from);
    if (!document) return document.unexpected();
    if (!canRetarget(graph, index) || to.kind != NodeKind::Cluster || to.proxy != from.proxy)
        return model::fail(ErrorCode::Invalid, from.title, "A route can lead to a cluster of its own proxy only");
    return (*document)->edit(
        [&](const Revision& revision) {
            return model::source::set(revision, edge.path, model::source::quoted(to.resource));
        },
        tr("Route %1 to %2").arg(titleOf(from), titleOf(to)));
}

Result<void> GraphEdits::moveRoute(const Graph& graph, int index, int by)
{
    const Node& node = nodeOf(graph, index);
    const auto document = owner(node);
    if (!document) return document.unexpected();
    const auto [list, at] = listAndIndex(node.path);
    const int to = at + by;
    if (node.kind != NodeKind::Route || to < 0 || to >= lengthOf(*(*document)->settle(), list))
        return model::fail(ErrorCode::Invalid, node.title, "There is no route to exchange with");
    return (*document)->edit([&](const Revision& revision) { return model::source::move(revision, node.path, to); },
                             tr("Move route %1").arg(titleOf(node)));
}

} // namespace ui
