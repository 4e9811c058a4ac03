// Graphs as text for other programs and for people.
#pragma once

#include "model/graph/graph.h"

#include <string>
#include <vector>

namespace model::graph {

/// Graphviz: one cluster per proxy, match order and weights as labels.
std::string toDot(const Graph& graph);
/// {"proxies": […], "nodes": [{"id", "kind", …}], "edges": [{"from": id, "to": id, "kind", …}]}; absent is left out.
std::string toJson(const Graph& graph);
/// The drawing of the window's canvas, laid out here, with the colours of a theme of resources/themes/tokens.json.
std::string toSvg(const Graph& graph, const std::string& theme = "light");
/// One line per way from listener to cluster, columns aligned, with a heading.
std::string toTable(const std::vector<Chain>& chains);

} // namespace model::graph
