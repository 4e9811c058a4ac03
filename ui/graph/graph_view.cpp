#include "ui/graph/graph_view.h"

#include "model/source/path.h"

#include "ui/graph/graph_accessible.h"
#include "ui/graph/minimap.h"
#include "ui/graph/pinned_positions.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QContextMenuEvent>
#include <QInputDialog>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <ranges>

namespace ui {

namespace {
constexpr double leastZoom = 0.05, mostZoom = 4;
}

GraphView::GraphView(Project& project, QWidget* parent)
    : QGraphicsView(parent)
    , m_project(project)
    , m_scene(new GraphScene(this))
    , m_edits(project)
    , m_minimap(new Minimap(*this))
    , m_zoomControl(new ZoomControl(*this))
{
    GraphAccessible::install();
    setScene(m_scene);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(SmartViewportUpdate);
    setTransformationAnchor(AnchorUnderMouse);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Graph"));
    connect(m_scene, &GraphScene::laidOut, this, [this] {
        if (!m_scene->isEmpty() && m_zoomNext > 0) showAt(m_zoomNext);
        if ((m_fitNext || m_fitted) && !m_scene->isEmpty()) fit(), m_fitNext = false;
        Q_EMIT viewChanged();
    });
    connect(m_scene, &GraphScene::nodeSelected, this, [this](int document, const QString& path) {
        m_project.selection().select(m_project.document(document), path);
        tellFocus();
    });
    connect(m_scene, &GraphScene::changed, m_minimap, qOverload<>(&QWidget::update));
    connect(this, &GraphView::viewChanged, m_minimap, qOverload<>(&QWidget::update));
    connect(&project, &Project::graphChanged, this, [this] {
        m_scene->setGraph(m_project.graph());
        showMarks();
    });
    connect(&project, &Project::findingsChanged, this, &GraphView::showMarks);
    connect(&project.selection(), &Selection::changed, this, &GraphView::followSelection);
    m_pins = std::make_unique<PinnedPositions>(project, *m_scene, nullptr);
    m_scene->setGraph(project.graph());
    showMarks();
}

GraphView::~GraphView() = default;

void GraphView::followSelection()
{
    const Selection& selection = m_project.selection();
    const int document = m_project.indexOf(selection.document());
    const std::vector<int> chosen = m_scene->selectedNodes();
    if (chosen.size() > 1 && selection.isEmpty()) return;
    if (m_scene->currentNode() >= 0 && m_scene->node(m_scene->currentNode()).document == document &&
        m_scene->node(m_scene->currentNode()).path == selection.path().toStdString())
        return;
    m_scene->select(document, selection.path());
    tellFocus();
    if (m_scene->currentNode() >= 0)
        ensureVisible(m_scene->nodeItems()[static_cast<std::size_t>(m_scene->currentNode())], 40, 40);
}

void GraphView::tellFocus()
{
    if (!QAccessible::isActive() || m_scene->currentNode() < 0) return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(m_scene->currentNode());
    QAccessible::updateAccessibility(&event);
}

void GraphView::showMarks()
{
    std::vector<GraphScene::Mark> marks;
    for (const Document* document : m_project.documents())
        for (const model::Finding& finding : document->findings() | std::views::take(2000))
            marks.push_back({m_project.indexOf(document), finding.path, finding.severity});
    m_scene->setMarks(std::move(marks));
}

double GraphView::zoom() const { return transform().m11(); }

void GraphView::setZoom(double zoom)
{
    m_fitted = false;
    const double wanted = std::clamp(zoom, leastZoom, mostZoom);
    setTransform(QTransform::fromScale(wanted, wanted));
    Q_EMIT viewChanged();
}

void GraphView::showAt(double zoom)
{
    m_fitNext = false;
    m_zoomNext = m_scene->isEmpty() ? zoom : 0;
    setZoom(zoom);
    centerOn(content().center());
}

void GraphView::zoomBy(double factor) { setZoom(zoom() * factor); }

QRectF GraphView::content() const
{
    QRectF all;
    for (const BoxItem* box : m_scene->boxItems()) all |= box->rect();
    for (const NodeItem* item : m_scene->nodeItems()) all |= item->mapRectToScene(item->body());
    return all;
}

QRectF GraphView::visibleArea() const { return mapToScene(viewport()->rect()).boundingRect(); }

void GraphView::fit()
{
    const QRectF all = content().adjusted(-24, -24, 24, 24);
    if (all.width() < 60) return;
    setZoom(std::min({1.0, viewport()->width() / all.width(), viewport()->height() / all.height()}));
    centerOn(all.center());
    m_fitted = true;
    Q_EMIT viewChanged();
}

void GraphView::fitSelection()
{
    QRectF all;
    for (const int node : m_scene->selectedNodes())
        all |= m_scene->nodeItems()[static_cast<std::size_t>(node)]->sceneBoundingRect();
    if (all.isEmpty()) return;
    all.adjust(-60, -60, 60, 60);
    setZoom(std::min({1.5, viewport()->width() / all.width(), viewport()->height() / all.height()}));
    centerOn(all.center());
}

void GraphView::relayout()
{
    m_fitNext = true;
    m_scene->relayout();
}

void GraphView::setMinimapShown(bool shown) { m_minimap->setVisible(shown); }
bool GraphView::isMinimapShown() const { return m_minimap->isVisibleTo(const_cast<GraphView*>(this)); }

void GraphView::placeCorner()
{
    const int bottom = height() - 12;
    m_zoomControl->adjustSize();
    m_zoomControl->move(12, bottom - m_zoomControl->height());
    m_minimap->move(12, bottom - m_zoomControl->height() - 10 - m_minimap->height());
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (m_fitted) fit();
    placeCorner();
    Q_EMIT viewChanged();
}

void GraphView::scrollContentsBy(int dx, int dy)
{
    QGraphicsView::scrollContentsBy(dx, dy);
    Q_EMIT viewChanged();
}

void GraphView::tell(const model::Result<void>& result)
{
    if (!result) Q_EMIT refused(QString::fromStdString(result.error().text()));
}

void GraphView::renameCurrent()
{
    const int node = m_scene->currentNode();
    if (node < 0 || !GraphEdits::canRename(m_scene->node(node))) return;
    const QString old = QString::fromStdString(m_scene->node(node).resource);
    bool accepted = false;
    const QString name =
        QInputDialog::getText(this, tr("Rename"), tr("New name of %1 and of every reference to it").arg(old),
                              QLineEdit::Normal, old, &accepted);
    if (accepted && !name.isEmpty() && name != old) tell(m_edits.rename(m_scene->arrangement().graph, node, name));
}

void GraphView::deleteCurrent()
{
    // One at a time: removing an item of a list moves the paths of those behind it.
    const std::vector<int> chosen = m_scene->selectedNodes();
    if (chosen.size() == 1) tell(m_edits.remove(m_scene->arrangement().graph, chosen.front()));
    else if (!chosen.empty()) Q_EMIT refused(tr("Select one node to delete it"));
}

void GraphView::add(Addition addition)
{
    const auto& graph = m_scene->arrangement().graph;
    int node = m_scene->currentNode();
    if (node < 0 && (addition == Addition::Listener || addition == Addition::Cluster) && !graph.nodes.empty()) node = 0;
    if (node < 0 || !GraphEdits::canAdd(m_scene->node(node), addition))
        return Q_EMIT refused(addition == Addition::Endpoint
                                  ? tr("Select the cluster that shall get the endpoint")
                                  : tr("Select the virtual host or route beside which the route shall stand"));
    tell(m_edits.add(graph, node, addition));
}

// The nearest node whose direction is within 45 degrees of the arrow's; sideways distance counts double.
void GraphView::step(Qt::Key direction)
{
    if (m_scene->isEmpty()) return;
    const int from = m_scene->currentNode();
    if (from < 0) return m_scene->choose(0);
    const QPointF here = m_scene->nodeItems()[static_cast<std::size_t>(from)]->sceneBoundingRect().center();
    int best = -1;
    double least = 1e12;
    for (const NodeItem* item : m_scene->nodeItems()) {
        const QPointF d = item->sceneBoundingRect().center() - here;
        const bool horizontal = direction == Qt::Key_Left || direction == Qt::Key_Right;
        const double along =
            (horizontal ? d.x() : d.y()) * (direction == Qt::Key_Left || direction == Qt::Key_Up ? -1 : 1);
        const double aside = std::abs(horizontal ? d.y() : d.x());
        if (item->index() == from || along < 4 || aside > along * 2) continue;
        if (along + 2 * aside < least) least = along + 2 * aside, best = item->index();
    }
    if (best < 0) return;
    m_scene->choose(best);
    m_scene->setFocusMark(best);
    ensureVisible(m_scene->nodeItems()[static_cast<std::size_t>(best)], 40, 40);
}

// Another route of the same list stands behind it.
bool GraphView::canMoveDown(int node) const
{
    const auto& graph = m_scene->arrangement().graph;
    const auto& route = m_scene->node(node);
    return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const auto& other) {
        return other.kind == route.kind && other.document == route.document && other.order == route.order + 1 &&
               model::source::path::parent(other.path) == model::source::path::parent(route.path);
    });
}

