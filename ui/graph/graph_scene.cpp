#include "ui/graph/graph_scene.h"

#include "ui/document/background.h"
#include "ui/style/theme.h"

#include <QDateTime>
#include <QPainter>

#include <cmath>

namespace ui {

using model::graph::Layers;
using model::graph::Layout;
using model::graph::NodeKind;

namespace {
constexpr std::size_t drawnLimit = 4000; ///< Nodes; above it the picture would be neither quick nor legible.

QRectF rectOf(const model::graph::Rect& rect) { return {rect.x, rect.y, rect.width, rect.height}; }
} // namespace

GraphScene::GraphScene(QObject* parent) : QGraphicsScene(parent)
{
    setItemIndexMethod(BspTreeIndex);
    connect(this, &QGraphicsScene::selectionChanged, this, &GraphScene::selectionMoved);
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this, [this] { update(); });
}

GraphScene::~GraphScene()
{
    ++*m_generation;
    disconnect(this, &QGraphicsScene::selectionChanged, this, nullptr); // items that leave now are no choice
    m_building = true;
}

void GraphScene::setGraph(GraphPtr graph)
{
    m_graph = std::move(graph);
    arrangeAndLayOut();
}

void GraphScene::setLayers(Layers layers)
{
    if (layers == m_layers) return;
    m_layers = layers;
    arrangeAndLayOut();
}

void GraphScene::setCollapsed(const QString& proxy, bool collapsed)
{
    if (collapsed) m_collapsed.insert(proxy.toStdString());
    else m_collapsed.erase(proxy.toStdString());
    arrangeAndLayOut();
}

void GraphScene::relayout()
{
    m_pins.remove(static_cast<int>(m_layers));
    Q_EMIT positionsChanged();
    arrangeAndLayOut();
}

void GraphScene::unpin(int index)
{
    m_pins[static_cast<int>(m_layers)].remove(QString::fromStdString(node(index).id));
    Q_EMIT positionsChanged();
    arrangeAndLayOut();
}

// Of a graph too large to draw: what the find bar matches, as far as that can be drawn, with the edges between.
model::graph::Graph GraphScene::matching() const
{
    model::graph::Graph part;
    part.proxies = m_graph->proxies;
    std::vector<int> place(m_graph->nodes.size(), -1);
    for (std::size_t i = 0; i < m_graph->nodes.size() && m_matches && part.nodes.size() < drawnLimit; ++i) {
        if (!m_matches->contains(m_graph->nodes[i].id)) continue;
        place[i] = static_cast<int>(part.nodes.size());
        part.nodes.push_back(m_graph->nodes[i]);
    }
    for (model::graph::Edge edge : m_graph->edges) {
        edge.from = place[static_cast<std::size_t>(edge.from)];
        edge.to = place[static_cast<std::size_t>(edge.to)];
        if (edge.from >= 0 && edge.to >= 0) part.edges.push_back(edge);
    }
    return part;
}

void GraphScene::arrangeAndLayOut()
{
    if (!m_graph) return;
    const int generation = ++*m_generation;
    const bool isLarge = m_graph->nodes.size() > drawnLimit && m_layers != Layers::Proxies;
    model::graph::Graph drawn = isLarge ? matching() : *m_graph;
    m_hidden = isLarge ? static_cast<int>(m_graph->nodes.size() - drawn.nodes.size()) : 0;
    drawn.nodes.insert(drawn.nodes.end(), m_removed.begin(), m_removed.end());
    m_pending = arrange(drawn, m_layers, m_collapsed);
    auto work = [graph = m_pending.graph, sizes = m_pending.sizes, spacing = spacingFor(m_layers),
                 wanted = m_generation, generation] {
        return model::graph::layout(graph, sizes, spacing, [&] { return *wanted != generation; });
    };
    runInBackground(this, std::move(work), [this, generation](const Layout& layout) {
        if (*m_generation == generation) build(layout);
    });
}

void GraphScene::build(const Layout& layout)
{
    m_building = true;
    clear();
    m_hovered = -1;
    m_layout = layout;
    m_arrangement = std::move(m_pending);
    m_nodes.clear();
    m_edges.clear();
    m_boxes.clear();
    buildItems(layout);
    buildBoxes(layout);
    m_building = false;
    applyMarks();
    applyPush();
    applyRates();
    applyMatches();
    applyDifferences();
    select(m_document, m_path);
    setSceneRect(itemsBoundingRect().adjusted(-600, -500, 600, 500));
    Q_EMIT laidOut();
}

