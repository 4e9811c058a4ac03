#include "ui/graph/graph_items.h"

#include "ui/graph/graph_scene.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace ui {

namespace {
double zoomOf(const QPainter& painter)
{
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform());
}
} // namespace

NodeItem::NodeItem(GraphScene& scene, int index) : m_scene(scene), m_index(index)
{
    setFlags(ItemIsSelectable | ItemIsMovable | ItemSendsGeometryChanges);
    setAcceptHoverEvents(true);
    setZValue(4);
}

QRectF NodeItem::body() const
{
    const auto& arrangement = m_scene.arrangement();
    const auto& size = arrangement.sizes[static_cast<std::size_t>(m_index)];
    const auto& body = arrangement.bodies[static_cast<std::size_t>(m_index)];
    return {(size.width - body.width) / 2, (size.height - body.height) / 2, body.width, body.height};
}

QRectF NodeItem::boundingRect() const
{
    const auto& size = m_scene.arrangement().sizes[static_cast<std::size_t>(m_index)];
    return body().united(QRectF(0, size.height / 2, size.width, size.height / 2)).adjusted(-11, -11, 14, 11);
}

QPainterPath NodeItem::shape() const
{
    return nodeShape(m_scene.arrangement().graph.nodes[static_cast<std::size_t>(m_index)].kind, body());
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const auto& arrangement = m_scene.arrangement();
    const auto index = static_cast<std::size_t>(m_index);
    state.selected = isSelected();
    paintNode(*painter, arrangement.graph.nodes[index], body(), arrangement.rows[index], state,
              arrangement.layers != model::graph::Layers::All, zoomOf(*painter));
}

QVariant NodeItem::itemChange(GraphicsItemChange change, const QVariant& value)
{
    if (change == ItemPositionHasChanged) m_scene.nodeMoved(m_index);
    return QGraphicsItem::itemChange(change, value);
}

void NodeItem::hoverEnterEvent(QGraphicsSceneHoverEvent*) { m_scene.setHovered(m_index); }
void NodeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*) { m_scene.setHovered(-1); }

EdgeItem::EdgeItem(int index) : m_index(index) { setZValue(2); }

void EdgeItem::setCurve(const QPainterPath& curve)
{
    prepareGeometryChange();
    m_curve = curve;
}

QRectF EdgeItem::boundingRect() const { return m_curve.boundingRect().adjusted(-30, -24, 30, 24); }

QPainterPath EdgeItem::shape() const
{
    QPainterPathStroker stroker;
    stroker.setWidth(10);
    return stroker.createStroke(m_curve);
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    paintEdge(*painter, m_curve, state, zoomOf(*painter));
}

BoxItem::BoxItem(QString name, QString fact, const QRectF& rect)
    : m_name(std::move(name))
    , m_fact(std::move(fact))
    , m_rect(rect)
{
    setZValue(0);
}

void BoxItem::setRect(const QRectF& rect)
{
    prepareGeometryChange();
    m_rect = rect;
}

QRectF BoxItem::header() const
{
    return {m_rect.left(), m_rect.top(), m_rect.width(), Theme::number("node.proxyBox.header")};
}

namespace {

/// Chip at the right of a header; returns the room it took.
double paintChip(QPainter& painter, const QRectF& header, const BoxChip& chip)
{
    if (chip.text.isEmpty()) return 0;
    const Theme& theme = Theme::current();
    QColor ink = theme.color("muted"), back = theme.color("sunken");
    if (chip.tone == u"ok") ink = theme.color("diff.added"), back = theme.color("diffTint.added");
    if (chip.tone == u"warning")
        ink = theme.severity(model::Severity::Warning), back = theme.severityTint(model::Severity::Warning);
    if (chip.tone == u"error")
        ink = theme.severity(model::Severity::Error), back = theme.severityTint(model::Severity::Error);
    const QFont font = Theme::font(10, true);
    const double width = QFontMetricsF(font).horizontalAdvance(chip.text) + 12;
    const QRectF rect(header.right() - width - 6, header.center().y() - 7.5, width, 15);
    painter.setPen(Qt::NoPen);
    painter.setBrush(back);
    painter.drawRoundedRect(rect, 7.5, 7.5);
    painter.setPen(ink);
    painter.setFont(font);
    painter.drawText(rect, Qt::AlignCenter, chip.text);
    return width + 8;
}

} // namespace

void BoxItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const Theme& theme = Theme::current();
    painter->setRenderHint(QPainter::Antialiasing);
    const double radius = Theme::number("radius.box");
    const QColor edge = nacked ? theme.severity(model::Severity::Error) : theme.color("line");
    QPainterPath box;
    box.addRoundedRect(m_rect, radius, radius);
    QPainterPath top;
    top.addRect(header());
    painter->fillPath(box, theme.color("raised"));
    painter->fillPath(box.intersected(top), theme.color("surface"));
    painter->setPen(QPen(theme.color("line"), 1));
    painter->drawLine(header().bottomLeft(), header().bottomRight());
    painter->setPen(QPen(edge, nacked ? 1.5 : 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(box);

    const double zoom = zoomOf(*painter);
    const double px = zoom < 0.75 ? std::min(12 / zoom * 0.75, 22.0) : 12;
    paintGlyph(*painter, QStringLiteral("proxy"), {m_rect.left() + 7, m_rect.top() + 5, 14, 14},
               theme.kind(QStringLiteral("proxy")));
    double room = m_rect.width() - 30 - paintChip(*painter, header(), chip);
    const QFont bold = Theme::font(px, true);
    const QString name = QFontMetricsF(bold).elidedText(m_name, Qt::ElideMiddle, room);
    painter->setFont(bold);
    painter->setPen(theme.color("text"));
    const QRectF line = header().adjusted(25, 0, 0, 0);
    painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter, name);
    const double used = QFontMetricsF(bold).horizontalAdvance(name) + 7;
    room -= used;
    const QFont small = Theme::font(10.5);
    if (zoom < 0.7 || QFontMetricsF(small).horizontalAdvance(m_fact) > room) return;
    painter->setFont(small);
    painter->setPen(theme.color("muted"));
    painter->drawText(line.adjusted(used, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_fact);
}

} // namespace ui
