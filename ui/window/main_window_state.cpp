// What the window remembers: its place on the screen, and per project how its regions stand.
#include "ui/graph/graph_view.h"
#include "ui/tables/table_view.h"
#include "ui/window/main_window.h"
#include "ui/window/panel_stack.h"
#include "ui/window/regions.h"
#include "ui/window/welcome_page.h"

#include <QCryptographicHash>
#include <QHeaderView>
#include <QSettings>

namespace ui {

namespace {

constexpr int windowVersion = 2;
constexpr qsizetype layoutsKept = 40;

/// Stores or restores the columns of every table below `window`.
template <class Function> void eachTable(const QWidget& window, Function&& function)
{
    for (tables::TableView* table : window.findChildren<tables::TableView*>())
        function(*table->horizontalHeader(), QStringLiteral("columns/") + table->accessibleName());
}

} // namespace

/// A project is the set of its documents; their order does not count.
QString MainWindow::layoutKey() const
{
    QStringList names;
    for (const Document* document : m_project.documents())
        names << (document->fileName().isEmpty() ? document->title() : document->fileName());
    if (names.isEmpty()) return {};
    names.sort();
    return QString::fromLatin1(
        QCryptographicHash::hash(names.join(u'\n').toUtf8(), QCryptographicHash::Sha1).toHex().left(16));
}

void MainWindow::storeLayout()
{
    if (m_layoutKey.isEmpty()) return;
    QSettings settings;
    QStringList keys = settings.value(QStringLiteral("layouts")).toStringList();
    keys.removeAll(m_layoutKey);
    keys.prepend(m_layoutKey);
    for (const QString& old : keys.mid(layoutsKept)) settings.remove(QStringLiteral("layout/") + old);
    settings.setValue(QStringLiteral("layouts"), keys.mid(0, layoutsKept));
    settings.beginGroup(QStringLiteral("layout/") + m_layoutKey);
    m_regions->store(settings);
    eachTable(*this, [&](QHeaderView& header, const QString& name) { settings.setValue(name, header.saveState()); });
    settings.setValue(QStringLiteral("layers"), m_layersChosen ? static_cast<int>(m_graph->graphScene().layers()) : -1);
    settings.setValue(QStringLiteral("minimap"), m_graph->isMinimapShown());
    settings.setValue(QStringLiteral("zoom"), m_graph->isFitted() ? 0.0 : m_graph->zoom());
}

// Another project comes with its own layout; one that has none keeps what is there.
void MainWindow::followProject()
{
    const QString key = layoutKey();
    if (key == m_layoutKey || !m_project.loading().isEmpty()) return;
    storeLayout();
    m_layoutKey = key;
    QSettings settings;
    settings.beginGroup(QStringLiteral("layout/") + key);
    if (key.isEmpty() || !m_regions->load(settings)) return;
    eachTable(*this, [&](QHeaderView& header, const QString& name) {
        header.restoreState(settings.value(name).toByteArray());
    });
    m_graph->setMinimapShown(settings.value(QStringLiteral("minimap"), true).toBool());
    if (const int layers = settings.value(QStringLiteral("layers"), -1).toInt(); layers >= 0) {
        m_layersChosen = true;
        setLayers(static_cast<model::graph::Layers>(layers));
    }
    if (const double zoom = settings.value(QStringLiteral("zoom")).toDouble(); zoom > 0) m_graph->showAt(zoom);
}

void MainWindow::storeState()
{
    storeLayout();
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/version"), windowVersion);
}

void MainWindow::restoreState()
{
    connect(m_welcome, &WelcomePage::clearRecentRequested, this, [this] {
        QSettings().remove(QStringLiteral("recent"));
        fillRecent();
    });
    QSettings settings;
    if (settings.value(QStringLiteral("window/version")).toInt() != windowVersion) return;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
}

} // namespace ui
