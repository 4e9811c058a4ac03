// Menus of the window that act on the graph, on places and on the program itself.
#include "model/api/store.h"
#include "ui/forms/node_form.h"
#include "ui/graph/graph_view.h"
#include "ui/text/search_bar.h"
#include "ui/text/text_editor.h"
#include "ui/window/find_bar.h"
#include "ui/window/form_panel.h"
#include "ui/window/help.h"
#include "ui/window/inspector.h"
#include "ui/window/main_window.h"
#include "ui/window/palette.h"
#include "ui/window/panel_stack.h"
#include "ui/window/text_panels.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QSettings>

namespace ui {

void MainWindow::buildGraphMenu(QMenu& menu)
{
    action(menu, tr("Zoom in"), QKeySequence::ZoomIn, [this] { m_graph->zoomBy(1.25); });
    action(menu, tr("Zoom out"), QKeySequence::ZoomOut, [this] { m_graph->zoomBy(0.8); });
    action(menu, tr("100 %"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { m_graph->setZoom(1); });
    action(menu, tr("Fit"), QKeySequence(Qt::CTRL | Qt::Key_1), [this] { m_graph->fit(); });
    action(menu, tr("Fit selection"), QKeySequence(Qt::CTRL | Qt::Key_2), [this] { m_graph->fitSelection(); });
    action(menu, tr("Minimap"), QKeySequence(Qt::CTRL | Qt::Key_M),
           [this] { m_graph->setMinimapShown(!m_graph->isMinimapShown()); });
    action(menu, tr("Lay out anew"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { m_graph->relayout(); });
    menu.addSeparator();
    action(
        menu, tr("Add listener"), {}, [this] { m_graph->add(Addition::Listener); }, QStringLiteral("listener"));
    action(
        menu, tr("Add route"), {}, [this] { m_graph->add(Addition::Route); }, QStringLiteral("route"));
    action(
        menu, tr("Add cluster"), {}, [this] { m_graph->add(Addition::Cluster); }, QStringLiteral("cluster"));
    action(
        menu, tr("Add endpoint"), {}, [this] { m_graph->add(Addition::Endpoint); }, QStringLiteral("endpoint"));
}

void MainWindow::buildGoMenu(QMenu& menu)
{
    m_back = action(
        menu, tr("Back"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { m_project.selection().back(); },
        QStringLiteral("back"));
    m_forward = action(
        menu, tr("Forward"), QKeySequence(Qt::ALT | Qt::Key_Right), [this] { m_project.selection().forward(); },
        QStringLiteral("fwd"));
    menu.addSeparator();
    action(menu, tr("Find a command"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), [this] { findCommand(); });
    action(menu, tr("Find a node or file"), QKeySequence(Qt::CTRL | Qt::Key_P), [this] { findPlace(); });
    menu.addSeparator();
    action(menu, tr("To the graph"), QKeySequence(Qt::CTRL | Qt::Key_G), [this] {
        m_canvas->setCurrent(m_graph);
        m_graph->setFocus();
    });
    action(menu, tr("To the text"), QKeySequence(Qt::CTRL | Qt::Key_T),
           [this] { goToText(m_project.indexOf(currentDocument()), m_project.selection().path()); });
    action(menu, tr("To the form"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), [this] {
        showFlow(false);
        m_inspector->openForm();
    });
    menu.addSeparator();
    action(menu, tr("Next problem"), QKeySequence(Qt::Key_F8), [this] { stepProblem(1); });
    action(menu, tr("Previous problem"), QKeySequence(Qt::SHIFT | Qt::Key_F8), [this] { stepProblem(-1); });
}

// Every command of the menus, whether it has keys or not.
void MainWindow::findCommand()
{
    std::vector<CommandPalette::Entry> entries;
    std::function<void(const QMenu&, const QString&)> add = [&](const QMenu& menu, const QString& where) {
        for (QAction* action : menu.actions()) {
            const QString text = action->text().remove(u'&');
            if (action->menu()) add(*action->menu(), where + QStringLiteral(" › ") + text);
            else if (!action->isSeparator() && action->isEnabled() && action->isVisible())
                entries.push_back({text,
                                   where,
                                   action->shortcut().toString(QKeySequence::NativeText),
                                   {},
                                   {},
                                   [action = QPointer<QAction>(action)] {
                                       if (action) action->trigger();
                                   }});
        }
    };
    for (const QAction* top : menuBar()->actions())
        if (top->menu()) add(*top->menu(), top->text().remove(u'&'));
    new CommandPalette(tr("Run a command"), std::move(entries), this);
}

void MainWindow::findPlace()
{
    std::vector<CommandPalette::Entry> entries;
    for (Document* document : m_project.documents())
        entries.push_back({document->title(),
                           document->fileName(),
                           {},
                           QStringLiteral("file"),
                           QStringLiteral("muted"),
                           [this, held = QPointer<Document>(document)] {
                               if (held) goToText(m_project.indexOf(held), {});
                           }});
    for (const auto& node : m_project.graph()->nodes) {
        const QString kind = QString::fromLatin1(model::graph::name(node.kind));
        const QString detail = QString::fromStdString(node.proxy + " › " + node.subtitle);
        entries.push_back(
            {QString::fromStdString(node.title), detail, {}, kind, QString(u"kind." + kind), [this, id = node.id] {
                 m_canvas->setCurrent(m_graph);
                 m_project.selectNode(m_project.graph()->indexOf(id));
                 m_graph->setFocus();
             }});
    }
    new CommandPalette(tr("Go to a node or file"), std::move(entries), this);
}

// Where the focus is: text, form, else the graph's find bar.
void MainWindow::findHere(bool replace)
{
    if (text::TextEditor* editor = m_texts->current(); editor && !m_inspector->isAncestorOf(focusWidget()))
        return editor->search().open(replace);
    if (m_inspector->isAncestorOf(focusWidget())) return m_inspector->form().form().openSearch();
    m_find->focus();
}

// The schemas that there are; `meshwright-cli schema learn` adds to them, so they are listed anew each time.
void MainWindow::buildToolsMenu(QMenu& menu)
{
    m_schemas = menu.addMenu(tr("Schema"));
    m_schemas->setObjectName(QStringLiteral("schemas"));
    connect(m_schemas, &QMenu::aboutToShow, this, &MainWindow::fillSchemas);
    fillSchemas();
    const QString chosen = QSettings().value(QStringLiteral("schema")).toString();
    if (!chosen.isEmpty() && chosen != m_schemas->actions().front()->text()) chooseSchema(chosen);
}

void MainWindow::fillSchemas()
{
    m_schemas->clear();
    auto* group = new QActionGroup(m_schemas);
    const QString now =
        QString::fromStdString((m_project.schema() ? m_project.schema() : model::api::builtIn())->name());
    for (const auto& stored : model::api::Store().list()) {
        const QString name = QString::fromStdString(stored.name);
        if (stored.file.empty() && stored.name == model::api::builtInV2()->name()) continue; // v2 is for import only
        QAction* made = m_schemas->addAction(name, this, [this, name] { chooseSchema(name); });
        made->setCheckable(true);
        made->setChecked(name == now);
        made->setToolTip(QString::fromStdString(stored.version));
        group->addAction(made);
    }
    m_schemas->addSeparator();
    QAction* how = m_schemas->addAction(tr("More by: meshwright-cli schema learn ENVOY --name NAME"));
    how->setEnabled(false);
}

void MainWindow::chooseSchema(const QString& name)
{
    const auto schema = model::api::Store().find(name.toStdString());
    if (!schema) return showMessage(model::Severity::Error, QString::fromStdString(schema.error().text()));
    m_project.setSchema(*schema);
    QSettings().setValue(QStringLiteral("schema"), name);
    if (!m_project.documents().empty())
        showMessage(model::Severity::Info, tr("Forms, completion and checks follow the schema %1 now").arg(name));
}

void MainWindow::buildHelpMenu(QMenu& menu)
{
    const auto show = [this] {
        if (auto* open = findChild<Help*>()) return open->raise();
        (new Help(*this))->show();
    };
    action(menu, tr("Shortcuts"), QKeySequence(Qt::Key_F1), show);
    action(menu, tr("About Meshwright"), {}, show);
}

} // namespace ui
