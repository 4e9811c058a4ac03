#include "ui/push/state_look.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::push::State;

QString word(State state)
{
    switch (state) {
    case State::Unchanged: return QObject::tr("unchanged");
    case State::Held: return QObject::tr("held back");
    case State::Sent: return QObject::tr("applying");
    case State::Warming: return QObject::tr("warming");
    case State::Acked: return u"ACK"_s;
    case State::Nacked: return u"NACK"_s;
    case State::Effective: return QObject::tr("effective");
    }
    return {};
}

QString glyph(State state)
{
    switch (state) {
    case State::Unchanged: return u"minus"_s;
    case State::Held: return u"held"_s;
    case State::Sent:
    case State::Warming: return u"timeout"_s;
    case State::Nacked: return u"error"_s;
    case State::Acked:
    case State::Effective: return u"ok"_s;
    }
    return {};
}

QColor ink(State state)
{
    const Theme& theme = Theme::current();
    switch (state) {
    case State::Nacked: return theme.color("severity.error");
    case State::Held: return theme.color("severity.warning");
    case State::Acked:
    case State::Effective: return theme.color("health.healthy");
    default: return theme.color("muted");
    }
}

QColor tint(State state)
{
    const Theme& theme = Theme::current();
    switch (state) {
    case State::Nacked: return theme.color("severityTint.error");
    case State::Held: return theme.color("severityTint.warning");
    case State::Acked:
    case State::Effective: return theme.color("diffTint.added");
    default: return theme.color("sunken");
    }
}

Chip::Chip(QWidget* parent, bool filled) : QWidget(parent), m_filled(filled)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void Chip::show(const QString& name, State state, const QString& toolTip)
{
    m_name = name;
    m_state = state;
    const QString text = name % u", "_s % word(state);
    setAccessibleName(text);
    setToolTip(toolTip.isEmpty() ? text : toolTip);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const int name = QFontMetrics(Theme::font(11, m_filled)).horizontalAdvance(m_name);
    const int state = m_filled ? 0 : QFontMetrics(Theme::font(11, true)).horizontalAdvance(word(m_state)) + 5;
    return {name + state + (m_filled ? 25 : 34), 22};
}

void Chip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::current();
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool bad = m_state == State::Nacked;
    painter.setPen(m_filled ? QPen(Qt::NoPen) : QPen(bad ? ink(m_state) : theme.color("line"), 1));
    painter.setBrush(m_filled ? tint(m_state) : theme.color("raised"));
    painter.drawRoundedRect(box, m_filled ? 4 : box.height() / 2, m_filled ? 4 : box.height() / 2);
    paintGlyph(painter, glyph(m_state), QRectF(m_filled ? 5 : 8, height() / 2.0 - 6, 12, 12), ink(m_state));
    QRectF text = box.adjusted(m_filled ? 19 : 24, 0, m_filled ? -3 : -6, 0);
    painter.setFont(Theme::font(11, m_filled));
    painter.setPen(m_filled ? ink(m_state) : theme.color("text"));
    const int state = m_filled ? 0 : QFontMetrics(Theme::font(11, true)).horizontalAdvance(word(m_state)) + 5;
    const QString name = painter.fontMetrics().elidedText(m_name, Qt::ElideMiddle, static_cast<int>(text.width()) - state + 1);
    painter.drawText(text, Qt::AlignVCenter, name);
    if (m_filled) return;
    text.setLeft(text.left() + painter.fontMetrics().horizontalAdvance(name) + 5);
    painter.setFont(Theme::font(11, true));
    painter.setPen(ink(m_state));
    painter.drawText(text, Qt::AlignVCenter, word(m_state));
}

void Chip::mouseReleaseEvent(QMouseEvent*)
{
    Q_EMIT clicked();
}

} // namespace ui::push
