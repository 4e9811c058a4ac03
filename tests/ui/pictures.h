// What the widget tests share: the look of the program, and pictures for people to look at.
#pragma once

#include "ui/style/theme.h"

#include <QDir>
#include <QTest>
#include <QWidget>

inline void installLook()
{
    Q_INIT_RESOURCE(style);
    ui::Theme::install();
    ui::Theme::choose(ui::ThemeChoice::Light);
}

/// Keeps pictures of the widget in both themes in the folder that MESHWRIGHT_PICTURES names, if it names one.
inline void keep(QWidget& widget, const QString& name)
{
    const QString folder = qEnvironmentVariable("MESHWRIGHT_PICTURES");
    if (folder.isEmpty()) return;
    for (const auto choice : {ui::ThemeChoice::Dark, ui::ThemeChoice::Light}) {
        ui::Theme::choose(choice);
        QTest::qWait(60);
        const QString theme =
            choice == ui::ThemeChoice::Dark ? QStringLiteral("-dark.png") : QStringLiteral("-light.png");
        widget.grab().save(QDir(folder).filePath(name + theme));
    }
}
