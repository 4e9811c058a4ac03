// The window: regions, menus, files. It shows what it is given and says what the user wants.
#pragma once

#include "model/push/status.h"
#include "model/stats/sample.h"
#include "ui/document/project.h"

#include <QHash>
#include <QUndoStack>
#include <QMainWindow>

#include <functional>

class QMenu;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace ui {

class FindBar;
class GraphView;
class InfoBar;
class Inspector;
class PanelStack;
class ProjectTree;
class PushStrip;
class TextPanels;
class WelcomePage;
namespace plot { class PlotPanel; }
namespace problems { class ProblemsView; }
namespace tables { class ChainTable; class EndpointTable; }

/// Owns the regions of ui README section 2. Services stay outside: app/desktop connects them.
class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Project& project, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// SVG, PNG by suffix.
    bool writeGraph(const QString& fileName);
    bool writePlots(const QString& fileName);
    /// Opens files and folders; addresses and older formats are the services' work (openRequested).
    void open(const QStringList& places);
    GraphView& graphView() { return *m_graph; }
    InfoBar& infoBar() { return *m_info; }
    FindBar& findBar() { return *m_find; }
    /// The welcome page offers the demo.
    void offerDemo();

public Q_SLOTS:
    void showStatuses(const std::vector<model::push::ProxyStatus>& statuses);
    void showHistory(const std::vector<model::push::HistoryEntry>& history);
    void showNack(const model::push::Nack& nack);
    void showRates(const model::stats::RatesStep& step);
    void showMessage(model::Severity severity, const QString& text);
    /// Documents came whose origin() is an older configuration.
    void showConverted();
    void showUnreachable(const QString& proxy, const QString& sentence);
    void setChanges(int count);
    void showPushed(int version);

Q_SIGNALS:
    void pushRequested();
    void rollbackRequested(int version);
    /// Files, folders or addresses the user wants to open. When nobody listens, the window opens files itself.
    void openRequested(const QStringList& places);
    void demoRequested();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildRegions();
    QWidget* buildCanvas();
    QWidget* buildBottom();
    void buildToolBar();
    void buildMenus();
    void buildFileMenu(QMenu& menu);
    void buildEditMenu(QMenu& menu);
    void buildViewMenu(QMenu& menu);
    void buildGraphMenu(QMenu& menu);
    void buildGoMenu(QMenu& menu);
    QAction* action(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run, const QString& glyph = {});
    void connectProject();
    void connectPanels();
    void documentsChanged();
    void showProblems();
    void showChains();
    void showFind();
    void showChips();
    void retitle();
    void chooseOpen();
    bool save(Document* document);
    bool saveAs(Document* document);
    void exportGraph();
    void closeDocument();
    bool mayClose(const std::vector<Document*>& documents);
    void remember(const QString& place);
    void fillRecent();
    void storeState();
    void restoreState();
    void cycleRegions();
    void goToText(int document, const QString& path, const model::Range& range = {});
    void connectTexts();
    void stepProblem(int by);
    Document* currentDocument() const;
    QUndoStack* history() const;
    void setLayers(model::graph::Layers layers);

    Project& m_project;
    QStackedWidget* m_pages = nullptr;
    WelcomePage* m_welcome = nullptr;
    QSplitter *m_outer = nullptr, *m_inner = nullptr, *m_upper = nullptr, *m_lower = nullptr;
    PanelStack *m_left = nullptr, *m_canvas = nullptr, *m_bottomLeft = nullptr, *m_bottomRight = nullptr;
    Inspector* m_inspector = nullptr;
    TextPanels* m_texts = nullptr;
    GraphView* m_graph = nullptr;
    InfoBar* m_info = nullptr;
    FindBar* m_find = nullptr;
    PushStrip* m_push = nullptr;
    QToolButton* m_layersButton = nullptr;
    problems::ProblemsView* m_problems = nullptr;
    tables::EndpointTable* m_endpoints = nullptr;
    tables::ChainTable* m_chains = nullptr;
    plot::PlotPanel* m_plots = nullptr;
    QMenu* m_recent = nullptr;
    QAction *m_undo = nullptr, *m_redo = nullptr, *m_save = nullptr, *m_back = nullptr, *m_forward = nullptr;
    std::vector<model::push::ProxyStatus> m_statuses;
    std::vector<model::push::Nack> m_nacks;
    bool m_layersChosen = false; ///< By the user; else one proxy shows all layers, several the compact ones.
};

} // namespace ui
