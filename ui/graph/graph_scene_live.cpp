// What the scene is told about its nodes from outside: findings, pushes, rates, matches of the find bar.
#include "ui/graph/graph_scene.h"

#include <algorithm>

namespace ui {

using model::graph::NodeKind;
using model::stats::Health;

void GraphScene::setMarks(std::vector<Mark> marks)
{
    m_marks = std::move(marks);
    applyMarks();
}

void GraphScene::applyMarks()
{
    for (NodeItem* item : m_nodes) {
        item->state.severity.reset();
        item->state.problems = 0;
    }
    for (const Mark& mark : m_marks) {
        const int index = m_arrangement.graph.nodeAt(mark.document, mark.path);
        if (index < 0 || mark.severity > model::Severity::Warning) continue;
        NodeState& state = m_nodes[static_cast<std::size_t>(index)]->state;
        const model::Severity worst = std::min(mark.severity, state.severity.value_or(mark.severity));
        if (state.severity != worst) state.problems = 0; // the pill counts the worst severity only
        state.severity = worst;
        if (mark.severity == worst) ++state.problems;
    }
    update();
}

void GraphScene::setPush(QHash<QString, BoxChip> chips, std::vector<model::push::Nack> nacks)
{
    m_chips = std::move(chips);
    m_nacks = std::move(nacks);
    applyPush();
}

void GraphScene::applyPush()
{
    for (NodeItem* item : m_nodes) item->state.nacked = false;
    for (BoxItem* box : m_boxes) {
        box->chip = m_chips.value(box->name());
        box->nacked = std::any_of(m_nacks.begin(), m_nacks.end(),
                                  [&](const auto& nack) { return nack.proxy == box->name().toStdString(); });
    }
    for (const auto& nack : m_nacks) {
        const NodeItem* best = nullptr;
        for (NodeItem* item : m_nodes) {
            const auto& n = node(item->index());
            const bool named = !nack.resource.empty() && n.resource == nack.resource;
            const bool placed = !nack.path.empty() && !n.path.empty() && nack.path.starts_with(n.path);
            if (n.proxy != nack.proxy || !(named || placed)) continue;
            if (!best || n.path.size() > node(best->index()).path.size()) best = item;
        }
        if (best) m_nodes[static_cast<std::size_t>(best->index())]->state.nacked = true;
    }
    update();
}

void GraphScene::setDifferences(std::vector<ProxyDifference> differences)
{
    m_differences = std::move(differences);
    auto removed = removedNodes(m_differences);
    const bool same = std::ranges::equal(removed, m_removed, {}, &model::graph::Node::id, &model::graph::Node::id);
    m_removed = std::move(removed);
    if (!same) return arrangeAndLayOut();
    applyDifferences();
}

void GraphScene::applyDifferences()
{
    const auto changes = nodeChanges(m_arrangement.graph, m_differences);
    for (NodeItem* item : m_nodes) {
        const auto found = changes.find(item->index());
        item->state.change = found == changes.end() ? NodeChange::None : found->second;
    }
    update();
}

void GraphScene::setUnreachable(const std::string& proxy, double since)
{
    if (since > 0) m_unreachable[proxy] = since;
    else if (m_unreachable.erase(proxy) == 0) return;
    for (NodeItem* item : m_nodes)
        if (node(item->index()).proxy == proxy) item->setToolTip(toolTip(item->index()));
    applyRates();
}

void GraphScene::setRates(const model::stats::RatesStep& step)
{
    m_rates[step.proxy] = step;
    applyRates();
}

void GraphScene::setOverlay(bool shown)
{
    m_overlay = shown;
    applyRates();
}

namespace {

const model::stats::EndpointRates* find(const model::stats::RatesStep& step, const std::string& cluster,
                                        const std::string& address)
{
    const auto it = std::find_if(step.endpoints.begin(), step.endpoints.end(), [&](const auto& endpoint) {
        const std::string port = address.substr(std::min(address.rfind(':'), address.size()));
        return endpoint.key.cluster == cluster &&
               (endpoint.key.address == address || endpoint.hostname + port == address);
    });
    return it == step.endpoints.end() ? nullptr : &*it;
}

QString perSecond(double rate) { return QString::number(rate, 'f', 1) + QStringLiteral("/s"); }

} // namespace

/// Sum over endpoints of one cluster.
struct GraphScene::Flow {
    std::optional<double> requests;
    double errors = 0;
    void add(const model::stats::EndpointRates& rates)
    {
        if (rates.requestsPerSecond) requests = requests.value_or(0) + *rates.requestsPerSecond;
        errors += rates.errorsPerSecond.value_or(0);
    }
    double share() const { return requests.value_or(0) > 0 ? errors / *requests : 0; }
};

// A node's rate is that of its cluster, or of what it leads to when that has no other way in.
void GraphScene::applyRates()
{
    std::vector<Flow> flows(m_nodes.size());
    for (NodeItem* item : m_nodes) {
        NodeState& state = item->state;
        state.ring.clear();
        state.rowHealth.clear();
        state.rowRates.clear();
        state.live.clear();
        const auto& n = node(item->index());
        state.isStale = m_unreachable.contains(n.proxy);
        const auto step = m_rates.find(n.proxy);
        if (!m_overlay || step == m_rates.end()) continue;
        if (n.kind == NodeKind::Cluster)
            flows[static_cast<std::size_t>(item->index())] = clusterFlow(*item, step->second);
        if (n.kind != NodeKind::Endpoint) continue;
        if (const auto* found = find(step->second, n.resource, n.address)) {
            flows[static_cast<std::size_t>(item->index())].add(*found);
            state.ring.push_back(found->health);
        }
    }
    carryFlows(flows);
    for (NodeItem* item : m_nodes) {
        const auto& flow = flows[static_cast<std::size_t>(item->index())];
        if (flow.requests && node(item->index()).kind >= NodeKind::Cluster)
            item->state.live = perSecond(*flow.requests);
    }
    update();
}

/// Ring and rows of a cluster's endpoints; returns what they take together.
GraphScene::Flow GraphScene::clusterFlow(NodeItem& item, const model::stats::RatesStep& step) const
{
    Flow flow;
    const auto& n = node(item.index());
    for (const auto& endpoint : step.endpoints) {
        if (endpoint.key.cluster != n.resource) continue;
        flow.add(endpoint);
        item.state.ring.push_back(endpoint.health);
    }
    for (const EndpointRow& row : m_arrangement.rows[static_cast<std::size_t>(item.index())]) {
        const auto* found = find(step, n.resource, row.address);
        item.state.rowHealth.push_back(found ? found->health : Health::Unknown);
        item.state.rowRates << (found && found->requestsPerSecond ? QString::number(*found->requestsPerSecond, 'f', 1)
                                                                  : QString());
    }
    return flow;
}

// Owners stand before what they own, so one pass from the back carries flows from clusters to listeners.
void GraphScene::carryFlows(std::vector<Flow>& flows)
{
    const auto& edges = m_arrangement.graph.edges;
    std::vector<int> waysIn(m_nodes.size(), 0);
    for (const auto& edge : edges)
        if (edge.kind != model::graph::Edge::Kind::Joins) ++waysIn[static_cast<std::size_t>(edge.to)];
    std::vector<std::size_t> order(m_edges.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return node(edges[a].from).kind > node(edges[b].from).kind; });
    for (const std::size_t i : order) {
        const auto from = static_cast<std::size_t>(edges[i].from), to = static_cast<std::size_t>(edges[i].to);
        EdgeState& state = m_edges[i]->state;
        state.requestsPerSecond.reset();
        state.errorShare = 0;
        state.isStale = m_unreachable.contains(node(edges[i].from).proxy);
        const bool joins = edges[i].kind == model::graph::Edge::Kind::Joins;
        const Flow& source = joins ? flows[from] : flows[to];
        if (!source.requests || (!joins && waysIn[to] > 1)) continue;
        state.requestsPerSecond = source.requests;
        state.errorShare = source.share();
        if (joins || node(edges[i].from).kind >= NodeKind::Cluster) continue;
        flows[from].requests = flows[from].requests.value_or(0) + *source.requests;
        flows[from].errors += source.errors;
    }
}

void GraphScene::setMatches(std::optional<std::set<std::string>> ids)
{
    if (ids == m_matches) return;
    m_matches = std::move(ids);
    if (m_graph && m_graph->nodes.size() > m_arrangement.graph.nodes.size() && m_hidden > 0) return arrangeAndLayOut();
    applyMatches();
}

void GraphScene::applyMatches()
{
    for (NodeItem* item : m_nodes) item->state.dimmed = m_matches && !m_matches->contains(node(item->index()).id);
    for (EdgeItem* item : m_edges) {
        const auto& edge = m_arrangement.graph.edges[static_cast<std::size_t>(item->index())];
        item->state.dimmed = m_nodes[static_cast<std::size_t>(edge.from)]->state.dimmed ||
                             m_nodes[static_cast<std::size_t>(edge.to)]->state.dimmed;
    }
    update();
}

} // namespace ui
