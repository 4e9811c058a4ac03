// The scene's items: they keep an index and paint what the scene knows about it.
#pragma once

#include "ui/graph/edge_look.h"
#include "ui/graph/node_look.h"

#include <QGraphicsItem>

namespace ui {

class GraphScene;

/// A node. Movable; its position is view state.
class NodeItem final : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };
    NodeItem(GraphScene& scene, int index);
    int type() const override { return Type; }
    int index() const { return m_index; }
    /// The shape itself in item coordinates.
    QRectF body() const;
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

    NodeState state;

protected:
    QVariant itemChange(GraphicsItemChange change, const QVariant& value) override;
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

private:
    GraphScene& m_scene;
    int m_index;
};

/// An edge in scene coordinates.
class EdgeItem final : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };
    explicit EdgeItem(int index);
    int type() const override { return Type; }
    int index() const { return m_index; }
    void setCurve(const QPainterPath& curve);
    const QPainterPath& curve() const { return m_curve; }
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

    EdgeState state;

private:
    int m_index;
    QPainterPath m_curve;
};

/// What a proxy's box says about its push: "v17", "held v16", "NACK LDS".
struct BoxChip {
    QString text;
    QString tone; ///< "ok", "warning", "error", "plain"
};

/// The box around a proxy's nodes.
class BoxItem final : public QGraphicsItem {
public:
    enum { Type = UserType + 3 };
    BoxItem(QString name, QString fact, const QRectF& rect);
    int type() const override { return Type; }
    const QString& name() const { return m_name; }
    QRectF header() const;
    const QRectF& rect() const { return m_rect; }
    void setRect(const QRectF& rect);
    QRectF boundingRect() const override { return m_rect.adjusted(-2, -2, 2, 2); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

    BoxChip chip;
    bool nacked = false;

private:
    QString m_name, m_fact;
    QRectF m_rect;
};

} // namespace ui