// What can be done with the node under the pointer, and what can be added anywhere.
void GraphView::contextMenuEvent(QContextMenuEvent* event)
{
    const int under = nodeAt(event->pos());
    if (under >= 0 && under != m_scene->currentNode()) m_scene->choose(under);
    const int node = under >= 0 ? under : m_scene->currentNode();
    QMenu menu(this);
    const auto action = [&](const QString& text, const QString& glyph, bool enabled, auto&& run) {
        QAction* made = menu.addAction(glyphIcon(glyph), text, this, run);
        made->setVisible(enabled);
    };
    if (node >= 0) {
        const auto& chosen = m_scene->node(node);
        action(tr("Edit in form"), QStringLiteral("rewrite"), true, [this] { Q_EMIT editRequested(); });
        action(tr("Go to text"), QStringLiteral("file"), true, [this] { Q_EMIT textRequested(); });
        menu.addSeparator();
        const bool isRoute = chosen.kind == model::graph::NodeKind::Route;
        const QString routeText = isRoute ? tr("Add route before") : tr("Add route");
        action(routeText, QStringLiteral("route"), GraphEdits::canAdd(chosen, Addition::Route),
               [this] { add(Addition::Route); });
        action(tr("Add endpoint"), QStringLiteral("endpoint"), GraphEdits::canAdd(chosen, Addition::Endpoint),
               [this] { add(Addition::Endpoint); });
        action(tr("Move route up"), QStringLiteral("push"), isRoute && chosen.order > 0,
               [this, node] { tell(m_edits.moveRoute(m_scene->arrangement().graph, node, -1)); });
        action(tr("Move route down"), QStringLiteral("down"), isRoute && canMoveDown(node),
               [this, node] { tell(m_edits.moveRoute(m_scene->arrangement().graph, node, 1)); });
        action(tr("Put back into the layout"), QStringLiteral("undo"), m_scene->isPinned(node),
               [this, node] { m_scene->unpin(node); });
        action(tr("Rename…"), QStringLiteral("rewrite"), GraphEdits::canRename(chosen), [this] { renameCurrent(); });
        action(tr("Delete"), QStringLiteral("x"), GraphEdits::canRemove(chosen), [this] { deleteCurrent(); });
        menu.addSeparator();
    }
    action(tr("Add listener"), QStringLiteral("listener"), !m_scene->isEmpty(), [this] { add(Addition::Listener); });
    action(tr("Add cluster"), QStringLiteral("cluster"), !m_scene->isEmpty(), [this] { add(Addition::Cluster); });
    menu.exec(event->globalPos());
}

