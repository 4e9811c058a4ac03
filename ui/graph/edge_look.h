// How an edge looks: its curve, width, arrow, order number and labels (ui README section 5). Pure painting.
#pragma once

#include "model/graph/layout.h"

#include <QPainterPath>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace ui {

/// What an edge shows beyond its curve.
struct EdgeState {
    bool onPath = false, dimmed = false, unresolved = false, lit = false; ///< lit: next to the node under the pointer.
    int order = -1;                                                       ///< Match order from 0, or -1.
    int weight = -1;                                                      ///< Percent, or -1.
    std::optional<double> requestsPerSecond;
    double errorShare = 0; ///< 0..1
    bool isStale = false;  ///< The numbers are the last known of a proxy that does not answer.
};

/// A curve through the points with horizontal tangents.
QPainterPath edgeCurve(const std::vector<model::graph::Point>& points);
void paintEdge(QPainter& painter, const QPainterPath& curve, const EdgeState& state, double zoom);

} // namespace ui
