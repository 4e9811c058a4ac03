// Exports: the graph as picture or text, the chain table, bootstraps for a proxy.
#include "model/export/bootstrap.h"
#include "model/export/graph_text.h"
#include "ui/window/main_window.h"

#include <QFileDialog>
#include <QMenu>
#include <QSaveFile>

namespace ui {

namespace {

/// A row of the menu.
struct ExportEntry {
    MainWindow::Export what;
    const char* text;
    const char* suffix;
};
using What = MainWindow::Export;
constexpr ExportEntry entries[] = {
    {What::GraphSvg, QT_TRANSLATE_NOOP("ui::MainWindow", "Graph as SVG…"), "svg"},
    {What::GraphPng, QT_TRANSLATE_NOOP("ui::MainWindow", "Graph as PNG…"), "png"},
    {What::GraphDot, QT_TRANSLATE_NOOP("ui::MainWindow", "Graph as DOT…"), "dot"},
    {What::GraphJson, QT_TRANSLATE_NOOP("ui::MainWindow", "Graph as JSON…"), "json"},
    {What::ChainTable, QT_TRANSLATE_NOOP("ui::MainWindow", "Chain table…"), "txt"},
    {What::StaticBootstrap, QT_TRANSLATE_NOOP("ui::MainWindow", "Static v3 bootstrap…"), "yaml"},
    {What::AdsBootstrap, QT_TRANSLATE_NOOP("ui::MainWindow", "ADS bootstrap…"), "yaml"},
};

bool isAboutADocument(What what) { return what == What::StaticBootstrap || what == What::AdsBootstrap; }

model::Result<void> write(const QString& fileName, const std::string& text)
{
    QSaveFile file(fileName);
    const auto size = static_cast<qint64>(text.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), size) != size || !file.commit())
        return model::fail(model::ErrorCode::Unreadable, fileName.toStdString(), file.errorString().toStdString());
    return {};
}

} // namespace

void MainWindow::buildExportMenu(QMenu& menu)
{
    for (const ExportEntry& entry : entries) {
        QAction* made = action(menu, tr(entry.text), {}, [this, what = entry.what] { chooseExport(what); });
        if (entry.what == Export::GraphSvg) made->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
        if (entry.what == Export::ChainTable) menu.addSeparator();
    }
}

void MainWindow::chooseExport(Export what)
{
    const auto entry =
        std::find_if(std::begin(entries), std::end(entries), [&](const auto& e) { return e.what == what; });
    const Document* document = currentDocument();
    const QString kind = what == Export::AdsBootstrap ? QStringLiteral(".ads") : QStringLiteral(".static");
    const QString stem =
        isAboutADocument(what) && document ? QString(document->proxyName() + kind) : QStringLiteral("graph");
    const QString suffix = QString::fromLatin1(entry->suffix);
    const QString chosen =
        QFileDialog::getSaveFileName(this, tr("Export"), stem + u'.' + suffix, QStringLiteral("*.") + suffix);
    if (!chosen.isEmpty() && exportTo(what, chosen))
        showMessage(model::Severity::Info, tr("%1 was written").arg(chosen));
}

bool MainWindow::exportTo(Export what, const QString& fileName)
{
    if (what == Export::GraphSvg || what == Export::GraphPng) return writeGraph(fileName);
    const Document* document = currentDocument();
    if (isAboutADocument(what) && !document) return false;
    const auto& graph = *m_project.graph();
    model::Result<std::string> text = std::string();
    switch (what) {
    case Export::GraphDot: text = toDot(graph); break;
    case Export::GraphJson: text = toJson(graph); break;
    case Export::ChainTable: text = toTable(chains(graph)); break;
    case Export::StaticBootstrap: text = model::exporting::staticBootstrap(*document->revision()); break;
    default: Q_EMIT adsBootstrapRequested(document->proxyName(), fileName); return QFile::exists(fileName);
    }
    const auto written = text ? write(fileName, *text) : model::Result<void>(text.unexpected());
    if (!written) showMessage(model::Severity::Error, QString::fromStdString(written.error().text()));
    return bool(written);
}

} // namespace ui
