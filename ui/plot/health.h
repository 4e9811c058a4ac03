// How a health state is drawn: its token in the theme and its glyph's shape.
#pragma once

#include "model/stats/sample.h"

#include <QPainter>
#include <QString>

namespace ui {

/// Last part of the tokens "health.…" and "healthFill.…".
inline QString healthToken(model::stats::Health health)
{
    switch (health) {
    case model::stats::Health::Healthy: return QStringLiteral("healthy");
    case model::stats::Health::Degraded: return QStringLiteral("degraded");
    case model::stats::Health::Failing: return QStringLiteral("failing");
    case model::stats::Health::Draining: return QStringLiteral("draining");
    case model::stats::Health::Unknown: break;
    }
    return QStringLiteral("unknown");
}

/// Dot, triangle up, cross, triangle down, open ring (ui README section 3), about 9 px wide around `centre`.
inline void paintHealth(QPainter& painter, model::stats::Health health, const QPointF& centre, const QColor& color)
{
    using model::stats::Health;
    const auto at = [&](double x, double y) { return centre + QPointF(x, y); };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    if (health == Health::Healthy) painter.drawEllipse(centre, 4, 4);
    else if (health == Health::Degraded) painter.drawPolygon(QPolygonF{at(0, -4.5), at(4.8, 3.8), at(-4.8, 3.8)});
    else if (health == Health::Draining) painter.drawPolygon(QPolygonF{at(0, 4.5), at(4.8, -3.8), at(-4.8, -3.8)});
    else {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, health == Health::Failing ? 2 : 1.6, Qt::SolidLine, Qt::RoundCap));
        if (health == Health::Failing)
            painter.drawLines({QLineF(at(-3.5, -3.5), at(3.5, 3.5)), QLineF(at(3.5, -3.5), at(-3.5, 3.5))});
        else painter.drawEllipse(centre, 3.5, 3.5);
    }
    painter.restore();
}

} // namespace ui
