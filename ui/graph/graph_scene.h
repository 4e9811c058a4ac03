// The graph as a scene: items for an arrangement and its layout, and what is known about them.
#pragma once

#include "model/base/finding.h"
#include "model/push/status.h"
#include "model/stats/sample.h"
#include "ui/document/project.h"
#include "ui/graph/arrangement.h"
#include "ui/graph/graph_items.h"
#include "ui/graph/node_changes.h"

#include <QGraphicsScene>
#include <QHash>
#include <QVariantMap>

#include <atomic>
#include <map>
#include <set>

namespace ui {

/// Shows a graph. Layout is computed off the GUI thread and cancelled by the next one; until it is there the old picture
/// stays. Nodes that the user dragged stay where they are put. All indices are those of arrangement().graph.
class GraphScene final : public QGraphicsScene {
    Q_OBJECT
public:
    explicit GraphScene(QObject* parent = nullptr);
    ~GraphScene() override;

    void setGraph(GraphPtr graph);
    void setLayers(model::graph::Layers layers);
    model::graph::Layers layers() const { return m_layers; }
    void setCollapsed(const QString& proxy, bool collapsed);
    bool isCollapsed(const QString& proxy) const { return m_collapsed.contains(proxy.toStdString()); }
    /// Forgets dragged positions and lays out anew.
    void relayout();

    const Arrangement& arrangement() const { return m_arrangement; }
    const model::graph::Node& node(int index) const
    {
        return m_arrangement.graph.nodes[static_cast<std::size_t>(index)];
    }
    const std::vector<NodeItem*>& nodeItems() const { return m_nodes; }
    const std::vector<EdgeItem*>& edgeItems() const { return m_edges; }
    const std::vector<BoxItem*>& boxItems() const { return m_boxes; }
    bool isEmpty() const { return m_nodes.empty(); }

    /// Selects the node at a place of a document (-1: none) without telling nodeSelected.
    void select(int document, const QString& path);
    int currentNode() const { return m_current; }
    std::vector<int> selectedNodes() const;
    /// Selects and tells.
    void choose(int node);

    /// One finding as the graph shows it.
    struct Mark {
        int document = -1;
        std::string path;
        model::Severity severity = model::Severity::Error;
    };
    void setMarks(std::vector<Mark> marks);
    /// What differs from what the proxies run: marks on nodes, and nodes for what was removed.
    void setDifferences(std::vector<ProxyDifference> differences);
    /// The proxy has not answered since then (seconds since the epoch; 0: it answers): its numbers are the last known.
    void setUnreachable(const std::string& proxy, double since);
    /// Chips by proxy, and what was rejected (path in the proxy's document).
    void setPush(QHash<QString, BoxChip> chips, std::vector<model::push::Nack> nacks);
    /// Rates and health of one proxy's endpoints; replaces what was known of that proxy.
    void setRates(const model::stats::RatesStep& step);
    void setOverlay(bool shown);
    /// Dims every node whose id is not in `ids`; an empty optional dims none.
    void setMatches(std::optional<std::set<std::string>> ids);
    /// Nodes that are not drawn because there are too many; the find bar brings some of them.
    int hiddenNodes() const { return m_hidden; }

    /// Where the user dragged nodes to, in every layer: "LAYER:ID" and a point.
    QVariantMap positions() const;
    /// Puts nodes there, now or when they come.
    void addPositions(const QVariantMap& positions);
    bool isPinned(int index) const { return pins().contains(QString::fromStdString(node(index).id)); }
    /// Lets a node go back to where the layout puts it.
    void unpin(int index);

    void nodeMoved(int index);
    void setHovered(int index);
    void setFocusMark(int index);
    void setDropTargets(const std::set<int>& nodes);

Q_SIGNALS:
    void laidOut();
    void nodeSelected(int document, const QString& path);
    void emptySelected();
    void positionsChanged();

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    void arrangeAndLayOut();
    model::graph::Graph matching() const;
    void build(const model::graph::Layout& layout);
    void buildItems(const model::graph::Layout& layout);
    void buildBoxes(const model::graph::Layout& layout);
    void routeEdge(std::size_t index);
    void fitBoxes();
    void selectionMoved();
    void showPath();
    void applyMarks();
    void applyPush();
    void applyRates();
    struct Flow; ///< What goes through a node.
    Flow clusterFlow(NodeItem& item, const model::stats::RatesStep& step) const;
    void carryFlows(std::vector<Flow>& flows);
    void applyMatches();
    void applyDifferences();
    QHash<QString, QPointF> pins() const { return m_pins.value(static_cast<int>(m_layers)); }
    QString boxFact(const std::string& proxy) const;
    QString toolTip(int index) const;

    GraphPtr m_graph;
    model::graph::Layers m_layers = model::graph::Layers::All;
    std::set<std::string> m_collapsed;
    Arrangement m_pending, m_arrangement;
    model::graph::Layout m_layout;
    std::vector<NodeItem*> m_nodes;
    std::vector<EdgeItem*> m_edges;
    std::vector<BoxItem*> m_boxes;
    QHash<int, QHash<QString, QPointF>> m_pins; ///< By layers, then by node id.
    std::shared_ptr<std::atomic<int>> m_generation = std::make_shared<std::atomic<int>>(0);

    int m_document = -1, m_current = -1, m_hovered = -1;
    QString m_path;
    bool m_building = false;
    bool m_overlay = true;
    std::vector<Mark> m_marks;
    QHash<QString, BoxChip> m_chips;
    std::vector<model::push::Nack> m_nacks;
    std::map<std::string, model::stats::RatesStep> m_rates; ///< By proxy.
    std::optional<std::set<std::string>> m_matches;
    std::vector<ProxyDifference> m_differences;
    std::vector<model::graph::Node> m_removed;   ///< Run, but configured no longer.
    std::map<std::string, double> m_unreachable; ///< Since when, by proxy.
    int m_hidden = 0;
};

} // namespace ui
