// Glyphs: the 16×16 line drawings of tokens.json, painted as vectors in a colour of the theme.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPainterPath>
#include <QString>

class QPainter;

namespace ui {

/// One glyph, parsed once. Coordinates are those of the 16×16 box.
class Glyph {
public:
    /// The glyph of that name ("listener", "lock", "push"); an empty one when there is none.
    static const Glyph& named(const QString& name);
    static bool exists(const QString& name);

    /// Paints into `box`; `behind` is the colour under the glyph (some have knobs cut out). Any paint device.
    void paint(QPainter& painter, const QRectF& box, const QColor& color, const QColor& behind) const;

private:
    struct Part {
        QPainterPath path;
        bool cutOut = false; ///< Filled with the colour behind.
        double width = 1.5;
        QVector<qreal> dashes;
    };
    friend class GlyphReader;
    QList<Part> m_parts;
};

/// Paints the named glyph.
void paintGlyph(QPainter& painter, const QString& name, const QRectF& box, const QColor& color,
                const QColor& behind = Qt::transparent);
/// An icon that draws the glyph in the theme's colours of the moment; `token` is its colour ("text", "kind.route").
QIcon glyphIcon(const QString& name, const QString& token = QStringLiteral("text"));

} // namespace ui
