// A region of the window: tabs, corner actions, and the chosen panel below them.
#pragma once

#include <QIcon>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QStackedWidget;
class QTabBar;

namespace ui {

/// The tab row is the title, there is no second header. A double click on a tab asks to be maximised or restored. Tabs of
/// movable stacks can be dragged into each other's rows, and detached into a window that gives them back when it closes.
class PanelStack final : public QWidget {
    Q_OBJECT
public:
    explicit PanelStack(const QString& name, QWidget* parent = nullptr);

    /// Adds a panel; `corner` (may be null) stands at the right of the row while the panel is shown.
    int addPanel(const QString& title, QWidget* panel, QWidget* corner = nullptr, const QIcon& icon = {});
    void removePanel(QWidget* panel);
    /// Puts a cross on the panel's tab.
    void setClosable(QWidget* panel, std::function<void()> close);
    void setTitle(QWidget* panel, const QString& title);
    void setCurrent(QWidget* panel);
    /// Shows or hides a panel's tab; a hidden panel keeps its place.
    void setTabShown(QWidget* panel, bool shown);
    QWidget* current() const;
    int count() const;
    QWidget* panel(int index) const;
    QTabBar& tabs() { return *m_tabs; }
    /// Puts a widget that is always there at the right of the row.
    void addCorner(QWidget* widget);

    /// Lets tabs be dragged to and from other movable stacks.
    void setMovable(bool movable) { m_movable = movable; }
    bool isMovable() const { return m_movable; }
    /// The stack that holds a panel, wherever it was dragged; nullptr when none does.
    static PanelStack* of(const QWidget* panel);
    /// Takes a panel over from the stack that holds it, at `index` (-1: last).
    void adopt(QWidget* panel, int index = -1);
    /// Puts the panel into a window of its own; closing that brings it back here.
    QWidget* detach(QWidget* panel);

Q_SIGNALS:
    void currentChanged(QWidget* panel);
    void maximiseRequested();
    /// The last panel went, or the first came.
    void emptied(bool isEmpty);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Part {
        QString title;
        QIcon icon;
        QWidget* corner = nullptr;
    };
    Part take(QWidget* panel);
    void put(QWidget* panel, const Part& part, int index);
    void dragTo(const QPoint& global);
    void drop(const QPoint& global);
    void showMenu(const QPoint& at);
    static PanelStack* movableAt(const QPoint& global);
    void setTarget(bool isTarget);

    QTabBar* m_tabs;
    QStackedWidget* m_stack;
    QHBoxLayout* m_row;
    QStackedWidget* m_corners;
    bool m_movable = false;
    bool m_isTarget = false; ///< A tab is held over the row.
    QWidget* m_dragged = nullptr;
    QPoint m_pressed;
    PanelStack* m_over = nullptr;
};

} // namespace ui
