// How a line of the problems list is painted: glyph, message, code, place, bulb.
#pragma once

#include <QStyledItemDelegate>

namespace ui::problems {

/// Paints rows of 28 px; reads the roles of ProblemsModel.
class ProblemDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// Where the bulb of a row with a quick fix is.
    static QRect bulb(const QRect& row);
};

} // namespace ui::problems
