#include "model/graph/graph.h"

#include "model/source/path.h"

#include <array>

namespace model::graph {

const char* name(NodeKind kind)
{
    constexpr std::array names{"client",      "proxy", "listener", "filterChain", "manager", "tcpProxy",
                               "virtualHost", "route", "cluster",  "endpoint",    "secret"};
    static_assert(names.size() == static_cast<std::size_t>(NodeKind::KindCount));
    return names[static_cast<std::size_t>(kind)];
}

int Graph::indexOf(std::string_view id) const
{
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].id == id) return static_cast<int>(i);
    return -1;
}

int Graph::nodeAt(int document, std::string_view path) const
{
    int best = -1;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Node& node = nodes[i];
        if (node.document != document || node.path.empty() || !path.starts_with(node.path)) continue;
        const bool atStep =
            path.size() == node.path.size() || path[node.path.size()] == '.' || path[node.path.size()] == '[';
        if (!atStep) continue;
        if (best < 0 || node.path.size() >= nodes[best].path.size()) best = static_cast<int>(i);
    }
    return best;
}

} // namespace model::graph
