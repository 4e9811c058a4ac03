#include "model/export/graph_text.h"

#include "model/export/svg_text.h"
#include "model/export/tokens.h"

namespace model::graph {
namespace {

std::string label(const Node& node)
{
    std::string first = quoted((node.order >= 0 ? std::to_string(node.order + 1) + "  " : "") + node.title);
    if (node.subtitle.empty()) return first;
    first.pop_back();
    return first + "\\n" + quoted(node.subtitle).substr(1);
}

const char* shape(NodeKind kind)
{
    switch (kind) {
    case NodeKind::Listener: return "cds";
    case NodeKind::FilterChain: return "octagon";
    case NodeKind::Route: return "cds";
    case NodeKind::Cluster: return "box3d";
    case NodeKind::Endpoint:
    case NodeKind::Client: return "ellipse";
    default: return "box";
    }
}

std::string nodeLine(const Node& node, const Tokens& tokens)
{
    const std::string kind = name(node.kind);
    const std::string hue = node.unresolved ? tokens.colour("severity/error") : tokens.colour("kind/" + kind);
    return quoted(node.id) + " [label=" + label(node) + ", shape=" + shape(node.kind) + ", style=\"filled" +
           (node.unresolved ? ",dashed" : "") + "\", color=\"" + hue + "\", fillcolor=\"" +
           tokens.colour("kindTint/" + kind) + "\"];\n";
}

std::string edgeLine(const Graph& graph, const Edge& edge)
{
    std::string attributes;
    if (edge.weight >= 0) attributes += "label=\"" + std::to_string(edge.weight) + " %\", ";
    if (edge.unresolved) attributes += "style=dashed, color=red, ";
    else if (edge.kind == Edge::Kind::Mirrors) attributes += "style=dotted, ";
    else if (edge.kind == Edge::Kind::Joins) attributes += "style=bold, ";
    if (!attributes.empty()) attributes = " [" + attributes.substr(0, attributes.size() - 2) + ']';
    return "  " + quoted(graph.nodes[edge.from].id) + " -> " + quoted(graph.nodes[edge.to].id) + attributes + ";\n";
}

} // namespace

std::string toDot(const Graph& graph)
{
    const Tokens tokens("light");
    std::string dot = "digraph mesh {\n  rankdir=LR;\n  node [fontname=\"Noto Sans\", fontsize=11];\n"
                      "  edge [fontname=\"Noto Sans\", fontsize=10];\n";
    for (std::size_t p = 0; p < graph.proxies.size(); ++p) {
        dot += "  subgraph cluster_" + std::to_string(p) + " {\n    label=" + quoted(graph.proxies[p]) + ";\n";
        for (const Node& node : graph.nodes)
            if (node.proxy == graph.proxies[p]) dot += "    " + nodeLine(node, tokens);
        dot += "  }\n";
    }
    for (const Edge& edge : graph.edges) dot += edgeLine(graph, edge);
    return dot + "}\n";
}

} // namespace model::graph
