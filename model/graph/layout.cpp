// Layered layout of a whole mesh.
//
// 1. Each proxy's nodes are laid out in a box of their own (layout_box.cpp).
// 2. The boxes are laid out like nodes, in layers by the joins between proxies: who calls stands left of whom it calls;
//    a box's y is where the joined endpoints and listeners face each other (the links carry ports).
// 3. Joins over several layers pass between boxes, in slots of their own; in the gutters they turn at right angles, each
//    at its own x. Joins that run backward or into their own box go below all boxes.
#include "model/graph/layout.h"

#include "model/graph/layout_box.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>

namespace model::graph {
namespace {

constexpr double laneGap = 8;

struct Placement {
    double left = 0, right = 0;
};

/// The drawing of the boxes. Used once.
class MeshLayout {
public:
    MeshLayout(const Graph& graph, const std::vector<Size>& sizes, const Spacing& spacing, const Cancelled& cancelled)
        : m_graph(graph)
        , m_sizes(sizes)
        , m_spacing(spacing)
        , m_cancelled(cancelled)
    {}
    Layout run();

private:
    struct Join {
        int edge = -1;
        std::vector<int> dummies;
        bool isForward = false;
    };
    bool isCancelled() const { return m_cancelled && m_cancelled(); }
    void makeBoxes();
    void sortEdges();
    void placeBoxes();
    void placeColumns();
    void move();
    void drawJoin(const Join& join);
    void drawBackward(int edge);
    void turn(std::vector<Point>& line, int layer, Point to);
    std::vector<Point> moved(const std::vector<Point>& line, int box) const;
    void measure();

    const Graph& m_graph;
    const std::vector<Size>& m_sizes;
    const Spacing& m_spacing;
    const Cancelled& m_cancelled;
    std::vector<std::unique_ptr<BoxLayout>> m_boxes; ///< Those of Graph::proxies, then those of other proxy names.
    std::vector<int> m_boxOf;                        ///< By node.
    std::vector<Join> m_joins;
    Layered m_drawing;
    std::vector<Placement> m_columns;
    std::vector<Point> m_origin; ///< By box.
    std::vector<int> m_turns;    ///< By layer: turns made in the gutter behind it.
    double m_laneY = 0;
    Layout m_layout;
};

Layout MeshLayout::run()
{
    makeBoxes();
    sortEdges();
    for (const auto& box : m_boxes) {
        box->run(m_cancelled);
        if (isCancelled()) return {};
    }
    placeBoxes();
    if (isCancelled()) return {};
    placeColumns();
    move();
    for (const Join& join : m_joins) {
        if (join.isForward) drawJoin(join);
        else drawBackward(join.edge);
    }
    measure();
    return std::move(m_layout);
}

void MeshLayout::makeBoxes()
{
    std::unordered_map<std::string_view, int> byName;
    const auto boxFor = [&](std::string_view name, bool hasHeader) {
        const auto [at, isNew] = byName.try_emplace(name, static_cast<int>(m_boxes.size()));
        if (isNew) m_boxes.push_back(std::make_unique<BoxLayout>(m_graph, m_sizes, m_spacing, hasHeader));
        return at->second;
    };
    for (const std::string& proxy : m_graph.proxies) boxFor(proxy, true);
    m_boxOf.reserve(m_graph.nodes.size());
    for (std::size_t i = 0; i < m_graph.nodes.size(); ++i) {
        const int box = boxFor(m_graph.nodes[i].proxy, false);
        m_boxOf.push_back(box);
        m_boxes[box]->addNode(static_cast<int>(i));
    }
}

void MeshLayout::sortEdges()
{
    for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
        const Edge& edge = m_graph.edges[i];
        const int id = static_cast<int>(i);
        const int from = m_boxOf[edge.from];
        const int to = m_boxOf[edge.to];
        if (from == to && edge.kind != Edge::Kind::Joins) {
            m_boxes[from]->addEdge(id);
            continue;
        }
        m_boxes[from]->addExit(id);
        m_boxes[to]->addEntry(id);
        m_joins.push_back({id, {}, false});
    }
}

void MeshLayout::placeBoxes()
{
    std::vector<std::pair<int, int>> calls;
    for (const Join& join : m_joins) {
        const Edge& edge = m_graph.edges[join.edge];
        if (m_boxOf[edge.from] != m_boxOf[edge.to]) calls.emplace_back(m_boxOf[edge.from], m_boxOf[edge.to]);
    }
    const std::vector<int> layer = depths(static_cast<int>(m_boxes.size()), calls);
    for (std::size_t b = 0; b < m_boxes.size(); ++b)
        m_drawing.addItem(static_cast<int>(b), layer[b], m_boxes[b]->size().height);
    for (Join& join : m_joins) {
        const Edge& edge = m_graph.edges[join.edge];
        const int from = m_boxOf[edge.from];
        const int to = m_boxOf[edge.to];
        join.isForward = layer[from] < layer[to];
        if (!join.isForward) continue;
        const double fromPort = m_boxes[from]->exits().at(join.edge).back().y - m_boxes[from]->size().height / 2;
        const double toPort = m_boxes[to]->entries().at(join.edge).front().y - m_boxes[to]->size().height / 2;
        join.dummies = m_drawing.addEdge(from, to, fromPort, toPort);
    }
    m_drawing.arrange();
    reduceCrossings(m_drawing, m_cancelled);
    placeRows(m_drawing, m_spacing.boxGap / 2, m_cancelled);
}

void MeshLayout::placeColumns()
{
    m_columns.assign(m_drawing.layers.size(), {});
    m_turns.assign(m_drawing.layers.size(), 0);
    std::vector<double> width(m_columns.size(), 0);
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        double& w = width[m_drawing.items[b].layer];
        w = std::max(w, m_boxes[b]->size().width);
    }
    double x = 0;
    for (std::size_t c = 0; c < m_columns.size(); ++c) {
        if (c > 0) x += m_spacing.boxGap;
        m_columns[c] = {x, x + width[c]};
        x += width[c];
    }
}

