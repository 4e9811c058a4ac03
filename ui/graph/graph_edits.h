// Editing from the graph: what a gesture means as splices of the document that a node comes from.
#pragma once

#include "ui/document/project.h"
#include "ui/graph/arrangement.h"

namespace ui {

/// What can be added at a node.
enum class Addition { Listener, Route, Cluster, Endpoint };

/// Turns gestures into one undoable step of one document each. Returns the reason when it cannot be done; nothing has
/// changed then. GUI thread.
class GraphEdits {
public:
    explicit GraphEdits(Project& project) : m_project(project) {}

    /// Adds below (endpoint to cluster, route to virtual host or after a route) or beside `node`.
    model::Result<void> add(const model::graph::Graph& graph, int node, Addition addition);
    static bool canAdd(const model::graph::Node& node, Addition addition);
    model::Result<void> remove(const model::graph::Graph& graph, int node);
    static bool canRemove(const model::graph::Node& node);
    /// Renames a cluster and everything in its proxy that names it.
    model::Result<void> rename(const model::graph::Graph& graph, int node, const QString& name);
    static bool canRename(const model::graph::Node& node);
    /// Lets the reference behind `edge` name another cluster of the same proxy.
    model::Result<void> retarget(const model::graph::Graph& graph, int edge, int cluster);
    static bool canRetarget(const model::graph::Graph& graph, int edge);
    /// Exchanges a route with its neighbour in match order; `by` is -1 or +1.
    model::Result<void> moveRoute(const model::graph::Graph& graph, int node, int by);

private:
    model::Result<Document*> owner(const model::graph::Node& node) const;
    Project& m_project;
};

} // namespace ui
