// Menus and toolbar: one table of actions with the keys of anchors.md part 6.
#include "ui/graph/graph_view.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"
#include "ui/window/find_bar.h"
#include "ui/window/inspector.h"
#include "ui/window/main_window.h"
#include "ui/window/panel_stack.h"
#include "ui/window/regions.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

namespace ui {

QAction* MainWindow::action(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run,
                            const QString& glyph)
{
    auto* made = new QAction(text, this);
    made->setShortcut(keys);
    if (!glyph.isEmpty()) made->setIcon(glyphIcon(glyph));
    made->setIconVisibleInMenu(false);
    connect(made, &QAction::triggered, this, std::move(run));
    menu.addAction(made);
    return made;
}

void MainWindow::buildMenus()
{
    QMenuBar* bar = menuBar();
    bar->setFixedHeight(static_cast<int>(Theme::number("size.menuBar")));
    buildFileMenu(*bar->addMenu(tr("&File")));
    buildEditMenu(*bar->addMenu(tr("&Edit")));
    buildViewMenu(*bar->addMenu(tr("&View")));
    buildGraphMenu(*bar->addMenu(tr("&Graph")));
    QMenu& proxy = *bar->addMenu(tr("&Proxy"));
    action(
        proxy, tr("Push…"), QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { Q_EMIT reviewRequested({}); },
        QStringLiteral("push"));
    action(
        proxy, tr("Attach to a running proxy…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A),
        [this] { askAttach(); }, QStringLiteral("attach"));
    buildGoMenu(*bar->addMenu(tr("G&o")));
    buildToolsMenu(*bar->addMenu(tr("&Tools")));
    buildHelpMenu(*bar->addMenu(tr("&Help")));
}

void MainWindow::buildFileMenu(QMenu& menu)
{
    action(
        menu, tr("Open…"), QKeySequence::Open, [this] { chooseOpen(); }, QStringLiteral("open"))
        ->setObjectName(QStringLiteral("open"));
    action(menu, tr("Open folder…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), [this] { chooseFolder(); });
    action(menu, tr("New from a template"), QKeySequence::New, [this] { newDocument(); });
    m_recent = menu.addMenu(tr("Open recent"));
    m_save = action(
        menu, tr("Save"), QKeySequence::Save, [this] { save(currentDocument()); }, QStringLiteral("save"));
    action(menu, tr("Save as…"), QKeySequence::SaveAs, [this] { saveAs(currentDocument()); });
    menu.addSeparator();
    buildExportMenu(*menu.addMenu(tr("Export")));
    menu.addSeparator();
    action(menu, tr("Close file"), QKeySequence(Qt::CTRL | Qt::Key_W), [this] { closeDocument(); });
    action(menu, tr("Quit"), QKeySequence::Quit, [this] { close(); });
    fillRecent();
}

void MainWindow::buildEditMenu(QMenu& menu)
{
    m_undo = action(
        menu, tr("Undo"), QKeySequence::Undo,
        [this] {
            if (QUndoStack* stack = history()) stack->undo();
        },
        QStringLiteral("undo"));
    m_redo = action(
        menu, tr("Redo"), QKeySequence::Redo,
        [this] {
            if (QUndoStack* stack = history()) stack->redo();
        },
        QStringLiteral("redo"));
    m_redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    menu.addSeparator();
    action(menu, tr("Find in the text or form"), QKeySequence::Find, [this] { findHere(false); });
    action(menu, tr("Replace in the text"), QKeySequence(Qt::CTRL | Qt::Key_H), [this] { findHere(true); });
    action(
        menu, tr("Find in the graph"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), [this] { m_find->focus(); },
        QStringLiteral("search"));
}

void MainWindow::buildViewMenu(QMenu& menu)
{
    auto* themes = menu.addMenu(tr("Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<QString, ThemeChoice> choices[] = {
        {tr("System"), ThemeChoice::System}, {tr("Light"), ThemeChoice::Light}, {tr("Dark"), ThemeChoice::Dark}};
    for (const auto& [text, choice] : choices) {
        QAction* made = themes->addAction(text);
        made->setCheckable(true);
        made->setChecked(Theme::choice() == choice);
        group->addAction(made);
        connect(made, &QAction::triggered, this, [chosen = choice] {
            Theme::choose(chosen);
            QSettings().setValue(QStringLiteral("view/theme"), static_cast<int>(chosen));
        });
    }
    action(menu, tr("Larger text"), {}, [] { Theme::setTextScale(Theme::textScale() + 0.1); });
    action(menu, tr("Smaller text"), {}, [] { Theme::setTextScale(Theme::textScale() - 0.1); });
    menu.addSeparator();
    action(menu, tr("Side regions"), QKeySequence(Qt::CTRL | Qt::Key_Space), [this] { m_regions->toggleSides(); });
    action(menu, tr("Bottom region"), QKeySequence(Qt::CTRL | Qt::Key_B), [this] { m_regions->toggleBottom(); });
    action(menu, tr("Maximise or restore the region"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M), [this] {
        PanelStack* stack = PanelStack::of(focusWidget());
        m_regions->maximise(stack && stack->window() == this && !m_side->isAncestorOf(stack) ? stack : m_canvas);
    });
    action(menu, tr("Next region"), QKeySequence(Qt::Key_F6), [this] { cycleRegions(); });
    action(menu, tr("Reset layout"), {}, [this] { m_regions->reset(); });
}

void MainWindow::buildToolBar()
{
    auto* bar = new QToolBar(tr("Tools"), this);
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setFixedHeight(static_cast<int>(Theme::number("size.toolbar")));
    bar->setIconSize(QSize(16, 16));
    addToolBar(bar);
    bar->addAction(findChild<QAction*>(QStringLiteral("open")));
    bar->addAction(m_save);
    bar->addSeparator();
    bar->addAction(m_undo);
    bar->addAction(m_redo);
    bar->addSeparator();
    bar->addAction(m_back);
    bar->addAction(m_forward);
    m_find = new FindBar(bar);
    auto* spacer = new QWidget(bar);
    spacer->setFixedWidth(12);
    bar->addWidget(spacer);
    m_findPlace = bar->addWidget(m_find);
    buildLive(*bar);
    connect(m_find, &FindBar::textChanged, this, &MainWindow::showFind);
    connect(m_find, &FindBar::left, this, [this] { m_graph->setFocus(); });
}

namespace {

QToolButton* menuButton(QToolBar& bar, const QString& name)
{
    auto* made = new QToolButton(&bar);
    made->setAutoRaise(true);
    made->setPopupMode(QToolButton::InstantPopup);
    made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    made->setAccessibleName(name);
    made->setToolTip(name);
    made->setMenu(new QMenu(made));
    bar.addWidget(made);
    return made;
}

} // namespace

// What lies over the graph, and how often the proxies are asked.
void MainWindow::buildLive(QToolBar& bar)
{
    m_overlayButton = menuButton(bar, tr("What is drawn over the graph"));
    m_overlayButton->setIcon(glyphIcon(QStringLiteral("rateLimit")));
    m_liveButton = menuButton(bar, tr("How often the proxies are asked"));
    auto* overlays = new QActionGroup(this);
    for (const auto& [text, on] : {std::pair{tr("Traffic"), true}, std::pair{tr("None"), false}})
        overlays->addAction(m_overlayButton->menu()->addAction(text, this, [this, name = text, shown = on] {
            m_graph->graphScene().setOverlay(shown);
            m_overlayButton->setText(tr("Overlay: %1").arg(name) + QStringLiteral("  "));
        }));
    auto* intervals = new QActionGroup(this);
    for (const int ms : {1000, 500, 2000, 5000, 0}) {
        const QString name = ms > 0 ? tr("Live %1 s").arg(ms / 1000.0) : tr("Paused");
        intervals->addAction(m_liveButton->menu()->addAction(name, this, [this, name, ms] {
            m_liveButton->setText(name + QStringLiteral("  "));
            m_liveButton->setIcon(glyphIcon(ms > 0 ? QStringLiteral("live") : QStringLiteral("held"),
                                            ms > 0 ? QStringLiteral("health.healthy") : QStringLiteral("muted")));
            Q_EMIT liveRequested(ms);
        }));
    }
    for (QActionGroup* group : {overlays, intervals}) {
        for (QAction* choice : group->actions()) choice->setCheckable(true);
        group->actions().front()->trigger(); // The first is how a window begins.
    }
}

// Every finding of every document, in order; the one behind the selection's place is next.
void MainWindow::stepProblem(int by)
{
    std::vector<std::pair<int, QString>> places;
    int at = -1;
    for (const Document* document : m_project.documents())
        for (const auto& finding : document->findings()) {
            const std::pair<int, QString> place{m_project.indexOf(document), QString::fromStdString(finding.path)};
            if (place.first == m_project.indexOf(m_project.selection().document()) &&
                place.second == m_project.selection().path())
                at = static_cast<int>(places.size());
            places.push_back(place);
        }
    if (places.empty()) return;
    const int count = static_cast<int>(places.size());
    const int next = at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count;
    goToText(places[static_cast<std::size_t>(next)].first, places[static_cast<std::size_t>(next)].second);
}

void MainWindow::cycleRegions()
{
    QList<QWidget*> regions{m_left, m_canvas, m_side, m_bottomLeft, m_bottomRight};
    int at = -1;
    for (int i = 0; i < regions.size(); ++i)
        if (regions[i]->isAncestorOf(focusWidget())) at = i;
    for (int step = 1; step <= regions.size(); ++step) {
        QWidget* region = regions[(at + step) % regions.size()];
        if (!region->isVisible()) continue;
        QWidget* inside = region;
        if (auto* stack = qobject_cast<PanelStack*>(region); stack && stack->current()) inside = stack->current();
        else if (region == m_side && m_side->currentWidget() == m_inspector) inside = m_inspector->panels().current();
        if (inside->focusPolicy() == Qt::NoFocus)
            for (QWidget* child : inside->findChildren<QWidget*>())
                if (child->focusPolicy() & Qt::TabFocus && child->isVisible())
                    return child->setFocus(Qt::TabFocusReason);
        return inside->setFocus(Qt::TabFocusReason);
    }
}

} // namespace ui
