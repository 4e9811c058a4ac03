// The drawing: boxes, edges, nodes, labels, in the order of the window's canvas. Sizes are those of ui README section 5.
#include "model/export/graph_text.h"

#include "model/export/svg_shapes.h"
#include "model/export/svg_text.h"
#include "model/export/tokens.h"
#include "model/graph/layout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace model::graph {
namespace {

constexpr double titleSize = 12;
constexpr double subtitleSize = 10.5;
constexpr double strip = 26;
constexpr double margin = 16;
constexpr const char* family = "'Noto Sans','DejaVu Sans','Noto Sans CJK SC',sans-serif";

Size sizeOf(const Node& node)
{
    const double words =
        std::max(textWidth(node.title, titleSize, true), textWidth(node.subtitle, subtitleSize, false));
    const double width = std::clamp(std::ceil((strip + 6 + words + 14) / 8) * 8, 120.0, 200.0);
    return {width, node.badges.empty() ? 46.0 : 62.0};
}

/// Writes one SVG document. Used once.
class SvgDrawing {
public:
    SvgDrawing(const Graph& graph, const std::string& theme) : m_graph(graph), m_tokens(theme)
    {
        std::vector<Size> sizes;
        for (const Node& node : graph.nodes) sizes.push_back(sizeOf(node));
        m_layout = layout(graph, sizes);
        for (std::size_t kind = 0; kind < m_kinds.size(); ++kind) {
            const std::string kindName = name(static_cast<NodeKind>(kind));
            m_kinds[kind] = {m_tokens.colour("kind/" + kindName), m_tokens.colour("kindTint/" + kindName),
                             glyph(kindName, m_tokens.colour("kindTint/" + kindName))};
        }
    }

    std::string run()
    {
        const Rect& b = m_layout.bounds;
        const std::string box = number(b.x - margin) + ' ' + number(b.y - margin) + ' ' + number(b.width + 2 * margin) +
                                ' ' + number(b.height + 2 * margin);
        m_svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(b.width + 2 * margin) + "\" height=\"" +
                number(b.height + 2 * margin) + "\" viewBox=\"" + box + "\" font-family=\"" + family + "\">\n" +
                "<rect x=\"" + number(b.x - margin) + "\" y=\"" + number(b.y - margin) + "\" width=\"" +
                number(b.width + 2 * margin) + "\" height=\"" + number(b.height + 2 * margin) + "\" fill=\"" +
                m_tokens.colour("canvas") + "\"/>\n";
        for (std::size_t p = 0; p < m_graph.proxies.size(); ++p) drawBox(p);
        for (std::size_t e = 0; e < m_graph.edges.size(); ++e) drawEdge(e);
        for (std::size_t n = 0; n < m_graph.nodes.size(); ++n) drawNode(n);
        for (std::size_t e = 0; e < m_graph.edges.size(); ++e) drawWeight(e);
        return m_svg + "</svg>\n";
    }

private:
    struct Kind {
        std::string hue, tint, glyph;
    };

    std::string glyph(const std::string& glyphName, const std::string& background) const
    {
        std::string elements = m_tokens.glyph(glyphName);
        for (std::size_t at = 0; (at = elements.find("\"BG\"", at)) != std::string::npos; at += background.size())
            elements.replace(at + 1, 2, background);
        return elements;
    }

    void path(const std::string& data, const std::string& fill, const std::string& stroke, double width,
              const std::string& more = {})
    {
        m_svg += "<path d=\"" + data + "\" fill=\"" + fill + "\" stroke=\"" + stroke + "\" stroke-width=\"" +
                 number(width) + "\"" + more + "/>\n";
    }

    void icon(const std::string& elements, double x, double y, double size, const std::string& colour)
    {
        m_svg += "<g transform=\"translate(" + number(x) + ' ' + number(y) + ") scale(" + number(size / 16) +
                 ")\" fill=\"none\" stroke=\"" + colour +
                 "\" stroke-width=\"1.5\" stroke-linejoin=\"round\" stroke-linecap=\"round\">" + elements + "</g>\n";
    }

    void text(const std::string& words, double x, double y, double size, const std::string& colour, bool bold,
              const char* anchor = "start")
    {
        m_svg += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + number(size) + "\" fill=\"" +
                 colour + "\"" + (bold ? " font-weight=\"700\"" : "") + " text-anchor=\"" + anchor + "\">" +
                 xml(words) + "</text>\n";
    }

    void drawBox(std::size_t proxy)
    {
        const Rect& r = m_layout.proxies[proxy];
        m_svg += "<rect x=\"" + number(r.x) + "\" y=\"" + number(r.y) + "\" width=\"" + number(r.width) +
                 "\" height=\"" + number(r.height) + "\" rx=\"8\" fill=\"" + m_tokens.colour("raised") +
                 "\" stroke=\"" + m_tokens.colour("line") + "\"/>\n";
        path("M" + number(r.x) + ',' + number(r.y + 24) + " H" + number(r.x + r.width), "none", m_tokens.colour("line"),
             1);
        icon(m_tokens.glyph("proxy"), r.x + 7, r.y + 5, 14, m_tokens.colour("kind/proxy"));
        text(elided(m_graph.proxies[proxy], r.width - 36, titleSize, true), r.x + 26, r.y + 16.5, titleSize,
             m_tokens.colour("text"), true);
    }

