#include "ui/style/theme.h"

#include "ui/style/style.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QWidget>

/// The linker drops a static library's resources unless they are named; outside any namespace, as Qt asks.
static void useStyleResources() { Q_INIT_RESOURCE(style); }

namespace ui {

namespace {

const QJsonObject& tokens()
{
    static const QJsonObject object = [] {
        useStyleResources();
        QFile file(QStringLiteral(":/themes/tokens.json"));
        const bool opened = file.open(QIODevice::ReadOnly);
        Q_ASSERT(opened);
        return opened ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    }();
    return object;
}

struct Settings {
    ThemeChoice choice = ThemeChoice::System;
    double textScale = 1;
    bool systemIsDark = false;
    bool changing = false;
};
Settings& settings()
{
    static Settings value;
    return value;
}

/// Qt 6.4 has no colorScheme(): a palette whose text is lighter than its background is a dark one.
bool isDarkPalette(const QPalette& palette)
{
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

/// Hears of the desktop's switch between light and dark.
class SystemWatcher final : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::ApplicationPaletteChange && watched == qApp && !settings().changing) {
            settings().systemIsDark = isDarkPalette(QApplication::palette());
            if (settings().choice == ThemeChoice::System) Theme::choose(ThemeChoice::System);
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

ThemeSignal& ThemeSignal::instance()
{
    static ThemeSignal signal;
    return signal;
}

Theme::Theme(bool dark) : m_isDark(dark)
{
    const QJsonObject theme = tokens().value(u"themes").toObject().value(dark ? u"dark" : u"light").toObject();
    for (auto group = theme.begin(); group != theme.end(); ++group) {
        if (group->isString()) m_colors.insert(group.key(), QColor(group->toString()));
        const QJsonObject members = group->toObject();
        for (auto member = members.begin(); member != members.end(); ++member)
            m_colors.insert(group.key() + u'.' + member.key(), QColor(member->toString()));
    }
    for (const QJsonValue& value : theme.value(u"series").toArray()) m_series.append(QColor(value.toString()));
}

const Theme& Theme::light()
{
    static const Theme theme(false);
    return theme;
}

const Theme& Theme::dark()
{
    static const Theme theme(true);
    return theme;
}

const Theme& Theme::current()
{
    const Settings& s = settings();
    const bool isDark = s.choice == ThemeChoice::Dark || (s.choice == ThemeChoice::System && s.systemIsDark);
    return isDark ? dark() : light();
}

ThemeChoice Theme::choice() { return settings().choice; }

void Theme::install()
{
    settings().systemIsDark = isDarkPalette(QApplication::palette());
    settings().changing = true;
    QApplication::setStyle(new Style);
    qApp->installEventFilter(new SystemWatcher(qApp));
    settings().changing = false;
    choose(settings().choice);
}

void Theme::choose(ThemeChoice choice)
{
    settings().choice = choice;
    settings().changing = true;
    QApplication::setPalette(current().palette());
    QApplication::setFont(font());
    for (QWidget* widget : QApplication::allWidgets()) widget->update();
    settings().changing = false;
    Q_EMIT ThemeSignal::instance().changed();
}

QColor Theme::color(const QString& token) const { return m_colors.value(token, QColor(Qt::magenta)); }
QColor Theme::color(const char* token) const { return color(QString::fromLatin1(token)); }
QColor Theme::severity(model::Severity severity) const
{
    return color(u"severity." + QString::fromLatin1(model::name(severity)));
}
QColor Theme::severityTint(model::Severity severity) const
{
    return color(u"severityTint." + QString::fromLatin1(model::name(severity)));
}
QColor Theme::series(int index) const { return m_series.at(index % m_series.size()); }

QPalette Theme::palette() const
{
    using P = QPalette;
    const std::pair<P::ColorRole, const char*> roles[] = {
        {P::Window, "surface"},
        {P::WindowText, "text"},
        {P::Base, "raised"},
        {P::AlternateBase, "raised"},
        {P::Text, "text"},
        {P::Button, "raised"},
        {P::ButtonText, "text"},
        {P::BrightText, "accentText"},
        {P::Light, "raised"},
        {P::Midlight, "hover"},
        {P::Mid, "line"},
        {P::Dark, "lineStrong"},
        {P::Shadow, "line"},
        {P::Highlight, "selection"},
        {P::HighlightedText, "text"},
        {P::Link, "accent"},
        {P::LinkVisited, "accent"},
        {P::ToolTipBase, "raised"},
        {P::ToolTipText, "text"},
        {P::PlaceholderText, "muted"},
    };
    P palette;
    for (const auto& [role, token] : roles)
        for (const P::ColorGroup group : {P::Active, P::Inactive, P::Disabled})
            palette.setColor(group, role, color(token));
    for (const P::ColorRole role : {P::WindowText, P::Text, P::ButtonText, P::HighlightedText})
        palette.setColor(P::Disabled, role, color("disabled"));
    return palette;
}

double Theme::number(const char* token)
{
    QJsonValue value = tokens();
    for (const QString& step : QString::fromLatin1(token).split(u'.')) value = value.toObject().value(step);
    return value.toDouble();
}

QFont Theme::font(double px, bool bold)
{
    QFont font;
    font.setFamilies({QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans"), QStringLiteral("Noto Sans CJK SC")});
    font.setPointSizeF(px * textScale() * 72.0 / 96.0);
    font.setBold(bold);
    return font;
}

QFont Theme::codeFont(double px)
{
    QFont code = font(px);
    code.setFamilies({QStringLiteral("Noto Sans Mono"), QStringLiteral("DejaVu Sans Mono"),
                      QStringLiteral("Noto Sans Mono CJK SC")});
    code.setStyleHint(QFont::Monospace);
    return code;
}

double Theme::textScale() { return settings().textScale; }

void Theme::setTextScale(double scale)
{
    settings().textScale = std::clamp(scale, 0.9, 1.5);
    choose(settings().choice);
}

} // namespace ui
