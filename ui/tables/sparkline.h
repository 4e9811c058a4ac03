// The last minute of one endpoint's rate as a line of 62×18 pixels in a cell.
#pragma once

#include <QStyledItemDelegate>

#include <vector>

namespace ui::tables {

/// One point: seconds since the epoch and value; NaN is a gap.
struct SparkPoint {
    double time = 0;
    double value = 0;
};
using Spark = std::vector<SparkPoint>;

/// Draws the Spark of the cell's UserRole; all rows have the same time span, each its own range.
class SparklineDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace ui::tables

Q_DECLARE_METATYPE(ui::tables::Spark)
