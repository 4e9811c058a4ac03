// Pushing as the window shows it: bar, review, history, rejections.
#include "ui/graph/graph_view.h"
#include "ui/plot/plot_panel.h"
#include "ui/push/changes_tree.h"
#include "ui/push/push_bar.h"
#include "ui/push/push_flow.h"
#include "ui/push/push_panel.h"
#include "ui/push/review_panel.h"
#include "ui/style/glyph.h"
#include "ui/window/form_panel.h"
#include "ui/window/info_bar.h"
#include "ui/window/inspector.h"
#include "ui/window/main_window.h"
#include "ui/window/panel_stack.h"
#include "ui/window/project_tree.h"

#include <QDateTime>
#include <QStackedWidget>

#include <algorithm>

namespace ui {

void MainWindow::buildPush()
{
    m_pushes = new push::PushPanel;
    m_pushes->setObjectName(QStringLiteral("pushes"));
    m_bottomRight->addPanel(tr("Pushes"), m_pushes);
    m_plots->setSpan(60); // there is no more to see in a new window
    m_review = new push::ReviewPanel;
    m_canvas->addPanel(tr("Review"), m_review, nullptr, glyphIcon(QStringLiteral("diff")));
    m_canvas->setTabShown(m_review, false);
    m_flow = new push::PushFlow;
    m_side->addWidget(m_flow);
    const auto proxy = [this](const QString& name) {
        if (Document* document = m_project.findProxy(name)) m_project.selection().select(document, {});
        m_pushes->select(name);
    };
    connect(m_push, &push::PushBar::reviewRequested, this, &MainWindow::reviewRequested);
    connect(m_push, &push::PushBar::proxyActivated, this, [this, proxy](const QString& name) {
        proxy(name);
        PanelStack::of(m_pushes)->setCurrent(m_pushes);
        if (m_flow->flow().pushed > 0) showFlow(true);
    });
    connect(m_pushes, &push::PushPanel::proxyActivated, this, proxy);
    connect(m_flow, &push::PushFlow::proxyActivated, m_pushes, &push::PushPanel::select);
    connect(m_flow, &push::PushFlow::left, this, [this] { showFlow(false); });
    connect(m_flow, &push::PushFlow::reviewRequested, this, [this] { Q_EMIT reviewRequested({}); });
    connect(m_flow, &push::PushFlow::rollBackRequested, this, &MainWindow::rollbackRequested);
    connect(m_push, &push::PushBar::rollBackRequested, this, &MainWindow::rollbackRequested);
    connect(m_pushes, &push::PushPanel::rollBackRequested, this, &MainWindow::rollbackRequested);
    connectReview();
}

void MainWindow::connectReview()
{
    connect(m_review, &push::ReviewPanel::cancelled, this, [this] {
        closeReview();
        showFlow(false);
    });
    connect(m_review, &push::ReviewPanel::confirmed, this, [this](int contentOf) {
        const QString only = m_review->review().only;
        closeReview();
        PanelStack::of(m_pushes)->setCurrent(m_pushes);
        contentOf > 0 ? Q_EMIT rollbackConfirmed(contentOf) : Q_EMIT pushRequested(only);
    });
    const auto place = [this](const QString& name, const QString& path) {
        if (const Document* document = m_project.findProxy(name)) goToText(m_project.indexOf(document), path);
    };
    connect(m_review, &push::ReviewPanel::placeActivated, this, place);
    connect(m_changes, &push::ChangesTree::placeActivated, this, [this](const QString& name, const QString& path) {
        if (Document* document = m_project.findProxy(name)) m_project.selection().select(document, path);
    });
}

/// The right region shows how a push stands, or what is selected.
void MainWindow::showFlow(bool shown) { m_side->setCurrentWidget(shown ? static_cast<QWidget*>(m_flow) : m_inspector); }

void MainWindow::showReview(const push::Review& review)
{
    m_review->show(review);
    m_flow->showReview(review);
    showFlow(true);
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

void MainWindow::showDraft(const push::Review& review)
{
    push::Summary summary = m_push->summary();
    summary.changes = review.changes();
    summary.repeated = review.repeated();
    summary.changing.clear();
    for (const auto& proxy : review.proxies)
        if (proxy.connected && !proxy.changes.empty() && !proxy.same) summary.changing << proxy.name;
    m_push->show(summary);
    showPushBar();
    markDifferences(review);
}

// A proxy of which nothing is known to run has no changes: all of it is new.
void MainWindow::markDifferences(const push::Review& review)
{
    push::Review known = review;
    std::erase_if(known.proxies, [](const auto& proxy) { return !proxy.runs; });
    std::vector<ProxyDifference> differences;
    QHash<QString, QHash<QString, QString>> fields;
    for (const auto& proxy : known.proxies) {
        const int document = m_project.indexOf(m_project.findProxy(proxy.name));
        differences.push_back({document, proxy.name.toStdString(), proxy.changes});
        for (const auto& change : proxy.changes)
            for (const auto& field : change.fields)
                fields[proxy.name].insert(QString::fromStdString(change.path + "." + field.path),
                                          QString::fromStdString(field.before));
    }
    m_changes->show(known);
    PanelStack::of(m_changes)->setTitle(m_changes,
                                        known.changes() > 0 ? tr("Changes %1").arg(known.changes()) : tr("Changes"));
    for (ProjectTree* tree : findChildren<ProjectTree*>()) tree->setDifferences(differences);
    m_inspector->form().setDifferences(fields);
    m_graph->graphScene().setDifferences(std::move(differences));
}

// Rejections stand among the problems, but are no errors of the draft: the next push may cure them.
void MainWindow::showPushBar()
{
    push::Summary summary = m_push->summary();
    summary.warnings = summary.errors = 0;
    for (const Document* document : m_project.documents())
        for (const auto& finding : document->findings()) {
            if (document->isReadOnly()) continue;
            summary.errors += finding.severity == model::Severity::Error;
            summary.warnings += finding.severity == model::Severity::Warning;
        }
    summary.proxies = m_statuses;
    m_push->show(summary);
    m_flow->setActions(summary.rollBackTo, m_push->reason());
}

void MainWindow::showStatuses(const std::vector<model::push::ProxyStatus>& statuses)
{
    m_statuses = statuses;
    showPushBar();
    m_flow->showStatuses(statuses);
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
        const QString runs = status.runs > 0 ? QStringLiteral("v%1").arg(status.runs) : QString();
        if (status.state == State::Held) chip = {tr("held %1").arg(runs), QStringLiteral("warning")};
        if (status.state == State::Warming) chip = {tr("warming %1").arg(chip.text), QStringLiteral("warning")};
        if (status.state == State::Nacked) chip = {QStringLiteral("NACK"), QStringLiteral("error")};
        if (!status.connected) chip = {tr("not connected"), QStringLiteral("plain")};
        if (m_push->isUnreachable(QString::fromStdString(status.name)))
            chip = {tr("not reachable"), QStringLiteral("warning")};
        chips.insert(QString::fromStdString(status.name), chip);
    }
    m_graph->graphScene().setPush(chips, m_nacks);
}

namespace {

/// The newest version before the last that has other content and that no proxy rejected; 0: there is none.
int versionToGoBackTo(const std::vector<model::push::HistoryEntry>& history)
{
    if (history.empty()) return 0;
    const auto content = [](const auto& entry) { return entry.contentOf > 0 ? entry.contentOf : entry.version; };
    for (auto entry = history.rbegin() + 1; entry != history.rend(); ++entry) {
        const bool rejected = std::ranges::any_of(
            entry->proxies, [](const auto& proxy) { return proxy.state == model::push::State::Nacked; });
        if (!rejected && content(*entry) != content(history.back())) return entry->version;
    }
    return 0;
}

} // namespace

void MainWindow::showHistory(const std::vector<model::push::HistoryEntry>& history)
{
    push::Summary summary = m_push->summary();
    summary.draft = history.empty() ? 1 : history.back().version + 1;
    summary.rollBackTo = versionToGoBackTo(history);
    m_push->show(summary);
    m_flow->setActions(summary.rollBackTo, m_push->reason());
    m_pushes->show(history);
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
        links.push_back({tr("Roll back"), [this] {
                             const int version = m_push->summary().rollBackTo;
                             if (version > 0) Q_EMIT rollbackRequested(version);
                         }});
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
    m_flow->showPushed(version);
}

} // namespace ui
