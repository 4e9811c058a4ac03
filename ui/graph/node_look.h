// How a node looks: shape, strip, glyph, texts, badges, ring, states (ui README section 5). Pure painting.
#pragma once

#include "model/graph/graph.h"
#include "model/stats/sample.h"
#include "ui/graph/arrangement.h"

#include <QPainterPath>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace ui {

enum class NodeDetail { Detail, Label, Dot };
/// By zoom: 70 % and more, 35 to 70 %, less.
NodeDetail nodeDetailFor(double zoom);

enum class NodeChange { None, Changed, Added, Removed, Ghost };

/// What is true of a node beyond its configuration.
struct NodeState {
    bool hovered = false, selected = false, focused = false, onPath = false, dimmed = false, pinned = false;
    bool dropTarget = false;
    bool isStale = false; ///< The numbers are the last known of a proxy that does not answer.
    NodeChange change = NodeChange::None;
    std::optional<model::Severity> severity;
    int problems = 0;
    bool nacked = false;
    QString live;                                ///< Replaces the subtitle's tail: "48.2/s".
    std::vector<model::stats::Health> ring;      ///< One per endpoint, in address order; empty: no ring.
    std::vector<model::stats::Health> rowHealth; ///< By row.
    QStringList rowRates;
};

/// The outline of a kind of node in `rect`.
QPainterPath nodeShape(model::graph::NodeKind kind, const QRectF& rect);
/// Paints a node whose body is `body`; `rows` below it where the cluster has some.
void paintNode(QPainter& painter, const model::graph::Node& node, const QRectF& body,
               const std::vector<EndpointRow>& rows, const NodeState& state, bool compact, double zoom);
/// Where row `index` of those drawn stands.
QRectF endpointRowRect(const QRectF& body, int index);
/// Ring of arcs, one per endpoint up to eight, then shares.
void paintHealthRing(QPainter& painter, const QPointF& centre, double radius,
                     const std::vector<model::stats::Health>& health);
void paintHealthGlyph(QPainter& painter, const QPointF& centre, double size, model::stats::Health health);
QColor healthFill(model::stats::Health health);
/// "healthy", "degraded", ... as tokens.json names them.
QString healthName(model::stats::Health health);

} // namespace ui
