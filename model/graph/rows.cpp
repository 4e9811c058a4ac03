// The y of every item, its layer's order given.
//
// Each item wants to stand where its neighbours are (mean of the link ends; links between dummies weigh more, so that
// long edges become straight). Within a layer the wishes must keep order and gaps: the least-squares solution of
//   minimise sum of w (y - wish)^2   subject to   y[i+1] >= y[i] + distance[i]
// is isotonic regression, which pooling adjacent violators solves exactly in linear time. Layers are solved one after
// the other, from left to right and back. Linear per sweep; Brandes-Koepf would be as fast, but wants whole integer
// blocks and knows no ports, which the drawing of boxes needs.
#include "model/graph/layered.h"

#include <algorithm>
#include <cmath>

namespace model::graph {
namespace {

constexpr int rounds = 4;
constexpr double unlinkedWeight = 0.05; ///< What has no neighbours gives way to all others.

enum class Look { Before, After, Both };

double distance(const Layered::Item& upper, const Layered::Item& lower, double gap)
{
    return (upper.height + lower.height) / 2 + (upper.isDummy() && lower.isDummy() ? gap / 2 : gap);
}

double linkWeight(const Layered& drawing, const Layered::Link& link)
{
    const int dummies = drawing.items[link.from].isDummy() + drawing.items[link.to].isDummy();
    return dummies == 2 ? 8 : dummies == 1 ? 2 : 1;
}

struct Wish {
    double y = 0;
    double weight = 0;
};

Wish wishOf(const Layered& drawing, int item, Look look)
{
    double sum = 0;
    double weight = 0;
    const auto add = [&](int other, double otherPort, double ownPort, double w) {
        sum += w * (drawing.items[other].y + otherPort - ownPort);
        weight += w;
    };
    if (look != Look::After)
        for (const int l : drawing.in(item)) {
            const auto& link = drawing.links[l];
            add(link.from, link.fromPort, link.toPort, linkWeight(drawing, link));
        }
    if (look != Look::Before)
        for (const int l : drawing.out(item)) {
            const auto& link = drawing.links[l];
            add(link.to, link.toPort, link.fromPort, linkWeight(drawing, link));
        }
    if (weight == 0) return {drawing.items[item].y, unlinkedWeight};
    return {sum / weight, weight};
}

/// Neighbouring items that the pooling has joined: they keep their distances and share one mean.
struct Block {
    double weight = 0;
    double sum = 0;
    std::size_t end = 0;
    double mean() const { return sum / weight; }
};

void solve(Layered& drawing, const std::vector<int>& layer, double gap, Look look)
{
    std::vector<double> offset(layer.size(), 0);
    for (std::size_t i = 1; i < layer.size(); ++i)
        offset[i] = offset[i - 1] + distance(drawing.items[layer[i - 1]], drawing.items[layer[i]], gap);

    std::vector<Block> blocks;
    for (std::size_t i = 0; i < layer.size(); ++i) {
        const Wish wish = wishOf(drawing, layer[i], look);
        Block block{wish.weight, wish.weight * (wish.y - offset[i]), i + 1};
        while (!blocks.empty() && blocks.back().mean() >= block.mean()) {
            block.weight += blocks.back().weight;
            block.sum += blocks.back().sum;
            blocks.pop_back();
        }
        blocks.push_back(block);
    }
    std::size_t i = 0;
    for (const Block& block : blocks)
        for (; i < block.end; ++i) drawing.items[layer[i]].y = block.mean() + offset[i];
}

void stack(Layered& drawing, double gap)
{
    for (const auto& layer : drawing.layers)
        for (std::size_t i = 1; i < layer.size(); ++i) {
            const auto& upper = drawing.items[layer[i - 1]];
            auto& lower = drawing.items[layer[i]];
            lower.y = upper.y + distance(upper, lower, gap);
        }
}

} // namespace

void placeRows(Layered& drawing, double gap, const Cancelled& cancelled)
{
    stack(drawing, gap);
    const int count = static_cast<int>(drawing.layers.size());
    for (int round = 0; round < rounds; ++round) {
        if (cancelled && cancelled()) return;
        const bool last = round == rounds - 1;
        for (int l = 0; l < count; ++l) solve(drawing, drawing.layers[l], gap, last ? Look::Both : Look::Before);
        for (int l = count; l-- > 0;) solve(drawing, drawing.layers[l], gap, last ? Look::Both : Look::After);
    }
    for (auto& item : drawing.items) item.y = std::floor(item.y * 2 + 0.5) / 2; // keeps distances of halves
}

} // namespace model::graph
