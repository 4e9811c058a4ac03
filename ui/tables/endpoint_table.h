// The Endpoints tab: every endpoint of every proxy with its health and rates.
#pragma once

#include "ui/tables/endpoint_model.h"
#include "ui/tables/table_view.h"

#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTimer>
#include <QWidget>

namespace ui::tables {

/// Table with a filter field. Sorts stably, and again at most every five seconds and never under the pointer, so that
/// rows hold still. GUI thread.
class EndpointTable final : public QWidget {
    Q_OBJECT
public:
    explicit EndpointTable(QWidget* parent = nullptr);

    void append(const model::stats::RatesStep& step);
    void setStale(const std::string& proxy, double since) { m_model.setStale(proxy, since); }
    void remove(const std::string& proxy) { m_model.remove(proxy); }
    /// Selects these rows without announcing it.
    void select(const std::vector<model::stats::EndpointKey>& keys);
    std::vector<model::stats::EndpointKey> selected() const;
    EndpointModel& model() { return m_model; }
    TableView& view() { return *m_view; }
    QLineEdit& filter() { return *m_filter; }

Q_SIGNALS:
    void selectionChanged(const std::vector<model::stats::EndpointKey>& keys);
    void activated(const model::stats::EndpointKey& key);
    /// Shown rows changed; for the number on the tab.
    void countChanged(int count);

private:
    void sortAgain();
    EndpointModel m_model;
    QSortFilterProxyModel m_sorted;
    TableView* m_view = nullptr;
    QLineEdit* m_filter = nullptr;
    QTimer m_resort;
    bool m_selecting = false;
};

} // namespace ui::tables
