#include "model/graph/layered.h"

#include <algorithm>

namespace model::graph {

int Layered::addItem(int node, int layer, double height, int group)
{
    items.push_back({node, layer, group, height, 0});
    return static_cast<int>(items.size()) - 1;
}

/// Adds dummies in firstLayer..lastLayer, linked behind `from` (if any); returns the last of the chain.
int Layered::chain(int from, int firstLayer, int lastLayer, std::vector<int>& dummies)
{
    for (int layer = firstLayer; layer <= lastLayer; ++layer) {
        const int dummy = addItem(-1, layer, 0);
        if (from >= 0) links.push_back({from, dummy, 0, 0});
        dummies.push_back(dummy);
        from = dummy;
    }
    return from;
}

std::vector<int> Layered::addEdge(int from, int to, double fromPort, double toPort)
{
    std::vector<int> dummies;
    const std::size_t firstLink = links.size();
    const int last = chain(from, items[from].layer + 1, items[to].layer - 1, dummies);
    links.push_back({last, to, 0, toPort});
    links[firstLink].fromPort = fromPort;
    return dummies;
}

std::vector<int> Layered::addEntry(int to)
{
    std::vector<int> dummies;
    const int last = chain(-1, 0, items[to].layer - 1, dummies);
    if (last >= 0) links.push_back({last, to, 0, 0});
    return dummies;
}

std::vector<int> Layered::addExit(int from, int lastLayer)
{
    std::vector<int> dummies;
    chain(from, items[from].layer + 1, lastLayer, dummies);
    return dummies;
}

Layered::Span Layered::span(const std::vector<int>& begins, const std::vector<int>& links, int item)
{
    return {links.data() + begins[item], links.data() + begins[item + 1]};
}

void Layered::arrange()
{
    const auto adjacency = [&](int Link::*end, std::vector<int>& begins, std::vector<int>& list) {
        begins.assign(items.size() + 1, 0);
        list.resize(links.size());
        for (const Link& link : links) ++begins[link.*end + 1];
        for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
        std::vector<int> next(begins.begin(), begins.end() - 1);
        for (std::size_t i = 0; i < links.size(); ++i) list[next[links[i].*end]++] = static_cast<int>(i);
    };
    adjacency(&Link::to, m_inBegin, m_in);
    adjacency(&Link::from, m_outBegin, m_out);

    int layerCount = 0;
    for (const Item& item : items) layerCount = std::max(layerCount, item.layer + 1);
    layers.assign(layerCount, {});
    std::vector<char> seen(items.size(), 0);
    for (std::size_t i = 0; i < items.size(); ++i)
        if (in(static_cast<int>(i)).empty()) depthFirst(static_cast<int>(i), seen);
}

void Layered::depthFirst(int root, std::vector<char>& seen)
{
    std::vector<int> open{root};
    while (!open.empty()) {
        const int item = open.back();
        open.pop_back();
        if (seen[item]) continue;
        seen[item] = 1;
        layers[items[item].layer].push_back(item);
        const Span targets = out(item);
        for (const int* link = targets.last; link != targets.first;) open.push_back(links[*--link].to);
    }
}

namespace {

/// Depth-first search that tells a finishing order and which edges close a cycle.
class CycleSearch {
public:
    CycleSearch(int vertices, const std::vector<std::pair<int, int>>& edges)
        : m_edges(edges)
        , m_out(vertices)
        , m_next(vertices, 0)
        , m_state(vertices, New)
        , m_closing(edges.size(), 0)
    {
        for (std::size_t e = 0; e < edges.size(); ++e) m_out[edges[e].first].push_back(static_cast<int>(e));
    }

    void from(int root)
    {
        if (m_state[root] != New) return;
        m_state[root] = Open;
        m_stack.push_back(root);
        while (!m_stack.empty()) step(m_stack.back());
    }

    /// Vertices, the last finished first.
    std::vector<int> order() const { return {m_finished.rbegin(), m_finished.rend()}; }
    const std::vector<int>& out(int vertex) const { return m_out[vertex]; }
    bool closesCycle(int edge) const { return m_closing[edge] != 0; }

private:
    enum State : char { New, Open, Done };

    void step(int vertex)
    {
        if (m_next[vertex] == m_out[vertex].size()) {
            m_state[vertex] = Done;
            m_finished.push_back(vertex);
            m_stack.pop_back();
            return;
        }
        const int edge = m_out[vertex][m_next[vertex]++];
        const int target = m_edges[edge].second;
        if (m_state[target] == Open) m_closing[edge] = 1;
        if (m_state[target] != New) return;
        m_state[target] = Open;
        m_stack.push_back(target);
    }

    const std::vector<std::pair<int, int>>& m_edges;
    std::vector<std::vector<int>> m_out;
    std::vector<std::size_t> m_next;
    std::vector<State> m_state;
    std::vector<char> m_closing;
    std::vector<int> m_stack, m_finished;
};

} // namespace

std::vector<int> depths(int vertices, const std::vector<std::pair<int, int>>& edges)
{
    std::vector<char> hasSource(vertices, 0);
    for (const auto& [from, to] : edges)
        if (from != to) hasSource[to] = 1;
    CycleSearch search(vertices, edges);
    for (int v = 0; v < vertices; ++v)
        if (!hasSource[v]) search.from(v);
    for (int v = 0; v < vertices; ++v) search.from(v);

    std::vector<int> depth(vertices, 0);
    for (const int v : search.order())
        for (const int edge : search.out(v))
            if (!search.closesCycle(edge)) {
                int& target = depth[edges[edge].second];
                target = std::max(target, depth[v] + 1);
            }
    return depth;
}

} // namespace model::graph
