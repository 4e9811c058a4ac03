// The bar at the foot of the window: what would be pushed, how the last push stands, and the buttons.
#pragma once

#include "model/push/status.h"

#include <QStringList>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ui::push {

class Chip;

/// What the bar tells.
struct Summary {
    int draft = 1;            ///< Number of the version that the next push makes.
    QStringList changes;      ///< One line per change against what runs: "changed route /pay in front-envoy".
    int errors = 0;
    int warnings = 0;
    int rollBackTo = 0;       ///< Version; 0: nothing to go back to.
    bool seenBefore = false;  ///< These changes were shown before a push already.
    bool isPushing = false;
    std::vector<model::push::ProxyStatus> proxies;
};

/// Says what the user wants; pushes nothing itself. Push is disabled, with the reason, while there are errors, no change
/// or no proxy. The first push of a set of changes shows their list and asks for a second press. GUI thread.
class PushBar final : public QWidget {
    Q_OBJECT
public:
    explicit PushBar(QWidget* parent = nullptr);
    void show(const Summary& summary);
    using QWidget::show;
    /// Text at the right of the chips: "polling 4 ms of 2 s".
    void setNote(const QString& note);
    QPushButton& pushButton() { return *m_push; }
    QPushButton& rollBackButton() { return *m_rollBack; }
    /// Why Push is disabled; empty when it is not.
    QString reason() const;

Q_SIGNALS:
    void pushRequested();
    void rollBackRequested(int version);
    /// A chip was clicked.
    void proxyActivated(const QString& proxy);

private:
    void press();
    void showChanges();
    void showChips();
    Summary m_summary;
    QLabel* m_title = nullptr;
    QLabel* m_counts = nullptr;
    QLabel* m_note = nullptr;
    QHBoxLayout* m_chips = nullptr;
    std::vector<Chip*> m_shown;
    QPushButton* m_rollBack = nullptr;
    QPushButton* m_push = nullptr;
};

} // namespace ui::push
