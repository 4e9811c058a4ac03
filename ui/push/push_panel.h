// The Pushes tab: what was pushed when, and how it stands at each proxy.
#pragma once

#include "model/push/status.h"
#include "ui/tables/table_view.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace ui::push {

class Chip;

/// One row per version and proxy, newest first.
class HistoryModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Version, Proxy, Result, Summary, Message, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    void show(const std::vector<model::push::HistoryEntry>& history);
    int version(int row) const { return m_rows[static_cast<std::size_t>(row)].version; }
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
    std::vector<Row> m_rows;
};

/// One proxy: its name, state, a chip per type and a sentence.
class ProxyCard final : public QWidget {
    Q_OBJECT
public:
    explicit ProxyCard(QWidget* parent = nullptr);
    void show(const model::push::ProxyStatus& status);
    using QWidget::show;
    /// The sentence below the chips.
    static QString sentence(const model::push::ProxyStatus& status);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    model::push::ProxyStatus m_status;
    QLabel* m_text = nullptr;
    std::vector<Chip*> m_types;
};

/// Table of pushes at the left, cards of the proxies at the right. GUI thread.
class PushPanel final : public QWidget {
    Q_OBJECT
public:
    explicit PushPanel(QWidget* parent = nullptr);
    void show(const std::vector<model::push::HistoryEntry>& history, const std::vector<model::push::ProxyStatus>& proxies);
    using QWidget::show;
    HistoryModel& model() { return m_model; }
    tables::TableView& view() { return *m_view; }

Q_SIGNALS:
    void proxyActivated(const QString& proxy);
    void rollBackRequested(int version);

private:
    HistoryModel m_model;
    tables::TableView* m_view = nullptr;
    QVBoxLayout* m_column = nullptr;
    std::vector<ProxyCard*> m_cards;
};

} // namespace ui::push
