#include "ui/style/style.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHash>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStyleOption>
#include <QTabBar>
#include <QToolButton>

namespace ui {

Style::Style() : QProxyStyle(QStringLiteral("Fusion")) {}

QPalette Style::standardPalette() const { return Theme::current().palette(); }

void Style::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    const bool followsPointer = qobject_cast<QAbstractItemView*>(widget) || qobject_cast<QTabBar*>(widget) ||
                                qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractSpinBox*>(widget);
    if (followsPointer) widget->setAttribute(Qt::WA_Hover);
    if (auto* area = qobject_cast<QAbstractItemView*>(widget)) area->viewport()->setAttribute(Qt::WA_Hover);
    if (auto* menu = qobject_cast<QMenu*>(widget)) menu->setAttribute(Qt::WA_TranslucentBackground, false);
}

namespace {

/// Sizes that are the same for every widget.
const QHash<QStyle::PixelMetric, int>& metrics()
{
    const auto token = [](const char* name) { return static_cast<int>(Theme::number(name)); };
    static const QHash<QStyle::PixelMetric, int> table{{QStyle::PM_SplitterWidth, 1},
                                                       {QStyle::PM_ScrollBarExtent, token("size.scrollBar")},
                                                       {QStyle::PM_ScrollBarSliderMin, 24},
                                                       {QStyle::PM_ScrollView_ScrollBarSpacing, 0},
                                                       {QStyle::PM_TabBarTabHSpace, 24},
                                                       {QStyle::PM_TabBarTabVSpace, 10},
                                                       {QStyle::PM_TabBarTabShiftVertical, 0},
                                                       {QStyle::PM_TabBarTabShiftHorizontal, 0},
                                                       {QStyle::PM_TabBarBaseOverlap, 0},
                                                       {QStyle::PM_TabBarTabOverlap, 0},
                                                       {QStyle::PM_ToolBarFrameWidth, 0},
                                                       {QStyle::PM_ToolBarItemMargin, 4},
                                                       {QStyle::PM_ToolBarItemSpacing, 2},
                                                       {QStyle::PM_ToolBarHandleExtent, 0},
                                                       {QStyle::PM_MenuBarPanelWidth, 0},
                                                       {QStyle::PM_MenuBarVMargin, 0},
                                                       {QStyle::PM_MenuBarHMargin, 6},
                                                       {QStyle::PM_MenuBarItemSpacing, 2},
                                                       {QStyle::PM_SmallIconSize, token("size.icon")},
                                                       {QStyle::PM_ButtonIconSize, token("size.icon")},
                                                       {QStyle::PM_TabBarIconSize, token("size.icon")},
                                                       {QStyle::PM_ToolBarIconSize, token("size.icon")},
                                                       {QStyle::PM_ListViewIconSize, token("size.iconSmall")},
                                                       {QStyle::PM_LayoutLeftMargin, 12},
                                                       {QStyle::PM_LayoutRightMargin, 12},
                                                       {QStyle::PM_LayoutTopMargin, 12},
                                                       {QStyle::PM_LayoutBottomMargin, 12},
                                                       {QStyle::PM_LayoutHorizontalSpacing, 8},
                                                       {QStyle::PM_LayoutVerticalSpacing, 8},
                                                       {QStyle::PM_TreeViewIndentation, 13},
                                                       {QStyle::PM_FocusFrameHMargin, 4}};
    return table;
}

} // namespace

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    if (metric == PM_DefaultFrameWidth)
        return !qobject_cast<const QMenu*>(widget) && qobject_cast<const QAbstractScrollArea*>(widget) ? 0 : 1;
    if (metric == PM_TabBarTabHSpace && widget && widget->property("compact").toBool()) return 12;
    const auto known = metrics().find(metric);
    return known != metrics().end() ? *known : QProxyStyle::pixelMetric(metric, option, widget);
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* returned) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_TabBar_PreferNoArrows:
    case SH_MenuBar_AltKeyNavigation:
    case SH_ItemView_ShowDecorationSelected: return hint != SH_EtchDisabledText && hint != SH_DitherDisabledText;
    case SH_TabBar_Alignment: return Qt::AlignLeft;
    case SH_TabBar_ElideMode: return Qt::ElideMiddle;
    case SH_ToolTip_WakeUpDelay: return static_cast<int>(Theme::number("motion.tooltipDelay"));
    case SH_ScrollBar_Transient: return 0;
    case SH_Widget_Animation_Duration: return 0;
    case SH_ItemView_PaintAlternatingRowColorsForEmptyArea: return 0;
    case SH_Menu_SloppySubMenus: return 1;
    default: return QProxyStyle::styleHint(hint, option, widget, returned);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    const auto token = [](const char* name) { return static_cast<int>(Theme::number(name)); };
    const int textRow = option ? option->fontMetrics.height() + 8 : 0;
    switch (type) {
    case CT_MenuBarItem: result = QSize(size.width() + 16, std::max(token("size.menuBar"), textRow)); break;
    case CT_PushButton:
        result = {result.width() + 12, std::max(token("size.button"), textRow)};
        break; // Fusion leaves 4 px beside the text
    case CT_LineEdit:
    case CT_ComboBox:
    case CT_SpinBox: result.setHeight(std::max(token("size.field"), textRow)); break;
    case CT_HeaderSection: result.setHeight(std::max(token("size.tableHeader"), textRow)); break;
    case CT_ItemViewItem: result.setHeight(std::max(result.height(), std::max(token("size.treeRow"), textRow))); break;
    case CT_TabBarTab: {
        // The active tab is bold: every tab has room for that, so that none moves when chosen.
        const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option);
        if (!tab) break;
        const QFont bold = Theme::font(12.5, true);
        const int more =
            QFontMetrics(bold).horizontalAdvance(tab->text) - option->fontMetrics.horizontalAdvance(tab->text);
        result = QSize(size.width() + std::max(0, more), std::max(token("size.tabBar"), textRow));
        break;
    }
    case CT_ToolButton: {
        const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        if (button && button->text.isEmpty() | (button->toolButtonStyle == Qt::ToolButtonIconOnly))
            result = QSize(token("size.field") + 4, token("size.field") + 2).expandedTo(QSize(0, 0));
        else result = QSize(size.width() + 14, std::max(token("size.field") + 2, textRow));
        break;
    }
    default: break;
    }
    return result;
}

