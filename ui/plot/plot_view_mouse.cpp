#include "ui/plot/plot_view.h"

#include <QToolTip>

#include <cmath>

namespace ui::plot {

void PlotPanel::View::zoom(double factor, double share)
{
    const auto range = timeAxis()->range();
    const double length = std::clamp(range.size() * factor, 5.0, 24 * 3600.0);
    if (live && !paused) { // Stays live: only the span changes.
        spanSeconds = length;
    } else {
        const double fixed = range.lower + range.size() * share;
        timeAxis()->setRange(fixed - length * share, fixed + length * (1 - share));
    }
    invalidate();
}

void PlotPanel::View::pan(double share)
{
    const auto range = timeAxis()->range();
    live = false;
    timeAxis()->setRange(range.lower + range.size() * share, range.upper + range.size() * share);
    invalidate();
}

void PlotPanel::View::press(const QPointF& point)
{
    m_pressed = point;
    m_dragged = false;
}

const Event* PlotPanel::View::release(const QPointF& point)
{
    m_pressed.reset();
    return m_dragged ? nullptr : overlay->eventAt(point);
}

void PlotPanel::View::hover(const QMouseEvent& event)
{
    const QPointF point = event.position();
    if (m_pressed && (m_dragged || std::abs(point.x() - m_pressed->x()) > 4)) {
        m_dragged = true;
        pan((m_pressed->x() - point.x()) / std::max(1, rect(0)->rect().width()));
        m_pressed = point;
        return;
    }
    const QRect area = rect(0)->rect().united(rect(1)->rect());
    setCrosshair(area.contains(point.toPoint()) ? std::optional(timeAxis()->pixelToCoord(point.x())) : std::nullopt);
    if (const Event* hit = overlay->eventAt(point))
        QToolTip::showText(event.globalPosition().toPoint(), hit->label, plot);
    else QToolTip::hideText();
}

} // namespace ui::plot
