// The canvas: the scene with pan, zoom, keyboard, menu, edge dragging, minimap.
#pragma once

#include "ui/graph/graph_edits.h"
#include "ui/graph/graph_scene.h"

#include <QGraphicsView>

namespace ui {

class Minimap;
class PinnedPositions;
class ZoomControl;

/// Shows the graph of a project and edits it. Selection is the project's. GUI thread.
class GraphView final : public QGraphicsView {
    Q_OBJECT
public:
    explicit GraphView(Project& project, QWidget* parent = nullptr);
    ~GraphView() override;

    GraphScene& graphScene() { return *m_scene; }
    const GraphScene& graphScene() const { return *m_scene; }
    double zoom() const;
    void setZoom(double zoom);
    /// Shows the middle of the graph at this zoom, now or once it is laid out.
    void showAt(double zoom);
    void zoomBy(double factor);
    /// Shows everything, never larger than 100 %.
    void fit();
    void fitSelection();
    /// Shows everything since the last fit(): it stays so when the view changes its size.
    bool isFitted() const { return m_fitted; }
    QRectF content() const;
    QRectF visibleArea() const;
    void setMinimapShown(bool shown);
    bool isMinimapShown() const;
    /// Lays out anew and fits once it is there.
    void relayout();

    void renameCurrent();
    void deleteCurrent();
    void add(Addition addition);
    /// Moves the focus to the nearest node in a direction.
    void step(Qt::Key direction);

Q_SIGNALS:
    void viewChanged();
    /// The user wants to see the selected node's form or text.
    void editRequested();
    void textRequested();
    /// An edit that could not be done, and why.
    void refused(const QString& reason);

protected:
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    void followSelection();
    void showMarks();
    void tellFocus();
    void placeCorner();
    void paintHint(QPainter& painter);
    void tell(const model::Result<void>& result);
    int edgeEndAt(const QPoint& position) const;
    int nodeAt(const QPoint& position) const;
    bool canMoveDown(int node) const;
    BoxItem* boxHeaderAt(const QPoint& position) const;
    void beginEdgeDrag(int edge);
    void endEdgeDrag(const QPoint& position);

    Project& m_project;
    GraphScene* m_scene;
    GraphEdits m_edits;
    std::unique_ptr<PinnedPositions> m_pins; ///< Goes before the scene, which it asks.
    Minimap* m_minimap;
    ZoomControl* m_zoomControl;
    bool m_fitNext = true;
    bool m_fitted = false;
    double m_zoomNext = 0; ///< Of showAt(), when nothing was laid out yet.
    bool m_space = false;
    bool m_panning = false;
    QPoint m_panFrom;
    int m_draggedEdge = -1;
    QPointF m_dragAt;
};

} // namespace ui
