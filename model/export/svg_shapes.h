// Outlines of nodes and lines of edges as SVG path data (ui README sections 3 and 5).
#pragma once

#include "model/graph/layout.h"

#include <string>

namespace model::graph {

/// The kind's shape: listener with a left notch, route pointed right, virtual host with a cut corner, …
std::string outline(NodeKind kind, const Rect& rect);
/// A line through the points: slanted pieces as curves with horizontal ends, right angles rounded.
std::string line(const std::vector<Point>& points);
/// An arrow head with its tip at `tip`, pointing right.
std::string arrowHead(Point tip);

} // namespace model::graph
