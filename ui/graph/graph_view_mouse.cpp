// The canvas' pointer and keys: pan (empty canvas, middle button, Space), zoom, dragging the end of an edge.
#include "ui/graph/graph_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace ui {

void GraphView::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers() & Qt::ShiftModifier) return QGraphicsView::wheelEvent(event);
    zoomBy(std::pow(1.0015, event->angleDelta().y()));
    event->accept();
}

int GraphView::nodeAt(const QPoint& position) const
{
    for (const QGraphicsItem* item : items(position))
        if (const auto* node = qgraphicsitem_cast<const NodeItem*>(item)) return node->index();
    return -1;
}

BoxItem* GraphView::boxHeaderAt(const QPoint& position) const
{
    for (QGraphicsItem* item : items(position))
        if (auto* box = qgraphicsitem_cast<BoxItem*>(item); box && box->header().contains(mapToScene(position)))
            return box;
    return nullptr;
}

int GraphView::edgeEndAt(const QPoint& position) const
{
    const QPointF at = mapToScene(position);
    const double reach = 12 / zoom();
    for (const QGraphicsItem* item : items(QRect(position - QPoint(8, 8), QSize(16, 16)))) {
        const auto* edge = qgraphicsitem_cast<const EdgeItem*>(item);
        if (!edge || !GraphEdits::canRetarget(m_scene->arrangement().graph, edge->index())) continue;
        const QPointF away = edge->curve().pointAtPercent(1) - at;
        if (std::hypot(away.x(), away.y()) < reach) return edge->index();
    }
    return -1;
}

void GraphView::beginEdgeDrag(int edge)
{
    m_draggedEdge = edge;
    const auto& graph = m_scene->arrangement().graph;
    const std::string& proxy = m_scene->node(graph.edges[static_cast<std::size_t>(edge)].from).proxy;
    std::set<int> targets;
    for (const NodeItem* item : m_scene->nodeItems()) {
        const auto& node = m_scene->node(item->index());
        if (node.kind == model::graph::NodeKind::Cluster && node.proxy == proxy && !node.unresolved)
            targets.insert(item->index());
    }
    m_scene->setDropTargets(targets);
    setCursor(Qt::ClosedHandCursor);
}

void GraphView::endEdgeDrag(const QPoint& position)
{
    const int edge = m_draggedEdge;
    const int target = nodeAt(position);
    m_draggedEdge = -1;
    m_scene->setDropTargets({});
    unsetCursor();
    QToolTip::hideText();
    viewport()->update();
    const auto& graph = m_scene->arrangement().graph;
    if (target < 0 || m_scene->node(target).kind != model::graph::NodeKind::Cluster) return;
    if (graph.edges[static_cast<std::size_t>(edge)].to != target) tell(m_edits.retarget(graph, edge, target));
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    const bool left = event->button() == Qt::LeftButton;
    if (left && !m_space) {
        if (const int edge = edgeEndAt(event->pos()); edge >= 0) {
            m_dragAt = mapToScene(event->pos());
            return beginEdgeDrag(edge);
        }
    }
    if (event->button() == Qt::MiddleButton || (left && (m_space || nodeAt(event->pos()) < 0))) {
        m_panning = true;
        m_panFrom = event->pos();
        viewport()->setCursor(Qt::ClosedHandCursor);
        if (left && !m_space && !(event->modifiers() & Qt::ControlModifier)) {
            m_scene->clearSelection();
            m_scene->setFocusMark(-1);
        }
        return;
    }
    QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_draggedEdge >= 0) {
        m_dragAt = mapToScene(event->pos());
        const auto& graph = m_scene->arrangement().graph;
        const int target = nodeAt(event->pos());
        if (target >= 0 && m_scene->node(target).kind == model::graph::NodeKind::Cluster)
            QToolTip::showText(event->globalPosition().toPoint(),
                               tr("cluster: %1").arg(QString::fromStdString(m_scene->node(target).resource)), this);
        else
            QToolTip::showText(event->globalPosition().toPoint(),
                               QString::fromStdString(graph.edges[static_cast<std::size_t>(m_draggedEdge)].path), this);
        viewport()->update();
        return;
    }
    if (m_panning) {
        const QPoint by = event->pos() - m_panFrom;
        m_fitted = m_fitted && by.isNull();
        m_panFrom = event->pos();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
        return;
    }
    QGraphicsView::mouseMoveEvent(event);
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_draggedEdge >= 0) return endEdgeDrag(event->pos());
    if (m_panning) {
        m_panning = false;
        viewport()->unsetCursor();
        return;
    }
    QGraphicsView::mouseReleaseEvent(event);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const int node = nodeAt(event->pos()); node >= 0) {
        const auto& chosen = m_scene->node(node);
        if (chosen.kind == model::graph::NodeKind::Proxy)
            return m_scene->setCollapsed(QString::fromStdString(chosen.proxy), false);
        Q_EMIT editRequested();
        return;
    }
    if (const BoxItem* box = boxHeaderAt(event->pos())) m_scene->setCollapsed(box->name(), true);
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    const int node = m_scene->currentNode();
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: return step(static_cast<Qt::Key>(event->key()));
    case Qt::Key_Delete: return deleteCurrent();
    case Qt::Key_F2: return renameCurrent();
    case Qt::Key_Return:
    case Qt::Key_Enter: return Q_EMIT editRequested();
    case Qt::Key_Escape:
        if (node < 0 && m_scene->selectedNodes().empty()) return event->ignore();
        return m_scene->choose(-1);
    case Qt::Key_Space: m_space = true; return;
    case Qt::Key_Minus:
    case Qt::Key_Plus:
        if (node >= 0)
            m_scene->setCollapsed(QString::fromStdString(m_scene->node(node).proxy), event->key() == Qt::Key_Minus);
        return;
    default: QGraphicsView::keyPressEvent(event);
    }
}

void GraphView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space) m_space = false;
    QGraphicsView::keyReleaseEvent(event);
}

} // namespace ui
