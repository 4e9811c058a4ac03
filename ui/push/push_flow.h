// The right region while a push is looked at: where it stands, and how each proxy takes it.
#pragma once

#include "ui/push/flow_steps.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace ui::push {

class ProxyCard;

/// Heading, stepper, a card per proxy, buttons. Says what the user wants; pushes nothing itself. GUI thread.
class PushFlow final : public QWidget {
    Q_OBJECT
public:
    explicit PushFlow(QWidget* parent = nullptr);
    /// A review was opened.
    void showReview(const Review& review);
    /// It was confirmed and is version `version` now.
    void showPushed(int version);
    void showStatuses(const std::vector<model::push::ProxyStatus>& statuses);
    /// What the buttons offer: a version to go back to (0: none), and why pushing is not possible (empty: it is).
    void setActions(int rollBackTo, const QString& obstacle);
    const Flow& flow() const { return m_flow; }
    const std::vector<ProxyCard*>& cards() const { return m_cards; }
    QPushButton& rollBackButton() { return *m_rollBack; }
    QPushButton& againButton() { return *m_again; }

Q_SIGNALS:
    void rollBackRequested(int version);
    void reviewRequested();
    void proxyActivated(const QString& proxy);
    /// The user has seen enough.
    void left();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Stepper;
    void buildHeader(QVBoxLayout& column);
    void buildCards(QVBoxLayout& column);
    void buildButtons(QVBoxLayout& column);
    void refresh();

    Flow m_flow;
    QTimer m_age; ///< Runs while something is under way, as its age grows.
    int m_rollBackTo = 0;
    QLabel *m_title = nullptr, *m_summary = nullptr;
    Stepper* m_stepper = nullptr;
    QWidget* m_area = nullptr; ///< Of the cards.
    QVBoxLayout* m_column = nullptr;
    std::vector<ProxyCard*> m_cards;
    QPushButton *m_rollBack = nullptr, *m_again = nullptr;
};

} // namespace ui::push
