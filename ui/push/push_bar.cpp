#include "ui/push/push_bar.h"

#include "ui/push/state_look.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;

PushBar::PushBar(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(std::max(36, fontMetrics().height() + 16));
    setAccessibleName(tr("Push"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 0, 10, 0);
    row->setSpacing(8);
    m_title = new QLabel(this);
    m_title->setFont(Theme::font(12.5, true));
    m_counts = new QLabel(this);
    m_counts->setForegroundRole(QPalette::PlaceholderText);
    m_chips = new QHBoxLayout;
    m_chips->setSpacing(6);
    m_note = new QLabel(this);
    m_note->setFont(Theme::font(11));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_rollBack = new QPushButton(this);
    m_diff = new QPushButton(tr("Diff"), this);
    m_diff->setToolTip(tr("Show what a push would change"));
    m_push = new QPushButton(tr("Push"), this);
    m_push->setProperty("primary", true);
    m_push->setIcon(glyphIcon(u"push"_s, u"accentText"_s));
    row->addWidget(m_title);
    row->addWidget(m_counts);
    row->addSpacing(8);
    row->addLayout(m_chips);
    row->addStretch(1);
    m_place = new QLabel(this);
    m_place->setFont(Theme::font(11));
    m_place->setForegroundRole(QPalette::PlaceholderText);
    m_place->setObjectName(u"place"_s);
    row->addWidget(m_place);
    row->addWidget(m_note);
    row->addWidget(m_rollBack);
    row->addWidget(m_diff);
    row->addWidget(m_push);
    connect(m_rollBack, &QPushButton::clicked, this, [this] { Q_EMIT rollBackRequested(m_summary.rollBackTo); });
    for (QPushButton* button : {m_diff, m_push})
        connect(button, &QPushButton::clicked, this, &PushBar::reviewRequested);
    show(Summary{});
}

QString PushBar::reason() const
{
    if (m_summary.errors > 0)
        return m_summary.errors == 1 ? tr("One error must be mended first.")
                                     : tr("%1 errors must be mended first.").arg(m_summary.errors);
    const bool connected = std::ranges::any_of(m_summary.proxies, &model::push::ProxyStatus::connected);
    if (!connected) return tr("No proxy is connected to this control plane.");
    const bool rejected = std::ranges::any_of(
        m_summary.proxies, [](const auto& proxy) { return proxy.state == model::push::State::Nacked; });
    return m_summary.changes == 0 && !rejected ? tr("Nothing has changed since the last push.") : QString();
}

void PushBar::show(const Summary& summary)
{
    m_summary = summary;
    m_title->setText(tr("Draft v%1").arg(summary.draft));
    QStringList parts;
    if (summary.changes >= 0) parts << (summary.changes == 1 ? tr("1 change") : tr("%1 changes").arg(summary.changes));
    if (summary.errors > 0) parts << (summary.errors == 1 ? tr("1 error") : tr("%1 errors").arg(summary.errors));
    if (summary.warnings > 0)
        parts << (summary.warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(summary.warnings));
    m_counts->setText(parts.join(u", "_s));
    m_rollBack->setVisible(summary.rollBackTo > 0);
    m_rollBack->setText(tr("Roll back to v%1").arg(summary.rollBackTo));
    m_diff->setEnabled(!summary.proxies.empty());
    m_push->setEnabled(reason().isEmpty());
    m_push->setToolTip(reason().isEmpty() ? tr("Show the changes and push them (Ctrl+Enter)") : reason());
    m_push->setAccessibleDescription(m_push->toolTip());
    showChips();
}

void PushBar::showChips()
{
    while (m_shown.size() > m_summary.proxies.size()) {
        delete m_shown.back();
        m_shown.pop_back();
    }
    for (std::size_t i = 0; i < m_summary.proxies.size(); ++i) {
        if (i == m_shown.size()) {
            auto* chip = new Chip(this);
            m_chips->addWidget(chip);
            m_shown.push_back(chip);
            connect(chip, &Chip::clicked, this, [this, i] {
                if (i < m_summary.proxies.size())
                    Q_EMIT proxyActivated(QString::fromStdString(m_summary.proxies[i].name));
            });
        }
        const auto& proxy = m_summary.proxies[i];
        const QString name = QString::fromStdString(proxy.name);
        const QString build = QString::fromStdString(proxy.build);
        const QString tip =
            proxy.connected ? QVariant(name % u" · v"_s % QString::number(proxy.version) % u" · "_s % build).toString()
                            : tr("%1 is not connected; it gets its configuration when it comes").arg(name);
        m_shown[i]->show(name, proxy.state, tip, proxy.connected);
    }
}

void PushBar::setNote(const QString& note) { m_note->setText(note); }

void PushBar::setPlace(const QString& place) { m_place->setText(place); }

void PushBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().color("surface"));
    painter.fillRect(QRect(0, 0, width(), 1), Theme::current().color("line"));
}

} // namespace ui::push