void Style::drawField(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const Theme& theme = Theme::current();
    const QString severity = widget ? widget->property("severity").toString() : QString();
    const bool focused = option.state & State_HasFocus;
    QColor border = theme.color("line");
    if (focused) border = theme.color("focus");
    if (!severity.isEmpty()) border = theme.color(u"severity." + severity);
    const double width = focused ? Theme::number("line.focus") : 1;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(border, width));
    painter.setBrush(option.state & State_Enabled ? option.palette.base() : QBrush(theme.color("surface")));
    const double inset = width / 2;
    const double radius = Theme::number("radius.field");
    painter.drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), radius, radius);
    painter.restore();
}

void Style::drawButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const Theme& theme = Theme::current();
    const bool primary = widget && widget->property("primary").toBool() && option.state & State_Enabled;
    const bool hovered = option.state & State_MouseOver && option.state & State_Enabled;
    const bool down = option.state & (State_Sunken | State_On);
    QColor fill = theme.color(down ? "selection" : hovered ? "hover" : "raised");
    if (primary) fill = hovered ? theme.color("accent").lighter(112) : theme.color("accent");
    const bool focused = option.state & State_HasFocus && option.state & State_KeyboardFocusChange;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = focused ? 2 : 1;
    painter.setPen(QPen(focused ? theme.color("focus") : primary ? fill : theme.color("line"), width));
    painter.setBrush(fill);
    const double radius = Theme::number("radius.button");
    const double inset = width / 2;
    painter.drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), radius, radius);
    painter.restore();
}

