#include "ui/push/push_bar.h"

#include "ui/push/state_look.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
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
    m_push = new QPushButton(tr("Push"), this);
    m_push->setProperty("primary", true);
    m_push->setIcon(glyphIcon(u"push"_s, u"accentText"_s));
    row->addWidget(m_title);
    row->addWidget(m_counts);
    row->addSpacing(8);
    row->addLayout(m_chips);
    row->addStretch(1);
    row->addWidget(m_note);
    row->addWidget(m_rollBack);
    row->addWidget(m_push);
    connect(m_rollBack, &QPushButton::clicked, this, [this] { Q_EMIT rollBackRequested(m_summary.rollBackTo); });
    connect(m_push, &QPushButton::clicked, this, &PushBar::press);
    show(Summary{});
}

QString PushBar::reason() const
{
    if (m_summary.isPushing) return tr("A push is under way.");
    if (m_summary.errors > 0) return m_summary.errors == 1 ? tr("One error must be mended first.") : tr("%1 errors must be mended first.").arg(m_summary.errors);
    if (m_summary.proxies.empty()) return tr("No proxy is attached.");
    if (m_summary.changes.isEmpty()) return tr("Nothing has changed since the last push.");
    return {};
}

void PushBar::show(const Summary& summary)
{
    m_summary = summary;
    m_title->setText(tr("Draft v%1").arg(summary.draft));
    QStringList parts{summary.changes.size() == 1 ? tr("1 change") : tr("%1 changes").arg(summary.changes.size())};
    if (summary.errors > 0) parts << (summary.errors == 1 ? tr("1 error") : tr("%1 errors").arg(summary.errors));
    if (summary.warnings > 0) parts << (summary.warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(summary.warnings));
    m_counts->setText(parts.join(u", "_s));
    m_counts->setToolTip(summary.changes.join(u'\n'));
    m_rollBack->setVisible(summary.rollBackTo > 0);
    m_rollBack->setText(tr("Roll back to v%1").arg(summary.rollBackTo));
    m_push->setEnabled(reason().isEmpty());
    m_push->setToolTip(reason().isEmpty() ? tr("Push to every proxy") : reason());
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
                if (i < m_summary.proxies.size()) Q_EMIT proxyActivated(QString::fromStdString(m_summary.proxies[i].name));
            });
        }
        const auto& proxy = m_summary.proxies[i];
        const QString name = QString::fromStdString(proxy.name);
        const QString build = QString::fromStdString(proxy.build);
        m_shown[i]->show(name, proxy.state, proxy.connected ? QVariant(name % u" · v"_s % QString::number(proxy.version) % u" · "_s % build).toString()
                                                            : tr("%1 is not connected").arg(name));
        m_shown[i]->setEnabled(proxy.connected);
    }
}

void PushBar::setNote(const QString& note)
{
    m_note->setText(note);
}

void PushBar::press()
{
    if (m_summary.seenBefore) Q_EMIT pushRequested();
    else showChanges();
}

void PushBar::showChanges()
{
    auto* popover = new QFrame(this, Qt::Popup);
    popover->setAttribute(Qt::WA_DeleteOnClose);
    popover->setObjectName(u"changes"_s);
    popover->setFrameShape(QFrame::Box);
    popover->setBackgroundRole(QPalette::Base);
    popover->setAutoFillBackground(true);
    auto* column = new QVBoxLayout(popover);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(8);
    auto* title = new QLabel(tr("v%1 changes this on %2 proxies").arg(m_summary.draft).arg(m_summary.proxies.size()), popover);
    title->setFont(Theme::font(12.5, true));
    auto* list = new QListWidget(popover);
    list->addItems(m_summary.changes);
    list->setFrameShape(QFrame::NoFrame);
    list->setAccessibleName(tr("Changes"));
    auto* push = new QPushButton(tr("Push v%1").arg(m_summary.draft), popover);
    push->setProperty("primary", true);
    push->setObjectName(u"confirm"_s);
    column->addWidget(title);
    column->addWidget(list);
    column->addWidget(push, 0, Qt::AlignRight);
    connect(push, &QPushButton::clicked, this, [this, popover] {
        m_summary.seenBefore = true;
        popover->close();
        Q_EMIT pushRequested();
    });
    popover->resize(420, std::clamp(90 + 24 * static_cast<int>(m_summary.changes.size()), 140, 420));
    popover->move(mapToGlobal(QPoint(width() - popover->width() - 10, -popover->height() - 4)));
    popover->show();
    push->setFocus();
}

} // namespace ui::push