void GraphScene::buildItems(const Layout& layout)
{
    const auto pinned = pins();
    for (std::size_t i = 0; i < m_arrangement.graph.nodes.size() && i < layout.nodes.size(); ++i) {
        auto* item = new NodeItem(*this, static_cast<int>(i));
        const QString id = QString::fromStdString(node(static_cast<int>(i)).id);
        item->state.pinned = pinned.contains(id);
        item->setPos(pinned.value(id, QPointF(layout.nodes[i].x, layout.nodes[i].y)));
        item->setToolTip(toolTip(static_cast<int>(i)));
        addItem(item);
        m_nodes.push_back(item);
    }
    for (std::size_t i = 0; i < m_arrangement.graph.edges.size() && !m_nodes.empty(); ++i) {
        const auto& edge = m_arrangement.graph.edges[i];
        auto* item = new EdgeItem(static_cast<int>(i));
        item->state.weight = edge.weight;
        item->state.unresolved = edge.unresolved;
        const auto& target = node(edge.to);
        if (target.kind == NodeKind::Route && m_layers == Layers::All) item->state.order = target.order;
        addItem(item);
        m_edges.push_back(item);
        routeEdge(i);
    }
}

void GraphScene::buildBoxes(const Layout& layout)
{
    for (std::size_t i = 0; i < layout.proxies.size() && i < m_arrangement.graph.proxies.size(); ++i) {
        const std::string& name = m_arrangement.graph.proxies[i];
        if (layout.proxies[i].width <= 0 || m_layers == Layers::Proxies || m_collapsed.contains(name)) continue;
        auto* box = new BoxItem(QString::fromStdString(name), boxFact(name), rectOf(layout.proxies[i]));
        addItem(box);
        m_boxes.push_back(box);
    }
    fitBoxes();
}

QString GraphScene::boxFact(const std::string& proxy) const
{
    int listeners = 0;
    for (const auto& node : m_arrangement.graph.nodes)
        listeners += node.proxy == proxy && node.kind == NodeKind::Listener;
    return listeners == 1 ? tr("1 listener") : tr("%1 listeners").arg(listeners);
}

QString GraphScene::toolTip(int index) const
{
    const auto& n = node(index);
    const QString kind = QString::fromLatin1(model::graph::name(n.kind));
    QString tip = QStringLiteral("<b>%1</b> %2<br>%3")
                      .arg(QString::fromStdString(n.title).toHtmlEscaped(), kind,
                           QString::fromStdString(n.subtitle).toHtmlEscaped());
    if (!n.path.empty()) tip += QStringLiteral("<br>%1").arg(QString::fromStdString(n.path).toHtmlEscaped());
    if (const auto since = m_unreachable.find(n.proxy); since != m_unreachable.end())
        tip += tr("<br>The proxy has not been reachable since %1; numbers are the last known.")
                   .arg(QDateTime::fromSecsSinceEpoch(static_cast<qint64>(since->second))
                            .toString(QStringLiteral("HH:mm:ss")));
    return tip;
}

// Ends of an edge stick to the nodes' bodies; the layout's way between them is kept while neither end was dragged.
void GraphScene::routeEdge(std::size_t index)
{
    const auto& edge = m_arrangement.graph.edges[index];
    const NodeItem& from = *m_nodes[static_cast<std::size_t>(edge.from)];
    const NodeItem& to = *m_nodes[static_cast<std::size_t>(edge.to)];
    const QRectF start = from.mapRectToScene(from.body());
    const QRectF end = to.mapRectToScene(to.body());
    const double notch = node(edge.to).kind == NodeKind::Listener ? 6 : 0;
    std::vector<model::graph::Point> way{{start.right(), start.center().y()}};
    const bool dragged = from.state.pinned || to.state.pinned;
    if (!dragged && index < m_layout.edges.size() && m_layout.edges[index].size() > 2)
        way.insert(way.end(), m_layout.edges[index].begin() + 1, m_layout.edges[index].end() - 1);
    way.push_back({end.left() + notch, end.center().y()});
    m_edges[index]->setCurve(edgeCurve(way));
}

void GraphScene::nodeMoved(int index)
{
    if (m_building || static_cast<std::size_t>(index) >= m_layout.nodes.size()) return;
    NodeItem& item = *m_nodes[static_cast<std::size_t>(index)];
    item.state.pinned = true;
    m_pins[static_cast<int>(m_layers)][QString::fromStdString(node(index).id)] = item.pos();
    Q_EMIT positionsChanged();
    for (std::size_t i = 0; i < m_edges.size(); ++i) {
        const auto& edge = m_arrangement.graph.edges[i];
        if (edge.from == index || edge.to == index) routeEdge(i);
    }
    fitBoxes();
}

void GraphScene::fitBoxes()
{
    const double header = Theme::number("node.proxyBox.header");
    for (BoxItem* box : m_boxes) {
        QRectF inner;
        bool moved = false;
        for (const NodeItem* item : m_nodes) {
            if (node(item->index()).proxy != box->name().toStdString()) continue;
            const auto& size = m_arrangement.sizes[static_cast<std::size_t>(item->index())];
            inner |= QRectF(item->pos(), QSizeF(size.width, size.height));
            moved |= item->state.pinned;
        }
        if (moved) box->setRect(inner.adjusted(-12, -header - 12, 12, 12));
    }
}

