// The window: regions, menus, files. It shows what it is given and says what the user wants.
#pragma once

#include "model/push/status.h"
#include "model/stats/sample.h"
#include "ui/document/project.h"

#include <QHash>
#include <QMainWindow>
#include <QPointer>
#include <QUndoStack>

#include <functional>

class QMenu;
class QSplitter;
class QStackedWidget;
class QToolBar;
class QToolButton;

namespace ui {

class FindBar;
class GraphView;
class InfoBar;
class Inspector;
class PanelStack;
class ProjectTree;
class Regions;
class TextPanels;
class WelcomePage;
namespace plot {
class PlotPanel;
}
namespace push {
class ChangesTree;
class PushBar;
class PushFlow;
class PushPanel;
class ReviewPanel;
struct Review;
} // namespace push
namespace problems {
class ProblemsView;
}
namespace tables {
class ChainTable;
class EndpointTable;
} // namespace tables

/// Owns the regions of ui README section 2. Services stay outside: app/desktop connects them.
class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Project& project, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// SVG, PNG by suffix.
    bool writeGraph(const QString& fileName);
    bool writePlots(const QString& fileName);
    /// What can be written besides the documents themselves.
    enum class Export { GraphSvg, GraphPng, GraphDot, GraphJson, ChainTable, StaticBootstrap, AdsBootstrap };
    /// Writes it, of the selected document where it is about one; false when it could not, which the info bar tells.
    bool exportTo(Export what, const QString& fileName);
    /// Opens files and folders; addresses are the services' work (openRequested).
    void open(const QStringList& places);
    GraphView& graphView() { return *m_graph; }
    push::PushBar& pushBar() { return *m_push; }
    push::PushPanel& pushes() { return *m_pushes; }
    push::ReviewPanel& review() { return *m_review; }
    push::PushFlow& pushFlow() { return *m_flow; }
    push::ChangesTree& changes() { return *m_changes; }
    Regions& regions() { return *m_regions; }
    tables::EndpointTable& endpoints() { return *m_endpoints; }
    plot::PlotPanel& plots() { return *m_plots; }
    Inspector& inspector() { return *m_inspector; }
    problems::ProblemsView& problems() { return *m_problems; }
    InfoBar& infoBar() { return *m_info; }
    FindBar& findBar() { return *m_find; }
    /// The welcome page offers the demo, and to attach to a proxy.
    void offerDemo();
    void offerAttach();
    /// Asks for an admin address, in place.
    void askAttach();

public Q_SLOTS:
    void showStatuses(const std::vector<model::push::ProxyStatus>& statuses);
    void showHistory(const std::vector<model::push::HistoryEntry>& history);
    void showNack(const model::push::Nack& nack);
    void showRates(const model::stats::RatesStep& step);
    void showMessage(model::Severity severity, const QString& text);
    /// Documents came whose origin() is an older configuration.
    void showConverted();
    /// The proxy's admin address has not answered since then (seconds since the epoch).
    void showUnreachable(const QString& proxy, double since, const QString& sentence);
    void showReachable(const QString& proxy);
    /// The draft against what runs: its counts go to the push bar.
    void showDraft(const push::Review& review);
    /// Opens the review: nothing is pushed before it is confirmed.
    void showReview(const push::Review& review);
    void showPushed(int version);
    void showAttached(const QString& proxy, const QString& address);
    void showAttachFailed(const QString& address, const QString& sentence);
    /// A process ended by itself; offers to start it again.
    void showEnded(const QString& process, const QString& sentence);

Q_SIGNALS:
    /// The user wants to push: show the review. `only` names the proxy to push to first; empty: all.
    void reviewRequested(const QString& only);
    /// The user wants to go back to a version: show the review of that.
    void rollbackRequested(int version);
    /// The review was confirmed.
    void pushRequested(const QString& only);
    void rollbackConfirmed(int version);
    /// Admin addresses the user wants to open; files and folders the window opens itself.
    void openRequested(const QStringList& places);
    void demoRequested();
    /// How often proxies are sampled, in ms; 0: not at all.
    void liveRequested(int interval);
    /// Reads a running proxy, by its admin address.
    void attachRequested(const QString& address);
    void restartRequested(const QString& process);
    /// A bootstrap that makes this proxy a client of the control plane is to be written.
    void adsBootstrapRequested(const QString& proxy, const QString& fileName);

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildRegions();
    QWidget* buildCanvas();
    QWidget* buildBottom();
    void buildLayers();
    void nameRegions();
    void buildToolBar();
    void buildLive(QToolBar& bar);
    void buildMenus();
    void buildFileMenu(QMenu& menu);
    void buildEditMenu(QMenu& menu);
    void buildViewMenu(QMenu& menu);
    void buildGraphMenu(QMenu& menu);
    void buildGoMenu(QMenu& menu);
    void buildToolsMenu(QMenu& menu);
    void buildHelpMenu(QMenu& menu);
    void findHere(bool replace);
    void fillSchemas();
    void chooseSchema(const QString& name);
    QAction* action(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run,
                    const QString& glyph = {});
    void connectProject();
    void connectPanels();
    void documentsChanged();
    void showProblems();
    void showChains();
    void showFind();
    void showChips();
    void retitle();
    void chooseOpen();
    void chooseFolder();
    void newDocument();
    bool save(Document* document);
    bool saveAs(Document* document);
    void buildExportMenu(QMenu& menu);
    void chooseExport(Export what);
    void closeDocument();
    bool mayClose(const std::vector<Document*>& documents);
    void remember(const QString& place);
    void fillRecent();
    void storeState();
    void restoreState();
    QString layoutKey() const;
    void storeLayout();
    void followProject();
    void cycleRegions();
    void findCommand();
    void findPlace();
    void goToText(int document, const QString& path, const model::Range& range = {});
    void connectTexts();
    void connectFiles();
    void tellContent(Document* document);
    void buildPush();
    void connectReview();
    void closeReview();
    void showFlow(bool shown);
    void showPushBar();
    void markDifferences(const push::Review& review);
    void tellChangedOnDisk(Document* document);
    void lookAtDisk();
    void stepProblem(int by);
    Document* currentDocument() const;
    QUndoStack* history() const;
    void setLayers(model::graph::Layers layers);

