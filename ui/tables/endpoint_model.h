// Rows of the endpoint table: what each proxy last told of each endpoint.
#pragma once

#include "model/stats/sample.h"
#include "ui/tables/sparkline.h"

#include <QAbstractTableModel>

#include <map>
#include <vector>

namespace ui::tables {

/// Holds the newest rates per endpoint and one minute of requests per second. Rows keep their place; only changed cells
/// are announced. GUI thread.
class EndpointModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        HealthColumn,
        Proxy,
        Endpoint,
        Requests,
        Active,
        Errors,
        P95,
        SparkColumn,
        Cluster,
        P50,
        P99,
        Flags,
        ColumnCount
    };
    static constexpr int SortRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;
    /// Takes one proxy's step: new endpoints become rows, those it no longer has leave.
    void append(const model::stats::RatesStep& step);
    /// The proxy has not answered since then (seconds since the epoch): its rows keep the last values, muted, with their
    /// age. Tell it again as time goes. The next step makes them fresh.
    void setStale(const std::string& proxy, double since);
    /// Takes one proxy's rows out.
    void remove(const std::string& proxy);
    const model::stats::EndpointRates& rates(int row) const { return m_rows[static_cast<std::size_t>(row)].rates; }
    int rowOf(const model::stats::EndpointKey& key) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        model::stats::EndpointRates rates;
        Spark spark;
        bool present = true;
        bool stale = false;
        double since = 0; ///< Of a stale row.
    };
    QString text(const Row& row, int column) const;
    QVariant sortValue(const Row& row, int column) const;
    QString reason(const Row& row, int column) const;
    void add(const model::stats::EndpointRates& rates, double time);
    void change(std::size_t row, const model::stats::EndpointRates& rates, double time);
    void dropAbsent(const std::string& proxy);
    std::vector<Row> m_rows;
};

} // namespace ui::tables
