#include "ui/graph/node_look.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace ui {

using model::graph::Node;
using model::graph::NodeKind;
using model::stats::Health;

NodeDetail nodeDetailFor(double zoom)
{
    if (zoom >= Theme::number("node.lod.detail") - 0.001) return NodeDetail::Detail;
    return zoom >= Theme::number("node.lod.label") ? NodeDetail::Label : NodeDetail::Dot;
}

QString healthName(Health health)
{
    constexpr std::array names{"healthy", "degraded", "failing", "draining", "unknown"};
    return QString::fromLatin1(names[static_cast<std::size_t>(health)]);
}

QColor healthFill(Health health) { return Theme::current().color(u"healthFill." + healthName(health)); }

namespace {

QPainterPath polygon(std::initializer_list<QPointF> points)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}

QPainterPath rounded(const QRectF& rect, double radius)
{
    QPainterPath path;
    path.addRoundedRect(rect, radius, radius);
    return path;
}

QString kindName(const Node& node) { return QString::fromLatin1(model::graph::name(node.kind)); }

} // namespace

QPainterPath nodeShape(NodeKind kind, const QRectF& r)
{
    const double cut = std::min(9.0, r.height() / 4);
    const double point = std::min(9.0, r.width() / 3);
    const double middle = r.center().y();
    switch (kind) {
    case NodeKind::Client:
    case NodeKind::Endpoint: return rounded(r, r.height() / 2);
    case NodeKind::Listener:
        return polygon({r.topLeft(), r.topRight(), r.bottomRight(), r.bottomLeft(), {r.left() + point * 0.8, middle}});
    case NodeKind::FilterChain:
        return polygon({{r.left() + cut, r.top()},
                        {r.right() - cut, r.top()},
                        {r.right(), r.top() + cut},
                        {r.right(), r.bottom() - cut},
                        {r.right() - cut, r.bottom()},
                        {r.left() + cut, r.bottom()},
                        {r.left(), r.bottom() - cut},
                        {r.left(), r.top() + cut}});
    case NodeKind::VirtualHost:
        return polygon(
            {r.topLeft(), {r.right() - cut, r.top()}, {r.right(), r.top() + cut}, r.bottomRight(), r.bottomLeft()});
    case NodeKind::Route:
        return polygon({r.topLeft(),
                        {r.right() - point, r.top()},
                        {r.right(), middle},
                        {r.right() - point, r.bottom()},
                        r.bottomLeft()});
    case NodeKind::Cluster: return rounded(r, Theme::number("radius.node"));
    case NodeKind::Proxy: return rounded(r, Theme::number("radius.box"));
    default: return rounded(r, 2);
    }
}

void paintHealthGlyph(QPainter& painter, const QPointF& c, double size, Health health)
{
    const double r = size / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(healthFill(health));
    switch (health) {
    case Health::Healthy: painter.drawEllipse(c, r, r); break;
    case Health::Degraded:
        painter.drawPath(polygon({{c.x(), c.y() - r}, {c.x() + r, c.y() + r}, {c.x() - r, c.y() + r}}));
        break;
    case Health::Draining:
        painter.drawPath(polygon({{c.x(), c.y() + r}, {c.x() + r, c.y() - r}, {c.x() - r, c.y() - r}}));
        break;
    case Health::Failing:
        painter.setPen(QPen(healthFill(health), 2, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(c.x() - r, c.y() - r), QPointF(c.x() + r, c.y() + r));
        painter.drawLine(QPointF(c.x() - r, c.y() + r), QPointF(c.x() + r, c.y() - r));
        break;
    case Health::Unknown:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(healthFill(health), 1.5));
        painter.drawEllipse(c, r - 0.5, r - 0.5);
    }
    painter.restore();
}