    Project& m_project;
    QStackedWidget* m_pages = nullptr;
    WelcomePage* m_welcome = nullptr;
    QSplitter *m_outer = nullptr, *m_inner = nullptr, *m_upper = nullptr, *m_lower = nullptr;
    QStackedWidget* m_side = nullptr; ///< The right region: inspector, or a push.
    Regions* m_regions = nullptr;
    QString m_layoutKey; ///< Of the project whose layout is shown.
    PanelStack *m_left = nullptr, *m_canvas = nullptr, *m_bottomLeft = nullptr, *m_bottomRight = nullptr;
    Inspector* m_inspector = nullptr;
    TextPanels* m_texts = nullptr;
    GraphView* m_graph = nullptr;
    InfoBar* m_info = nullptr;
    FindBar* m_find = nullptr;
    push::PushBar* m_push = nullptr;
    push::PushPanel* m_pushes = nullptr;
    push::ReviewPanel* m_review = nullptr;
    push::PushFlow* m_flow = nullptr;
    push::ChangesTree* m_changes = nullptr;
    QPointer<QWidget> m_beforeReview; ///< The canvas panel the review took the place of.
    QToolButton *m_layersButton = nullptr, *m_overlayButton = nullptr, *m_liveButton = nullptr;
    problems::ProblemsView* m_problems = nullptr;
    tables::EndpointTable* m_endpoints = nullptr;
    tables::ChainTable* m_chains = nullptr;
    plot::PlotPanel* m_plots = nullptr;
    QMenu *m_recent = nullptr, *m_schemas = nullptr;
    QAction *m_undo = nullptr, *m_redo = nullptr, *m_save = nullptr, *m_findPlace = nullptr, *m_back = nullptr,
            *m_forward = nullptr;
    std::vector<model::push::ProxyStatus> m_statuses;
    std::vector<model::push::Nack> m_nacks;
    bool m_layersChosen = false; ///< By the user; else one proxy shows all layers, several the compact ones.
};

} // namespace ui
