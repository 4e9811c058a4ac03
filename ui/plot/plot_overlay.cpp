#include "ui/plot/plot_overlay.h"

#include "ui/plot/health.h"
#include "ui/style/theme.h"

#include <QDateTime>

#include <cmath>

namespace ui::plot {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int titleHeight = 18;

QString clock(double time)
{
    return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(time * 1000)).toString(u"HH:mm:ss"_s);
}

/// Draws a plate with text, centred at x and kept inside `within`. Returns its rectangle.
QRectF plateRect(const QString& text, const QFont& font, double x, double top, const QRect& within)
{
    const double width = QFontMetricsF(font).horizontalAdvance(text) + 12;
    const double left =
        std::clamp(x - width / 2, double(within.left()), std::max<double>(within.left(), within.right() - width));
    return {left, top, width, 16};
}

void drawPlate(QPainter& painter, const QRectF& box, const QString& text, const QColor& fill, const QColor& ink)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(ink);
    painter.drawText(box, Qt::AlignCenter, text);
}

} // namespace

Overlay::Overlay(QCustomPlot* plot) : QCPLayerable(plot, u"overlay"_s) {}

void Overlay::applyDefaultAntialiasingHint(QCPPainter* painter) const { painter->setAntialiasing(true); }

QRect Overlay::clipRect() const { return parentPlot()->viewport(); }

double Overlay::x(double time) const { return parentPlot()->axisRect(0)->axis(QCPAxis::atBottom)->coordToPixel(time); }

QRect Overlay::area() const { return parentPlot()->axisRect(0)->rect().united(parentPlot()->axisRect(1)->rect()); }

void Overlay::draw(QCPPainter* painter)
{
    drawTitles(*painter);
    const auto range = parentPlot()->axisRect(0)->axis(QCPAxis::atBottom)->range();
    for (const Event& event : events)
        if (range.contains(event.time) || (event.end > range.lower && event.time < range.upper))
            drawEvent(*painter, event);
    if (pausedAt) drawPause(*painter);
    if (crosshair && range.contains(*crosshair)) drawCrosshair(*painter);
}

void Overlay::drawTitles(QCPPainter& painter) const
{
    const Theme& theme = Theme::current();
    const std::pair<QString, QString> titles[] = {{upperTitle, upperUnit}, {lowerTitle, lowerUnit}};
    for (int i = 0; i < 2; ++i) {
        const QRect rect = parentPlot()->axisRect(i)->rect();
        const QRectF line(rect.left(), rect.top() - titleHeight - 2, rect.width(), titleHeight);
        painter.setFont(Theme::font(11, true));
        painter.setPen(theme.color("text"));
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, titles[i].first);
        const double used = QFontMetricsF(painter.font()).horizontalAdvance(titles[i].first) + 6;
        painter.setFont(Theme::font(11));
        painter.setPen(theme.color("muted"));
        painter.drawText(line.adjusted(used, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, titles[i].second);
    }
}

QRectF Overlay::flag(const Event& event) const
{
    return plateRect(event.label, Theme::font(10.5, true), x(event.time), area().top() - titleHeight, area());
}

void Overlay::drawEvent(QCPPainter& painter, const Event& event) const
{
    const Theme& theme = Theme::current();
    const QRect rect = area();
    const double at = x(event.time);
    if (event.kind == Event::Kind::Restart) {
        QColor band = theme.color("muted");
        band.setAlpha(50);
        const double end = std::min<double>(std::max(x(event.end), at + 2), rect.right());
        painter.fillRect(QRectF(QPointF(std::max<double>(at, rect.left()), rect.top()), QPointF(end, rect.bottom())),
                         band);
        return;
    }
    const bool isPush = event.kind == Event::Kind::Push;
    const QColor ink = isPush ? theme.color("accent") : theme.color(u"healthFill." + healthToken(event.health));
    painter.setPen(QPen(ink, 1.2, Qt::CustomDashLine));
    QPen pen = painter.pen();
    pen.setDashPattern({3, 3});
    painter.setPen(pen);
    painter.drawLine(QPointF(at, rect.top()), QPointF(at, rect.bottom()));
    painter.setFont(Theme::font(10.5, true));
    if (isPush) drawPlate(painter, flag(event), event.label, ink, theme.color("accentText"));
    else paintHealth(painter, event.health, {at, double(rect.top())}, ink);
}

void Overlay::drawPause(QCPPainter& painter) const
{
    const Theme& theme = Theme::current();
    const auto* axis = parentPlot()->axisRect(0)->axis(QCPAxis::atBottom);
    const QRect rect = area();
    painter.setFont(Theme::font(10.5, true));
    const double ahead = std::max(0.0, *pausedAt - axis->range().upper);
    const QString text =
        ahead < 0.5 ? QObject::tr("paused %1").arg(clock(axis->range().upper))
                    : QObject::tr("paused %1, now is %2 s further").arg(clock(axis->range().upper)).arg(qRound(ahead));
    const QRectF box = plateRect(text, painter.font(), rect.right(), rect.bottom() + 5, rect);
    drawPlate(painter, box, text, theme.color("accent"), theme.color("accentText"));
}

void Overlay::drawCrosshair(QCPPainter& painter) const
{
    const Theme& theme = Theme::current();
    const QRect rect = area();
    const double at = x(*crosshair);
    painter.setPen(QPen(theme.color("muted"), 1));
    painter.drawLine(QPointF(at, rect.top()), QPointF(at, rect.bottom()));
    for (const Dot& dot : dots) {
        const double y = parentPlot()->axisRect(dot.rect)->axis(QCPAxis::atLeft)->coordToPixel(dot.value);
        painter.setPen(QPen(theme.color("raised"), 1.5));
        painter.setBrush(dot.color);
        painter.drawEllipse(QPointF(at, y), 3.5, 3.5);
    }
    painter.setFont(Theme::font(10.5));
    const QString text = clock(*crosshair);
    drawPlate(painter, plateRect(text, painter.font(), at, rect.bottom() + 5, rect), text, theme.color("text"),
              theme.color("raised"));
}

const Event* Overlay::eventAt(const QPointF& point) const
{
    const QRect rect = area();
    for (const Event& event : events) {
        if (event.kind == Event::Kind::Push && flag(event).contains(point)) return &event;
        const bool inBand =
            event.kind == Event::Kind::Restart && point.x() >= x(event.time) && point.x() <= x(event.end);
        const bool onLine =
            std::abs(point.x() - x(event.time)) <= 4 && point.y() >= rect.top() - 8 && point.y() <= rect.bottom();
        if (inBand || onLine) return &event;
    }
    return nullptr;
}

} // namespace ui::plot
