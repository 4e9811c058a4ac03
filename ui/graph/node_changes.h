// Which nodes differ from what their proxies run.
#pragma once

#include "model/diff/change.h"
#include "ui/graph/node_look.h"

#include <map>
#include <vector>

namespace ui {

/// What differs at one proxy, whose configuration is document `document` of the graph.
struct ProxyDifference {
    int document = -1;
    std::string proxy;
    std::vector<model::diff::ResourceChange> changes;
};

/// By node of `graph`. What a folded graph does not show counts for the node that owns it. Pure.
std::map<int, NodeChange> nodeChanges(const model::graph::Graph& graph,
                                      const std::vector<ProxyDifference>& differences);
/// Nodes for clusters and listeners that a proxy runs and its document has no longer; they belong to no document.
std::vector<model::graph::Node> removedNodes(const std::vector<ProxyDifference>& differences);
/// True for a node that removedNodes() made.
bool isRemoved(const model::graph::Node& node);

} // namespace ui
