// The canvas' corner: the whole graph small, and the zoom control.
#pragma once

#include <QWidget>

class QToolButton;

namespace ui {

class GraphView;

/// Draws boxes and the visible part; clicking or dragging moves there.
class Minimap final : public QWidget {
    Q_OBJECT
public:
    explicit Minimap(GraphView& view);
    QSize sizeHint() const override { return {125, 70}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QRectF area() const;
    void moveTo(const QPointF& position);
    GraphView& m_view;
};

/// "− 100 % + Fit".
class ZoomControl final : public QWidget {
    Q_OBJECT
public:
    explicit ZoomControl(GraphView& view);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    GraphView& m_view;
    QToolButton* m_value = nullptr;
};

} // namespace ui
