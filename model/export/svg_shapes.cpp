#include "model/export/svg_shapes.h"

#include "model/export/svg_text.h"

#include <algorithm>
#include <cmath>

namespace model::graph {
namespace {

constexpr double radius = 6;
constexpr double cut = 8;
constexpr double corner = 8;

std::string at(double x, double y) { return number(x) + ',' + number(y); }

std::string polygon(const std::vector<Point>& points)
{
    std::string path;
    for (const Point& point : points) path += (path.empty() ? "M" : " L") + at(point.x, point.y);
    return path + " Z";
}

std::string rounded(const Rect& r, double round)
{
    const double right = r.x + r.width;
    const double bottom = r.y + r.height;
    const std::string arc = " A" + at(round, round) + " 0 0 1 ";
    return "M" + at(r.x + round, r.y) + " H" + number(right - round) + arc + at(right, r.y + round) + " V" +
           number(bottom - round) + arc + at(right - round, bottom) + " H" + number(r.x + round) + arc +
           at(r.x, bottom - round) + " V" + number(r.y + round) + arc + at(r.x + round, r.y) + " Z";
}

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// The point `length` before `to` on the way from `from`.
Point before(Point from, Point to, double length)
{
    const double whole = distance(from, to);
    if (whole == 0) return to;
    const double share = length / whole;
    return {to.x - (to.x - from.x) * share, to.y - (to.y - from.y) * share};
}

bool isSlanted(Point a, Point b) { return a.x != b.x && std::abs(a.y - b.y) > 0.25; }

bool isCorner(Point a, Point b, Point c)
{
    return (a.x == b.x && b.y == c.y && b.x != c.x) || (a.y == b.y && b.x == c.x && b.y != c.y);
}

} // namespace

std::string outline(NodeKind kind, const Rect& r)
{
    const double right = r.x + r.width;
    const double bottom = r.y + r.height;
    const double middle = r.y + r.height / 2;
    switch (kind) {
    case NodeKind::Listener:
        return polygon({{r.x, r.y}, {right, r.y}, {right, bottom}, {r.x, bottom}, {r.x + 5, middle}});
    case NodeKind::FilterChain:
        return polygon({{r.x + cut, r.y},
                        {right - cut, r.y},
                        {right, r.y + cut},
                        {right, bottom - cut},
                        {right - cut, bottom},
                        {r.x + cut, bottom},
                        {r.x, bottom - cut},
                        {r.x, r.y + cut}});
    case NodeKind::VirtualHost:
        return polygon({{r.x, r.y}, {right - 12, r.y}, {right, r.y + 12}, {right, bottom}, {r.x, bottom}});
    case NodeKind::Route:
        return polygon({{r.x, r.y}, {right - 9, r.y}, {right, middle}, {right - 9, bottom}, {r.x, bottom}});
    case NodeKind::Endpoint:
    case NodeKind::Client: return rounded(r, std::min(r.width, r.height) / 2);
    case NodeKind::Manager:
    case NodeKind::TcpProxy:
    case NodeKind::Secret: return rounded(r, 2);
    default: return rounded(r, radius);
    }
}

std::string line(const std::vector<Point>& points)
{
    if (points.empty()) return {};
    std::string path = "M" + at(points[0].x, points[0].y);
    for (std::size_t i = 1; i < points.size(); ++i) {
        const Point from = points[i - 1];
        const Point to = points[i];
        if (isSlanted(from, to)) {
            const double middle = (from.x + to.x) / 2;
            path += " C" + at(middle, from.y) + ' ' + at(middle, to.y) + ' ' + at(to.x, to.y);
        } else if (i + 1 < points.size() && isCorner(from, to, points[i + 1])) {
            const Point next = points[i + 1];
            const double round = std::min({corner, distance(from, to) / 2, distance(to, next) / 2});
            const Point start = before(from, to, round);
            const Point end = before(next, to, round);
            path += " L" + at(start.x, start.y) + " Q" + at(to.x, to.y) + ' ' + at(end.x, end.y);
        } else {
            path += " L" + at(to.x, to.y);
        }
    }
    return path;
}

std::string arrowHead(Point tip) { return polygon({tip, {tip.x - 6, tip.y - 2.5}, {tip.x - 6, tip.y + 2.5}}); }

} // namespace model::graph
