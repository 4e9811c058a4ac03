// What the window is told: revisions, findings, pushes, rates, messages.
#include "ui/graph/graph_view.h"
#include "ui/plot/plot_panel.h"
#include "ui/problems/problems_view.h"
#include "ui/push/push_bar.h"
#include "ui/tables/chain_table.h"
#include "ui/tables/endpoint_table.h"
#include "ui/window/find_bar.h"
#include "ui/window/info_bar.h"
#include "ui/window/main_window.h"
#include "ui/window/panel_stack.h"
#include "ui/window/text_panels.h"

#include <QFileInfo>
#include <QStackedWidget>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

#include <ranges>

namespace ui {

void MainWindow::documentsChanged()
{
    const bool any = !m_project.documents().empty();
    m_pages->setCurrentIndex(any ? 1 : 0);
    m_findPlace->setVisible(any);
    auto* bar = findChild<QToolBar*>();
    for (QAction* place : bar->actions())
        if (const QWidget* shown = bar->widgetForAction(place); shown == m_overlayButton || shown == m_liveButton)
            place->setVisible(any);
    m_push->setVisible(any);
    if (!m_layersChosen)
        setLayers(m_project.documents().size() > 1 ? model::graph::Layers::Compact : model::graph::Layers::All);
    for (const Document* document : m_project.documents())
        connect(const_cast<Document*>(document), &Document::textChanged, this, &MainWindow::retitle,
                Qt::UniqueConnection);
    QTimer::singleShot(0, this, &MainWindow::followProject); // Files come one by one.
    showProblems();
    retitle();
    if (!any) fillRecent();
}

void MainWindow::retitle()
{
    const Document* document = currentDocument();
    setWindowTitle(document ? document->title() + QStringLiteral("[*] – Meshwright") : QStringLiteral("Meshwright"));
    setWindowModified(m_project.isModified());
    QUndoStack* stack = history();
    m_undo->setEnabled(stack && stack->canUndo());
    m_redo->setEnabled(stack && stack->canRedo());
    m_undo->setText(stack && stack->canUndo() ? tr("Undo %1").arg(stack->undoText()) : tr("Undo"));
    m_redo->setText(stack && stack->canRedo() ? tr("Redo %1").arg(stack->redoText()) : tr("Redo"));
    m_save->setEnabled(document && (document->isModified() || document->fileName().isEmpty()));
    m_back->setEnabled(m_project.selection().canGoBack());
    m_forward->setEnabled(m_project.selection().canGoForward());
}

void MainWindow::showProblems()
{
    std::vector<problems::Source> sources;
    for (const Document* document : m_project.documents()) {
        problems::Source source;
        source.document = m_project.indexOf(document);
        source.proxy = document->proxyName();
        source.fileName = document->title();
        source.findings = document->findings();
        if (const auto& origin = document->origin()) {
            source.origin = QFileInfo(origin->fileName).fileName();
            source.report = origin->report;
        }
        for (const auto& nack : m_nacks) {
            if (nack.proxy != source.proxy.toStdString()) continue;
            source.nacks.push_back(nack);
            source.nackRanges.push_back(document->revision()->map().rangeFor(nack.path));
        }
        sources.push_back(std::move(source));
    }
    m_problems->show(sources);
    m_texts->showNacks(m_nacks);
}

void MainWindow::showChains()
{
    m_chains->show(model::graph::chains(*m_project.graph()));
    showFind();
}

void MainWindow::showFind()
{
    const auto& graph = *m_project.graph();
    std::set<std::string> problemIds;
    if (m_find->text().contains(u"problem"))
        for (const Document* document : m_project.documents())
            for (const auto& finding : document->findings() | std::views::take(2000))
                if (const int node = graph.nodeAt(m_project.indexOf(document), finding.path); node >= 0)
                    problemIds.insert(graph.nodes[static_cast<std::size_t>(node)].id);
    const FindResult result = findNodes(graph, m_find->text(), problemIds);
    m_find->showResult(result, static_cast<int>(graph.nodes.size()));
    if (result.state == FindResult::State::Valid) m_graph->graphScene().setMatches(result.ids);
    else m_graph->graphScene().setMatches(std::nullopt);
}

void MainWindow::showRates(const model::stats::RatesStep& step)
{
    if (m_endpoints->model().rowCount() == 0 && !step.endpoints.empty())
        PanelStack::of(m_endpoints)->setCurrent(m_endpoints);
    m_endpoints->append(step);
    m_plots->append(step);
    m_graph->graphScene().setRates(step);
    m_push->setNote(tr("polling %1 ms").arg(qRound(step.pollSeconds * 1000)));
}

void MainWindow::showMessage(model::Severity severity, const QString& text)
{
    m_info->tell(severity, QStringLiteral("message"), text);
}

// Several files converted in one go are one message.
void MainWindow::showConverted()
{
    int files = 0;
    std::size_t changes = 0;
    QString last;
    for (const Document* document : m_project.documents()) {
        if (!document->origin()) continue;
        ++files;
        changes += document->origin()->report.size();
        last = QFileInfo(document->origin()->fileName).fileName();
    }
    const QString what = files == 1 ? tr("%1 was converted to Envoy v3").arg(last)
                                    : tr("%1 files were converted to Envoy v3").arg(files);
    m_info->tell(model::Severity::Info, QStringLiteral("converted"),
                 tr("%1, %2 changes. The originals stay as they are.").arg(what).arg(changes),
                 {{tr("Show the report"), [this] {
                       m_problems->setShown(model::Severity::Info, true);
                       PanelStack::of(m_problems)->setCurrent(m_problems);
                   }}});
}

void MainWindow::showUnreachable(const QString& proxy, double since, const QString& sentence)
{
    const bool isNew = !m_push->isUnreachable(proxy);
    m_endpoints->setStale(proxy.toStdString(), since);
    m_graph->graphScene().setUnreachable(proxy.toStdString(), since);
    m_push->setUnreachable(proxy, since);
    showChips();
    if (isNew) // Told once: the chip tells how long it lasts.
        m_info->tell(model::Severity::Warning, QStringLiteral("unreachable:") + proxy,
                     tr("%1 is not reachable: %2").arg(proxy, sentence));
}

void MainWindow::showReachable(const QString& proxy)
{
    m_graph->graphScene().setUnreachable(proxy.toStdString(), 0);
    m_push->setUnreachable(proxy, 0);
    m_info->cured(QStringLiteral("unreachable:") + proxy);
    showChips();
}

void MainWindow::goToText(int document, const QString& path, const model::Range& range)
{
    m_project.selection().select(m_project.document(document), path);
    m_project.selection().reveal();
    if (Document* shown = m_project.document(document)) m_texts->open(shown, range);
}

} // namespace ui
