#include "ui/tables/sparkline.h"

#include "ui/style/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace ui::tables {

namespace {

constexpr double span = 60;

void drawLine(QPainter& painter, const Spark& spark, const QRectF& box)
{
    double low = INFINITY;
    double high = -INFINITY;
    for (const auto& [time, value] : spark)
        if (!std::isnan(value)) low = std::min(low, value), high = std::max(high, value);
    if (low > high) return;
    const double end = spark.back().time;
    const double range = std::max(high - low, std::max(0.02 * high, 1e-9));
    QPainterPath path;
    bool down = false;
    for (const auto& [time, value] : spark) {
        if (std::isnan(value)) {
            down = false;
            continue;
        }
        const QPointF point(box.right() - (end - time) / span * box.width(),
                            box.bottom() - (value - low) / range * box.height());
        if (down) path.lineTo(point);
        else path.moveTo(point);
        down = true;
    }
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    if (!down) return;
    painter.setBrush(painter.pen().color());
    painter.drawEllipse(path.currentPosition(), 1.6, 1.6);
}

} // namespace

void SparklineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.text.clear();
    const QStyle* style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      Theme::current().color("grid"));
    const Spark spark = index.data(Qt::UserRole).value<Spark>();
    if (spark.empty()) return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setClipRect(option.rect);
    painter->setPen(QPen(Theme::current().color("muted"), 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QRectF box(option.rect.right() - 70, option.rect.center().y() - 8, 62, 17);
    drawLine(*painter, spark, box.adjusted(1, 2, -2, -2));
    painter->restore();
}

QSize SparklineDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {78, 26}; }

} // namespace ui::tables
