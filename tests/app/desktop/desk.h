// The whole desktop program in a test: window, session, control plane; settings and drafts in a temporary folder.
#pragma once

#include "app/desktop/session.h"
#include "app/desktop/wiring.h"
#include "ui/style/theme.h"
#include "ui/window/main_window.h"

#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

/// Call once, before anything of the window is made.
inline void prepareDesk()
{
    static QTemporaryDir settings;
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("MeshwrightTest"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    Q_INIT_RESOURCE(style);
    ui::Theme::install();
    ui::Theme::choose(ui::ThemeChoice::Light);
}

/// Window and services as main() joins them.
struct Desk {
    Desk()
    {
        app::desktop::wire(window, session);
        window.resize(1280, 800);
        window.show();
    }
    ~Desk()
    {
        if (session.demo()) session.demo()->stop();
    }

    const model::push::ProxyStatus* status(const std::string& proxy)
    {
        statuses = session.controlPlane().statuses();
        const auto found = std::ranges::find(statuses, proxy, &model::push::ProxyStatus::name);
        return found == statuses.end() ? nullptr : &*found;
    }
    bool runs(const std::string& proxy, int version)
    {
        const auto* known = status(proxy);
        return known && known->connected && known->version == version && known->state == model::push::State::Effective;
    }
    bool isDemoUp()
    {
        return std::ranges::all_of(session.demo()->documents(),
                                   [this](const auto& document) { return runs(document.proxy, 1); });
    }
    /// Keeps a picture of the window in the folder that MESHWRIGHT_PICTURES names, if it names one.
    void keep(const QString& name)
    {
        const QString folder = qEnvironmentVariable("MESHWRIGHT_PICTURES");
        if (!folder.isEmpty()) window.grab().save(folder + u'/' + name + QStringLiteral(".png"));
    }

    ui::Project project;
    app::desktop::Session session{project};
    ui::MainWindow window{project};
    std::vector<model::push::ProxyStatus> statuses;
};