namespace {

void drawBranch(const QStyleOption& option, QPainter& painter)
{
    if (!(option.state & QStyle::State_Children)) return;
    const bool open = option.state & QStyle::State_Open;
    const QRectF box(QRectF(option.rect).center() - QPointF(5, 5), QSizeF(10, 10));
    paintGlyph(painter, open ? QStringLiteral("down") : QStringLiteral("right"), box, Theme::current().color("muted"));
}

void drawRow(const QStyleOption& option, QPainter& painter)
{
    const Theme& theme = Theme::current();
    if (option.state & QStyle::State_Selected) painter.fillRect(option.rect, theme.color("selection"));
    else if (option.state & QStyle::State_MouseOver) painter.fillRect(option.rect, theme.color("hover"));
}

void drawToolPanel(const QStyleOption& option, QPainter& painter)
{
    const Theme& theme = Theme::current();
    const bool on = option.state & (QStyle::State_On | QStyle::State_Sunken);
    const bool focused = option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange;
    const bool hovered = option.state & QStyle::State_MouseOver && option.state & QStyle::State_Enabled;
    if (!on && !hovered && !focused) return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(focused ? QPen(theme.color("focus"), 2) : QPen(Qt::NoPen));
    painter.setBrush(on ? theme.color("selection") : hovered ? theme.color("hover") : QColor(Qt::transparent));
    painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 5, 5);
    painter.restore();
}

void drawFrame(const QStyleOption& option, QPainter& painter, bool isFilled)
{
    const Theme& theme = Theme::current();
    painter.save();
    if (isFilled) painter.setBrush(theme.color("raised"));
    painter.setPen(theme.color("line"));
    painter.drawRect(option.rect.adjusted(0, 0, -1, -1));
    painter.restore();
}

void drawFocus(const QStyleOption& option, QPainter& painter)
{
    if (!(option.state & QStyle::State_KeyboardFocusChange)) return;
    painter.save();
    painter.setPen(QPen(Theme::current().color("focus"), 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(option.rect.adjusted(1, 1, -1, -1));
    painter.restore();
}

void drawArrow(bool isDown, const QStyleOption& option, QPainter& painter, const QWidget* widget)
{
    QPointF centre = QRectF(option.rect).center();
    if (qobject_cast<const QToolButton*>(widget))
        centre.setY(QRectF(widget->rect()).center().y()); // Fusion puts it low.
    const QString name = isDown ? QStringLiteral("down") : QStringLiteral("right");
    paintGlyph(painter, name, QRectF(centre - QPointF(5, 5), QSizeF(10, 10)),
               Theme::current().color(option.state & QStyle::State_Enabled ? "muted" : "disabled"));
}

void drawItem(const QStyleOption& option, QPainter& painter)
{
    drawRow(option, painter);
    const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(&option);
    if (item && item->backgroundBrush.style() != Qt::NoBrush && !(option.state & QStyle::State_Selected))
        painter.fillRect(option.rect, item->backgroundBrush);
}

} // namespace

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const
{
    switch (element) {
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
            drawField(*option, *painter, widget);
        return;
    case PE_PanelButtonCommand: return drawButton(*option, *painter, widget);
    case PE_PanelButtonTool: return drawToolPanel(*option, *painter);
    case PE_FrameLineEdit:
    case PE_FrameDefaultButton:
    case PE_FrameTabBarBase:
    case PE_FrameStatusBarItem:
    case PE_PanelMenuBar:
    case PE_FrameWindow: return;
    case PE_Frame:
        if (!qobject_cast<const QAbstractScrollArea*>(widget))
            QProxyStyle::drawPrimitive(element, option, painter, widget);
        return;
    case PE_PanelMenu: return painter->fillRect(option->rect, Theme::current().color("raised"));
    case PE_FrameMenu:
    case PE_PanelTipLabel: return drawFrame(*option, *painter, element == PE_PanelTipLabel);
    case PE_IndicatorBranch: return drawBranch(*option, *painter);
    case PE_PanelItemViewRow: return drawRow(*option, *painter);
    case PE_PanelItemViewItem: return drawItem(*option, *painter);
    case PE_FrameFocusRect: return drawFocus(*option, *painter);
    case PE_IndicatorArrowDown:
    case PE_IndicatorArrowRight: return drawArrow(element == PE_IndicatorArrowDown, *option, *painter, widget);
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

} // namespace ui
