// Colours, sizes and fonts of the interface: what resources/themes/tokens.json says, for the theme that is on.
#pragma once

#include "model/base/finding.h"

#include <QColor>
#include <QFont>
#include <QHash>
#include <QObject>
#include <QPalette>

namespace ui {

enum class ThemeChoice { System, Light, Dark };

/// The tokens of one theme. Two values exist, light and dark; painters ask current() each time they paint and keep
/// nothing, so a change of theme repaints and rebuilds nothing. GUI thread.
class Theme {
public:
    static const Theme& current();
    static const Theme& light();
    static const Theme& dark();

    /// Gives the application style, palette and font once, before the first window.
    static void install();
    /// Switches at run time and repaints everything.
    static void choose(ThemeChoice choice);
    static ThemeChoice choice();

    bool isDark() const { return m_isDark; }
    /// "surface", "kind.route", "kindTint.route", "healthFill.failing", "diff.changed"; magenta for a name that is none.
    QColor color(const char* token) const;
    QColor color(const QString& token) const;
    QColor kind(const QString& kind) const { return color(u"kind." + kind); }
    QColor kindTint(const QString& kind) const { return color(u"kindTint." + kind); }
    QColor severity(model::Severity severity) const;
    QColor severityTint(model::Severity severity) const;
    /// Colour of the series `index` of a plot; from the seventh on they are drawn dashed.
    QColor series(int index) const;
    /// The complete palette, all three groups.
    QPalette palette() const;

    /// A number of tokens.json, "size.toolbar", "node.detail.height"; 0 for a name that is none.
    static double number(const char* token);
    /// Interface font at `px` pixels times the text size setting.
    static QFont font(double px = 12.5, bool bold = false);
    static QFont codeFont(double px = 12.5);
    /// 0.9 to 1.5; the setting "Text size".
    static double textScale();
    static void setTextScale(double scale);

private:
    explicit Theme(bool dark);
    QHash<QString, QColor> m_colors;
    QList<QColor> m_series;
    bool m_isDark = false;
};

/// Tells that the theme changed, after palette and style are new. For those who keep colours in somebody else's widget
/// (editor, plots); painters need it not.
class ThemeSignal final : public QObject {
    Q_OBJECT
public:
    static ThemeSignal& instance();
Q_SIGNALS:
    void changed();

private:
    ThemeSignal() = default;
};

} // namespace ui
