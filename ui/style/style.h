// The look of the standard widgets: Fusion, flattened to what ui/README asks for.
#pragma once

#include <QProxyStyle>

namespace ui {

/// Draws tab bars, item rows, focus frames, scroll bars, splitters, tool buttons, fields and headers; the rest is
/// Fusion's. Colours come from Theme::current() while painting. Properties it looks at on a widget:
/// "primary" (QPushButton: accent fill), "severity" (field: border in that severity's colour).
class Style final : public QProxyStyle {
public:
    Style();

    void polish(QWidget* widget) override;
    using QProxyStyle::polish;
    QPalette standardPalette() const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* returned) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                         const QWidget* widget) const override;

private:
    void drawField(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;
    void drawButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;
    void drawTab(const QStyleOption& option, QPainter& painter) const;
    void drawTabLabel(const QStyleOption& option, QPainter& painter, int padding) const;
    void drawHeader(const QStyleOption& option, QPainter& painter) const;
    void drawMenuItem(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;
    void drawScrollBar(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const;
};

} // namespace ui
