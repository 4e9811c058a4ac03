// Files: open, save, export, recent places, closing, and what the window remembers.
#include "ui/graph/graph_export.h"
#include "ui/graph/graph_view.h"
#include "ui/plot/plot_panel.h"
#include "ui/style/theme.h"
#include "ui/window/info_bar.h"
#include "ui/window/main_window.h"
#include "ui/window/text_panels.h"
#include "ui/window/welcome_page.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QTimer>

namespace ui {

void MainWindow::open(const QStringList& places)
{
    for (const QString& place : places) remember(place);
    QStringList files, addresses;
    for (const QString& place : places)
        (place.startsWith(u"http://") || place.startsWith(u"https://") ? addresses : files) << place;
    if (!addresses.isEmpty()) Q_EMIT openRequested(addresses);
    m_project.load(files);
}

void MainWindow::connectFiles()
{
    connect(&m_project, &Project::openFailed, this, [this](const QString& file, const QString& reason) {
        const QString name = QFileInfo(file).fileName();
        m_info->tell(model::Severity::Error, QStringLiteral("open:") + file,
                     reason.contains(name) ? reason : name + QStringLiteral(": ") + reason);
    });
    connect(&m_project, &Project::opened, this, [this](Document* document) {
        if (m_project.selection().isEmpty()) m_project.selection().select(document, {});
        if (document->origin()) showConverted();
        tellContent(document);
    });
    auto* watcher = new QFileSystemWatcher(this);
    const auto watch = [this, watcher] {
        for (const Document* document : m_project.documents())
            if (QFileInfo::exists(document->fileName())) watcher->addPath(document->fileName());
    };
    connect(&m_project, &Project::documentsChanged, this, watch);
    connect(watcher, &QFileSystemWatcher::fileChanged, this, [this, watch] {
        QTimer::singleShot(200, this, [this, watch] { // Whoever writes has written; a replaced file is watched anew.
            watch();
            lookAtDisk();
        });
    });
    connect(&m_project, &Project::loadingChanged, this, [this] {
        const QString loading = m_project.loading();
        if (loading.isEmpty()) m_info->cured(QStringLiteral("loading"));
        else
            m_info->tell(model::Severity::Info, QStringLiteral("loading"), loading,
                         {{tr("Cancel"), [this] { m_project.cancelLoading(); }}});
    });
}

// What the graph cannot show gets a sentence and the next step.
void MainWindow::tellContent(Document* document)
{
    using model::source::DocumentKind;
    const QString name = document->title();
    const InfoBar::Link toText{tr("Open its text"), [this, held = QPointer<Document>(document)] {
                                   if (held) m_texts->open(held);
                               }};
    const auto tell = [&](model::Severity severity, const QString& sentence) {
        m_info->tell(severity, QStringLiteral("content:") + name, sentence, {toText});
    };
    switch (document->revision()->kind()) {
    case DocumentKind::Empty:
        return tell(model::Severity::Info,
                    tr("%1 is empty. Write or paste an Envoy configuration into its text").arg(name));
    case DocumentKind::Unknown:
        return tell(model::Severity::Warning,
                    tr("%1 is not recognised as an Envoy configuration; it was read as a bootstrap").arg(name));
    case DocumentKind::Kubernetes:
        return tell(model::Severity::Info, tr("%1 holds Kubernetes manifests: they are shown as text only").arg(name));
    default: break;
    }
}

void MainWindow::chooseOpen()
{
    const QStringList files =
        QFileDialog::getOpenFileNames(this, tr("Open"), {}, tr("Configurations (*.yaml *.yml *.json);;All files (*)"));
    if (!files.isEmpty()) open(files);
}

void MainWindow::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open folder"));
    if (!folder.isEmpty()) open({folder});
}

void MainWindow::newDocument()
{
    static const char* const reverseProxy = R"(# A reverse proxy: what comes to port 8080 goes to the service.
static_resources:
  listeners:
  - name: ingress
    address:
      socket_address: {address: 0.0.0.0, port_value: 8080}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          route_config:
            name: routes
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: /}
                route: {cluster: service}
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: service
    type: STRICT_DNS
    connect_timeout: 1s
    load_assignment:
      cluster_name: service
      endpoints:
      - lb_endpoints:
        - endpoint:
            address:
              socket_address: {address: localhost, port_value: 8081}
)";
    QString name = QStringLiteral("new.yaml");
    const auto isTaken = [&] {
        return std::any_of(m_project.documents().begin(), m_project.documents().end(),
                           [&](const Document* d) { return d->title() == name; });
    };
    for (int n = 2; isTaken(); ++n) name = QStringLiteral("new-%1.yaml").arg(n);
    Document* document = m_project.add(name, reverseProxy);
    m_project.selection().select(document, {});
}

