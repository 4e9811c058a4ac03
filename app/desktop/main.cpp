// meshwright: the desktop application.
#include "app/desktop/headless.h"
#include "app/desktop/session.h"
#include "app/desktop/wiring.h"
#include "ui/document/project.h"
#include "ui/style/theme.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>

#include <cstdio>

namespace {

void declare(QCommandLineParser& parser)
{
    parser.setApplicationDescription(QStringLiteral("Workbench for Envoy-style service meshes."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({{QStringLiteral("demo"),
                        QStringLiteral("Run a mesh of four proxies and three services on loopback addresses")},
                       {QStringLiteral("admin"),
                        QStringLiteral("Attach to the running proxy with this admin address; may be given again"),
                        QStringLiteral("HOST:PORT")},
                       {QStringLiteral("theme"), QStringLiteral("system, light or dark"), QStringLiteral("THEME")},
                       {QStringLiteral("headless-report"),
                        QStringLiteral("With --demo: print the endpoint table, write pictures into FOLDER, end"),
                        QStringLiteral("FOLDER")}});
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("Configurations or folders to open"),
                                 QStringLiteral("[FILE…]"));
}

void chooseTheme(const QString& name)
{
    if (name == QStringLiteral("dark")) ui::Theme::choose(ui::ThemeChoice::Dark);
    else if (name == QStringLiteral("light")) ui::Theme::choose(ui::ThemeChoice::Light);
    else if (name.isEmpty())
        ui::Theme::choose(
            static_cast<ui::ThemeChoice>(qBound(0, QSettings().value(QStringLiteral("view/theme"), 0).toInt(), 2)));
}

} // namespace

int main(int argc, char** argv)
{
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Meshwright"));
    QApplication::setApplicationName(QStringLiteral("Meshwright"));
    QApplication::setApplicationVersion(QStringLiteral(MESHWRIGHT_VERSION));
    QCommandLineParser parser;
    declare(parser);
    parser.process(application);
    ui::Theme::install();
    chooseTheme(parser.value(QStringLiteral("theme")));

    ui::Project project;
    app::desktop::Session session(project);
    ui::MainWindow window(project);
    app::desktop::wire(window, session);
    window.show();
    if (!parser.isSet(QStringLiteral("demo"))) project.restoreDrafts();
    session.open(parser.positionalArguments());
    for (const QString& address : parser.values(QStringLiteral("admin"))) session.attach(address);
    const QString report = parser.value(QStringLiteral("headless-report"));
    std::unique_ptr<app::desktop::HeadlessReport> headless;
    if (!report.isEmpty()) headless = std::make_unique<app::desktop::HeadlessReport>(session, window, report);
    if (!parser.isSet(QStringLiteral("demo"))) return QApplication::exec();
    if (const auto started = session.startDemo(); !started) {
        window.showMessage(model::Severity::Error, QString::fromStdString(started.error().text()));
        if (headless) {
            std::fprintf(stderr, "error: %s\n", started.error().text().c_str());
            return 1;
        }
    }
    return QApplication::exec();
}
