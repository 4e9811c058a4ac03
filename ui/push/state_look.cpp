#include "ui/push/state_look.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QVariant>

#include <algorithm>

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

QString rejection(const model::push::ProxyStatus& status)
{
    for (const auto& type : status.types)
        if (type.state == State::Nacked)
            return QVariant(QString::fromLatin1(model::push::name(type.type)) % u": "_s %
                            QString::fromStdString(type.message))
                .toString();
    return {};
}

QString duration(double seconds)
{
    if (seconds < 1) return QObject::tr("%1 ms").arg(qRound(std::max(0.0, seconds) * 1000));
    return seconds < 120 ? QObject::tr("%1 s").arg(static_cast<int>(seconds))
                         : QObject::tr("%1 min").arg(static_cast<int>(seconds / 60));
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

Chip::Chip(QWidget* parent, bool filled) : QAbstractButton(parent), m_filled(filled)
{
    setFocusPolicy(filled ? Qt::NoFocus : Qt::TabFocus);
    setAttribute(Qt::WA_TransparentForMouseEvents, filled); // A filled chip is a label.
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void Chip::show(const QString& name, State state, const QString& toolTip, bool connected)
{
    m_name = name;
    m_state = state;
    m_connected = connected;
    m_unreachable = false;
    m_word = connected ? push::word(state) : QObject::tr("not connected");
    const QString text = name % u", "_s % m_word;
    setAccessibleName(text);
    setToolTip(toolTip.isEmpty() ? text : toolTip);
    updateGeometry();
    update();
}

void Chip::setUnreachable(const QString& words)
{
    if (words.isEmpty()) return;
    m_unreachable = true;
    m_word = words;
    setAccessibleName(m_name % u", "_s % m_word);
    updateGeometry();
    update();
}

void Chip::setWordless()
{
    m_word.clear();
    setAccessibleName(m_name);
    setToolTip(m_name);
    updateGeometry();
}

QSize Chip::sizeHint() const
{
    const int name = QFontMetrics(Theme::font(11, m_filled)).horizontalAdvance(m_name);
    const int state =
        m_filled || m_word.isEmpty() ? 0 : QFontMetrics(Theme::font(11, true)).horizontalAdvance(m_word) + 5;
    return {name + state + (m_filled ? 25 : 34), 22};
}

void Chip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::current();
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool bad = m_connected && !m_unreachable && m_state == State::Nacked;
    const QColor inkOfState = m_unreachable ? theme.color("severity.warning")
                              : m_connected ? ink(m_state)
                                            : theme.color("muted");
    const QString glyphOfState = m_unreachable ? u"warning"_s : m_connected ? glyph(m_state) : u"minus"_s;
    painter.setPen(m_filled     ? QPen(Qt::NoPen)
                   : hasFocus() ? QPen(theme.color("focus"), 2)
                                : QPen(bad ? inkOfState : theme.color("line"), 1));
    painter.setBrush(m_filled ? tint(m_state) : theme.color(underMouse() ? "hover" : "raised"));
    painter.drawRoundedRect(box, m_filled ? 4 : box.height() / 2, m_filled ? 4 : box.height() / 2);
    paintGlyph(painter, glyphOfState, QRectF(m_filled ? 5 : 8, height() / 2.0 - 6, 12, 12), inkOfState);
    QRectF text = box.adjusted(m_filled ? 19 : 24, 0, m_filled ? -3 : -6, 0);
    painter.setFont(Theme::font(11, m_filled));
    painter.setPen(m_filled ? inkOfState : theme.color("text"));
    const int state =
        m_filled || m_word.isEmpty() ? 0 : QFontMetrics(Theme::font(11, true)).horizontalAdvance(m_word) + 5;
    const QString name =
        painter.fontMetrics().elidedText(m_name, Qt::ElideMiddle, static_cast<int>(text.width()) - state + 1);
    painter.drawText(text, Qt::AlignVCenter, name);
    if (m_filled) return;
    text.setLeft(text.left() + painter.fontMetrics().horizontalAdvance(name) + 5);
    painter.setFont(Theme::font(11, true));
    painter.setPen(inkOfState);
    painter.drawText(text, Qt::AlignVCenter, m_word);
}

} // namespace ui::push
