#include "app/process/demo_service/service.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QHostAddress>

#include <cstdio>

int main(int argc, char* argv[])
{
    QCoreApplication app(argc, argv);
    QCommandLineParser options;
    options.setApplicationDescription(QStringLiteral("A small HTTP service that calls others, for demonstrations."));
    options.addHelpOption();
    options.addOptions(
        {{QStringLiteral("listen"), QStringLiteral("Address to listen on."), QStringLiteral("ip:port")},
         {QStringLiteral("calls"), QStringLiteral("Services that each request calls."), QStringLiteral("urls")},
         {QStringLiteral("name"), QStringLiteral("What it calls itself."), QStringLiteral("name"),
          QStringLiteral("service")}});
    options.process(app);

    const QUrl address(QStringLiteral("http://") + options.value(QStringLiteral("listen")));
    QList<QUrl> calls;
    const auto urls = options.value(QStringLiteral("calls")).split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const QString& url : urls) calls << QUrl(url);
    Service service(options.value(QStringLiteral("name")), calls);
    if (!service.listen(QHostAddress(address.host()), static_cast<quint16>(address.port(0)))) {
        std::fprintf(stderr, "cannot listen on %s\n", qPrintable(address.authority()));
        return 1;
    }
    return QCoreApplication::exec();
}
