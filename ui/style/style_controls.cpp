#include "ui/style/glyph.h"
#include "ui/style/style.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QMenuBar>
#include <QPainter>
#include <QStyleOption>

namespace ui {

void Style::drawTab(const QStyleOption& option, QPainter& painter) const
{
    const Theme& theme = Theme::current();
    const auto& tab = static_cast<const QStyleOptionTab&>(option);
    const bool selected = option.state & State_Selected;
    if (!selected && option.state & State_MouseOver) painter.fillRect(option.rect, theme.color("hover"));
    if (selected)
        painter.fillRect(QRect(option.rect.left() + 4, option.rect.bottom() - 1, option.rect.width() - 8, 2),
                         theme.color("accent"));
    if (option.state & State_HasFocus && option.state & State_KeyboardFocusChange) {
        painter.save();
        painter.setPen(QPen(theme.color("focus"), 2));
        painter.drawRect(tab.rect.adjusted(2, 2, -3, -4));
        painter.restore();
    }
}

void Style::drawTabLabel(const QStyleOption& option, QPainter& painter, int padding) const
{
    const Theme& theme = Theme::current();
    const auto& tab = static_cast<const QStyleOptionTab&>(option);
    const bool selected = option.state & State_Selected;
    QRect rect = option.rect.adjusted(padding, 0, -padding, 0);
    if (!tab.leftButtonSize.isEmpty()) rect.setLeft(rect.left() + tab.leftButtonSize.width() + 4);
    if (!tab.rightButtonSize.isEmpty()) rect.setRight(rect.right() - tab.rightButtonSize.width() - 2);
    if (!tab.icon.isNull()) {
        const int side = tab.iconSize.width() > 0 ? tab.iconSize.width() : 16;
        tab.icon.paint(&painter, QRect(rect.left() - 2, rect.center().y() - side / 2, side, side));
        rect.setLeft(rect.left() + side + 2);
    }
    painter.save();
    painter.setFont(Theme::font(12.5, selected));
    painter.setPen(theme.color(!(option.state & State_Enabled) ? "disabled" : selected ? "text" : "muted"));
    const QString text = painter.fontMetrics().elidedText(tab.text, Qt::ElideMiddle, rect.width() + 4);
    painter.drawText(rect.adjusted(0, 0, 6, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, text);
    painter.restore();
}

void Style::drawHeader(const QStyleOption& option, QPainter& painter) const
{
    const Theme& theme = Theme::current();
    const auto& header = static_cast<const QStyleOptionHeader&>(option);
    painter.save();
    painter.setFont(Theme::font(11, true));
    painter.setPen(theme.color("muted"));
    QRect rect = option.rect.adjusted(8, 0, -8, 0);
    if (header.sortIndicator != QStyleOptionHeader::None) {
        const bool down = header.sortIndicator == QStyleOptionHeader::SortDown;
        const QRectF box(rect.right() - 9, rect.center().y() - 4, 10, 10);
        painter.save();
        painter.translate(box.center());
        if (down) painter.rotate(180);
        paintGlyph(painter, QStringLiteral("down"), QRectF(-5, -5, 10, 10), theme.color("muted"));
        painter.restore();
        rect.setRight(rect.right() - 12);
    }
    const QString text = painter.fontMetrics().elidedText(header.text, Qt::ElideRight, rect.width());
    const Qt::Alignment horizontal = header.textAlignment & Qt::AlignHorizontal_Mask;
    painter.drawText(rect, (horizontal ? horizontal : Qt::AlignLeft) | Qt::AlignVCenter, text);
    painter.restore();
}

void Style::drawMenuItem(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const auto& item = static_cast<const QStyleOptionMenuItem&>(option);
    const Theme& theme = Theme::current();
    const bool open = option.state & State_Selected;
    if (open) painter.fillRect(option.rect.adjusted(0, 2, 0, -2), theme.color("hover"));
    const bool mnemonics = styleHint(SH_UnderlineShortcut, &option, widget, nullptr) != 0;
    painter.setPen(theme.color(option.state & State_Enabled ? "text" : "disabled"));
    painter.drawText(option.rect, Qt::AlignCenter | (mnemonics ? Qt::TextShowMnemonic : Qt::TextHideMnemonic),
                     item.text);
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const
{
    const Theme& theme = Theme::current();
    switch (element) {
    case CE_TabBarTabShape: drawTab(*option, *painter); return;
    case CE_TabBarTabLabel: return drawTabLabel(*option, *painter, pixelMetric(PM_TabBarTabHSpace, option, widget) / 2);
    case CE_Splitter:
        painter->fillRect(option->rect, theme.color(option->state & State_MouseOver ? "lineStrong" : "line"));
        return;
    case CE_HeaderEmptyArea:
    case CE_HeaderSection:
        painter->fillRect(option->rect, theme.color("raised"));
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                          theme.color("line"));
        return;
    case CE_Header:
        drawControl(CE_HeaderSection, option, painter, widget);
        drawHeader(*option, *painter);
        return;
    case CE_HeaderLabel: drawHeader(*option, *painter); return;
    case CE_MenuBarItem:
        painter->fillRect(option->rect, theme.color("surface"));
        drawMenuItem(*option, *painter, widget);
        return;
    case CE_MenuBarEmptyArea: painter->fillRect(option->rect, theme.color("surface")); return;
    case CE_ToolBar:
        painter->fillRect(option->rect, theme.color("surface"));
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                          theme.color("line"));
        return;
    case CE_PushButtonLabel: {
        QStyleOptionButton button(*qstyleoption_cast<const QStyleOptionButton*>(option));
        if (widget && widget->property("primary").toBool() && button.state & State_Enabled) {
            button.palette.setColor(QPalette::ButtonText, theme.color("accentText"));
            painter->setFont(Theme::font(12.5, true));
        }
        QProxyStyle::drawControl(element, &button, painter, widget);
        return;
    }
    default: QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void Style::drawScrollBar(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    const Theme& theme = Theme::current();
    painter.fillRect(option.rect, option.palette.base());
    const QRect slider = subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, widget);
    const bool active = option.state & State_MouseOver || option.activeSubControls & SC_ScrollBarSlider;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(active ? "lineStrong" : "line"));
    const QRectF inner = QRectF(slider).adjusted(2, 2, -2, -2);
    const double radius = std::min(inner.width(), inner.height()) / 2;
    if (inner.isValid()) painter.drawRoundedRect(inner, radius, radius);
    painter.restore();
}

namespace {

void drawComboArrow(const QRect& rect, QPainter& painter, bool enabled)
{
    const QRectF box(QRectF(rect).center() - QPointF(5, 5), QSizeF(10, 10));
    paintGlyph(painter, QStringLiteral("down"), box, Theme::current().color(enabled ? "muted" : "disabled"));
}

} // namespace

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const
{
    if (control == CC_ScrollBar) return drawScrollBar(*option, *painter, widget);
    if (control == CC_ComboBox) {
        const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
        if (combo && combo->frame) drawField(*option, *painter, widget);
        drawComboArrow(subControlRect(control, option, SC_ComboBoxArrow, widget), *painter,
                       option->state & State_Enabled);
        return;
    }
    if (control == CC_SpinBox) {
        const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
        if (spin && spin->buttonSymbols == QAbstractSpinBox::NoButtons) {
            if (spin->frame) drawField(*option, *painter, widget);
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

// The text of a field stands 8 px from its border (the field itself keeps 2 of them).
QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element != SE_LineEditContents) return rect;
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    return frame && frame->lineWidth > 0 ? rect.adjusted(5, 0, -5, 0) : rect;
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                            const QWidget* widget) const
{
    const QRect rect = QProxyStyle::subControlRect(control, option, part, widget);
    if (control != CC_ScrollBar) return rect;
    // No arrow buttons: the groove is the whole bar.
    const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (!slider) return rect;
    const bool horizontal = slider->orientation == Qt::Horizontal;
    const int length = horizontal ? slider->rect.width() : slider->rect.height();
    const int span = slider->maximum - slider->minimum;
    const int wanted = span > 0 ? int(qint64(length) * slider->pageStep / (qint64(span) + slider->pageStep)) : length;
    const int size = std::clamp(wanted, std::min(24, length), length);
    const int start = sliderPositionFromValue(slider->minimum, slider->maximum, slider->sliderPosition, length - size,
                                              slider->upsideDown);
    const auto stretch = [&](int from, int extent) {
        return horizontal ? QRect(slider->rect.left() + from, slider->rect.top(), extent, slider->rect.height())
                          : QRect(slider->rect.left(), slider->rect.top() + from, slider->rect.width(), extent);
    };
    switch (part) {
    case SC_ScrollBarSlider: return stretch(start, size);
    case SC_ScrollBarGroove: return slider->rect;
    case SC_ScrollBarSubPage: return stretch(0, start);
    case SC_ScrollBarAddPage: return stretch(start + size, length - start - size);
    case SC_ScrollBarAddLine:
    case SC_ScrollBarSubLine: return {};
    default: return rect;
    }
}

} // namespace ui