void MeshLayout::move()
{
    double top = 0;
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        const double y = m_drawing.items[b].y - m_boxes[b]->size().height / 2;
        top = b == 0 ? y : std::min(top, y);
    }
    for (auto& item : m_drawing.items) item.y -= top;
    m_layout.nodes.resize(m_graph.nodes.size());
    m_layout.edges.resize(m_graph.edges.size());
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        const BoxLayout& box = *m_boxes[b];
        const auto& item = m_drawing.items[b];
        const Point origin{m_columns[item.layer].left, item.y - item.height / 2};
        m_origin.push_back(origin);
        m_laneY = std::max(m_laneY, origin.y + box.size().height);
        if (b < m_graph.proxies.size())
            m_layout.proxies.push_back({origin.x, origin.y, box.size().width, box.size().height});
        for (const int node : box.nodes()) {
            const Rect r = box.rect(node);
            m_layout.nodes[node] = {origin.x + r.x, origin.y + r.y, r.width, r.height};
        }
        for (const auto& [edge, line] : box.lines()) m_layout.edges[edge] = moved(line, static_cast<int>(b));
    }
}

std::vector<Point> MeshLayout::moved(const std::vector<Point>& line, int box) const
{
    std::vector<Point> result = line;
    for (Point& point : result) point = {point.x + m_origin[box].x, point.y + m_origin[box].y};
    return result;
}

/// Leads `line` from the right side of `layer`'s column over the gutter to `to`.
void MeshLayout::turn(std::vector<Point>& line, int layer, Point to)
{
    const Point side{m_columns[layer].right, line.back().y};
    if (line.back() != side) line.push_back(side);
    if (std::abs(side.y - to.y) > 0.25) {
        const int lanes = std::max(1, static_cast<int>((m_spacing.boxGap - 2 * laneGap) / (laneGap / 2)));
        const double x = side.x + laneGap + (m_turns[layer]++ % lanes) * laneGap / 2;
        line.push_back({x, side.y});
        line.push_back({x, to.y});
    }
    line.push_back(to);
}

void MeshLayout::drawJoin(const Join& join)
{
    const Edge& edge = m_graph.edges[join.edge];
    const int from = m_boxOf[edge.from];
    const int to = m_boxOf[edge.to];
    std::vector<Point> line = moved(m_boxes[from]->exits().at(join.edge), from);
    int layer = m_drawing.items[from].layer;
    for (const int dummy : join.dummies) {
        turn(line, layer, {m_columns[layer + 1].left, m_drawing.items[dummy].y});
        ++layer;
    }
    const std::vector<Point> end = moved(m_boxes[to]->entries().at(join.edge), to);
    turn(line, layer, end.front());
    line.insert(line.end(), end.begin() + 1, end.end());
    m_layout.edges[join.edge] = std::move(line);
}

void MeshLayout::drawBackward(int edge)
{
    const int from = m_boxOf[m_graph.edges[edge].from];
    const int to = m_boxOf[m_graph.edges[edge].to];
    std::vector<Point> line = moved(m_boxes[from]->exits().at(edge), from);
    const std::vector<Point> end = moved(m_boxes[to]->entries().at(edge), to);
    m_laneY += laneGap;
    const double down = m_columns[m_drawing.items[from].layer].right + laneGap;
    const double up = end.front().x - laneGap;
    line.push_back({down, line.back().y});
    line.push_back({down, m_laneY});
    line.push_back({up, m_laneY});
    line.push_back({up, end.front().y});
    line.insert(line.end(), end.begin(), end.end());
    m_layout.edges[edge] = std::move(line);
}

void MeshLayout::measure()
{
    double left = 0, top = 0, right = 0, bottom = 0;
    const auto include = [&](double x, double y) {
        left = std::min(left, x);
        top = std::min(top, y);
        right = std::max(right, x);
        bottom = std::max(bottom, y);
    };
    for (const Rect& r : m_layout.nodes) include(r.x + r.width, r.y + r.height);
    for (const Rect& r : m_layout.proxies) include(r.x + r.width, r.y + r.height);
    for (const auto& line : m_layout.edges)
        for (const Point& point : line) include(point.x, point.y);
    m_layout.bounds = {left, top, right - left, bottom - top};
}

} // namespace

Layout layout(const Graph& graph, const std::vector<Size>& nodeSizes, const Spacing& spacing,
              const std::function<bool()>& cancelled)
{
    std::vector<Size> sizes = nodeSizes;
    sizes.resize(graph.nodes.size());
    return MeshLayout(graph, sizes, spacing, cancelled).run();
}

} // namespace model::graph
