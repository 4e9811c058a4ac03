// A region of the window: tabs, corner actions, and the chosen panel below them.
#pragma once

#include <QWidget>

#include <functional>

class QHBoxLayout;
class QStackedWidget;
class QTabBar;

namespace ui {

/// The tab row is the title, there is no second header. A double click on a tab asks to be maximised or restored.
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

Q_SIGNALS:
    void currentChanged(QWidget* panel);
    void maximiseRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QTabBar* m_tabs;
    QStackedWidget* m_stack;
    QHBoxLayout* m_row;
    QStackedWidget* m_corners;
};

} // namespace ui
