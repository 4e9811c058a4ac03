#include "ui/graph/arrangement.h"

#include "ui/style/theme.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <map>

namespace ui {

using model::graph::Graph;
using model::graph::Layers;
using model::graph::NodeKind;
using model::graph::Size;

namespace {

double textWidth(const std::string& text, double px, bool bold)
{
    return QFontMetricsF(Theme::font(px, bold)).horizontalAdvance(QString::fromStdString(text));
}

Size detailSize(const model::graph::Node& node)
{
    const double ring = node.kind == NodeKind::Cluster || node.kind == NodeKind::Endpoint ? 26 : 10;
    const double text = std::max(textWidth(node.title, 12, true), textWidth(node.subtitle, 10.5, false));
    const double wanted = Theme::number("node.detail.strip") + 8 + text + ring;
    const double width = std::clamp(std::ceil(wanted / 8) * 8, 120.0, 200.0);
    const bool tall = !node.badges.empty();
    return {width, Theme::number(tall ? "node.detail.heightWithBadges" : "node.detail.height")};
}

Size compactSize(const model::graph::Node& node)
{
    double least = 62;
    if (node.kind == NodeKind::Route) least = 44;
    if (node.kind == NodeKind::Cluster) least = 87;
    const bool titleOnly = node.kind == NodeKind::Route;
    const double text =
        std::max(textWidth(node.title, 11.5, true), titleOnly ? 0 : textWidth(node.subtitle, 10, false));
    const double wanted = Theme::number("node.compact.strip") + 6 + text + (titleOnly ? 14 : 8);
    return {std::clamp(std::ceil(wanted), least, 160.0), Theme::number("node.compact.height")};
}

bool isJoined(const Graph& graph, int endpoint)
{
    return std::any_of(graph.edges.begin(), graph.edges.end(), [&](const model::graph::Edge& edge) {
        return edge.from == endpoint && edge.kind == model::graph::Edge::Kind::Joins;
    });
}

/// Takes the endpoints out of the graph; a joined one leaves an edge from its cluster to the listener.
struct Folding {
    const Graph& from;
    Arrangement result;
    std::vector<int> newIndex; ///< By old node; -1 for an endpoint.
    std::map<int, int> owner;  ///< Old endpoint -> old cluster.

    explicit Folding(const Graph& graph) : from(graph), newIndex(graph.nodes.size(), -1)
    {
        for (const auto& edge : graph.edges)
            if (graph.nodes[static_cast<std::size_t>(edge.to)].kind == NodeKind::Endpoint) owner[edge.to] = edge.from;
    }

    void nodes()
    {
        for (std::size_t i = 0; i < from.nodes.size(); ++i) {
            if (owner.contains(static_cast<int>(i))) continue;
            newIndex[i] = static_cast<int>(result.graph.nodes.size());
            result.graph.nodes.push_back(from.nodes[i]);
        }
        result.graph.proxies = from.proxies;
        result.rows.resize(result.graph.nodes.size());
        for (const auto& [endpoint, cluster] : owner) {
            const auto& node = from.nodes[static_cast<std::size_t>(endpoint)];
            const int at = newIndex[static_cast<std::size_t>(cluster)];
            if (at < 0) continue;
            const std::string& address = node.address.empty() ? node.title : node.address;
            result.rows[static_cast<std::size_t>(at)].push_back(
                {address, node.id, node.path, isJoined(from, endpoint)});
        }
    }

    void edges()
    {
        for (auto edge : from.edges) {
            if (const auto it = owner.find(edge.from); it != owner.end()) edge.from = it->second;
            edge.from = newIndex[static_cast<std::size_t>(edge.from)];
            edge.to = newIndex[static_cast<std::size_t>(edge.to)];
            if (edge.from < 0 || edge.to < 0) continue;
            const bool known =
                std::any_of(result.graph.edges.begin(), result.graph.edges.end(), [&](const auto& other) {
                    return other.from == edge.from && other.to == edge.to &&
                           other.kind == model::graph::Edge::Kind::Joins &&
                           edge.kind == model::graph::Edge::Kind::Joins;
                });
            if (!known) result.graph.edges.push_back(edge);
        }
    }
};

int visibleRows(const std::vector<EndpointRow>& rows)
{
    const auto plain = std::count_if(rows.begin(), rows.end(), [](const EndpointRow& row) { return !row.isPort; });
    return static_cast<int>(std::min<std::ptrdiff_t>(plain, endpointRowLimit + (plain > endpointRowLimit)));
}

} // namespace

namespace {

/// One Proxy node in the place of everything a collapsed proxy owns; edges between proxies stay.
Graph collapse(const Graph& graph, const std::set<std::string>& collapsed)
{
    Graph result;
    result.proxies = graph.proxies;
    std::map<std::string, int> boxes;
    std::vector<int> newIndex;
    for (const auto& node : graph.nodes) {
        const bool folds = collapsed.contains(node.proxy) && node.kind != NodeKind::Proxy;
        const auto known = boxes.find(node.proxy);
        if (folds && known != boxes.end()) {
            newIndex.push_back(known->second);
            continue;
        }
        newIndex.push_back(static_cast<int>(result.nodes.size()));
        if (!folds) {
            result.nodes.push_back(node);
            continue;
        }
        boxes[node.proxy] = newIndex.back();
        model::graph::Node box;
        box.id = node.proxy;
        box.kind = NodeKind::Proxy;
        box.proxy = box.title = node.proxy;
        box.document = node.document;
        result.nodes.push_back(std::move(box));
    }
    std::set<std::pair<int, int>> seen;
    for (auto edge : graph.edges) {
        edge.from = newIndex[static_cast<std::size_t>(edge.from)];
        edge.to = newIndex[static_cast<std::size_t>(edge.to)];
        if (edge.from != edge.to && seen.emplace(edge.from, edge.to).second) result.edges.push_back(edge);
    }
    return result;
}

} // namespace

Arrangement arrange(const Graph& whole, Layers layers, const std::set<std::string>& collapsed)
{
    Arrangement result;
    const Graph graph = collapsed.empty() ? whole : collapse(whole, collapsed);
    if (layers == Layers::All) {
        result.graph = graph;
        result.rows.resize(graph.nodes.size());
    } else {
        const Graph folded = model::graph::fold(graph, layers);
        Folding folding(folded);
        folding.nodes();
        folding.edges();
        result = std::move(folding.result);
    }
    result.layers = layers;
    for (std::size_t i = 0; i < result.graph.nodes.size(); ++i) {
        const auto& node = result.graph.nodes[i];
        const Size body = layers == Layers::All ? detailSize(node) : compactSize(node);
        const double rowHeight = Theme::number("node.compact.endpointRow");
        result.bodies.push_back(body);
        result.sizes.push_back({body.width, body.height + 2 * rowHeight * visibleRows(result.rows[i])});
    }
    return result;
}

model::graph::Spacing spacingFor(Layers layers)
{
    model::graph::Spacing spacing;
    spacing.boxGap = Theme::number("node.gap.proxy");
    if (layers == Layers::All) return spacing;
    spacing.layerGap = 2 * Theme::number("node.gap.layerCompact");
    spacing.beforeRoutes = spacing.layerGap;
    return spacing;
}

} // namespace ui
