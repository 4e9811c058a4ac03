// Layered: one layered drawing in the making; layout.cpp makes one per proxy box and one of the boxes themselves.
//
// Items stand in layers (columns); links join items of neighbouring layers. An edge over several layers is a chain of
// links through dummy items, so that it gets a free slot of its own in every layer it crosses.
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace model::graph {

using Cancelled = std::function<bool()>;

/// Plain working memory of the layout's steps; items are never removed.
struct Layered {
    struct Item {
        int node = -1; ///< Graph node or box; -1: dummy.
        int layer = 0;
        int group = -1; ///< Items of one group stay together, ordered by node (routes of a virtual host).
        double height = 0;
        double y = 0; ///< Of its centre.
        bool isDummy() const { return node < 0; }
    };
    struct Link {
        int from = -1, to = -1;
        double fromPort = 0, toPort = 0; ///< Offset of the end from the item's centre.
    };

    std::vector<Item> items;
    std::vector<Link> links;
    std::vector<std::vector<int>> layers; ///< Items of each layer, from top to bottom; filled by arrange().

    int addItem(int node, int layer, double height, int group = -1);
    /// Links two items, through new dummies where layers lie between; layer(from) < layer(to). Returns the dummies.
    std::vector<int> addEdge(int from, int to, double fromPort = 0, double toPort = 0);
    /// Adds dummies for an edge that enters (from = -1) or leaves (to = -1) the drawing at its edge.
    std::vector<int> addEntry(int to);
    std::vector<int> addExit(int from, int lastLayer);
    /// Builds the adjacency and a first order: depth first, in the order of items. Call once, after the last add.
    void arrange();

    struct Span {
        const int* first;
        const int* last;
        const int* begin() const { return first; }
        const int* end() const { return last; }
        bool empty() const { return first == last; }
    };
    Span in(int item) const { return span(m_inBegin, m_in, item); }    ///< Links that end at item.
    Span out(int item) const { return span(m_outBegin, m_out, item); } ///< Links that start at item.

private:
    static Span span(const std::vector<int>& begins, const std::vector<int>& links, int item);
    int chain(int from, int firstLayer, int lastLayer, std::vector<int>& dummies);
    void depthFirst(int root, std::vector<char>& seen);
    std::vector<int> m_inBegin, m_in, m_outBegin, m_out;
};

/// Orders every layer by barycentre sweeps, groups kept whole; keeps the order with the fewest crossings met.
void reduceCrossings(Layered& drawing, const Cancelled& cancelled);
/// Gives every item its y: straight edges where possible, items `gap` apart, order as it is.
void placeRows(Layered& drawing, double gap, const Cancelled& cancelled);
/// Longest path from a source to each vertex; edges that would close a cycle count as none. Deterministic, linear.
std::vector<int> depths(int vertices, const std::vector<std::pair<int, int>>& edges);

} // namespace model::graph
