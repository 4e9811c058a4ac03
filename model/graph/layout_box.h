// BoxLayout: the inside of one proxy's box.
#pragma once

#include "model/graph/layered.h"
#include "model/graph/layout.h"

#include <unordered_map>
#include <vector>

namespace model::graph {

/// Lays out one proxy's nodes in columns by kind. Coordinates are relative to the box's top left corner until the
/// caller moves them. Used once: construct, run(), read.
class BoxLayout {
public:
    BoxLayout(const Graph& graph, const std::vector<Size>& sizes, const Spacing& spacing, bool hasHeader)
        : m_graph(graph)
        , m_sizes(sizes)
        , m_spacing(spacing)
        , m_hasHeader(hasHeader)
    {}
    void addNode(int node) { m_nodes.push_back(node); }
    void addEdge(int edge) { m_edges.push_back(edge); }    ///< Both ends in this box.
    void addExit(int edge) { m_exits.push_back(edge); }    ///< Starts here, leaves through the right side.
    void addEntry(int edge) { m_entries.push_back(edge); } ///< Ends here, comes in through the left side.

    void run(const Cancelled& cancelled);

    Size size() const { return m_size; }
    const std::vector<int>& nodes() const { return m_nodes; }
    Rect rect(int node) const;
    /// Polylines of inner edges; of exits the part up to the right side; of entries the part from the left side.
    const std::unordered_map<int, std::vector<Point>>& lines() const { return m_lines; }
    const std::unordered_map<int, std::vector<Point>>& exits() const { return m_exitLines; }
    const std::unordered_map<int, std::vector<Point>>& entries() const { return m_entryLines; }

private:
    struct Column {
        double left = 0, right = 0;
        double gapBefore = 0;
    };
    void assignLayers();
    void buildDrawing();
    void placeColumns();
    void placeBox();
    void drawLines();
    void drawBackward(int edge);
    bool isForward(int edge) const;
    Point leftOf(int node) const;
    Point rightOf(int node) const;
    void passColumn(std::vector<Point>& line, int item) const;
    void leaveColumn(std::vector<Point>& line, int item) const;
    const Layered::Item& itemOf(int node) const { return m_drawing.items[m_item.at(node)]; }

    const Graph& m_graph;
    const std::vector<Size>& m_sizes;
    const Spacing& m_spacing;
    bool m_hasHeader;
    std::vector<int> m_nodes, m_edges, m_exits, m_entries;
    std::unordered_map<int, int> m_local; ///< Node to its place in m_nodes.
    std::unordered_map<int, int> m_item;  ///< Node to its item.
    std::vector<int> m_layer;             ///< By place in m_nodes.
    Layered m_drawing;
    std::unordered_map<int, std::vector<int>> m_dummies, m_exitDummies, m_entryDummies; ///< By edge.
    std::vector<Column> m_columns;
    Size m_size;
    double m_laneY = 0; ///< Next free line below the nodes, for edges that run backward.
    std::unordered_map<int, std::vector<Point>> m_lines, m_exitLines, m_entryLines;
};

} // namespace model::graph
