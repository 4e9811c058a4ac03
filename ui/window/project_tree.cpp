#include "ui/window/project_tree.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>

#include <algorithm>
#include <ranges>
#include <utility>

namespace ui {

using model::graph::NodeKind;

namespace {
constexpr qsizetype rowLimit = 3000; ///< A tree is for looking, not for counting.

enum Role { NodeRole = Qt::UserRole + 1, DocumentRole, KeyRole, SignRole, ErrorsRole, WarningsRole };

/// A row with its sign of change and its count of problems at the right.
class TailDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem row = option;
        const int errors = index.data(ErrorsRole).toInt(), warnings = index.data(WarningsRole).toInt();
        const auto sign = static_cast<NodeChange>(index.data(SignRole).toInt());
        const QFont font = Theme::font(10, true);
        const int pill =
            errors + warnings > 0
                ? std::max(16, QFontMetrics(font).horizontalAdvance(QString::number(errors ? errors : warnings)) + 9)
                : 0;
        const int signWidth = sign != NodeChange::None ? 16 : 0;
        initStyleOption(&row, index);
        row.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &row, painter, row.widget); // The whole row.
        row = option;
        row.rect.adjust(0, 0, -(pill > 0 ? pill + 6 : 0) - signWidth, 0);
        QStyledItemDelegate::paint(painter, row, index);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const Theme& theme = Theme::current();
        QRect at(option.rect.right() - pill - 4, option.rect.center().y() - 7, pill, 16);
        if (pill > 0) {
            const auto severity = errors > 0 ? model::Severity::Error : model::Severity::Warning;
            painter->setPen(Qt::NoPen);
            painter->setBrush(errors > 0 ? theme.severity(severity) : theme.severityTint(severity));
            painter->drawRoundedRect(at, 8, 8);
            painter->setFont(font);
            painter->setPen(errors > 0 ? theme.color("accentText") : theme.severity(severity));
            painter->drawText(at, Qt::AlignCenter, QString::number(errors > 0 ? errors : warnings));
        }
        if (signWidth > 0) {
            const bool added = sign == NodeChange::Added;
            painter->setFont(Theme::font(12.5, true));
            painter->setPen(theme.color(added ? "diff.added" : "diff.changed"));
            painter->drawText(QRect(at.left() - signWidth - 2, option.rect.top(), signWidth, option.rect.height()),
                              Qt::AlignCenter, added ? QStringLiteral("+") : QStringLiteral("~"));
        }
        painter->restore();
    }
};
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
    setItemDelegate(new TailDelegate(this));
    setAccessibleName(content == Content::Project ? tr("Project") : tr("Outline"));
    connect(&project, &Project::graphChanged, this, &ProjectTree::rebuild);
    connect(&project, &Project::modifiedChanged, this, &ProjectTree::rebuild);
    connect(&project, &Project::findingsChanged, this, &ProjectTree::showTails);
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

// A view that gets the focus makes its first row the current one: that is nobody's choice.
void ProjectTree::focusInEvent(QFocusEvent* event)
{
    const bool was = std::exchange(m_following, true);
    QTreeView::focusInEvent(event);
    m_following = was;
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

void ProjectTree::rebuild()
{
    m_following = true;
    m_model.clear();
    m_items.clear();
    m_proxies.clear();
    m_outlined = m_project.indexOf(m_project.selection().document());
    if (m_outlined < 0 && !m_project.documents().empty()) m_outlined = 0;
    addNodes();
    if (m_content == Content::Project) addFiles();
    expandAll();
    restoreFolds();
    showTails();
    m_following = false;
    followSelection();
}

// Owners stand before what they own: one pass builds the tree. A node's parent is the owner whose item exists already;
// clusters hang below the proxy, as several routes may lead to one.
void ProjectTree::addNodes()
{
    const auto& graph = *m_project.graph();
    const bool outline = m_content == Content::Outline;
    std::vector<int> owner(graph.nodes.size(), -1);
    for (const auto& edge : graph.edges)
        if (edge.kind == model::graph::Edge::Kind::Owns && owner[static_cast<std::size_t>(edge.to)] < 0)
            owner[static_cast<std::size_t>(edge.to)] = edge.from;
    int left = 0;
    for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
        const auto& node = graph.nodes[static_cast<std::size_t>(i)];
        if (outline && node.document != m_outlined) continue;
        const bool shown = outline || node.kind == NodeKind::Listener || node.kind == NodeKind::VirtualHost ||
                           node.kind == NodeKind::Route || node.kind == NodeKind::Cluster;
        if (!shown || m_items.size() >= rowLimit) {
            left += shown;
            continue;
        }
        int up = owner[static_cast<std::size_t>(i)];
        while (up >= 0 && !m_items.contains(up)) up = owner[static_cast<std::size_t>(up)];
        addNode(i, up >= 0 ? m_items.value(up) : proxyItem(node));
    }
    if (left > 0)
        m_model.appendRow(item(tr("%1 more; find them with the find bar").arg(left), QStringLiteral("more"),
                               QStringLiteral("muted")));
}

QStandardItem* ProjectTree::proxyItem(const model::graph::Node& node)
{
    const QString proxy = QString::fromStdString(node.proxy);
    QStandardItem*& root = m_proxies[proxy];
    if (root) return root;
    root = item(proxy, QStringLiteral("proxy"), QStringLiteral("kind.proxy"));
    root->setData(node.document, DocumentRole);
    root->setData(proxy, KeyRole);
    root->setFont(Theme::font(12.5, true));
    m_model.appendRow(root);
    return root;
}

void ProjectTree::restoreFolds()
{
    for (const auto& found :
         m_model.match(m_model.index(0, 0), KeyRole, QStringLiteral("*"), -1, Qt::MatchWildcard | Qt::MatchRecursive))
        if (m_closed.contains(found.data(KeyRole).toString())) collapse(found);
}

void ProjectTree::setDifferences(std::vector<ProxyDifference> differences)
{
    m_differences = std::move(differences);
    showTails();
}

// Signs and counts change without the rows: nothing is rebuilt for them.
void ProjectTree::showTails()
{
    const auto& graph = *m_project.graph();
    const auto changes = nodeChanges(graph, m_differences);
    QHash<QStandardItem*, std::pair<int, int>> counts;
    for (const Document* document : m_project.documents()) {
        const int index = m_project.indexOf(document);
        for (const auto& finding : document->findings() | std::views::take(2000)) {
            if (finding.severity > model::Severity::Warning) continue;
            const bool isError = finding.severity == model::Severity::Error;
            for (QStandardItem* row :
                 {m_items.value(graph.nodeAt(index, finding.path)), m_proxies.value(document->proxyName())})
                isError ? ++counts[row].first : ++counts[row].second;
        }
    }
    QHash<QStandardItem*, NodeChange> signs;
    for (const auto& [node, change] : changes) signs.insert(m_items.value(node), change);
    for (const auto& difference : m_differences)
        if (!difference.changes.empty())
            signs.insert(m_proxies.value(QString::fromStdString(difference.proxy)), NodeChange::Changed);
    for (QStandardItem* row : m_items.values() + m_proxies.values()) {
        const auto [errors, warnings] = counts.value(row);
        const std::pair<int, int> tails[] = {{SignRole, static_cast<int>(signs.value(row, NodeChange::None))},
                                             {ErrorsRole, errors},
                                             {WarningsRole, warnings}};
        for (const auto& [role, value] : tails)
            if (row->data(role).toInt() != value) row->setData(value, role);
    }
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