void paintHealthRing(QPainter& painter, const QPointF& centre, double radius, const std::vector<Health>& health)
{
    if (health.empty()) return;
    std::vector<std::pair<Health, double>> arcs; // state, share of the circle
    if (health.size() <= 8) {
        for (const Health state : health) arcs.emplace_back(state, 1.0 / static_cast<double>(health.size()));
    } else {
        for (const Health state :
             {Health::Healthy, Health::Degraded, Health::Failing, Health::Draining, Health::Unknown}) {
            const auto count = std::count(health.begin(), health.end(), state);
            if (count > 0) arcs.emplace_back(state, static_cast<double>(count) / static_cast<double>(health.size()));
        }
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF circle(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius);
    const double gap = arcs.size() > 1 ? 12 : 0;
    double angle = 90;
    for (const auto& [state, share] : arcs) {
        painter.setPen(QPen(healthFill(state), 3, Qt::SolidLine, Qt::FlatCap));
        painter.drawArc(circle, static_cast<int>((angle - gap / 2) * 16), static_cast<int>(-(share * 360 - gap) * 16));
        angle -= share * 360;
    }
    painter.restore();
}

QRectF endpointRowRect(const QRectF& body, int index)
{
    const double height = Theme::number("node.compact.endpointRow");
    return {body.left() + 4, body.bottom() + 3 + index * height, body.width() + 4, height};
}

namespace {

/// One painting of one node; the steps in the order in which they lie upon each other.
class NodePainter {
public:
    NodePainter(QPainter& painter, const Node& painted, const QRectF& outlined, const NodeState& shown, bool isCompact)
        : p(painter)
        , node(painted)
        , body(outlined)
        , state(shown)
        , compact(isCompact)
        , hue(node.unresolved ? theme.severity(model::Severity::Error) : theme.kind(kindName(node)))
        , shape(nodeShape(node.kind, body))
    {}

    void detail(const std::vector<EndpointRow>& rows)
    {
        rings();
        stack();
        fill(true);
        glyph();
        texts();
        badges();
        outline();
        endpoints(rows);
        pill();
        changeMark();
    }

    void label(double zoom)
    {
        rings();
        fill(false);
        const double px = std::clamp(11.0 / zoom, 11.0, body.height() * 0.55);
        const QRectF icon(body.left() + 8, body.center().y() - px / 2, px, px);
        paintGlyph(p, kindName(node), icon, hue, theme.color("raised"));
        const QRectF room(icon.right() + 4, body.top(), body.right() - icon.right() - 12, body.height());
        text(room, QString::fromStdString(node.title), px, true, theme.color("text"));
        outline();
        if (state.severity || state.nacked) pill();
    }

    void dot()
    {
        rings();
        p.setPen(Qt::NoPen);
        p.setBrush(state.severity || state.nacked ? theme.severity(state.severity.value_or(model::Severity::Error))
                                                  : hue);
        p.drawPath(shape);
    }

private:
    QPainterPath grown(double by) const { return nodeShape(node.kind, body.adjusted(-by, -by, by, by)); }
    void rings()
    {
        if (state.selected) {
            p.setPen(QPen(theme.color("accent"), 2));
            p.setBrush(theme.color("selection"));
            const double by = Theme::number("state.selectionOffset");
            p.drawPath(rounded(body.adjusted(-by, -by, by, by), 8));
        }
        if (state.focused) {
            QPen pen(theme.color("focus"), 2);
            pen.setDashPattern({1.5, 1});
            p.setPen(pen);
            p.setBrush(Qt::NoBrush);
            const double by = Theme::number("state.focusOffset");
            p.drawPath(rounded(body.adjusted(-by, -by, by, by), 8));
        }
        if (state.change == NodeChange::Changed) {
            p.setPen(QPen(theme.color("diff.changed"), 1.5));
            p.setBrush(Qt::NoBrush);
            const double by = Theme::number("state.changedOffset");
            p.drawPath(rounded(body.adjusted(-by, -by, by, by), 7));
        }
    }
    void stack()
    {
        if (node.kind != NodeKind::Cluster) return;
        QColor pale = hue;
        pale.setAlphaF(0.5);
        p.setPen(QPen(pale, 1));
        p.setBrush(theme.color("raised"));
        const double by = Theme::number("edge.stackOffset");
        p.drawPath(shape.translated(by, by));
    }
    void fill(bool withStrip)
    {
        p.setPen(Qt::NoPen);
        p.setBrush(theme.color(state.hovered ? "hover" : "raised"));
        p.drawPath(shape);
        if (!withStrip || state.change == NodeChange::Ghost) return;
        QPainterPath strip;
        strip.addRect(QRectF(body.left(), body.top(), stripWidth(), body.height()));
        p.setBrush(theme.kindTint(kindName(node)));
        p.drawPath(shape.intersected(strip));
    }
    double stripWidth() const { return Theme::number(compact ? "node.compact.strip" : "node.detail.strip"); }
    void glyph()
    {
        const double side = Theme::number(compact ? "node.compact.icon" : "node.detail.icon");
        const double notch = node.kind == NodeKind::Listener ? 2 : 0;
        const QRectF box(body.left() + (stripWidth() - side) / 2 + notch, body.center().y() - side / 2, side, side);
        paintGlyph(p, kindName(node), box, hue, theme.kindTint(kindName(node)));
    }
    void text(const QRectF& room, const QString& content, double px, bool bold, const QColor& color)
    {
        QFont font = Theme::font(px, bold);
        font.setStrikeOut(bold && state.change == NodeChange::Removed);
        p.setFont(font);
        p.setPen(color);
        p.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetricsF(font).elidedText(content, Qt::ElideMiddle, room.width()));
    }
    void texts()
    {
        const bool ring = !state.ring.empty() && !compact;
        const double tail = node.kind == NodeKind::Route ? 9 : 4;
        const QRectF room = body.adjusted(stripWidth() + (compact ? 5 : 8), 0, ring ? -26 : -tail, 0);
        const QColor titleColor = theme.color(state.change == NodeChange::Ghost ? "muted" : "text");
        const QString title = QString::fromStdString(node.title);
        const double titlePx = compact ? 11.5 : 12;
        QString subtitle = node.unresolved ? QObject::tr("no such cluster") : QString::fromStdString(node.subtitle);
        if (!state.live.isEmpty() && !compact) subtitle = state.live;
        if (subtitle.isEmpty() || (compact && node.kind == NodeKind::Route)) {
            text(room, title, titlePx, true, titleColor);
        } else {
            const double top = body.top() + (compact ? 4 : 5);
            text({room.left(), top, room.width(), 18}, title, titlePx, true, titleColor);
            text({room.left(), top + (compact ? 16 : 18), room.width(), 16}, subtitle, compact ? 10 : 10.5, false,
                 theme.color("muted"));
        }
        if (ring)
            paintHealthRing(p, {body.right() - 15, body.top() + 16}, Theme::number("node.detail.ring") / 2, state.ring);
    }
    void badges()
    {
        if (compact) return;
        const double side = Theme::number("size.badge");
        double x = body.left() + stripWidth() + 8;
        const double y = body.top() + 44;
        if (y + side > body.bottom() + 4) return;
        int drawn = 0;
        for (const std::string& badge : node.badges) {
            if (drawn == 4) {
                text({x, y - 2, 30, side + 4}, u'+' + QString::number(node.badges.size() - 4), 10, false,
                     theme.color("muted"));
                return;
            }
            paintGlyph(p, QString::fromStdString(badge), {x, y, side, side}, theme.color("muted"),
                       theme.color("raised"));
            x += side + 5;
            ++drawn;
        }
    }
    void outline()
    {
        QPen pen(hue, Theme::number("line.node"));
        if (state.change == NodeChange::Added) pen = QPen(theme.color("diff.added"), 1.75);
        if (state.change == NodeChange::Removed) pen = QPen(theme.color("diff.removed"), 1.5);
        if (state.severity == model::Severity::Error) pen = QPen(theme.severity(model::Severity::Error), 2);
        if (state.severity == model::Severity::Warning) pen = QPen(theme.severity(model::Severity::Warning), 1.75);
        if (state.nacked) pen = QPen(theme.severity(model::Severity::Error), 2);
        if (state.onPath || state.dropTarget) pen = QPen(theme.color("accent"), 2);
        const auto dash = [&pen](std::initializer_list<qreal> px) {
            QVector<qreal> pattern(px);
            for (qreal& length : pattern) length /= pen.widthF();
            pen.setDashPattern(pattern);
        };
        if (node.unresolved) dash({5, 3});
        if (state.change == NodeChange::Removed) dash({4, 3});
        if (state.change == NodeChange::Ghost) dash({2, 3});
        pen.setJoinStyle(Qt::RoundJoin);
        p.setPen(pen);
        p.setBrush(Qt::NoBrush);
        p.drawPath(shape);
    }
    void endpoints(const std::vector<EndpointRow>& rows)
    {
        int drawn = 0;
        int plain = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Health health = i < state.rowHealth.size() ? state.rowHealth[i] : Health::Unknown;
            if (rows[i].isPort) {
                paintHealthGlyph(p, {body.right() + 0.5, body.center().y()}, Theme::number("edge.port"), health);
                continue;
            }
            if (++plain > endpointRowLimit) continue;
            row(rows[i], health,
                i < std::size_t(state.rowRates.size()) ? state.rowRates.at(static_cast<int>(i)) : QString(), drawn++);
        }
        if (plain > endpointRowLimit)
            text(endpointRowRect(body, drawn).adjusted(14, 0, 0, 0),
                 QObject::tr("%1 more").arg(plain - endpointRowLimit), 10, false, theme.color("muted"));
    }
    void row(const EndpointRow& endpoint, Health health, const QString& rate, int index)
    {
        const QRectF rect = endpointRowRect(body, index);
        p.setPen(QPen(theme.color("lineStrong"), 1));
        p.drawLine(QPointF(rect.left(), body.bottom() + (index ? index * rect.height() - 5 : 1)),
                   QPointF(rect.left(), rect.center().y()));
        p.drawLine(QPointF(rect.left(), rect.center().y()), QPointF(rect.left() + 4, rect.center().y()));
        paintHealthGlyph(p, {rect.left() + 10, rect.center().y()}, 7, health);
        const double rateWidth = rate.isEmpty() ? 0 : QFontMetricsF(Theme::font(10)).horizontalAdvance(rate) + 4;
        text(rect.adjusted(17, 0, -rateWidth, 0), shortAddress(endpoint.address), 10.5, false, theme.color("text"));
        if (!rate.isEmpty())
            text({rect.right() - rateWidth + 4, rect.top(), rateWidth, rect.height()}, rate, 10, false,
                 theme.color("muted"));
    }
    /// The address without what its row cannot show: the last octet and port of an IPv4 address, the port of a local one.
    QString shortAddress(const std::string& address) const
    {
        const QString full = QString::fromStdString(address);
        if (QFontMetricsF(Theme::font(10.5)).horizontalAdvance(full) < body.width() - 22) return full;
        const QString host = full.section(u':', 0, 0);
        const bool ip = std::all_of(host.begin(), host.end(), [](QChar c) { return c.isDigit() || c == u'.'; });
        return ip ? u'.' + full.section(u'.', -1) : full;
    }
    void pill()
    {
        if (!state.nacked && !(state.severity && *state.severity <= model::Severity::Warning)) return;
        const model::Severity severity = state.nacked ? model::Severity::Error : *state.severity;
        const QString content = state.nacked ? QStringLiteral("NACK") : QString::number(state.problems);
        const QFont font = Theme::font(10, true);
        const double width = std::max(15.0, QFontMetricsF(font).horizontalAdvance(content) + 10);
        const QRectF rect(body.right() - width + 6, body.top() - 9, width, 15);
        p.setPen(QPen(theme.color("raised"), 1));
        p.setBrush(theme.severity(severity));
        p.drawPath(rounded(rect, 7.5));
        p.setPen(theme.color("accentText"));
        p.setFont(font);
        p.drawText(rect, Qt::AlignCenter, content);
    }
    void changeMark()
    {
        const char* token = nullptr;
        QString sign;
        if (state.change == NodeChange::Changed) token = "diff.changed", sign = QStringLiteral("~");
        if (state.change == NodeChange::Added) token = "diff.added", sign = QStringLiteral("+");
        if (state.change == NodeChange::Removed) token = "diff.removed", sign = QStringLiteral("−");
        if (!token) return pinMark();
        p.setPen(Qt::NoPen);
        p.setBrush(theme.color(token));
        p.drawEllipse(body.topLeft(), 7.5, 7.5);
        p.setPen(theme.color("accentText"));
        p.setFont(Theme::font(11, true));
        p.drawText(QRectF(body.left() - 8, body.top() - 8, 16, 16), Qt::AlignCenter, sign);
    }

    // A pin at the top left: the user put the node there.
    void pinMark()
    {
        if (!state.pinned) return;
        p.setPen(QPen(theme.color("muted"), 1));
        p.setBrush(theme.color("raised"));
        p.drawEllipse(body.topLeft(), 7, 7);
        p.setBrush(theme.color("text"));
        p.setPen(Qt::NoPen);
        p.drawEllipse(body.topLeft() + QPointF(0, -1.5), 2.4, 2.4);
        p.setPen(QPen(theme.color("text"), 1.2));
        p.drawLine(body.topLeft(), body.topLeft() + QPointF(0, 4));
    }

    QPainter& p;
    const Theme& theme = Theme::current();
    const Node& node;
    QRectF body;
    const NodeState& state;
    bool compact;
    QColor hue;
    QPainterPath shape;
};

} // namespace

void paintNode(QPainter& painter, const Node& node, const QRectF& body, const std::vector<EndpointRow>& rows,
               const NodeState& state, bool compact, double zoom)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (state.dimmed) {
        const bool isError = state.severity == model::Severity::Error || state.nacked;
        painter.setOpacity(isError ? 0.7 : Theme::number("state.dimOpacity"));
    }
    NodePainter look(painter, node, body, state, compact);
    switch (nodeDetailFor(zoom)) {
    case NodeDetail::Detail: look.detail(rows); break;
    case NodeDetail::Label: look.label(zoom); break;
    case NodeDetail::Dot: look.dot(); break;
    }
    painter.restore();
}

} // namespace ui
