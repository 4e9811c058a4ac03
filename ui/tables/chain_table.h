// The Chains tab: one line per way from a listener to a cluster (scenario 6).
#pragma once

#ifndef Q_MOC_RUN // moc cannot read the generated API headers.
#include "model/graph/graph.h"
#endif
#include "ui/tables/table_view.h"

#include <QAbstractTableModel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QWidget>

#include <vector>

namespace ui::tables {

/// The chains as rows; replaced as a whole when the graph is new.
class ChainModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Proxy,
        Listener,
        FilterChain,
        RouteConfiguration,
        VirtualHost,
        Domains,
        Route,
        Cluster,
        Endpoints,
        ColumnCount
    };
    using QAbstractTableModel::QAbstractTableModel;
    void show(std::vector<model::graph::Chain> chains);
    const model::graph::Chain& chain(int row) const { return m_chains[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<model::graph::Chain> m_chains;
};

/// Filter field and table of chains. GUI thread.
class ChainTable final : public QWidget {
    Q_OBJECT
public:
    explicit ChainTable(QWidget* parent = nullptr);
    /// Shows these; selection and scrolling stay where the rows are the same.
    void show(std::vector<model::graph::Chain> chains);
    using QWidget::show;
    ChainModel& model() { return m_model; }
    TableView& view() { return *m_view; }
    QLineEdit& filter() { return *m_filter; }

Q_SIGNALS:
    /// A row was chosen: the node of the graph that shows it.
    void nodeActivated(int node);

private:
    ChainModel m_model;
    QSortFilterProxyModel m_sorted;
    TableView* m_view = nullptr;
    QLineEdit* m_filter = nullptr;
};

} // namespace ui::tables
