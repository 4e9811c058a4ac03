// Reads the SVG subset of tokens.json (path, circle, rect) into painter paths. Path data: M L H V C Q A Z, both cases;
// arcs are turned from SVG's end points to a centre (SVG 1.1, appendix F.6.5) and drawn by QPainterPath::arcTo.
#include "ui/style/glyph.h"

#include "ui/style/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QXmlStreamReader>

#include <cmath>
#include <numbers>

/// The linker drops a static library's resources unless they are named; outside any namespace, as Qt asks.
static void useStyleResources() { Q_INIT_RESOURCE(style); }

namespace ui {

namespace {

/// Reads the numbers and letters of path data one after the other.
class PathReader {
public:
    explicit PathReader(QString data) : m_data(std::move(data)) {}

    QPainterPath read()
    {
        while (skip(), m_at < m_data.size()) {
            if (m_data.at(m_at).isLetter()) m_command = m_data.at(m_at++).toLatin1();
            step();
        }
        return m_path;
    }

private:
    void skip()
    {
        while (m_at < m_data.size() && (m_data.at(m_at).isSpace() || m_data.at(m_at) == u',')) ++m_at;
    }
    double number()
    {
        skip();
        const qsizetype start = m_at;
        bool dot = false;
        for (; m_at < m_data.size(); ++m_at) {
            const QChar c = m_data.at(m_at);
            const bool isSign = (c == u'-' || c == u'+') && m_at == start;
            if (c == u'.' && dot) break;
            if (c == u'.') dot = true;
            else if (!c.isDigit() && !isSign) break;
        }
        if (m_at == start) ++m_at; // never stands still on data it cannot read
        return QStringView(m_data).mid(start, m_at - start).toDouble();
    }
    QPointF point()
    {
        const double x = number();
        const double y = number();
        return base() + QPointF(x, y);
    }
    bool isRelative() const { return m_command >= 'a'; }
    QPointF base() const { return isRelative() ? m_path.currentPosition() : QPointF(); }

    void step()
    {
        const QPointF here = m_path.currentPosition();
        switch (m_command & ~0x20) {
        case 'M':
            m_path.moveTo(point());
            m_command = isRelative() ? 'l' : 'L';
            break;
        case 'L': m_path.lineTo(point()); break;
        case 'H': m_path.lineTo(base().x() + number(), here.y()); break;
        case 'V': m_path.lineTo(here.x(), base().y() + number()); break;
        case 'C': {
            const QPointF a = point(), b = point(), c = point();
            m_path.cubicTo(a, b, c);
            break;
        }
        case 'Q': {
            const QPointF a = point(), b = point();
            m_path.quadTo(a, b);
            break;
        }
        case 'A': arc(); break;
        default: m_path.closeSubpath();
        }
    }

    void arc()
    {
        const QPointF from = m_path.currentPosition();
        const double rx = number();
        const double ry = number();
        number(); // rotation: the glyphs' arcs are circles
        const bool large = number() != 0;
        const bool sweep = number() != 0;
        const QPointF to = point();
        const QPointF half = (from - to) / 2;
        const double d = half.x() * half.x() / (rx * rx) + half.y() * half.y() / (ry * ry);
        const double grow = std::sqrt(std::max(1.0, d));
        const double a = rx * grow, b = ry * grow;
        const double root = std::sqrt(std::max(0.0, grow * grow / d - 1)) * (large == sweep ? -1 : 1);
        const QPointF offset(root * a * half.y() / b, -root * b * half.x() / a);
        const QPointF centre = offset + (from + to) / 2;
        const auto angle = [&](QPointF p) {
            return std::atan2((p.y() - centre.y()) / b, (p.x() - centre.x()) / a) * 180 / std::numbers::pi;
        };
        double span = angle(to) - angle(from);
        if (sweep && span < 0) span += 360;
        if (!sweep && span > 0) span -= 360;
        m_path.arcTo(QRectF(centre.x() - a, centre.y() - b, 2 * a, 2 * b), -angle(from), -span);
    }

