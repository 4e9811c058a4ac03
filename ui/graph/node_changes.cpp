#include "ui/graph/node_changes.h"

#include "model/source/path.h"

#include <QObject>

namespace ui {

using model::diff::ResourceChange;
using model::graph::Graph;
using model::graph::NodeKind;
using model::push::Type;

namespace {

constexpr std::string_view removedMark = "/removed/";

/// Added outlasts changed: what is new as a whole has nothing that could differ.
void mark(std::map<int, NodeChange>& marks, int node, NodeChange change)
{
    if (node < 0) return;
    NodeChange& known = marks.try_emplace(node, change).first->second;
    if (change == NodeChange::Added) known = change;
}

void markAdded(const Graph& graph, int document, const std::string& path, std::map<int, NodeChange>& marks)
{
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const auto& node = graph.nodes[i];
        if (node.document != document || !node.path.starts_with(path)) continue;
        const bool below =
            node.path.size() == path.size() || node.path[path.size()] == '.' || node.path[path.size()] == '[';
        if (below) mark(marks, static_cast<int>(i), NodeChange::Added);
    }
}

// What went out of a list has no place of its own any more: its owner changed.
void markFields(const Graph& graph, int document, const ResourceChange& change, std::map<int, NodeChange>& marks)
{
    for (const auto& field : change.fields) {
        const std::string path = change.path + "." + field.path;
        const bool gone = field.after.empty() && path.ends_with(']');
        const int node = graph.nodeAt(document, gone ? model::source::path::parent(path) : path);
        const bool whole =
            node >= 0 && field.before.empty() && graph.nodes[static_cast<std::size_t>(node)].path == path;
        if (whole) markAdded(graph, document, path, marks);
        else mark(marks, node, NodeChange::Changed);
    }
    if (change.fields.empty()) mark(marks, graph.nodeAt(document, change.path), NodeChange::Changed);
}

} // namespace

std::map<int, NodeChange> nodeChanges(const Graph& graph, const std::vector<ProxyDifference>& differences)
{
    std::map<int, NodeChange> marks;
    for (const auto& difference : differences)
        for (const ResourceChange& change : difference.changes) {
            if (change.kind == ResourceChange::Kind::Added) markAdded(graph, difference.document, change.path, marks);
            if (change.kind == ResourceChange::Kind::Changed) markFields(graph, difference.document, change, marks);
        }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (isRemoved(graph.nodes[i])) marks[static_cast<int>(i)] = NodeChange::Removed;
    return marks;
}

std::vector<model::graph::Node> removedNodes(const std::vector<ProxyDifference>& differences)
{
    std::vector<model::graph::Node> nodes;
    for (const auto& difference : differences)
        for (const ResourceChange& change : difference.changes) {
            const bool drawn = change.type == Type::Cds || change.type == Type::Lds;
            if (change.kind != ResourceChange::Kind::Removed || !drawn) continue;
            model::graph::Node node;
            node.kind = change.type == Type::Cds ? NodeKind::Cluster : NodeKind::Listener;
            node.proxy = difference.proxy;
            node.id = difference.proxy + std::string(removedMark) + model::push::name(change.type) + "/" + change.name;
            node.title = node.resource = change.name;
            node.subtitle = QObject::tr("removed, still runs").toStdString();
            nodes.push_back(std::move(node));
        }
    return nodes;
}

bool isRemoved(const model::graph::Node& node)
{
    return node.document < 0 && node.id.starts_with(node.proxy + std::string(removedMark));
}

} // namespace ui
