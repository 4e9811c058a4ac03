// What lies over the curves: titles, events, crosshair and the mark of the pause.
#pragma once

#include "ui/plot/plot_panel.h"

#include <qcustomplot.h>

#include <optional>
#include <vector>

namespace ui::plot {

/// Draws over all axis rects of its plot. Reads colours from the theme each time. On a buffered layer of its own, so that
/// a moving crosshair does not draw the curves again.
class Overlay final : public QCPLayerable {
public:
    explicit Overlay(QCustomPlot* plot);

    std::vector<Event> events;
    std::optional<double> crosshair; ///< Time under the pointer.
    std::optional<double> pausedAt;  ///< Newest time while paused.
    QString upperTitle, upperUnit, lowerTitle, lowerUnit;
    /// Dots on the curves at the crosshair: rect (0 or 1), value, colour.
    struct Dot {
        int rect;
        double value;
        QColor color;
    };
    std::vector<Dot> dots;

    /// The event whose line or flag is at that point, or nullptr.
    const Event* eventAt(const QPointF& point) const;

protected:
    void draw(QCPPainter* painter) override;
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    QRect clipRect() const override;

private:
    double x(double time) const;
    QRect area() const;
    void drawTitles(QCPPainter& painter) const;
    void drawEvent(QCPPainter& painter, const Event& event) const;
    void drawCrosshair(QCPPainter& painter) const;
    void drawPause(QCPPainter& painter) const;
    QRectF flag(const Event& event) const;
};

} // namespace ui::plot
