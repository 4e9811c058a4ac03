#include "ui/window/main_window.h"

#include "ui/forms/node_form.h"
#include "ui/graph/graph_view.h"
#include "ui/plot/plot_panel.h"
#include "ui/problems/problems_view.h"
#include "ui/push/changes_tree.h"
#include "ui/push/push_bar.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"
#include "ui/tables/chain_table.h"
#include "ui/tables/endpoint_table.h"
#include "ui/window/find_bar.h"
#include "ui/window/form_panel.h"
#include "ui/window/info_bar.h"
#include "ui/window/inspector.h"
#include "ui/window/panel_stack.h"
#include "ui/window/project_tree.h"
#include "ui/window/rail.h"
#include "ui/window/regions.h"
#include "ui/window/text_panels.h"
#include "ui/window/welcome_page.h"

#include <QActionGroup>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

MainWindow::MainWindow(Project& project, QWidget* parent) : QMainWindow(parent), m_project(project)
{
    setAcceptDrops(true);
    resize(1280, 800);
    setMinimumSize(800, 560);
    buildRegions();
    buildMenus();
    buildToolBar();
    connectProject();
    connectPanels();
    connectTexts();
    connectFiles();
    buildPush();
    restoreState();
    documentsChanged();
}

MainWindow::~MainWindow()
{
    disconnect(&m_project, nullptr, this, nullptr);
    disconnect(&m_project.selection(), nullptr, this, nullptr);
    m_inspector->form().form().disconnect(&m_inspector->form()); // A field that loses the focus now edits nothing.
}

void MainWindow::buildRegions()
{
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_pages = new QStackedWidget(centre);
    m_welcome = new WelcomePage(m_pages);
    m_outer = new QSplitter(Qt::Horizontal, m_pages);
    m_inner = new QSplitter(Qt::Vertical, m_outer);
    m_upper = new QSplitter(Qt::Horizontal, m_inner);
    m_left = new PanelStack(tr("Project"), m_upper);
    m_left->addPanel(tr("Project"), new ProjectTree(m_project, ProjectTree::Content::Project));
    m_left->addPanel(tr("Outline"), new ProjectTree(m_project, ProjectTree::Content::Outline));
    m_changes = new push::ChangesTree;
    m_left->addPanel(tr("Changes"), m_changes);
    m_left->tabs().setProperty("compact", true); // Three names in 200 px.
    QWidget* canvas = buildCanvas();
    auto* rail = new Rail({tr("Project"), tr("Outline"), tr("Changes")}, canvas);
    qobject_cast<QHBoxLayout*>(canvas->layout())->insertWidget(0, rail);
    m_upper->addWidget(canvas);
    m_inner->addWidget(buildBottom());
    m_side = new QStackedWidget(m_outer);
    m_inspector = new Inspector(m_project, m_side);
    m_side->addWidget(m_inspector);
    m_pages->addWidget(m_welcome);
    m_pages->addWidget(m_outer);
    m_push = new push::PushBar(centre);
    column->addWidget(m_pages, 1);
    column->addWidget(m_push);
    setCentralWidget(centre);
    m_regions = new Regions(
        {m_outer, m_inner, m_upper, m_lower, m_left, m_canvas, m_bottomLeft, m_bottomRight, canvas, m_side, rail},
        this);
    nameRegions();
}

// Names under which a project's layout is remembered.
void MainWindow::nameRegions()
{
    const std::pair<QWidget*, const char*> names[] = {
        {m_left->panel(0), "project"}, {m_left->panel(1), "outline"}, {m_changes, "changes"}, {m_graph, "graph"},
        {m_problems, "problems"},      {m_endpoints, "endpoints"},    {m_chains, "chains"},   {m_plots, "plots"}};
    for (const auto& [panel, name] : names) panel->setObjectName(QLatin1String(name));
}

QWidget* MainWindow::buildCanvas()
{
    auto* area = new QWidget(m_upper);
    auto* row = new QHBoxLayout(area);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    row->addLayout(column, 1);
    m_canvas = new PanelStack(tr("Canvas"), area);
    m_graph = new GraphView(m_project);
    m_canvas->addPanel(tr("Mesh"), m_graph, nullptr, glyphIcon(QStringLiteral("proxy")));
    buildLayers();
    m_texts = new TextPanels(m_project, *m_canvas, this);
    m_canvas->addCorner(m_layersButton);
    m_info = new InfoBar(area);
    column->addWidget(m_canvas, 1);
    column->addWidget(m_info);
    setLayers(model::graph::Layers::All);
    return area;
}

void MainWindow::buildLayers()
{
    m_layersButton = new QToolButton;
    m_layersButton->setAutoRaise(true);
    m_layersButton->setPopupMode(QToolButton::InstantPopup);
    m_layersButton->setAccessibleName(tr("Layers"));
    auto* menu = new QMenu(m_layersButton);
    auto* group = new QActionGroup(menu);
    const std::pair<QString, model::graph::Layers> choices[] = {{tr("All 7"), model::graph::Layers::All},
                                                                {tr("Compact"), model::graph::Layers::Compact},
                                                                {tr("Proxies"), model::graph::Layers::Proxies}};
    for (const auto& [text, layers] : choices) {
        QAction* choice = menu->addAction(text);
        choice->setCheckable(true);
        choice->setData(static_cast<int>(layers));
        group->addAction(choice);
        connect(choice, &QAction::triggered, this, [this, chosen = layers] {
            m_layersChosen = true;
            setLayers(chosen);
        });
    }
    m_layersButton->setMenu(menu);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_regions->fitWindow();
    const auto style = width() < 1100 ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon; // Words give way first.
    for (QToolButton* button : {m_overlayButton, m_liveButton}) button->setToolButtonStyle(style);
}

