// Opens a file as the application does, appends a line, says so, and waits to be killed.
#include "ui/document/project.h"

#include <QApplication>

#include <cstdio>

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Meshwright"));
    QApplication::setApplicationName(QStringLiteral("Meshwright"));
    ui::Project project;
    const auto document = project.open(QString::fromLocal8Bit(argv[1]));
    if (!document) return 1;
    (*document)->apply((*document)->text() + argv[2], QStringLiteral("edit"));
    std::puts("edited");
    std::fflush(stdout);
    return QApplication::exec();
}
