#include "ui/forms/field_widgets.h"

#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace ui::forms {

namespace {
constexpr int padding = 8; ///< Beside each name of a segment.
}

QSize TextButton::minimumSizeHint() const { return {48, sizeHint().height()}; }

void TextButton::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    const int room = width() - (icon().isNull() ? 14 : iconSize().width() + 20);
    option.text = fontMetrics().elidedText(text(), Qt::ElideMiddle, room);
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
}

void TextButton::resizeEvent(QResizeEvent* event)
{
    QToolButton::resizeEvent(event);
    if (width() < sizeHint().width()) setToolTip(text());
}

FieldLabel::FieldLabel(bool differs, QWidget* parent) : QLabel(parent), m_differs(differs)
{
    setAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

void FormPage::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::current().color("diff.changed"));
    for (const FieldLabel* label : findChildren<FieldLabel*>()) {
        if (!label->differs()) continue;
        const QRect at(label->mapTo(this, QPoint(0, 0)), label->size());
        const double text = label->fontMetrics().horizontalAdvance(label->text());
        painter.drawEllipse(QPointF(std::max(5.0, at.right() - text - 8), at.center().y() + 1), 3, 3);
    }
}

Segments::Segments(const QStringList& names, int chosen, QWidget* parent)
    : QWidget(parent)
    , m_names(names)
    , m_chosen(chosen)
    , m_at(std::max(0, chosen))
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleDescription(text().isEmpty() ? tr("none of %1").arg(names.join(QStringLiteral(", "))) : text());
}

int Segments::widthFor(const QStringList& names)
{
    const QFontMetrics metrics(Theme::font(12, true));
    int width = 0;
    for (const QString& name : names) width += metrics.horizontalAdvance(name) + 2 * padding;
    return width;
}

QSize Segments::sizeHint() const { return {widthFor(m_names), std::max(26, fontMetrics().height() + 8)}; }

QSize Segments::minimumSizeHint() const { return {40, sizeHint().height()}; }

// Every name gets what it needs and the same share of what is left.
QRect Segments::segment(int index) const
{
    const double more =
        static_cast<double>(width() - widthFor(m_names)) / static_cast<double>(std::max<qsizetype>(1, m_names.size()));
    double left = 0;
    for (int i = 0; i < index; ++i) left += widthFor({m_names[i]}) + more;
    return QRectF(left, 0, widthFor({m_names.value(index)}) + more, height()).toRect();
}

void Segments::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color("sunken"));
    painter.drawRoundedRect(QRectF(rect()), 5, 5);
    for (int i = 0; i < m_names.size(); ++i) {
        const QRectF box = QRectF(segment(i)).adjusted(1, 1, -1, -1);
        const bool chosen = i == m_chosen;
        const bool focused = hasFocus() && i == m_at;
        if (chosen || focused) {
            painter.setPen(QPen(theme.color(focused ? "focus" : "accent"), focused ? 2 : 1.25));
            painter.setBrush(chosen ? theme.color("raised") : QColor(Qt::transparent));
            painter.drawRoundedRect(box, 4, 4);
        }
        painter.setFont(Theme::font(12, chosen));
        painter.setPen(theme.color(chosen ? "text" : "muted"));
        painter.drawText(
            box, Qt::AlignCenter,
            painter.fontMetrics().elidedText(m_names[i], Qt::ElideRight, static_cast<int>(box.width()) - 4));
    }
}

void Segments::mousePressEvent(QMouseEvent* event)
{
    for (int i = 0; i < m_names.size(); ++i) {
        if (!segment(i).contains(event->position().toPoint())) continue;
        m_at = i;
        update();
        Q_EMIT activated(i);
        return;
    }
}

void Segments::keyPressEvent(QKeyEvent* event)
{
    const int count = static_cast<int>(m_names.size());
    switch (event->key()) {
    case Qt::Key_Left: m_at = (m_at + count - 1) % count; return update();
    case Qt::Key_Right: m_at = (m_at + 1) % count; return update();
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter: return Q_EMIT activated(m_at);
    default: QWidget::keyPressEvent(event);
    }
}

void Segments::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void Segments::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace ui::forms
