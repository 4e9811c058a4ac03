#include "ui/push/proxy_card.h"

#include "ui/push/state_look.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;

namespace {

/// When the last of its types was judged.
double judged(const ProxyStatus& status)
{
    double latest = 0;
    for (const auto& type : status.types)
        if (type.state == State::Acked || type.state == State::Effective) latest = std::max(latest, type.since);
    return latest;
}

double since(const ProxyStatus& status, State state)
{
    const auto found = std::ranges::find(status.types, state, &model::push::TypeStatus::state);
    return found == status.types.end() ? status.sent : found->since;
}

QString stillRuns(const ProxyStatus& status)
{
    return status.runs > 0 ? QObject::tr(" Still runs v%1.").arg(status.runs) : QString();
}

/// "ACK after 38 ms"; nothing of the kind is known of what was there before it connected.
QString acknowledged(const ProxyStatus& status)
{
    const double at = judged(status);
    return status.sent > 0 && at >= status.sent ? QObject::tr("ACK after %1").arg(duration(at - status.sent))
                                                : QObject::tr("v%1 was accepted").arg(status.version);
}

} // namespace

ProxyCard::ProxyCard(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::TabFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 32, 12, 10);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    for (int i = 0; i < static_cast<int>(model::push::Type::TypeCount); ++i) {
        m_types.push_back(new Chip(this, true));
        row->addWidget(m_types.back());
    }
    row->addStretch();
    m_text = new QLabel(this);
    m_text->setFont(Theme::font(11));
    m_text->setForegroundRole(QPalette::PlaceholderText);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    column->addLayout(row);
    column->addWidget(m_text);
}

QString ProxyCard::sentence(const ProxyStatus& status, double now)
{
    if (!status.connected) return tr("Not connected. It gets its configuration when it comes.");
    switch (status.state) {
    case State::Nacked: return tr("%1.%2 Not sent again until it changes.").arg(rejection(status), stillRuns(status));
    case State::Held:
        return (status.waitsFor.empty() ? tr("Waits for what it depends on.")
                                        : tr("Waits for %1.").arg(QString::fromStdString(status.waitsFor))) +
               stillRuns(status);
    case State::Sent:
        return tr("v%1 was sent %2 ago, no answer yet.")
            .arg(status.version)
            .arg(duration(now - since(status, State::Sent)));
    case State::Warming:
        return tr("v%1 was accepted and has been warming for %2.")
            .arg(status.version)
            .arg(duration(now - since(status, State::Warming)));
    case State::Acked: return acknowledged(status) + tr(", not read back yet.");
    case State::Effective:
        return status.readBack > status.sent && status.sent > 0
                   ? acknowledged(status) + tr(", read back after %1.").arg(duration(status.readBack - status.sent))
                   : tr("Runs v%1, read back from the proxy.").arg(status.version);
    case State::Unchanged: break;
    }
    return status.version > 0 ? tr("v%1, nothing to send.").arg(status.version) : tr("Nothing was pushed yet.");
}

void ProxyCard::show(const ProxyStatus& status, double now)
{
    m_status = status;
    for (std::size_t i = 0; i < m_types.size(); ++i) {
        model::push::TypeStatus shown;
        shown.type = static_cast<model::push::Type>(i);
        for (const auto& type : status.types)
            if (type.type == shown.type) shown = type;
        QString name = QString::fromLatin1(model::push::name(shown.type));
        const bool open = shown.state == State::Sent || shown.state == State::Warming;
        if (const double age = now - shown.since; open && shown.since > 0 && age >= 1) name += u' ' + duration(age);
        m_types[i]->show(name, shown.state, QString::fromStdString(shown.message));
    }
    m_text->setText(sentence(status, now));
    fitText();
    setAccessibleName(QVariant(QString::fromStdString(status.name) % u", "_s % word(status.state)).toString());
    setAccessibleDescription(m_text->text());
    update();
}

// A layout inside a scroll area asks no wrapped label how high it is at its width: the card says how high it is.
void ProxyCard::fitText()
{
    constexpr int beside = 24, above = 32 + 22 + 6, below = 12, likely = 264;
    const int room = (isVisible() ? width() : likely) - beside;
    const QRect lines =
        m_text->fontMetrics().boundingRect(QRect(0, 0, std::max(80, room), 2000), Qt::TextWordWrap, m_text->text());
    setFixedHeight(above + lines.height() + below);
}

void ProxyCard::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitText();
}

void ProxyCard::mouseReleaseEvent(QMouseEvent*) { Q_EMIT activated(QString::fromStdString(m_status.name)); }

void ProxyCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::current();
    const bool bad = m_status.state == State::Nacked;
    const QColor edge = hasFocus() ? theme.color("focus") : theme.color(bad ? "severity.error" : "line");
    painter.setPen(QPen(edge, hasFocus() ? 2 : bad ? 1.5 : 1));
    painter.setBrush(theme.color("raised"));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    paintGlyph(painter, u"proxy"_s, QRectF(12, 10, 14, 14), theme.color("kind.proxy"));
    const QRectF line(32, 8, width() - 44, 18);
    const QString state = m_status.connected ? word(m_status.state) : tr("not connected");
    painter.setFont(Theme::font(12, true));
    painter.setPen(m_status.connected ? ink(m_status.state) : theme.color("muted"));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, state);
    painter.setPen(theme.color("text"));
    const int room = static_cast<int>(line.width()) - painter.fontMetrics().horizontalAdvance(state) - 8;
    painter.drawText(line, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(QString::fromStdString(m_status.name), Qt::ElideMiddle, room));
}

} // namespace ui::push