    QString m_data;
    qsizetype m_at = 0;
    char m_command = 'M';
    QPainterPath m_path;
};

/// Draws a glyph in the theme's colours; a disabled icon in `disabled`.
class GlyphEngine final : public QIconEngine {
public:
    GlyphEngine(QString name, QString token) : m_name(std::move(name)), m_token(std::move(token)) {}
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const Theme& theme = Theme::current();
        const QColor color = mode == QIcon::Disabled ? theme.color("disabled") : theme.color(m_token);
        const double side = std::min(rect.width(), rect.height());
        const QPointF corner = QRectF(rect).center() - QPointF(side / 2, side / 2);
        paintGlyph(*painter, m_name, QRectF(corner, QSizeF(side, side)), color, theme.color("surface"));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    QIconEngine* clone() const override { return new GlyphEngine(*this); }

private:
    QString m_name;
    QString m_token;
};

} // namespace

/// Makes glyphs of the texts in tokens.json.
class GlyphReader {
public:
    static QHash<QString, Glyph> all()
    {
        useStyleResources();
        QFile file(QStringLiteral(":/themes/tokens.json"));
        QHash<QString, Glyph> glyphs;
        if (!file.open(QIODevice::ReadOnly)) return glyphs;
        const QJsonObject paths =
            QJsonDocument::fromJson(file.readAll()).object().value(u"icons").toObject().value(u"paths").toObject();
        for (auto it = paths.begin(); it != paths.end(); ++it) glyphs.insert(it.key(), read(it->toString()));
        // The README's names where the file abbreviates.
        glyphs.insert(QStringLiteral("filter"), glyphs.value(QStringLiteral("filterf")));
        glyphs.insert(QStringLiteral("diff"), glyphs.value(QStringLiteral("diffi")));
        glyphs.insert(QStringLiteral("advice"), glyphs.value(QStringLiteral("bulb")));
        return glyphs;
    }

private:
    static Glyph read(const QString& elements)
    {
        Glyph glyph;
        QXmlStreamReader xml(u"<g>" + elements + u"</g>");
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement || xml.name() == u"g") continue;
            glyph.m_parts.append(part(xml.name(), xml.attributes()));
        }
        return glyph;
    }
    static Glyph::Part part(QStringView element, const QXmlStreamAttributes& attributes)
    {
        const auto number = [&](const char* name) { return attributes.value(QLatin1String(name)).toDouble(); };
        Glyph::Part part;
        if (element == u"circle") {
            part.path.addEllipse(QPointF(number("cx"), number("cy")), number("r"), number("r"));
        } else if (element == u"rect") {
            const QRectF rect(number("x"), number("y"), number("width"), number("height"));
            part.path.addRoundedRect(rect, number("rx"), number("rx"));
        } else {
            part.path = PathReader(attributes.value(QLatin1String("d")).toString()).read();
        }
        part.cutOut = attributes.value(QLatin1String("fill")) == u"BG";
        if (attributes.hasAttribute(QLatin1String("stroke-width"))) part.width = number("stroke-width");
        for (const auto& dash : attributes.value(QLatin1String("stroke-dasharray")).split(u' ', Qt::SkipEmptyParts))
            part.dashes.append(dash.toDouble() / part.width); // QPen counts dashes in pen widths
        return part;
    }
};

namespace {
const QHash<QString, Glyph>& glyphs()
{
    static const QHash<QString, Glyph> all = GlyphReader::all();
    return all;
}
} // namespace

bool Glyph::exists(const QString& name) { return glyphs().contains(name); }

const Glyph& Glyph::named(const QString& name)
{
    static const Glyph none;
    const auto it = glyphs().constFind(name);
    return it == glyphs().cend() ? none : *it;
}

void Glyph::paint(QPainter& painter, const QRectF& box, const QColor& color, const QColor& behind) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    painter.scale(box.width() / 16, box.height() / 16);
    for (const Part& part : m_parts) {
        QPen pen(color, part.width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
        if (!part.dashes.isEmpty()) pen.setDashPattern(part.dashes);
        painter.setPen(pen);
        painter.setBrush(part.cutOut ? QBrush(behind) : QBrush(Qt::NoBrush));
        painter.drawPath(part.path);
    }
    painter.restore();
}

void paintGlyph(QPainter& painter, const QString& name, const QRectF& box, const QColor& color, const QColor& behind)
{
    Glyph::named(name).paint(painter, box, color, behind);
}

QIcon glyphIcon(const QString& name, const QString& token) { return QIcon(new GlyphEngine(name, token)); }

} // namespace ui
