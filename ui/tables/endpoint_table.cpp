#include "ui/tables/endpoint_table.h"

#include "ui/style/glyph.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace ui::tables {

using namespace Qt::Literals::StringLiterals;
using model::stats::EndpointKey;

EndpointTable::EndpointTable(QWidget* parent) : QWidget(parent)
{
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(EndpointModel::SortRole);
    m_sorted.setDynamicSortFilter(false);
    m_sorted.setFilterKeyColumn(-1);
    m_sorted.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter by proxy, address or cluster"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter endpoints"));
    m_filter->hide();
    m_view = new TableView(this);
    m_view->setAccessibleName(tr("Endpoints"));
    m_view->setModel(&m_sorted);
    m_view->setEmptyText(tr("No endpoint known. Endpoints appear when a proxy is attached and has clusters."));
    m_view->setItemDelegateForColumn(EndpointModel::SparkColumn, new SparklineDelegate(m_view));
    m_view->sortByColumn(EndpointModel::Proxy, Qt::AscendingOrder);
    constexpr int widths[] = {32, 88, 150, 56, 54, 56, 60, 78, 110, 60, 60, 140};
    for (int column = 0; column < EndpointModel::ColumnCount; ++column) m_view->setColumnWidth(column, widths[column]);
    m_view->horizontalHeader()->setMinimumSectionSize(30);
    m_view->horizontalHeader()->setSectionResizeMode(EndpointModel::Endpoint, QHeaderView::Stretch);
    for (const int column : {EndpointModel::Cluster, EndpointModel::P50, EndpointModel::P99, EndpointModel::Flags})
        m_view->setColumnHidden(column, true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filter);
    column->addWidget(m_view);
    setFocusProxy(m_view);
    connect(m_filter, &QLineEdit::textChanged, &m_sorted, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_view, &TableView::rowActivated, this, [this](const QModelIndex& index) {
        Q_EMIT activated(m_model.rates(m_sorted.mapToSource(index).row()).key);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (!m_selecting) Q_EMIT selectionChanged(selected());
    });
    m_resort.setInterval(5000);
    m_resort.setSingleShot(true);
    connect(&m_resort, &QTimer::timeout, this, &EndpointTable::sortAgain);
}

void EndpointTable::append(const model::stats::RatesStep& step)
{
    const int before = m_model.rowCount();
    m_model.append(step);
    if (m_model.rowCount() != before) {
        m_sorted.sort(m_sorted.sortColumn(), m_sorted.sortOrder());
        Q_EMIT countChanged(m_model.rowCount());
    }
    if (!m_resort.isActive()) m_resort.start();
}

void EndpointTable::sortAgain()
{
    if (m_view->viewport()->underMouse()) m_resort.start();
    else m_sorted.sort(m_sorted.sortColumn(), m_sorted.sortOrder());
}

void EndpointTable::select(const std::vector<EndpointKey>& keys)
{
    QItemSelection selection;
    for (const EndpointKey& key : keys) {
        const int row = m_model.rowOf(key);
        if (row < 0) continue;
        const QModelIndex index = m_sorted.mapFromSource(m_model.index(row, 0));
        if (index.isValid()) selection.select(index, index);
    }
    m_selecting = true;
    m_view->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_selecting = false;
}

std::vector<EndpointKey> EndpointTable::selected() const
{
    std::vector<EndpointKey> keys;
    for (const QModelIndex& index : m_view->selectionModel()->selectedRows())
        keys.push_back(m_model.rates(m_sorted.mapToSource(index).row()).key);
    return keys;
}

} // namespace ui::tables
