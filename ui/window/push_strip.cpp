#include "ui/window/push_strip.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace ui {

using model::push::State;

namespace {

/// Glyph, colour and word of a state.
struct StateLook {
    QString glyph, token, word;
};
StateLook lookOf(const model::push::ProxyStatus& status)
{
    if (!status.connected) return {QStringLiteral("minus"), QStringLiteral("muted"), PushStrip::tr("not connected")};
    switch (status.state) {
    case State::Effective: return {QStringLiteral("ok"), QStringLiteral("health.healthy"), PushStrip::tr("effective")};
    case State::Acked: return {QStringLiteral("ok"), QStringLiteral("health.healthy"), QStringLiteral("ACK")};
    case State::Nacked: return {QStringLiteral("error"), QStringLiteral("severity.error"), QStringLiteral("NACK")};
    case State::Held: return {QStringLiteral("pause"), QStringLiteral("severity.warning"), PushStrip::tr("held back")};
    case State::Sent: return {QStringLiteral("timeout"), QStringLiteral("muted"), PushStrip::tr("sent")};
    case State::Warming: return {QStringLiteral("timeout"), QStringLiteral("severity.warning"), PushStrip::tr("warming")};
    case State::Unchanged: break;
    }
    return {QStringLiteral("ok"), QStringLiteral("muted"), PushStrip::tr("unchanged")};
}

/// One proxy: glyph, name, state word; pressing it selects the proxy.
class Chip final : public QAbstractButton {
public:
    Chip(const model::push::ProxyStatus& status, QWidget* parent)
        : QAbstractButton(parent)
        , m_look(lookOf(status))
        , m_isRejected(status.connected && status.state == State::Nacked)
    {
        setText(QString::fromStdString(status.name));
        setAccessibleName(text() + u' ' + m_look.word);
        QString tip = QString::fromStdString(status.build);
        for (const auto& type : status.types)
            tip += u'\n' + QString::fromLatin1(model::push::name(type.type)) + u' ' + QString::fromLatin1(model::push::name(type.state)) + u' ' + QString::fromStdString(type.message);
        setToolTip(tip);
        setFixedSize(QFontMetrics(Theme::font(12)).horizontalAdvance(text()) + QFontMetrics(Theme::font(12, true)).horizontalAdvance(m_look.word) + 44,
                     static_cast<int>(Theme::number("size.chip")));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(theme.color(hasFocus() ? "focus" : m_isRejected ? "severity.error" : "line"));
        painter.setBrush(theme.color(underMouse() ? "hover" : "raised"));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), height() / 2.0, height() / 2.0);
        paintGlyph(painter, m_look.glyph, QRectF(8, 5, 12, 12), theme.color(m_look.token));
        painter.setFont(Theme::font(12));
        painter.setPen(theme.color("text"));
        painter.drawText(QRect(25, 0, width(), height()), Qt::AlignVCenter, text());
        const int at = 25 + painter.fontMetrics().horizontalAdvance(text()) + 5;
        painter.setFont(Theme::font(12, true));
        painter.setPen(theme.color(m_look.token));
        painter.drawText(QRect(at, 0, width() - at, height()), Qt::AlignVCenter, m_look.word);
    }

private:
    StateLook m_look;
    bool m_isRejected;
};

} // namespace

PushStrip::PushStrip(QWidget* parent)
    : QWidget(parent)
    , m_version(new QLabel(this))
    , m_counts(new QLabel(this))
    , m_chips(new QHBoxLayout)
    , m_note(new QLabel(this))
    , m_rollback(new QPushButton(this))
    , m_push(new QPushButton(tr("Push"), this))
{
    setFixedHeight(static_cast<int>(Theme::number("size.pushBar")));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 1, 10, 0);
    row->setSpacing(8);
    m_version->setFont(Theme::font(12.5, true));
    m_counts->setForegroundRole(QPalette::PlaceholderText);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setFont(Theme::font(11));
    m_chips->setSpacing(6);
    m_push->setProperty("primary", true);
    m_push->setIcon(glyphIcon(QStringLiteral("push"), QStringLiteral("accentText")));
    m_push->setShortcut(Qt::CTRL | Qt::Key_Return);
    row->addWidget(m_version);
    row->addWidget(m_counts);
    row->addSpacing(12);
    row->addLayout(m_chips);
    row->addStretch(1);
    row->addWidget(m_note);
    row->addWidget(m_rollback);
    row->addWidget(m_push);
    connect(m_push, &QPushButton::clicked, this, &PushStrip::pushRequested);
    connect(m_rollback, &QPushButton::clicked, this, [this] { Q_EMIT rollbackRequested(m_pushed - 1); });
    refresh();
}

void PushStrip::showStatuses(const std::vector<model::push::ProxyStatus>& statuses)
{
    m_statuses = statuses;
    while (QLayoutItem* item = m_chips->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const auto& status : statuses) {
        auto* chip = new Chip(status, this);
        const QString name = QString::fromStdString(status.name);
        connect(chip, &QAbstractButton::clicked, this, [this, name] { Q_EMIT proxyChosen(name); });
        m_chips->addWidget(chip);
    }
    refresh();
}

void PushStrip::showHistory(const std::vector<model::push::HistoryEntry>& history)
{
    m_pushed = history.empty() ? 0 : history.back().version;
    refresh();
}

void PushStrip::showFindings(int errors, int warnings)
{
    m_errors = errors;
    m_warnings = warnings;
    refresh();
}

void PushStrip::setChanges(int changes)
{
    m_changes = changes;
    refresh();
}

void PushStrip::showNote(const QString& note) { m_note->setText(note); }

void PushStrip::refresh()
{
    m_version->setText(tr("Draft v%1").arg(m_pushed + 1));
    QStringList parts;
    if (m_changes >= 0) parts << (m_changes == 1 ? tr("1 change") : tr("%1 changes").arg(m_changes));
    if (m_errors > 0) parts << (m_errors == 1 ? tr("1 error") : tr("%1 errors").arg(m_errors));
    if (m_warnings > 0) parts << (m_warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(m_warnings));
    m_counts->setText(parts.join(QStringLiteral(", ")));
    m_rollback->setVisible(m_pushed > 1);
    m_rollback->setText(tr("Roll back to v%1").arg(m_pushed - 1));
    const bool hasProxy = std::any_of(m_statuses.begin(), m_statuses.end(), [](const auto& status) { return status.connected; });
    m_push->setEnabled(m_errors == 0 && hasProxy);
    m_push->setToolTip(m_errors > 0 ? tr("Errors have to be mended first") : hasProxy ? tr("Send the draft to its proxies (Ctrl+Enter)") : tr("No proxy is connected to this control plane"));
}

void PushStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().color("surface"));
    painter.fillRect(QRect(0, 0, width(), 1), Theme::current().color("line"));
}

} // namespace ui