// Over an empty canvas stands why it is empty and what to do.
void GraphView::paintHint(QPainter& painter)
{
    QString hint;
    if (m_scene->hiddenNodes() > 0)
        hint = tr("%1 of %2 nodes are not drawn. The find bar brings what it matches (kind:listener, name:pay); the "
                  "layers Proxies show all proxies.")
                   .arg(m_scene->hiddenNodes())
                   .arg(m_project.graph()->nodes.size());
    else if (m_project.graph()->nodes.empty() && !m_project.documents().empty())
        hint = tr("Nothing to draw yet: there is no listener and no cluster. Write them in the text, or add them with "
                  "the Graph menu.");
    if (hint.isEmpty()) return;
    painter.save();
    painter.resetTransform();
    painter.setFont(Theme::font(12.5));
    painter.setPen(Theme::current().color("muted"));
    const bool isEmpty = m_scene->isEmpty();
    const QRect area = viewport()->rect().adjusted(24, 16, -24, -16);
    painter.drawText(
        area, isEmpty ? Qt::AlignCenter | Qt::TextWordWrap : Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, hint);
    painter.restore();
}

void GraphView::drawForeground(QPainter* painter, const QRectF&)
{
    paintHint(*painter);
    if (m_draggedEdge < 0) return;
    const QPointF from = m_scene->edgeItems()[static_cast<std::size_t>(m_draggedEdge)]->curve().pointAtPercent(0);
    painter->setPen(QPen(Theme::current().color("accent"), 2, Qt::DashLine));
    painter->drawPath(edgeCurve({{from.x(), from.y()}, {m_dragAt.x(), m_dragAt.y()}}));
}

} // namespace ui
