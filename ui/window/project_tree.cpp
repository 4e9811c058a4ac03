#include "ui/window/project_tree.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHeaderView>

namespace ui {

using model::graph::NodeKind;

namespace {
constexpr qsizetype rowLimit = 3000; ///< A tree is for looking, not for counting.

enum Role { NodeRole = Qt::UserRole + 1, DocumentRole, KeyRole };
} // namespace

ProjectTree::ProjectTree(Project& project, Content content, QWidget* parent)
    : QTreeView(parent)
    , m_project(project)
    , m_content(content)
{
    setModel(&m_model);
    setHeaderHidden(true);
    setFrameShape(QFrame::NoFrame);
    setUniformRowHeights(true);
    setEditTriggers(NoEditTriggers);
    setIconSize(QSize(14, 14));
    setIndentation(13);
    setAccessibleName(content == Content::Project ? tr("Project") : tr("Outline"));
    connect(&project, &Project::graphChanged, this, &ProjectTree::rebuild);
    connect(&project, &Project::modifiedChanged, this, &ProjectTree::rebuild);
    connect(&project, &Project::findingsChanged, this, &ProjectTree::rebuild);
    connect(&project.selection(), &Selection::changed, this, &ProjectTree::followSelection);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
        if (m_following || !index.isValid()) return;
        if (const QVariant node = index.data(NodeRole); node.isValid()) m_project.selectNode(node.toInt());
        else if (const QVariant document = index.data(DocumentRole); document.isValid())
            m_project.selection().select(m_project.document(document.toInt()), {});
    });
    connect(this, &QTreeView::doubleClicked, this, &ProjectTree::textRequested);
    connect(this, &QTreeView::collapsed, this,
            [this](const QModelIndex& index) { m_closed.insert(index.data(KeyRole).toString()); });
    connect(this, &QTreeView::expanded, this,
            [this](const QModelIndex& index) { m_closed.remove(index.data(KeyRole).toString()); });
    rebuild();
}

QStandardItem* ProjectTree::item(const QString& text, const QString& glyph, const QString& token) const
{
    auto* made = new QStandardItem(glyphIcon(glyph, token), text);
    made->setEditable(false);
    return made;
}

QStandardItem* ProjectTree::addNode(int index, QStandardItem* parent)
{
    const auto& node = m_project.graph()->nodes[static_cast<std::size_t>(index)];
    const QString kind = QString::fromLatin1(model::graph::name(node.kind));
    QString title = QString::fromStdString(node.title);
    if (node.order >= 0) title = QString::number(node.order + 1) + QStringLiteral("  ") + title;
    else if (node.kind == NodeKind::Listener && !node.subtitle.empty())
        title += u' ' + QString::fromStdString(node.subtitle);
    QStandardItem* made = item(title, kind, node.unresolved ? QStringLiteral("severity.error") : u"kind." + kind);
    made->setData(index, NodeRole);
    made->setData(QString::fromStdString(node.id), KeyRole);
    made->setToolTip(QString::fromStdString(node.subtitle));
    parent->appendRow(made);
    m_items.insert(index, made);
    return made;
}

// Owners stand before what they own: one pass builds the tree. A node's parent is the owner whose item exists already;
// clusters hang below the proxy, as several routes may lead to one.
void ProjectTree::rebuild()
{
    m_following = true;
    m_model.clear();
    m_items.clear();
    const auto& graph = *m_project.graph();
    const bool outline = m_content == Content::Outline;
    m_outlined = m_project.indexOf(m_project.selection().document());
    if (m_outlined < 0 && !m_project.documents().empty()) m_outlined = 0;
    std::vector<int> owner(graph.nodes.size(), -1);
    for (const auto& edge : graph.edges)
        if (edge.kind == model::graph::Edge::Kind::Owns && owner[static_cast<std::size_t>(edge.to)] < 0)
            owner[static_cast<std::size_t>(edge.to)] = edge.from;
    QHash<QString, QStandardItem*> proxies;
    int left = 0;
    for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
        const auto& node = graph.nodes[static_cast<std::size_t>(i)];
        if (outline && node.document != m_outlined) continue;
        const bool shown = outline || node.kind == NodeKind::Listener || node.kind == NodeKind::VirtualHost ||
                           node.kind == NodeKind::Route || node.kind == NodeKind::Cluster;
        if (!shown) continue;
        if (m_items.size() >= rowLimit) {
            ++left;
            continue;
        }
        const QString proxy = QString::fromStdString(node.proxy);
        if (!proxies.contains(proxy)) {
            QStandardItem* root = item(proxy, QStringLiteral("proxy"), QStringLiteral("kind.proxy"));
            root->setData(node.document, DocumentRole);
            root->setData(proxy, KeyRole);
            root->setFont(Theme::font(12.5, true));
            m_model.appendRow(root);
            proxies.insert(proxy, root);
        }
        QStandardItem* parent = proxies.value(proxy);
        for (int up = owner[static_cast<std::size_t>(i)]; up >= 0; up = owner[static_cast<std::size_t>(up)]) {
            if (!m_items.contains(up)) continue;
            parent = m_items.value(up);
            break;
        }
        addNode(i, parent);
    }
    if (left > 0)
        m_model.appendRow(item(tr("%1 more; find them with the find bar").arg(left), QStringLiteral("more"),
                               QStringLiteral("muted")));
    if (!outline) addFiles();
    expandAll();
    for (const auto& found :
         m_model.match(m_model.index(0, 0), KeyRole, QStringLiteral("*"), -1, Qt::MatchWildcard | Qt::MatchRecursive))
        if (m_closed.contains(found.data(KeyRole).toString())) collapse(found);
    m_following = false;
    followSelection();
}

void ProjectTree::addFiles()
{
    QStandardItem* files = item(tr("Files"), QStringLiteral("file"), QStringLiteral("text"));
    files->setData(QStringLiteral("files"), KeyRole);
    m_model.appendRow(files);
    for (const Document* document : m_project.documents()) {
        QStandardItem* file = item(document->title() + (document->isModified() ? QStringLiteral(" ●") : QString()),
                                   QStringLiteral("file"), QStringLiteral("muted"));
        file->setData(m_project.indexOf(document), DocumentRole);
        file->setToolTip(document->fileName());
        files->appendRow(file);
    }
}

void ProjectTree::followSelection()
{
    if (m_following) return;
    if (m_content == Content::Outline && m_outlined != m_project.indexOf(m_project.selection().document()) &&
        !m_project.selection().isEmpty())
        return rebuild();
    m_following = true;
    int node = m_project.selectedNode();
    if (QStandardItem* found = m_items.value(node)) {
        setCurrentIndex(found->index());
        scrollTo(found->index());
    } else if (node >= 0 || m_project.selection().isEmpty()) {
        clearSelection();
    }
    m_following = false;
}

} // namespace ui
