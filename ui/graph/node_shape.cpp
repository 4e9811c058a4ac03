// Outlines of nodes, and how health is drawn at them.
#include "ui/graph/node_look.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace ui {

using model::graph::NodeKind;
using model::stats::Health;

QString healthName(Health health)
{
    constexpr std::array names{"healthy", "degraded", "failing", "draining", "unknown"};
    return QString::fromLatin1(names[static_cast<std::size_t>(health)]);
}

QColor healthFill(Health health) { return Theme::current().color(u"healthFill." + healthName(health)); }

namespace {

QPainterPath polygon(std::initializer_list<QPointF> points)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}

QPainterPath rounded(const QRectF& rect, double radius)
{
    QPainterPath path;
    path.addRoundedRect(rect, radius, radius);
    return path;
}

} // namespace

QPainterPath nodeShape(NodeKind kind, const QRectF& r)
{
    const double cut = std::min(9.0, r.height() / 4);
    const double point = std::min(9.0, r.width() / 3);
    const double middle = r.center().y();
    switch (kind) {
    case NodeKind::Client:
    case NodeKind::Endpoint: return rounded(r, r.height() / 2);
    case NodeKind::Listener:
        return polygon({r.topLeft(), r.topRight(), r.bottomRight(), r.bottomLeft(), {r.left() + point * 0.8, middle}});
    case NodeKind::FilterChain:
        return polygon({{r.left() + cut, r.top()},
                        {r.right() - cut, r.top()},
                        {r.right(), r.top() + cut},
                        {r.right(), r.bottom() - cut},
                        {r.right() - cut, r.bottom()},
                        {r.left() + cut, r.bottom()},
                        {r.left(), r.bottom() - cut},
                        {r.left(), r.top() + cut}});
    case NodeKind::VirtualHost:
        return polygon(
            {r.topLeft(), {r.right() - cut, r.top()}, {r.right(), r.top() + cut}, r.bottomRight(), r.bottomLeft()});
    case NodeKind::Route:
        return polygon({r.topLeft(),
                        {r.right() - point, r.top()},
                        {r.right(), middle},
                        {r.right() - point, r.bottom()},
                        r.bottomLeft()});
    case NodeKind::Cluster: return rounded(r, Theme::number("radius.node"));
    case NodeKind::Proxy: return rounded(r, Theme::number("radius.box"));
    default: return rounded(r, 2);
    }
}

void paintHealthGlyph(QPainter& painter, const QPointF& c, double size, Health health)
{
    const double r = size / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(healthFill(health));
    switch (health) {
    case Health::Healthy: painter.drawEllipse(c, r, r); break;
    case Health::Degraded:
        painter.drawPath(polygon({{c.x(), c.y() - r}, {c.x() + r, c.y() + r}, {c.x() - r, c.y() + r}}));
        break;
    case Health::Draining:
        painter.drawPath(polygon({{c.x(), c.y() + r}, {c.x() + r, c.y() - r}, {c.x() - r, c.y() - r}}));
        break;
    case Health::Failing:
        painter.setPen(QPen(healthFill(health), 2, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(c.x() - r, c.y() - r), QPointF(c.x() + r, c.y() + r));
        painter.drawLine(QPointF(c.x() - r, c.y() + r), QPointF(c.x() + r, c.y() - r));
        break;
    case Health::Unknown:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(healthFill(health), 1.5));
        painter.drawEllipse(c, r - 0.5, r - 0.5);
    }
    painter.restore();
}

void paintHealthRing(QPainter& painter, const QPointF& centre, double radius, const std::vector<Health>& health)
{
    if (health.empty()) return;
    std::vector<std::pair<Health, double>> arcs; // state, share of the circle
    if (health.size() <= 8) {
        for (const Health state : health) arcs.emplace_back(state, 1.0 / static_cast<double>(health.size()));
    } else {
        for (const Health state :
             {Health::Healthy, Health::Degraded, Health::Failing, Health::Draining, Health::Unknown}) {
            const auto count = std::count(health.begin(), health.end(), state);
            if (count > 0) arcs.emplace_back(state, static_cast<double>(count) / static_cast<double>(health.size()));
        }
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF circle(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius);
    const double gap = arcs.size() > 1 ? 12 : 0;
    double angle = 90;
    for (const auto& [state, share] : arcs) {
        painter.setPen(QPen(healthFill(state), 3, Qt::SolidLine, Qt::FlatCap));
        painter.drawArc(circle, static_cast<int>((angle - gap / 2) * 16), static_cast<int>(-(share * 360 - gap) * 16));
        angle -= share * 360;
    }
    painter.restore();
}

} // namespace ui
