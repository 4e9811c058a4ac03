// The Pushes tab: what was pushed when, and how it stands at each proxy.
#pragma once

#include "model/push/status.h"
#include "ui/tables/table_view.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <vector>

class QLabel;
class QPushButton;

namespace ui::push {

/// Newest push first; of it one row per resource, of older ones with many resources one per proxy, rejections always.
class HistoryModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Version, Proxy, Type, Resource, Result, After, Message, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    void show(const std::vector<model::push::HistoryEntry>& history);
    int version(int row) const { return m_rows[static_cast<std::size_t>(row)].version; }
    QString message(int row) const { return m_rows[static_cast<std::size_t>(row)].cells[Message]; }
    QString proxy(int row) const { return m_rows[static_cast<std::size_t>(row)].cells[Proxy]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        int version = 0;
        model::push::State state = model::push::State::Unchanged;
        QString cells[ColumnCount];
        friend bool operator==(const Row&, const Row&) = default;
    };
    void add(const model::push::HistoryEntry& entry, bool isNewest, std::vector<Row>& rows) const;
    static Row rowOf(const model::push::HistoryEntry& entry, const QString& proxy, model::push::State state,
                     double since);

    std::vector<Row> m_rows;
};

/// Table of pushes with the chosen row's message in full below it. By keyboard: Enter shows the proxy, Ctrl+C copies rows,
/// Ctrl+Shift+R rolls back to the row's version.
class PushPanel final : public QWidget {
    Q_OBJECT
public:
    explicit PushPanel(QWidget* parent = nullptr);
    void show(const std::vector<model::push::HistoryEntry>& history);
    using QWidget::show;
    HistoryModel& model() { return m_model; }
    tables::TableView& view() { return *m_view; }
    QPushButton& rollBackButton() { return *m_rollBack; }
    QPushButton& copyButton() { return *m_copy; }
    /// Selects the newest row of a proxy's push.
    void select(const QString& proxy);

Q_SIGNALS:
    void proxyActivated(const QString& proxy);
    void rollBackRequested(int version);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildTable();
    QWidget* buildDetail();
    void followRow();
    void rollBack();
    int row() const;

    HistoryModel m_model;
    tables::TableView* m_view = nullptr;
    QLabel* m_message = nullptr;
    QPushButton *m_copy = nullptr, *m_rollBack = nullptr;
    int m_newest = 0; ///< Version that runs: nothing to go back to.
};

} // namespace ui::push
