#include "ui/graph/edge_look.h"

#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

QPainterPath edgeCurve(const std::vector<model::graph::Point>& points)
{
    QPainterPath path;
    if (points.empty()) return path;
    path.moveTo(points.front().x, points.front().y);
    for (std::size_t i = 1; i < points.size(); ++i) {
        const auto& from = points[i - 1];
        const auto& to = points[i];
        if (std::abs(from.y - to.y) < 0.5) {
            path.lineTo(to.x, to.y);
            continue;
        }
        const double bend = std::max(12.0, std::abs(to.x - from.x) / 2);
        path.cubicTo(from.x + bend, from.y, to.x - bend, to.y, to.x, to.y);
    }
    return path;
}

namespace {

void paintLabel(QPainter& painter, const QString& text, const QPointF& centre, const QColor& color)
{
    const QFont font = Theme::font(10.5);
    const QFontMetricsF metrics(font);
    const QRectF plate(centre.x() - metrics.horizontalAdvance(text) / 2 - 2, centre.y() - 7,
                       metrics.horizontalAdvance(text) + 4, 14);
    painter.setPen(Qt::NoPen);
    QColor back = Theme::current().color("canvas");
    back.setAlphaF(0.85);
    painter.setBrush(back);
    painter.drawRoundedRect(plate, 3, 3);
    painter.setPen(color);
    painter.setFont(font);
    painter.drawText(plate, Qt::AlignCenter, text);
}

void paintOrder(QPainter& painter, int order, const QPointF& end)
{
    const Theme& theme = Theme::current();
    const double radius = Theme::number("edge.orderBadge") / 2;
    const QPointF centre(end.x() - 22, end.y());
    painter.setPen(QPen(theme.color("lineStrong"), 1));
    painter.setBrush(theme.color("raised"));
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(theme.color("text"));
    painter.setFont(Theme::font(10, true));
    painter.drawText(QRectF(centre.x() - 12, centre.y() - 8, 24, 16), Qt::AlignCenter, QString::number(order + 1));
}

QColor colorOf(const EdgeState& state)
{
    const Theme& theme = Theme::current();
    if (state.onPath) return theme.color("accent");
    return state.unresolved ? theme.severity(model::Severity::Error) : theme.color(state.lit ? "text" : "lineStrong");
}

double widthOf(const EdgeState& state, double zoom)
{
    double width = std::min(5.0, 1.25 + std::log10(1 + state.requestsPerSecond.value_or(0)));
    if (state.onPath) width = std::max(width, Theme::number("edge.path"));
    return std::max(width, 1 / std::max(zoom, 0.05) * 0.6); // still visible far out
}

/// The line, the failing share of it at its end, the arrow.
void paintLine(QPainter& painter, const QPainterPath& curve, const EdgeState& state, double zoom)
{
    QColor color = colorOf(state);
    const double width = widthOf(state, zoom);
    QPen pen(color, width, Qt::SolidLine, Qt::FlatCap);
    if (state.unresolved) pen.setDashPattern({5 / width, 3 / width});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(curve);
    const QPointF end = curve.pointAtPercent(1);
    if (state.errorShare > 0.001) {
        const double share = std::clamp(state.errorShare, 0.08, 1.0);
        color = Theme::current().color("healthFill.failing");
        painter.setPen(QPen(color, width));
        painter.drawLine(curve.pointAtPercent(1 - share), end);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const double tall = 2.5 + width * 0.6;
    painter.drawPolygon(QPolygonF({end, {end.x() - 6.4, end.y() - tall}, {end.x() - 6.4, end.y() + tall}}));
}

/// Order, rate or weight, failing share; a label that has no room is left out, the order last.
void paintLabels(QPainter& painter, const QPainterPath& curve, const EdgeState& state)
{
    const Theme& theme = Theme::current();
    const double length = curve.length();
    if (state.order >= 0 && length > 36) paintOrder(painter, state.order, curve.pointAtPercent(1));
    if (length <= 40) return;
    const QPointF middle = curve.pointAtPercent(0.5) + QPointF(state.order >= 0 ? -8 : 0, 0);
    const QColor ink = theme.color(state.isStale ? "disabled" : state.onPath ? "accent" : "muted");
    if (state.requestsPerSecond) {
        paintLabel(painter, QString::number(*state.requestsPerSecond, 'f', 1) + QStringLiteral("/s"),
                   middle - QPointF(0, 12), ink);
        if (state.errorShare > 0.001)
            paintLabel(painter, QString::number(state.errorShare * 100, 'f', 1) + QStringLiteral(" %"),
                       middle + QPointF(0, 12), theme.color(state.isStale ? "disabled" : "health.failing"));
    } else if (state.weight >= 0) {
        paintLabel(painter, QString::number(state.weight) + QStringLiteral(" %"), middle - QPointF(0, 10), ink);
    }
}

} // namespace

void paintEdge(QPainter& painter, const QPainterPath& curve, const EdgeState& state, double zoom)
{
    if (curve.isEmpty()) return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (state.dimmed) painter.setOpacity(Theme::number("state.dimOpacity"));
    paintLine(painter, curve, state, zoom);
    if (zoom >= Theme::number("edge.labelMinZoom")) paintLabels(painter, curve, state);
    painter.restore();
}

} // namespace ui