void MainWindow::setLayers(model::graph::Layers layers)
{
    m_graph->graphScene().setLayers(layers);
    for (QAction* choice : m_layersButton->menu()->actions()) {
        const bool chosen = choice->data().toInt() == static_cast<int>(layers);
        choice->setChecked(chosen);
        if (chosen) m_layersButton->setText(tr("Layers: %1").arg(choice->text()) + QStringLiteral("  "));
    }
}

QWidget* MainWindow::buildBottom()
{
    m_lower = new QSplitter(Qt::Horizontal, m_inner);
    m_bottomLeft = new PanelStack(tr("Problems, endpoints, chains"), m_lower);
    m_bottomRight = new PanelStack(tr("Plots"), m_lower);
    m_problems = new problems::ProblemsView;
    m_endpoints = new tables::EndpointTable;
    m_chains = new tables::ChainTable;
    m_plots = new plot::PlotPanel;
    m_bottomLeft->addPanel(tr("Problems"), m_problems);
    m_bottomLeft->addPanel(tr("Endpoints"), m_endpoints);
    m_bottomLeft->addPanel(tr("Chains"), m_chains);
    m_bottomRight->addPanel(tr("Plots"), m_plots, m_plots->corner());
    return m_lower;
}

void MainWindow::connectProject()
{
    connect(&m_project, &Project::documentsChanged, this, &MainWindow::documentsChanged);
    connect(&m_project, &Project::modifiedChanged, this, &MainWindow::retitle);
    connect(&m_project, &Project::findingsChanged, this, &MainWindow::showProblems);
    connect(&m_project, &Project::graphChanged, this, &MainWindow::showChains);
    connect(&m_project, &Project::draftRestored, this, [this](Document* document) {
        m_info->tell(model::Severity::Warning, QStringLiteral("draft"),
                     tr("%1: unsaved changes were restored from a draft").arg(document->title()),
                     {{tr("Discard"), [document] { document->history().undo(); }}});
    });
    connect(&m_project.selection(), &Selection::changed, this, [this] {
        m_problems->setCurrentDocument(m_project.indexOf(m_project.selection().document()));
        showFlow(false);
        retitle();
    });
}

void MainWindow::connectPanels()
{
    connect(m_problems, &problems::ProblemsView::activated, this,
            [this](int document, const QString& path, const model::Range& range) { goToText(document, path, range); });
    connect(m_problems, &problems::ProblemsView::originRequested, this,
            [this](int document, const model::Range& range) {
                if (Document* converted = m_project.document(document)) m_texts->openOrigin(converted, range);
            });
    connect(m_problems, &problems::ProblemsView::fixRequested, this, [this](int index, const model::Fix& fix) {
        Document* document = m_project.document(index);
        if (!document) return;
        const auto done = document->edit([&](const auto& revision) { return model::source::fix(revision, fix); },
                                         QString::fromStdString(fix.label));
        if (!done) showMessage(model::Severity::Error, QString::fromStdString(done.error().text()));
    });
    connect(m_problems, &problems::ProblemsView::countsChanged, this, [this](int errors, int warnings) {
        const QString title = errors + warnings ? tr("Problems %1").arg(errors + warnings) : tr("Problems");
        PanelStack::of(m_problems)->setTitle(m_problems, title);
        showPushBar();
    });
    connect(m_endpoints, &tables::EndpointTable::countChanged, this,
            [this](int count) { PanelStack::of(m_endpoints)->setTitle(m_endpoints, tr("Endpoints %1").arg(count)); });
    connect(m_endpoints, &tables::EndpointTable::selectionChanged, m_plots,
            qOverload<const std::vector<model::stats::EndpointKey>&>(&plot::PlotPanel::show));
    connect(m_chains, &tables::ChainTable::nodeActivated, &m_project, &Project::selectNode);
    connect(m_graph, &GraphView::refused, this,
            [this](const QString& reason) { showMessage(model::Severity::Warning, reason); });
    connect(m_welcome, &WelcomePage::openRequested, this, &MainWindow::chooseOpen);
    connect(m_welcome, &WelcomePage::newRequested, this, &MainWindow::newDocument);
    connect(m_welcome, &WelcomePage::placeRequested, this, [this](const QString& place) { open({place}); });
    connect(m_welcome, &WelcomePage::demoRequested, this, &MainWindow::demoRequested);
}

// Every way to the form and to the text of what is selected.
void MainWindow::connectTexts()
{
    const auto text = [this] {
        goToText(m_project.indexOf(m_project.selection().document()), m_project.selection().path());
    };
    const auto refuse = [this](const QString& reason) { showMessage(model::Severity::Warning, reason); };
    connect(m_graph, &GraphView::editRequested, m_inspector, &Inspector::openForm);
    connect(m_graph, &GraphView::textRequested, this, text);
    for (const ProjectTree* tree : findChildren<ProjectTree*>()) connect(tree, &ProjectTree::textRequested, this, text);
    connect(&m_inspector->form(), &FormPanel::refused, this, refuse);
    connect(m_texts, &TextPanels::refused, this, refuse);
    connect(m_texts, &TextPanels::caretMoved, this,
            [this](int line, int column) { m_push->setPlace(tr("Line %1, column %2").arg(line).arg(column)); });
    connect(m_canvas, &PanelStack::currentChanged, this, [this] {
        if (!m_texts->current()) m_push->setPlace({});
    });
}

void MainWindow::offerDemo() { m_welcome->offerDemo(); }

Document* MainWindow::currentDocument() const
{
    if (Document* chosen = m_project.selection().document()) return chosen;
    return m_project.documents().empty() ? nullptr : m_project.documents().front();
}

QUndoStack* MainWindow::history() const
{
    Document* document = currentDocument();
    return document ? &document->history() : nullptr;
}

} // namespace ui