bool MainWindow::save(Document* document)
{
    if (!document) return true;
    if (document->fileName().isEmpty()) return saveAs(document);
    if (document->hasChangedOnDisk()) return tellChangedOnDisk(document), false;
    const auto saved = document->save();
    if (!saved) showMessage(model::Severity::Error, QString::fromStdString(saved.error().text()));
    retitle();
    return bool(saved);
}

// Asked in place: the file holds something that nobody here has seen.
void MainWindow::tellChangedOnDisk(Document* document)
{
    const QString topic = QStringLiteral("disk:") + document->fileName();
    const QPointer<Document> held(document);
    const auto cure = [this, topic] { m_info->cured(topic); };
    m_info->tell(model::Severity::Warning, topic,
                 tr("%1 was changed by another program since it was read").arg(document->title()),
                 {{tr("Reload"),
                   [this, held, cure] {
                       if (!held) return;
                       if (const auto done = held->reload(); !done)
                           showMessage(model::Severity::Error, QString::fromStdString(done.error().text()));
                       cure();
                   }},
                  {tr("Keep mine and save"), [this, held, cure] {
                       if (!held) return;
                       held->keepMine();
                       save(held);
                       cure();
                   }}});
}

// What another program wrote: documents without changes follow, others ask.
void MainWindow::lookAtDisk()
{
    for (Document* document : m_project.documents()) {
        if (!document->hasChangedOnDisk()) continue;
        if (document->isModified()) tellChangedOnDisk(document);
        else if (document->reload())
            showMessage(model::Severity::Info, tr("%1 changed on disk and was read again").arg(document->title()));
    }
}

bool MainWindow::saveAs(Document* document)
{
    if (!document) return true;
    const QString chosen = QFileDialog::getSaveFileName(
        this, tr("Save as"), document->fileName().isEmpty() ? document->title() : document->fileName());
    if (chosen.isEmpty()) return false;
    document->setFileName(QFileInfo(chosen).absoluteFilePath());
    remember(chosen);
    return save(document);
}

bool MainWindow::writeGraph(const QString& fileName)
{
    const bool isPng = fileName.endsWith(u".png", Qt::CaseInsensitive);
    const auto written = isPng ? writePng(m_graph->graphScene(), fileName) : writeSvg(m_graph->graphScene(), fileName);
    if (!written) showMessage(model::Severity::Error, QString::fromStdString(written.error().text()));
    return bool(written);
}

bool MainWindow::writePlots(const QString& fileName) { return m_plots->exportPng(fileName); }

// Asked once, in one list of files.
bool MainWindow::mayClose(const std::vector<Document*>& documents)
{
    std::vector<Document*> unsaved;
    QStringList names;
    for (Document* document : documents) {
        if (!document->isModified()) continue;
        unsaved.push_back(document);
        names << document->title();
    }
    if (unsaved.empty()) return true;
    QMessageBox box(QMessageBox::NoIcon, tr("Unsaved changes"),
                    tr("These files have changes that are not saved:\n\n%1").arg(names.join(u'\n')),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    const int answer = box.exec();
    if (answer == QMessageBox::Save)
        for (Document* document : unsaved)
            if (!save(document)) return false;
    return answer != QMessageBox::Cancel;
}

void MainWindow::closeDocument()
{
    Document* document = currentDocument();
    if (document && mayClose({document})) m_project.close(document);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayClose(m_project.documents())) return event->ignore();
    for (Document* document : m_project.documents()) document->history().setClean(); // given up, or saved
    storeState();
    QMainWindow::closeEvent(event);
}

bool MainWindow::event(QEvent* event)
{
    if (event->type() == QEvent::WindowActivate) lookAtDisk(); // Somebody comes back from another program.
    return QMainWindow::event(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    QStringList places;
    for (const QUrl& url : event->mimeData()->urls())
        places << (url.isLocalFile() ? url.toLocalFile() : url.toString());
    if (!places.isEmpty()) open(places);
}

void MainWindow::remember(const QString& place)
{
    const QString kept = place.startsWith(u"http") ? place : QFileInfo(place).absoluteFilePath();
    QSettings settings;
    QStringList recent = settings.value(QStringLiteral("recent")).toStringList();
    recent.removeAll(kept);
    recent.prepend(kept);
    settings.setValue(QStringLiteral("recent"), recent.mid(0, 12));
    fillRecent();
}

void MainWindow::fillRecent()
{
    const QStringList recent = QSettings().value(QStringLiteral("recent")).toStringList();
    m_welcome->showRecent(recent);
    m_recent->clear();
    for (const QString& place : recent) m_recent->addAction(place, this, [this, place] { open({place}); });
    m_recent->setEnabled(!recent.isEmpty());
}

} // namespace ui