std::vector<int> GraphScene::selectedNodes() const
{
    std::vector<int> nodes;
    for (const QGraphicsItem* item : selectedItems())
        if (const auto* chosen = qgraphicsitem_cast<const NodeItem*>(item)) nodes.push_back(chosen->index());
    return nodes;
}

void GraphScene::select(int document, const QString& path)
{
    m_document = document;
    m_path = path;
    m_current = document < 0 ? -1 : m_arrangement.graph.nodeAt(document, path.toStdString());
    if (m_current >= static_cast<int>(m_nodes.size())) m_current = -1;
    m_building = true;
    clearSelection();
    if (m_current >= 0) m_nodes[static_cast<std::size_t>(m_current)]->setSelected(true);
    m_building = false;
    showPath();
}

void GraphScene::choose(int index)
{
    clearSelection();
    if (index >= 0) m_nodes[static_cast<std::size_t>(index)]->setSelected(true);
}

void GraphScene::selectionMoved()
{
    if (m_building) return;
    const std::vector<int> chosen = selectedNodes();
    m_current = chosen.size() == 1 ? chosen.front() : -1;
    if (m_current >= 0) {
        m_document = node(m_current).document;
        m_path = QString::fromStdString(node(m_current).path);
        Q_EMIT nodeSelected(m_document, m_path);
    } else if (chosen.empty()) {
        m_document = -1;
        Q_EMIT emptySelected();
    }
    showPath();
}

void GraphScene::showPath()
{
    std::set<int> on, along;
    const auto& edges = m_arrangement.graph.edges;
    const auto follow = [&](bool forward) {
        std::vector<int> open{m_current};
        while (!open.empty()) {
            const int at = open.back();
            open.pop_back();
            for (std::size_t i = 0; i < edges.size(); ++i) {
                if ((forward ? edges[i].from : edges[i].to) != at || along.contains(int(i))) continue;
                const int next = forward ? edges[i].to : edges[i].from;
                along.insert(static_cast<int>(i));
                if (on.insert(next).second) open.push_back(next);
            }
        }
    };
    if (m_current >= 0) {
        follow(true);
        follow(false);
    }
    for (NodeItem* item : m_nodes) item->state.onPath = on.contains(item->index());
    for (EdgeItem* item : m_edges) {
        item->state.onPath = along.contains(item->index());
        item->setZValue(item->state.onPath ? 3 : 2);
    }
    update();
}

void GraphScene::setHovered(int index)
{
    m_hovered = index;
    for (NodeItem* item : m_nodes) item->state.hovered = item->index() == index;
    for (EdgeItem* item : m_edges) {
        const auto& edge = m_arrangement.graph.edges[static_cast<std::size_t>(item->index())];
        item->state.lit = index >= 0 && (edge.from == index || edge.to == index);
    }
    update();
}

void GraphScene::setFocusMark(int index)
{
    for (NodeItem* item : m_nodes) item->state.focused = item->index() == index;
    update();
}

void GraphScene::setDropTargets(const std::set<int>& nodes)
{
    for (NodeItem* item : m_nodes) {
        item->state.dropTarget = nodes.contains(item->index());
        item->state.dimmed = !nodes.empty() && !item->state.dropTarget;
    }
    if (nodes.empty()) applyMatches();
    update();
}

QVariantMap GraphScene::positions() const
{
    QVariantMap map;
    for (auto layer = m_pins.begin(); layer != m_pins.end(); ++layer)
        for (auto pin = layer->begin(); pin != layer->end(); ++pin)
            map.insert(QString::number(layer.key()) + u':' + pin.key(), pin.value());
    return map;
}

void GraphScene::addPositions(const QVariantMap& positions)
{
    for (auto it = positions.begin(); it != positions.end(); ++it)
        m_pins[it.key().section(u':', 0, 0).toInt()].insert(it.key().section(u':', 1), it.value().toPointF());
    arrangeAndLayOut();
}

void GraphScene::drawBackground(QPainter* painter, const QRectF& rect)
{
    const Theme& theme = Theme::current();
    painter->fillRect(rect, theme.color("canvas"));
    constexpr double step = 20;
    if (painter->worldTransform().m11() < 0.5) return;
    painter->setPen(QPen(theme.color("grid"), 1.8, Qt::SolidLine, Qt::RoundCap));
    QList<QPointF> dots;
    for (double x = std::floor(rect.left() / step) * step; x < rect.right(); x += step)
        for (double y = std::floor(rect.top() / step) * step; y < rect.bottom(); y += step) dots.append({x, y});
    painter->drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

} // namespace ui
