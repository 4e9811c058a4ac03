#include "ui/push/push_bar.h"

#include "ui/push/state_look.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QDateTime>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;

namespace {

double now() { return static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000; }

} // namespace

PushBar::PushBar(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(std::max(36, fontMetrics().height() + 16));
    setAccessibleName(tr("Push"));
    build();
    connect(m_rollBack, &QPushButton::clicked, this, [this] { Q_EMIT rollBackRequested(m_summary.rollBackTo); });
    for (QPushButton* button : {m_diff, m_push})
        connect(button, &QPushButton::clicked, this, [this] { Q_EMIT reviewRequested({}); });
    connect(m_joined, &Chip::clicked, this, [this] { Q_EMIT proxyActivated({}); });
    m_age.setInterval(1000);
    connect(&m_age, &QTimer::timeout, this, &PushBar::showChips);
    show(Summary{});
}

void PushBar::build()
{
    const auto label = [this](double px, bool bold) {
        auto* made = new QLabel(this);
        made->setFont(Theme::font(px, bold));
        if (!bold) made->setForegroundRole(QPalette::PlaceholderText);
        return made;
    };
    m_title = label(12.5, true);
    m_counts = label(12.5, false);
    m_place = label(11, false);
    m_place->setObjectName(u"place"_s);
    m_note = label(11, false);
    m_chips = new QHBoxLayout;
    m_chips->setSpacing(6);
    m_joined = new Chip(this);
    m_chips->addWidget(m_joined);
    buildButtons();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 0, 10, 0);
    row->setSpacing(8);
    row->addWidget(m_title);
    row->addWidget(m_counts);
    row->addSpacing(8);
    row->addLayout(m_chips);
    row->addStretch(1);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_place, m_note, m_rollBack, m_diff, m_push})
        row->addWidget(widget);
    row->addWidget(m_oneFirst);
}

void PushBar::buildButtons()
{
    m_rollBack = new QPushButton(this);
    m_diff = new QPushButton(tr("Diff"), this);
    m_diff->setToolTip(tr("Show what a push would change"));
    m_push = new QPushButton(tr("Push"), this);
    m_push->setProperty("primary", true);
    m_push->setIcon(glyphIcon(u"push"_s, u"accentText"_s));
    m_oneFirst = new QPushButton(this);
    m_oneFirst->setAccessibleName(tr("Push to one first"));
    m_oneFirst->setToolTip(tr("Push to one proxy first"));
    m_oneFirstMenu = new QMenu(m_oneFirst);
    m_oneFirst->setMenu(m_oneFirstMenu);
    m_oneFirst->setFixedWidth(26);
}

QString PushBar::reason() const
{
    if (m_summary.errors > 0)
        return m_summary.errors == 1 ? tr("One error must be mended first.")
                                     : tr("%1 errors must be mended first.").arg(m_summary.errors);
    const bool connected = std::ranges::any_of(m_summary.proxies, &ProxyStatus::connected);
    if (!connected) return tr("No proxy is connected to this control plane.");
    if (!m_summary.repeated.isEmpty())
        return tr("%1 has rejected just this already. Change it, or roll back.").arg(m_summary.repeated);
    const bool rejected =
        std::ranges::any_of(m_summary.proxies, [](const auto& proxy) { return proxy.state == State::Nacked; });
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
    m_counts->setToolTip(reason());
    showButtons();
    showChips();
}

void PushBar::showButtons()
{
    m_rollBack->setVisible(m_summary.rollBackTo > 0);
    m_rollBack->setText(tr("Roll back to v%1").arg(m_summary.rollBackTo));
    m_rollBack->setToolTip(
        tr("Makes v%1 with the content of v%2, after a review").arg(m_summary.draft).arg(m_summary.rollBackTo));
    m_diff->setEnabled(!m_summary.proxies.empty());
    m_push->setEnabled(reason().isEmpty());
    m_push->setToolTip(reason().isEmpty() ? tr("Show the changes and push them (Ctrl+Enter)") : reason());
    m_push->setAccessibleDescription(m_push->toolTip());
    m_oneFirst->setVisible(m_summary.changing.size() > 1);
    m_oneFirst->setEnabled(m_push->isEnabled());
    m_oneFirstMenu->clear();
    for (const QString& proxy : m_summary.changing)
        m_oneFirstMenu->addAction(tr("Push to %1 first…").arg(proxy), this,
                                  [this, proxy] { Q_EMIT reviewRequested(proxy); });
}

