// 1. A node's column is its kind's, and within a kind its depth (aggregate clusters name clusters): the columns read
//    listener, filter chain, manager, virtual host, route, cluster, endpoint, empty ones left out.
// 2. Edges over several columns, and edges that leave or enter the box, get dummies in the columns between.
// 3. Crossing reduction (crossings.cpp), rows (rows.cpp), then columns side by side.
// 4. Lines: horizontal where they cross a column, so they never cut a node; slanted only in the gaps. Edges that run
//    backward (cycles) go below all nodes.
#include "model/graph/layout_box.h"

#include <algorithm>
#include <map>

namespace model::graph {
namespace {

constexpr double laneGap = 8;        ///< Between lines that run below the nodes.
constexpr double minimumWidth = 150; ///< Room for a box's name.

void append(std::vector<Point>& line, Point point)
{
    if (line.empty() || line.back() != point) line.push_back(point);
}

} // namespace

void BoxLayout::run(const Cancelled& cancelled)
{
    assignLayers();
    buildDrawing();
    reduceCrossings(m_drawing, cancelled);
    placeRows(m_drawing, m_spacing.rowGap, cancelled);
    placeColumns();
    placeBox();
    drawLines();
}

void BoxLayout::assignLayers()
{
    for (std::size_t i = 0; i < m_nodes.size(); ++i) m_local[m_nodes[i]] = static_cast<int>(i);
    std::vector<std::pair<int, int>> sameKind;
    for (const int e : m_edges) {
        const Edge& edge = m_graph.edges[e];
        if (m_graph.nodes[edge.from].kind == m_graph.nodes[edge.to].kind)
            sameKind.emplace_back(m_local[edge.from], m_local[edge.to]);
    }
    const std::vector<int> depth = depths(static_cast<int>(m_nodes.size()), sameKind);
    std::map<std::pair<NodeKind, int>, int> columns;
    const auto keyOf = [&](std::size_t i) { return std::pair(m_graph.nodes[m_nodes[i]].kind, depth[i]); };
    // A TCP proxy stands where connection managers stand.
    const auto column = [&](std::size_t i) {
        auto key = keyOf(i);
        if (key.first == NodeKind::TcpProxy) key.first = NodeKind::Manager;
        return key;
    };
    for (std::size_t i = 0; i < m_nodes.size(); ++i) columns[column(i)] = 0;
    int next = 0;
    for (auto& [key, layer] : columns) layer = next++;
    m_layer.resize(m_nodes.size());
    for (std::size_t i = 0; i < m_nodes.size(); ++i) m_layer[i] = columns[column(i)];
    m_columns.assign(next, {});
    for (const auto& [key, layer] : columns)
        m_columns[layer].gapBefore = key.first == NodeKind::Route ? m_spacing.beforeRoutes : m_spacing.layerGap;
}

bool BoxLayout::isForward(int edge) const
{
    const Edge& e = m_graph.edges[edge];
    return m_layer[m_local.at(e.from)] < m_layer[m_local.at(e.to)];
}

void BoxLayout::buildDrawing()
{
    std::unordered_map<int, int> owner;
    for (const int e : m_edges)
        if (m_graph.edges[e].kind == Edge::Kind::Owns) owner.try_emplace(m_graph.edges[e].to, m_graph.edges[e].from);
    for (std::size_t i = 0; i < m_nodes.size(); ++i) {
        const int node = m_nodes[i];
        const auto found = owner.find(node);
        const bool ordered = m_graph.nodes[node].order >= 0 && found != owner.end();
        m_item[node] = m_drawing.addItem(node, m_layer[i], m_sizes[node].height, ordered ? found->second : -1);
    }
    const int lastLayer = static_cast<int>(m_columns.size()) - 1;
    for (const int e : m_edges)
        if (isForward(e)) m_dummies[e] = m_drawing.addEdge(m_item[m_graph.edges[e].from], m_item[m_graph.edges[e].to]);
    for (const int e : m_exits) m_exitDummies[e] = m_drawing.addExit(m_item[m_graph.edges[e].from], lastLayer);
    for (const int e : m_entries) m_entryDummies[e] = m_drawing.addEntry(m_item[m_graph.edges[e].to]);
    m_drawing.arrange();
}

void BoxLayout::placeColumns()
{
    std::vector<double> width(m_columns.size(), 0);
    for (const auto& item : m_drawing.items)
        if (!item.isDummy()) width[item.layer] = std::max(width[item.layer], m_sizes[item.node].width);
    double x = m_spacing.boxPadding;
    for (std::size_t c = 0; c < m_columns.size(); ++c) {
        if (c > 0) x += m_columns[c].gapBefore;
        m_columns[c].left = x;
        m_columns[c].right = x += width[c];
    }
    m_size.width = std::max(x + m_spacing.boxPadding, m_hasHeader ? minimumWidth : 0);
}

void BoxLayout::placeBox()
{
    double top = 0;
    double bottom = 0;
    bool first = true;
    for (const auto& item : m_drawing.items) {
        top = first ? item.y - item.height / 2 : std::min(top, item.y - item.height / 2);
        bottom = first ? item.y + item.height / 2 : std::max(bottom, item.y + item.height / 2);
        first = false;
    }
    const double start = m_spacing.boxPadding + (m_hasHeader ? m_spacing.boxHeader : 0);
    for (auto& item : m_drawing.items) item.y += start - top;
    m_laneY = start + bottom - top;
    m_size.height = m_laneY + m_spacing.boxPadding;
}

Rect BoxLayout::rect(int node) const
{
    const auto& item = itemOf(node);
    const Size& size = m_sizes[node];
    return {m_columns[item.layer].left, item.y - size.height / 2, size.width, size.height};
}

Point BoxLayout::leftOf(int node) const
{
    const Rect r = rect(node);
    return {r.x, r.y + r.height / 2};
}

Point BoxLayout::rightOf(int node) const
{
    const Rect r = rect(node);
    return {r.x + r.width, r.y + r.height / 2};
}

void BoxLayout::passColumn(std::vector<Point>& line, int item) const
{
    append(line, {m_columns[m_drawing.items[item].layer].left, m_drawing.items[item].y});
    leaveColumn(line, item);
}

void BoxLayout::leaveColumn(std::vector<Point>& line, int item) const
{
    append(line, {m_columns[m_drawing.items[item].layer].right, m_drawing.items[item].y});
}

void BoxLayout::drawLines()
{
    for (const int e : m_edges) {
        if (!isForward(e)) {
            drawBackward(e);
            continue;
        }
        auto& line = m_lines[e];
        append(line, rightOf(m_graph.edges[e].from));
        leaveColumn(line, m_item[m_graph.edges[e].from]);
        for (const int dummy : m_dummies[e]) passColumn(line, dummy);
        append(line, leftOf(m_graph.edges[e].to));
    }
    for (const int e : m_exits) {
        auto& line = m_exitLines[e];
        append(line, rightOf(m_graph.edges[e].from));
        leaveColumn(line, m_item[m_graph.edges[e].from]);
        for (const int dummy : m_exitDummies[e]) passColumn(line, dummy);
        append(line, {m_size.width, line.back().y});
    }
    for (const int e : m_entries) {
        auto& line = m_entryLines[e];
        const auto& dummies = m_entryDummies[e];
        const Point end = leftOf(m_graph.edges[e].to);
        append(line, {0, dummies.empty() ? end.y : m_drawing.items[dummies.front()].y});
        for (const int dummy : dummies) passColumn(line, dummy);
        append(line, end);
    }
}

void BoxLayout::drawBackward(int edge)
{
    const Edge& e = m_graph.edges[edge];
    const Point from = rightOf(e.from);
    const Point to = leftOf(e.to);
    m_laneY += laneGap;
    m_size.height = std::max(m_size.height, m_laneY + m_spacing.boxPadding);
    const double down = m_columns[itemOf(e.from).layer].right + laneGap;
    const double up = to.x - laneGap;
    m_lines[edge] = {from, {down, from.y}, {down, m_laneY}, {up, m_laneY}, {up, to.y}, to};
}

} // namespace model::graph
