// The graph for screen readers: QGraphicsView shows nothing of its items to them.
#pragma once

#include <QAccessibleWidget>

#include <vector>

namespace ui {

class GraphView;

/// A list whose items are the nodes, in the graph's order (owner before owned, routes in match order). Owned by Qt's
/// accessibility cache. GUI thread.
class GraphAccessible final : public QAccessibleWidget {
public:
    explicit GraphAccessible(GraphView& view);
    ~GraphAccessible() override;
    /// Makes Qt ask for this class when a GraphView is looked at.
    static void install();

    int childCount() const override;
    QAccessibleInterface* child(int index) const override;
    int indexOfChild(const QAccessibleInterface* child) const override;
    QAccessibleInterface* childAt(int x, int y) const override;
    QAccessibleInterface* focusChild() const override;
    QString text(QAccessible::Text what) const override;

private:
    class Node;
    void forget();

    GraphView& m_view;
    mutable std::vector<QAccessible::Id> m_children; ///< By node; 0 until asked for.
};

} // namespace ui
