// The window's lowest row: draft, counts, a chip per proxy, roll back and push.
#pragma once

#include "model/push/status.h"

#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ui {

/// Shows what it is told; says pushRequested and rollbackRequested. Errors disable Push, and the button says why.
class PushStrip final : public QWidget {
    Q_OBJECT
public:
    explicit PushStrip(QWidget* parent = nullptr);
    void showStatuses(const std::vector<model::push::ProxyStatus>& statuses);
    void showHistory(const std::vector<model::push::HistoryEntry>& history);
    void showFindings(int errors, int warnings);
    void setChanges(int changes);
    void showNote(const QString& note);

Q_SIGNALS:
    void pushRequested();
    void rollbackRequested(int version);
    void proxyChosen(const QString& proxy);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void refresh();

    QLabel* m_version;
    QLabel* m_counts;
    QHBoxLayout* m_chips;
    QLabel* m_note;
    QPushButton* m_rollback;
    QPushButton* m_push;
    std::vector<model::push::ProxyStatus> m_statuses;
    int m_pushed = 0, m_changes = -1, m_errors = 0, m_warnings = 0;
};

} // namespace ui
