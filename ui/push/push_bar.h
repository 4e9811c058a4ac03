// The bar at the foot of the window: what would be pushed, how the last push stands, and the buttons.
#pragma once

#include "model/push/status.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QMenu;
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
    QString repeated = {};     ///< Who rejected just this already, when there is nothing else to push.
    QStringList changing = {}; ///< Connected proxies that a push would change.
};

/// Says what the user wants; pushes nothing itself. Push is disabled, with the reason, while there are errors, no change
/// or no connected proxy. Push and Diff both ask for the review; only the review's own button pushes. The arrow beside Push
/// offers to push to one proxy first. Chips that have no room join to "1 effective, 1 NACK". GUI thread.
class PushBar final : public QWidget {
    Q_OBJECT
public:
    explicit PushBar(QWidget* parent = nullptr);
    void show(const Summary& summary);
    using QWidget::show;
    /// The proxy's admin address has not answered since then (seconds since the epoch); 0: it answers.
    void setUnreachable(const QString& proxy, double since);
    bool isUnreachable(const QString& proxy) const { return m_unreachable.contains(proxy); }
    /// Text at the right of the chips: "polling 4 ms of 2 s".
    void setNote(const QString& note);
    /// Where the caret is, "Line 3, column 7"; empty outside a text.
    void setPlace(const QString& place);
    QPushButton& pushButton() { return *m_push; }
    QPushButton& rollBackButton() { return *m_rollBack; }
    QPushButton& diffButton() { return *m_diff; }
    QPushButton& oneFirstButton() { return *m_oneFirst; }
    /// Texts of the chips that are shown, "service-a effective".
    QStringList chipTexts() const;
    const Summary& summary() const { return m_summary; }
    /// Why Push is disabled; empty when it is not.
    QString reason() const;

Q_SIGNALS:
    /// `only` names a proxy to push to first; empty: all.
    void reviewRequested(const QString& only);
    void rollBackRequested(int version);
    /// A chip was clicked.
    void proxyActivated(const QString& proxy);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void build();
    void buildButtons();
    void showButtons();
    void showChips();
    void fillChip(Chip& chip, const model::push::ProxyStatus& proxy) const;
    void joinChips();
    std::vector<model::push::ProxyStatus> known() const;
    QString joined() const;
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
    QPushButton* m_oneFirst = nullptr;
    QMenu* m_oneFirstMenu = nullptr;
    Chip* m_joined = nullptr;
    QHash<QString, double> m_unreachable; ///< Since when, by proxy.
    QTimer m_age;                         ///< Runs while a proxy is unreachable: its age grows.
};

} // namespace ui::push
