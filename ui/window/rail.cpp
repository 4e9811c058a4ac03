#include "ui/window/rail.h"

#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ui {

Rail::Rail(const QStringList& names, QWidget* parent) : QWidget(parent), m_names(names)
{
    setFixedWidth(28);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Hidden region: %1").arg(names.join(QStringLiteral(", "))));
    setToolTip(tr("Show %1").arg(names.join(QStringLiteral(", "))));
}

QRect Rail::place(int index) const
{
    const QFontMetrics metrics(Theme::font(12.5));
    int top = 12;
    for (int i = 0; i < index; ++i) top += metrics.horizontalAdvance(m_names[i]) + 24;
    return {0, top, width(), metrics.horizontalAdvance(m_names.value(index)) + 12};
}

void Rail::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color("surface"));
    painter.fillRect(QRect(width() - 1, 0, 1, height()), theme.color("line"));
    if (hasFocus()) {
        painter.setPen(QPen(theme.color("focus"), 2));
        painter.drawRect(rect().adjusted(1, 1, -2, -2));
    }
    painter.setFont(Theme::font(12.5));
    painter.setPen(theme.color("muted"));
    for (int i = 0; i < m_names.size(); ++i) {
        const QRect at = place(i);
        painter.save();
        painter.translate(at.left(), at.bottom());
        painter.rotate(-90);
        painter.drawText(QRect(0, 0, at.height(), at.width()), Qt::AlignCenter, m_names[i]);
        painter.restore();
    }
}

void Rail::mousePressEvent(QMouseEvent* event)
{
    for (int i = 0; i < m_names.size(); ++i)
        if (place(i).contains(event->position().toPoint())) return Q_EMIT chosen(i);
}

void Rail::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) return Q_EMIT chosen(0);
    QWidget::keyPressEvent(event);
}

} // namespace ui
