// Pushing as the window shows it: bar, review, history, rejections.
#include "ui/graph/graph_view.h"
#include "ui/plot/plot_panel.h"
#include "ui/push/push_bar.h"
#include "ui/push/push_panel.h"
#include "ui/push/review_panel.h"
#include "ui/style/glyph.h"
#include "ui/window/info_bar.h"
#include "ui/window/main_window.h"
#include "ui/window/panel_stack.h"

#include <QDateTime>
#include <QTabBar>

namespace ui {

void MainWindow::buildPush()
{
    m_pushes = new push::PushPanel;
    m_bottomRight->addPanel(tr("Pushes"), m_pushes);
    m_plots->setSpan(60); // there is no more to see in a new window
    m_review = new push::ReviewPanel;
    m_canvas->addPanel(tr("Review"), m_review, nullptr, glyphIcon(QStringLiteral("diff")));
    m_canvas->setTabShown(m_review, false);
    const auto proxy = [this](const QString& name) { m_project.selection().select(m_project.findProxy(name), {}); };
    connect(m_push, &push::PushBar::reviewRequested, this, &MainWindow::reviewRequested);
    connect(m_push, &push::PushBar::rollBackRequested, this, &MainWindow::rollbackRequested);
    connect(m_push, &push::PushBar::proxyActivated, this, [this, proxy](const QString& name) {
        proxy(name);
        m_pushes->select(name);
    });
    connect(m_pushes, &push::PushPanel::proxyActivated, this, proxy);
    connect(m_pushes, &push::PushPanel::rollBackRequested, this, &MainWindow::rollbackRequested);
    connect(m_review, &push::ReviewPanel::cancelled, this, &MainWindow::closeReview);
    connect(m_review, &push::ReviewPanel::confirmed, this, [this](int contentOf) {
        closeReview();
        m_bottomRight->setCurrent(m_pushes);
        contentOf > 0 ? Q_EMIT rollbackRequested(contentOf) : Q_EMIT pushRequested();
    });
    connect(m_review, &push::ReviewPanel::placeActivated, this, [this](const QString& name, const QString& path) {
        if (const Document* document = m_project.findProxy(name)) goToText(m_project.indexOf(document), path);
    });
}

void MainWindow::showReview(const push::Review& review)
{
    m_review->show(review);
    if (m_canvas->current() != m_review) m_beforeReview = m_canvas->current();
    m_canvas->setTabShown(m_review, true);
    m_canvas->setTitle(m_review, tr("Review v%1").arg(review.version));
    m_canvas->setCurrent(m_review);
    m_review->setFocus(Qt::OtherFocusReason);
}

void MainWindow::closeReview()
{
    m_canvas->setTabShown(m_review, false);
    m_canvas->setCurrent(m_beforeReview ? m_beforeReview : m_graph);
    m_canvas->current()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::showDraft(const push::Review& review) { showPushBar(review.changes()); }

// Rejections stand among the problems, but are no errors of the draft: the next push may cure them.
void MainWindow::showPushBar(int changes)
{
    push::Summary summary = m_push->summary();
    summary.changes = changes;
    summary.warnings = summary.errors = 0;
    for (const Document* document : m_project.documents())
        for (const auto& finding : document->findings()) {
            if (document->isReadOnly()) continue;
            summary.errors += finding.severity == model::Severity::Error;
            summary.warnings += finding.severity == model::Severity::Warning;
        }
    summary.proxies = m_statuses;
    m_push->show(summary);
}

void MainWindow::showStatuses(const std::vector<model::push::ProxyStatus>& statuses)
{
    m_statuses = statuses;
    showPushBar(m_push->summary().changes);
    for (const auto& status : statuses)
        if (status.state != model::push::State::Nacked)
            std::erase_if(m_nacks, [&](const auto& nack) { return nack.proxy == status.name; });
    if (m_nacks.empty()) m_info->cured(QStringLiteral("nack"));
    showChips();
    showProblems();
}

void MainWindow::showChips()
{
    using model::push::State;
    QHash<QString, BoxChip> chips;
    for (const auto& status : m_statuses) {
        BoxChip chip{status.version ? QStringLiteral("v%1").arg(status.version) : QString(), QStringLiteral("plain")};
        if (status.state == State::Effective || status.state == State::Acked) chip.tone = QStringLiteral("ok");
        if (status.state == State::Held || status.state == State::Warming)
            chip = {tr("held %1").arg(chip.text), QStringLiteral("warning")};
        if (status.state == State::Nacked) chip = {QStringLiteral("NACK"), QStringLiteral("error")};
        if (!status.connected) chip = {tr("not connected"), QStringLiteral("plain")};
        chips.insert(QString::fromStdString(status.name), chip);
    }
    m_graph->graphScene().setPush(chips, m_nacks);
}

void MainWindow::showHistory(const std::vector<model::push::HistoryEntry>& history)
{
    push::Summary summary = m_push->summary();
    const int newest = history.empty() ? 0 : history.back().version;
    summary.draft = newest + 1;
    summary.rollBackTo = newest > 1 ? newest - 1 : 0;
    m_push->show(summary);
    m_pushes->show(history, m_statuses);
}

void MainWindow::showNack(const model::push::Nack& nack)
{
    m_nacks.push_back(nack);
    const QString proxy = QString::fromStdString(nack.proxy);
    const QString path = QString::fromStdString(nack.path);
    const QString resource = nack.resource.empty() ? QString::fromLatin1(model::push::name(nack.type))
                                                   : QString::fromStdString(nack.resource);
    std::vector<InfoBar::Link> links;
    if (Document* document = m_project.findProxy(proxy)) {
        const model::Range range = document->revision()->map().rangeFor(nack.path);
        const QString place =
            range.isKnown() ? document->title() + u':' + QString::number(range.begin.line) : document->title();
        links.push_back({place, [this, document = QPointer<Document>(document), path] {
                             if (document) goToText(m_project.indexOf(document), path);
                         }});
    }
    if (nack.version > 1)
        links.push_back({tr("Roll back"), [this, version = nack.version - 1] { Q_EMIT rollbackRequested(version); }});
    m_info->tell(model::Severity::Error, QStringLiteral("nack"),
                 tr("%1 rejected %2. %3").arg(proxy, resource, QString::fromStdString(nack.message)), std::move(links));
    showChips();
    showProblems();
}

void MainWindow::showPushed(int version)
{
    plot::Event event;
    event.kind = plot::Event::Kind::Push;
    event.time = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
    event.label = tr("Push v%1").arg(version);
    event.id = QString::number(version);
    m_plots->addEvent(event);
}

} // namespace ui