    void drawEdge(std::size_t index)
    {
        const Edge& edge = m_graph.edges[index];
        const auto& points = m_layout.edges[index];
        if (points.empty()) return;
        const std::string colour = m_tokens.colour(edge.unresolved ? "severity/error" : "lineStrong");
        const char* dash = edge.unresolved                    ? " stroke-dasharray=\"5 3\""
                           : edge.kind == Edge::Kind::Mirrors ? " stroke-dasharray=\"2 3\""
                                                              : "";
        path(line(points), "none", colour, 1.25, dash);
        path(arrowHead(points.back()), colour, "none", 0);
    }

    void drawNode(std::size_t index)
    {
        const Node& node = m_graph.nodes[index];
        const Rect& r = m_layout.nodes[index];
        const Kind& kind = m_kinds[static_cast<std::size_t>(node.kind)];
        const std::string stroke = node.unresolved ? m_tokens.colour("severity/error") : kind.hue;
        const std::string shape = outline(node.kind, r);
        const std::string clip = "n" + std::to_string(index);
        m_svg += "<g data-id=\"" + xml(node.id) + "\"><title>" + xml(node.id) + "</title>\n";
        if (node.kind == NodeKind::Cluster)
            path(outline(node.kind, {r.x + 3, r.y + 3, r.width, r.height}), m_tokens.colour("raised"), stroke, 1,
                 " opacity=\".55\"");
        path(shape, m_tokens.colour("raised"), "none", 0);
        m_svg += "<clipPath id=\"" + clip + "\"><path d=\"" + shape + "\"/></clipPath><rect x=\"" + number(r.x) +
                 "\" y=\"" + number(r.y) + "\" width=\"" + number(strip) + "\" height=\"" + number(r.height) +
                 "\" fill=\"" + kind.tint + "\" clip-path=\"url(#" + clip + ")\"/>\n";
        path(shape, "none", stroke, 1.25, node.unresolved ? " stroke-dasharray=\"5 3\"" : "");
        icon(kind.glyph, r.x + 6, r.y + r.height / 2 - 8, 16, kind.hue);
        drawWords(node, r);
        m_svg += "</g>\n";
        if (node.order >= 0) drawOrder(node.order, {r.x - 12, r.y + r.height / 2});
    }

    void drawWords(const Node& node, const Rect& r)
    {
        const double x = r.x + strip + 6;
        const double room = r.width - strip - 14;
        const bool single = node.subtitle.empty();
        text(elided(node.title, room, titleSize, true), x, r.y + (single ? 27 : 20), titleSize, m_tokens.colour("text"),
             true);
        if (!single)
            text(elided(node.subtitle, room, subtitleSize, false), x, r.y + 35, subtitleSize, m_tokens.colour("muted"),
                 false);
        double left = x;
        const std::size_t shown = std::min<std::size_t>(node.badges.size(), 4);
        for (std::size_t i = 0; i < shown; ++i, left += 16)
            icon(glyph(node.badges[i], m_tokens.colour("raised")), left, r.y + 43, 12, m_tokens.colour("muted"));
        if (node.badges.size() > shown)
            text('+' + std::to_string(node.badges.size() - shown), left, r.y + 53, 10, m_tokens.colour("muted"), false);
    }

    void drawOrder(int order, Point centre)
    {
        m_svg += "<circle cx=\"" + number(centre.x) + "\" cy=\"" + number(centre.y) + "\" r=\"7.5\" fill=\"" +
                 m_tokens.colour("raised") + "\" stroke=\"" + m_tokens.colour("kind/route") + "\"/>\n";
        text(std::to_string(order + 1), centre.x, centre.y + 3.6, 10, m_tokens.colour("text"), true, "middle");
    }

    /// On a plate above the middle of the last piece of the line.
    void drawWeight(std::size_t index)
    {
        const auto& points = m_layout.edges[index];
        if (m_graph.edges[index].weight < 0 || points.size() < 2) return;
        const std::string words = std::to_string(m_graph.edges[index].weight) + " %";
        const Point a = points[points.size() - 2];
        const Point b = points.back();
        const double x = (a.x + b.x) / 2;
        const double y = (a.y + b.y) / 2 - 2;
        const double width = textWidth(words, 10, false) + 4;
        m_svg += "<rect x=\"" + number(x - width / 2) + "\" y=\"" + number(y - 9) + "\" width=\"" + number(width) +
                 "\" height=\"11\" fill=\"" + m_tokens.colour("raised") + "\"/>\n";
        text(words, x, y, 10, m_tokens.colour("muted"), false, "middle");
    }

    const Graph& m_graph;
    Tokens m_tokens;
    Layout m_layout;
    std::array<Kind, static_cast<std::size_t>(NodeKind::KindCount)> m_kinds;
    std::string m_svg;
};

} // namespace

std::string toSvg(const Graph& graph, const std::string& theme) { return SvgDrawing(graph, theme).run(); }

} // namespace model::graph
