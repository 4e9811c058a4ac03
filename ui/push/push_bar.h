// The bar at the foot of the window: what would be pushed, how the last push stands, and the buttons.
#pragma once

#include "model/push/status.h"

#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ui::push {

class Chip;

/// What the bar tells.
struct Summary {
    int draft = 1;    ///< Number of the version that the next push makes.
    int changes = -1; ///< Against what runs; -1: not counted.
    int errors = 0;
    int warnings = 0;
    int rollBackTo = 0; ///< Version; 0: nothing to go back to.
    std::vector<model::push::ProxyStatus> proxies;
};

/// Says what the user wants; pushes nothing itself. Push is disabled, with the reason, while there are errors, no change
/// or no connected proxy. Push and Diff both ask for the review; only the review's own button pushes. GUI thread.
class PushBar final : public QWidget {
    Q_OBJECT
public:
    explicit PushBar(QWidget* parent = nullptr);
    void show(const Summary& summary);
    using QWidget::show;
    /// Text at the right of the chips: "polling 4 ms of 2 s".
    void setNote(const QString& note);
    /// Where the caret is, "Line 3, column 7"; empty outside a text.
    void setPlace(const QString& place);
    QPushButton& pushButton() { return *m_push; }
    QPushButton& rollBackButton() { return *m_rollBack; }
    QPushButton& diffButton() { return *m_diff; }
    const Summary& summary() const { return m_summary; }
    /// Why Push is disabled; empty when it is not.
    QString reason() const;

Q_SIGNALS:
    void reviewRequested();
    void rollBackRequested(int version);
    /// A chip was clicked.
    void proxyActivated(const QString& proxy);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showChips();
    Summary m_summary;
    QLabel* m_title = nullptr;
    QLabel* m_counts = nullptr;
    QLabel* m_note = nullptr;
    QLabel* m_place = nullptr;
    QHBoxLayout* m_chips = nullptr;
    std::vector<Chip*> m_shown;
    QPushButton* m_rollBack = nullptr;
    QPushButton* m_diff = nullptr;
    QPushButton* m_push = nullptr;
};

} // namespace ui::push
