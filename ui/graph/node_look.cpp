#include "ui/graph/node_look.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace ui {

using model::graph::Node;
using model::graph::NodeKind;
using model::stats::Health;

NodeDetail nodeDetailFor(double zoom)
{
    if (zoom >= Theme::number("node.lod.detail") - 0.001) return NodeDetail::Detail;
    return zoom >= Theme::number("node.lod.label") ? NodeDetail::Label : NodeDetail::Dot;
}

namespace {

QPainterPath rounded(const QRectF& rect, double radius)
{
    QPainterPath path;
    path.addRoundedRect(rect, radius, radius);
    return path;
}

QString kindName(const Node& node) { return QString::fromLatin1(model::graph::name(node.kind)); }

} // namespace

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
            const bool isOld = state.isStale && !state.live.isEmpty() && !compact;
            text({room.left(), top + (compact ? 16 : 18), room.width(), 16}, subtitle, compact ? 10 : 10.5, false,
                 theme.color(isOld ? "disabled" : "muted"));
        }
        if (!ring) return;
        p.save();
        if (state.isStale) p.setOpacity(p.opacity() * Theme::number("state.dimOpacity"));
        paintHealthRing(p, {body.right() - 15, body.top() + 16}, Theme::number("node.detail.ring") / 2, state.ring);
        p.restore();
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
        paintHealthGlyph(p, {rect.left() + 10, rect.center().y()}, 7, state.isStale ? Health::Unknown : health);
        const double rateWidth = rate.isEmpty() ? 0 : QFontMetricsF(Theme::font(10)).horizontalAdvance(rate) + 4;
        const QRectF room = rect.adjusted(17, 0, -rateWidth, 0);
        text(room, shortAddress(endpoint.address, room.width()), 10.5, false, theme.color("text"));
        if (!rate.isEmpty())
            text({rect.right() - rateWidth + 4, rect.top(), rateWidth, rect.height()}, rate, 10, false,
                 theme.color(state.isStale ? "disabled" : "muted"));
    }
    /// The address without what its row cannot show: the last octet and port of an IPv4 address, the port of a local one.
    static QString shortAddress(const std::string& address, double width)
    {
        const QString full = QString::fromStdString(address);
        if (QFontMetricsF(Theme::font(10.5)).horizontalAdvance(full) <= width) return full;
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