void PushBar::setUnreachable(const QString& proxy, double since)
{
    if (since > 0) m_unreachable.insert(proxy, since);
    else if (m_unreachable.remove(proxy) == 0) return;
    if (m_unreachable.isEmpty()) m_age.stop();
    else if (!m_age.isActive()) m_age.start();
    showChips();
}

/// Clients of the control plane, then what is only watched and does not answer.
std::vector<ProxyStatus> PushBar::known() const
{
    std::vector<ProxyStatus> all = m_summary.proxies;
    QStringList names = m_unreachable.keys();
    names.sort();
    for (const QString& name : names)
        if (std::ranges::find(all, name.toStdString(), &ProxyStatus::name) == all.end()) {
            all.emplace_back();
            all.back().name = name.toStdString();
            all.back().connected = true;
        }
    return all;
}

void PushBar::showChips()
{
    const auto proxies = known();
    while (m_shown.size() > proxies.size()) {
        delete m_shown.back();
        m_shown.pop_back();
    }
    for (std::size_t i = 0; i < proxies.size(); ++i) {
        if (i == m_shown.size()) {
            auto* chip = new Chip(this);
            m_chips->insertWidget(static_cast<int>(i), chip);
            m_shown.push_back(chip);
            connect(chip, &Chip::clicked, this, [this, chip] { Q_EMIT proxyActivated(chip->name()); });
        }
        fillChip(*m_shown[i], proxies[i]);
    }
    joinChips();
}

void PushBar::fillChip(Chip& chip, const ProxyStatus& proxy) const
{
    const QString name = QString::fromStdString(proxy.name);
    const QString build = QString::fromStdString(proxy.build);
    const QString version = QVariant(name % u" · v"_s % QString::number(proxy.version) % u" · "_s % build).toString();
    const QString tip =
        proxy.connected ? version : tr("%1 is not connected; it gets its configuration when it comes").arg(name);
    chip.show(name, proxy.state, tip, proxy.connected);
    if (const double since = m_unreachable.value(name); since > 0)
        chip.setUnreachable(tr("not reachable %1").arg(duration(std::max(1.0, now() - since))));
}

/// "1 effective, 1 NACK, 1 held back".
QString PushBar::joined() const
{
    std::vector<std::pair<QString, int>> counts;
    for (const Chip* chip : m_shown) {
        const QString word = m_unreachable.contains(chip->name()) ? tr("not reachable") : chip->word();
        const auto found = std::ranges::find(counts, word, &std::pair<QString, int>::first);
        if (found == counts.end()) counts.emplace_back(word, 1);
        else ++found->second;
    }
    QStringList parts;
    for (const auto& [word, count] : counts) parts << QString::number(count) + u' ' + word;
    return parts.join(u", "_s);
}

// Chips give way to one that counts them when they and the rest do not fit side by side.
void PushBar::joinChips()
{
    int needed = 0;
    for (const Chip* chip : m_shown) needed += chip->sizeHint().width() + m_chips->spacing();
    int rest = 20;
    for (const QWidget* widget : std::initializer_list<const QWidget*>{m_title, m_counts, m_place, m_note, m_rollBack,
                                                                       m_diff, m_push, m_oneFirst})
        if (!widget->isHidden()) rest += widget->sizeHint().width() + 8;
    const bool join = m_shown.size() > 1 && needed + rest > width();
    for (Chip* chip : m_shown) chip->setVisible(!join);
    m_joined->setVisible(join);
    if (!join) return;
    const auto worst = std::ranges::min_element(m_shown, {}, [](const Chip* chip) {
        constexpr State order[] = {State::Nacked, State::Held,      State::Warming,
                                   State::Sent,   State::Unchanged, State::Acked};
        return std::ranges::find(order, chip->state()) - std::begin(order);
    });
    m_joined->show(joined(), (*worst)->state());
    m_joined->setWordless();
}

QStringList PushBar::chipTexts() const
{
    QStringList texts;
    if (!m_joined->isHidden()) return {m_joined->name()};
    for (const Chip* chip : m_shown) texts << chip->name() + u' ' + chip->word();
    return texts;
}

void PushBar::setNote(const QString& note) { m_note->setText(note); }

void PushBar::setPlace(const QString& place) { m_place->setText(place); }

void PushBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    joinChips();
}

void PushBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_title) setFixedHeight(std::max(36, fontMetrics().height() + 16));
}

void PushBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().color("surface"));
    painter.fillRect(QRect(0, 0, width(), 1), Theme::current().color("line"));
}

} // namespace ui::push
