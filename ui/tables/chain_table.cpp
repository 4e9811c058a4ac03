#include "ui/tables/chain_table.h"

#include "ui/style/glyph.h"

#include <QAction>
#include <QCoreApplication>
#include <QHeaderView>
#include <QScrollBar>
#include <QVBoxLayout>

#include <array>

namespace ui::tables {

using namespace Qt::Literals::StringLiterals;
using model::graph::Chain;

namespace {

struct Field {
    const char* title;
    std::string Chain::*member;
    int width;
};
constexpr std::array<Field, ChainModel::ColumnCount> fields{{
    {QT_TRANSLATE_NOOP("ChainModel", "Proxy"), &Chain::proxy, 92},
    {QT_TRANSLATE_NOOP("ChainModel", "Listener"), &Chain::listener, 100},
    {QT_TRANSLATE_NOOP("ChainModel", "Filter chain"), &Chain::filterChain, 90},
    {QT_TRANSLATE_NOOP("ChainModel", "Route configuration"), &Chain::routeConfiguration, 120},
    {QT_TRANSLATE_NOOP("ChainModel", "Virtual host"), &Chain::virtualHost, 100},
    {QT_TRANSLATE_NOOP("ChainModel", "Domains"), &Chain::domains, 90},
    {QT_TRANSLATE_NOOP("ChainModel", "Route"), &Chain::route, 90},
    {QT_TRANSLATE_NOOP("ChainModel", "Cluster"), &Chain::cluster, 100},
    {QT_TRANSLATE_NOOP("ChainModel", "Endpoints"), &Chain::endpoints, 180},
}};

} // namespace

void ChainModel::show(std::vector<Chain> chains)
{
    if (chains.size() == m_chains.size()) { // The same rows with other words: nothing jumps.
        m_chains = std::move(chains);
        if (!m_chains.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_chains = std::move(chains);
    endResetModel();
}

int ChainModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_chains.size());
}

int ChainModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant ChainModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    const std::string& text = chain(index.row()).*fields[static_cast<std::size_t>(index.column())].member;
    if (text.empty()) return role == Qt::DisplayRole ? u"–"_s : tr("None on this way");
    return QString::fromStdString(text);
}

QVariant ChainModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    return QCoreApplication::translate("ChainModel", fields[static_cast<std::size_t>(section)].title);
}

ChainTable::ChainTable(QWidget* parent) : QWidget(parent)
{
    m_sorted.setSourceModel(&m_model);
    m_sorted.setFilterKeyColumn(-1);
    m_sorted.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter chains"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter chains"));
    m_filter->addAction(glyphIcon(u"search"_s, u"muted"_s), QLineEdit::LeadingPosition);
    m_view = new TableView(this);
    m_view->setAccessibleName(tr("Chains"));
    m_view->setModel(&m_sorted);
    m_view->setEmptyText(
        tr("No chain. A chain is a way from a listener to a cluster; open a configuration that has one."));
    m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); // Match order, until a header is clicked.
    m_sorted.sort(-1);
    for (int i = 0; i < ChainModel::ColumnCount; ++i)
        m_view->setColumnWidth(i, fields[static_cast<std::size_t>(i)].width);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setColumnHidden(ChainModel::FilterChain, true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->addWidget(m_filter);
    column->addLayout(row);
    column->addWidget(m_view);
    setFocusProxy(m_view);
    connect(m_filter, &QLineEdit::textChanged, &m_sorted, &QSortFilterProxyModel::setFilterFixedString);
    const auto choose = [this](const QModelIndex& index) {
        if (index.isValid()) Q_EMIT nodeActivated(m_model.chain(m_sorted.mapToSource(index).row()).routeNode);
    };
    connect(m_view, &TableView::rowActivated, this, choose);
    connect(m_view, &QTableView::clicked, this, choose);
}

void ChainTable::show(std::vector<Chain> chains) { m_model.show(std::move(chains)); }

} // namespace ui::tables
