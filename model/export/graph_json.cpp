#include "model/export/graph_text.h"

#include "model/export/svg_text.h"

namespace model::graph {
namespace {

std::string list(const std::vector<std::string>& texts)
{
    std::string result;
    for (const std::string& text : texts) result += (result.empty() ? "" : ", ") + quoted(text);
    return '[' + result + ']';
}

/// One JSON object; members that are absent are left out.
class Object {
public:
    Object& add(const char* key, const std::string& text) { return text.empty() ? *this : raw(key, quoted(text)); }
    Object& add(const char* key, int number) { return number < 0 ? *this : raw(key, std::to_string(number)); }
    Object& add(const char* key, const std::vector<std::string>& texts)
    {
        return texts.empty() ? *this : raw(key, list(texts));
    }
    Object& mark(const char* key, bool isSet) { return isSet ? raw(key, "true") : *this; }
    std::string text() const { return '{' + m_members + '}'; }

private:
    Object& raw(const char* key, const std::string& value)
    {
        m_members += (m_members.empty() ? "" : ", ") + quoted(key) + ": " + value;
        return *this;
    }
    std::string m_members;
};

const char* name(Edge::Kind kind)
{
    switch (kind) {
    case Edge::Kind::Owns: return "owns";
    case Edge::Kind::RoutesTo: return "routesTo";
    case Edge::Kind::ConnectsTo: return "connectsTo";
    case Edge::Kind::Joins: return "joins";
    case Edge::Kind::Mirrors: return "mirrors";
    }
    return "";
}

std::string nodeText(const Node& node)
{
    return Object()
        .add("id", node.id)
        .add("kind", std::string(name(node.kind)))
        .add("proxy", node.proxy)
        .add("title", node.title)
        .add("subtitle", node.subtitle)
        .add("resource", node.resource)
        .add("address", node.address)
        .add("order", node.order)
        .add("badges", node.badges)
        .add("facts", node.facts)
        .mark("unresolved", node.unresolved)
        .add("document", node.document)
        .add("path", node.path)
        .text();
}

} // namespace

std::string toJson(const Graph& graph)
{
    std::string nodes;
    for (const Node& node : graph.nodes) nodes += (nodes.empty() ? "\n    " : ",\n    ") + nodeText(node);
    std::string edges;
    for (const Edge& edge : graph.edges)
        edges += (edges.empty() ? "\n    " : ",\n    ") + Object()
                                                              .add("from", graph.nodes[edge.from].id)
                                                              .add("to", graph.nodes[edge.to].id)
                                                              .add("kind", std::string(name(edge.kind)))
                                                              .add("weight", edge.weight)
                                                              .mark("unresolved", edge.unresolved)
                                                              .add("path", edge.path)
                                                              .text();
    return "{\n  \"proxies\": " + list(graph.proxies) + ",\n  \"nodes\": [" + nodes + "],\n  \"edges\": [" + edges +
           "]\n}\n";
}

} // namespace model::graph
