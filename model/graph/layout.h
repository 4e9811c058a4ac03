// Layered layout of a graph, left to right: no overlaps, routes in match order, long edges around nodes.
#pragma once

#include "model/graph/graph.h"

#include <functional>
#include <string>
#include <vector>

namespace model::graph {

struct Size {
    double width = 0, height = 0;
};
struct Point {
    double x = 0, y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};
struct Rect {
    double x = 0, y = 0, width = 0, height = 0;
};

/// Sizes and gaps in device-independent pixels (ui README section 5).
struct Spacing {
    double layerGap = 24, beforeRoutes = 44, rowGap = 12, boxGap = 42, boxHeader = 24, boxPadding = 12;
};

/// Where everything goes.
struct Layout {
    std::vector<Rect> nodes;               ///< By node index.
    std::vector<std::vector<Point>> edges; ///< Polyline through free slots, first at `from`, last at `to`.
    std::vector<Rect> proxies;             ///< Box of each Graph::proxies entry.
    Rect bounds;
};

/// Pure and cancellable: `cancelled` is asked now and then (may be empty) and stops the work with an empty layout.
/// Cost: near linear in nodes and edges. Any thread.
Layout layout(const Graph& graph, const std::vector<Size>& nodeSizes, const Spacing& spacing = {},
              const std::function<bool()>& cancelled = {});

} // namespace model::graph
