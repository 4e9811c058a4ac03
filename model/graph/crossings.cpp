// Crossing reduction by barycentre sweeps (Sugiyama, Tagawa, Toda 1981).
//
// 1. Each layer is ordered by the mean place of its neighbours in the layer before (sweep right), then after (left).
//    Places are fractions of the layer's length, so that layers of different length compare.
// 2. Items of one group move as one block, by the group's mean; inside, node order stands: routes keep match order.
// 3. Crossings are counted as inversions with a Fenwick tree after every sweep; the best order met is kept.
// Sweeps are few and fixed, so the cost is O(E log E). Adjacent exchanges would find a little more at many times the cost.
#include "model/graph/layered.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <tuple>

namespace model::graph {
namespace {

constexpr int sweeps = 8;

/// Holds the places of all items while layers are being reordered.
class Sweeper {
public:
    explicit Sweeper(Layered& drawing) : m_drawing(drawing), m_place(drawing.items.size()), m_index(m_place.size())
    {
        for (const auto& layer : drawing.layers) number(layer);
        for (auto& layer : drawing.layers) reorder(layer, [&](int item) { return m_place[item]; });
    }

    void sweepRight()
    {
        for (std::size_t l = 1; l < m_drawing.layers.size(); ++l)
            reorder(m_drawing.layers[l], [&](int item) { return barycentre(item, true); });
    }

    void sweepLeft()
    {
        for (std::size_t l = m_drawing.layers.size(); l-- > 1;)
            reorder(m_drawing.layers[l - 1], [&](int item) { return barycentre(item, false); });
    }

    std::int64_t crossings()
    {
        std::int64_t sum = 0;
        for (const auto& layer : m_drawing.layers) sum += crossingsBehind(layer);
        return sum;
    }

private:
    struct Key {
        double value = 0;
        int tie = 0; ///< Place of the group's first item: keeps groups whole when values are equal.
        int node = 0;
        int item = 0;
        bool operator<(const Key& o) const { return std::tie(value, tie, node) < std::tie(o.value, o.tie, o.node); }
    };

    void number(const std::vector<int>& layer)
    {
        for (std::size_t i = 0; i < layer.size(); ++i) {
            m_index[layer[i]] = static_cast<int>(i);
            m_place[layer[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(layer.size());
        }
    }

    double share(int item, double port) const
    {
        const auto& it = m_drawing.items[item];
        if (it.height <= 0) return 0;
        return port / it.height / static_cast<double>(m_drawing.layers[it.layer].size());
    }

    double barycentre(int item, bool before) const
    {
        const auto links = before ? m_drawing.in(item) : m_drawing.out(item);
        if (links.empty()) return m_place[item];
        double sum = 0;
        for (const int l : links) {
            const auto& link = m_drawing.links[l];
            const int other = before ? link.from : link.to;
            sum += m_place[other] + share(other, before ? link.fromPort : link.toPort);
        }
        return sum / static_cast<double>(links.last - links.first);
    }

    template <class Value> void reorder(std::vector<int>& layer, Value&& value)
    {
        struct Group {
            double sum = 0;
            int count = 0;
            int tie = 0;
        };
        std::vector<std::pair<int, int>> grouped; // (group, item), grouped together for the means
        std::vector<Key> keys;
        keys.reserve(layer.size());
        for (const int item : layer) {
            const int group = m_drawing.items[item].group;
            if (group >= 0) grouped.emplace_back(group, item);
            else keys.push_back({value(item), m_index[item], m_drawing.items[item].node, item});
        }
        std::ranges::sort(grouped);
        for (std::size_t i = 0; i < grouped.size();) {
            Group sum{0, 0, m_index[grouped[i].second]};
            std::size_t end = i;
            for (; end < grouped.size() && grouped[end].first == grouped[i].first; ++end, ++sum.count) {
                sum.sum += value(grouped[end].second);
                sum.tie = std::min(sum.tie, m_index[grouped[end].second]);
            }
            for (; i < end; ++i) {
                const int item = grouped[i].second;
                keys.push_back({sum.sum / sum.count, sum.tie, m_drawing.items[item].node, item});
            }
        }
        std::ranges::stable_sort(keys, std::less<>());
        std::ranges::transform(keys, layer.begin(), &Key::item);
        number(layer);
    }

    std::int64_t crossingsBehind(const std::vector<int>& layer)
    {
        std::vector<int> links;
        for (const int item : layer) {
            const auto out = m_drawing.out(item);
            links.insert(links.end(), out.begin(), out.end());
        }
        if (links.size() < 2) return 0;
        const auto& all = m_drawing.links;
        const auto atTo = [&](int a, int b) {
            return std::tuple(m_index[all[a].to], all[a].toPort) < std::tuple(m_index[all[b].to], all[b].toPort);
        };
        std::vector<int> byTarget = links;
        std::ranges::sort(byTarget, atTo);
        std::ranges::sort(links, [&](int a, int b) {
            const auto from = std::tuple(m_index[all[a].from], all[a].fromPort);
            const auto other = std::tuple(m_index[all[b].from], all[b].fromPort);
            return from != other ? from < other : atTo(a, b);
        });
        return inversions(links, byTarget);
    }

    /// Counts pairs that stand one way in `links` and the other way in `byTarget`; equal targets do not cross.
    std::int64_t inversions(const std::vector<int>& links, const std::vector<int>& byTarget)
    {
        const auto& all = m_drawing.links;
        m_rank.resize(all.size());
        int rank = 0;
        for (std::size_t i = 0; i < byTarget.size(); ++i) {
            if (i > 0 && (all[byTarget[i]].to != all[byTarget[i - 1]].to ||
                          all[byTarget[i]].toPort != all[byTarget[i - 1]].toPort))
                ++rank;
            m_rank[byTarget[i]] = rank;
        }
        m_tree.assign(static_cast<std::size_t>(rank) + 2, 0);
        std::int64_t count = 0;
        int seen = 0;
        for (const int link : links) {
            int notGreater = 0;
            for (int i = m_rank[link] + 1; i > 0; i -= i & -i) notGreater += m_tree[i];
            count += seen++ - notGreater;
            for (int i = m_rank[link] + 1; i < static_cast<int>(m_tree.size()); i += i & -i) ++m_tree[i];
        }
        return count;
    }

    Layered& m_drawing;
    std::vector<double> m_place;
    std::vector<int> m_index, m_rank, m_tree;
};

} // namespace

void reduceCrossings(Layered& drawing, const Cancelled& cancelled)
{
    Sweeper sweeper(drawing);
    auto best = drawing.layers;
    std::int64_t fewest = sweeper.crossings();
    for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
        if (cancelled && cancelled()) return;
        if (sweep % 2 == 0) sweeper.sweepRight();
        else sweeper.sweepLeft();
        const std::int64_t now = sweeper.crossings();
        if (now >= fewest) continue;
        fewest = now;
        best = drawing.layers;
    }
    drawing.layers = std::move(best);
}

} // namespace model::graph
