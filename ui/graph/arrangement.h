// What of a graph is drawn how large: which nodes are items, which endpoints are rows below their cluster.
#pragma once

#include "model/graph/layout.h"

#include <set>
#include <string>
#include <vector>

namespace ui {

/// An endpoint drawn as a row below its cluster, or as a port dot when its address is another proxy's listener.
struct EndpointRow {
    std::string address; ///< "172.20.0.6:8082"
    std::string id;      ///< Of its node.
    std::string path;
    bool isPort = false;
};

/// A graph ready for layout: nodes that become items, with their sizes, and the rows of each cluster.
struct Arrangement {
    model::graph::Graph graph;
    model::graph::Layers layers = model::graph::Layers::All;
    std::vector<model::graph::Size> sizes;      ///< By node; room for the rows is reserved evenly above and below.
    std::vector<std::vector<EndpointRow>> rows; ///< By node; empty for all but compact clusters.
    std::vector<model::graph::Size> bodies;     ///< By node: the shape itself, centred in its size.
};

constexpr int endpointRowLimit = 4;

/// Folds `graph` to `layers`, the proxies named in `collapsed` to one node each, and measures it. GUI thread (fonts).
Arrangement arrange(const model::graph::Graph& graph, model::graph::Layers layers,
                    const std::set<std::string>& collapsed = {});
model::graph::Spacing spacingFor(model::graph::Layers layers);

} // namespace ui
