#include "ui/problems/problem_delegate.h"

#include "ui/problems/problems_model.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QPainter>

namespace ui::problems {

using namespace Qt::Literals::StringLiterals;

namespace {

QString glyphOf(model::Severity severity)
{
    switch (severity) {
    case model::Severity::Error: return u"error"_s;
    case model::Severity::Warning: return u"warning"_s;
    case model::Severity::Advice: return u"bulb"_s;
    case model::Severity::Info: break;
    }
    return u"info"_s;
}

/// Draws text at the right end of `box` and takes its width away from it.
void takeRight(QPainter& painter, QRect& box, const QString& text, const QColor& color)
{
    if (text.isEmpty()) return;
    const int width = std::min(painter.fontMetrics().horizontalAdvance(text), box.width() / 2);
    painter.setPen(color);
    painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text, Qt::ElideLeft, width + 2));
    box.setRight(box.right() - width - 12);
}

} // namespace

QRect ProblemDelegate::bulb(const QRect& row) { return QRect(row.right() - 26, row.center().y() - 8, 16, 16); }

QSize ProblemDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {200, std::max(28, option.fontMetrics.height() + 8)};
}

void ProblemDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = Theme::current();
    QStyleOptionViewItem row = option;
    const QStyle* style = row.widget ? row.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &row, painter, row.widget);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRect box = option.rect.adjusted(4, 0, -34, 0);
    const QVariant severity = index.data(ProblemsModel::SeverityRole);
    if (!severity.isValid()) {
        paintGlyph(*painter, u"proxy"_s, QRectF(box.left(), box.center().y() - 7, 14, 14), theme.color("kind.proxy"));
        box.setLeft(box.left() + 22);
        painter->setFont(Theme::font(12, true));
        painter->setPen(theme.color("text"));
        const QString title = index.data().toString();
        painter->drawText(box, Qt::AlignVCenter, title);
        box.setLeft(box.left() + painter->fontMetrics().horizontalAdvance(title) + 8);
        painter->setFont(Theme::font(11));
        painter->setPen(theme.color("muted"));
        painter->drawText(box, Qt::AlignVCenter, index.data(ProblemsModel::PlaceRole).toString());
    } else {
        const auto kind = static_cast<model::Severity>(severity.toInt());
        paintGlyph(*painter, glyphOf(kind), QRectF(box.left(), box.center().y() - 8, 16, 16), theme.severity(kind));
        if (!index.data(ProblemsModel::FixRole).toString().isEmpty())
            paintGlyph(*painter, u"bulb"_s, bulb(option.rect), theme.color("accent"));
        box.setLeft(box.left() + 24);
        painter->setFont(Theme::font(11));
        takeRight(*painter, box, index.data(ProblemsModel::PlaceRole).toString(), theme.color("muted"));
        takeRight(*painter, box, index.data(ProblemsModel::CodeRole).toString(), theme.color("muted"));
        painter->setFont(Theme::font(12));
        painter->setPen(theme.color("text"));
        painter->drawText(box, Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, box.width()));
    }
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme.color("grid"));
    painter->restore();
}

} // namespace ui::problems
