#include "app/process/demo.h"

#include "app/process/bootstrap.h"

#include <QFile>
#include <QTcpServer>

#include <algorithm>

// Outside of any namespace, as Qt asks for resources of static libraries.
static void loadExamples() { Q_INIT_RESOURCE(examples); }

namespace app::process {

using model::ErrorCode;

namespace {

/// Host number and port of every address of the files under resources/examples/two-tier-mesh.
struct Place {
    int host;
    int port;
};
constexpr Place front{10, 8000};
constexpr Place places[] = {front,      {11, 8786}, {11, 8788}, {11, 8791}, {12, 8789}, {13, 8790},
                            {11, 8081}, {12, 8082}, {12, 8084}, {12, 8085}, {13, 8083}};
constexpr const char* proxies[] = {"front-envoy", "service-a", "service-b", "service-c"};

bool isFree(const QString& network)
{
    return std::ranges::all_of(places, [&](const Place& place) {
        QTcpServer probe;
        return probe.listen(QHostAddress(network + QStringLiteral(".%1").arg(place.host)),
                            static_cast<quint16>(place.port));
    });
}

} // namespace

DemoMesh::DemoMesh(DemoOptions options, QObject* parent) : QObject(parent), m_options(std::move(options))
{
    loadExamples();
    if (m_options.proxyProgram.isEmpty())
        m_options.proxyProgram = ProcessGroup::sibling(QStringLiteral("meshwright-proxy"));
    if (m_options.serviceProgram.isEmpty())
        m_options.serviceProgram = ProcessGroup::sibling(QStringLiteral("meshwright-demo-service"));
    connect(&m_processes, &ProcessGroup::adminFound, this, &DemoMesh::adminFound);
    connect(&m_processes, &ProcessGroup::exited, this, &DemoMesh::exited);
}

QString DemoMesh::at(int host, int port) const { return QStringLiteral("%1.%2:%3").arg(m_network).arg(host).arg(port); }

QUrl DemoMesh::frontUrl() const
{
    return QUrl(QStringLiteral("http://") + at(front.host, front.port) + QLatin1Char('/'));
}

model::Result<void> DemoMesh::start()
{
    auto done = chooseNetwork();
    if (done) done = loadDocuments();
    if (done) done = startServices();
    if (done) done = startProxies();
    return done;
}

model::Result<void> DemoMesh::chooseNetwork()
{
    for (int net = 0; net < 20; ++net) {
        m_network = QStringLiteral("127.0.%1").arg(net);
        if (isFree(m_network)) return {};
    }
    return model::fail(ErrorCode::Unreachable, "127.0.0.10:8000", "The demonstration finds no free loopback addresses");
}

model::Result<void> DemoMesh::loadDocuments()
{
    m_documents.clear();
    for (const char* proxy : proxies) {
        DemoDocument document{proxy, std::string(proxy) + ".v2.yaml", {}, {}};
        QFile file(QStringLiteral(":/examples/two-tier-mesh/") + QString::fromStdString(document.fileName));
        if (!file.open(QIODevice::ReadOnly))
            return model::fail(ErrorCode::NotFound, document.fileName, "The example is missing");
        const QByteArray network = m_network.toLatin1() + '.';
        document.original = file.readAll().replace("127.0.0.", network).toStdString();
        model::source::ReadOptions options;
        options.fileName = document.fileName;
        auto imported = model::import::toV3(*model::source::Revision::of(document.original, options));
        if (!imported) return imported.unexpected();
        document.imported = std::move(*imported);
        m_documents.push_back(std::move(document));
    }
    return {};
}

model::Result<void> DemoMesh::startServices()
{
    const QString http = QStringLiteral("http://");
    const QString callsOfA = http + at(11, 8788) + QLatin1Char(',') + http + at(11, 8791);
    const struct {
        const char* name;
        Place place;
        QString calls;
    } services[] = {{"A", {11, 8081}, callsOfA},
                    {"B1", {12, 8082}, {}},
                    {"B2", {12, 8084}, {}},
                    {"B3", {12, 8085}, {}},
                    {"C", {13, 8083}, {}}};
    for (const auto& [name, place, calls] : services) {
        QStringList arguments{QStringLiteral("--listen"), at(place.host, place.port), QStringLiteral("--name"),
                              QString::fromLatin1(name)};
        if (!calls.isEmpty()) arguments << QStringLiteral("--calls") << calls;
        auto started = m_processes.start({name, m_options.serviceProgram, arguments, {}, true});
        if (!started) return started;
    }
    return {};
}

model::Result<void> DemoMesh::startProxies()
{
    for (const char* proxy : proxies) {
        AdsBootstrap bootstrap;
        bootstrap.node = proxy;
        bootstrap.controlPlanePort = m_options.controlPlanePort;
        auto started =
            m_processes.startProxy(proxy, m_options.proxyProgram, adsBootstrap(bootstrap), m_options.proxyArguments);
        if (!started) return started;
    }
    return {};
}

void DemoMesh::startTraffic(double requestsPerSecond)
{
    if (!m_traffic) m_traffic = std::make_unique<Traffic>(frontUrl());
    m_traffic->start(requestsPerSecond);
}

void DemoMesh::stop()
{
    if (m_traffic) m_traffic->stop();
    m_processes.stopAll();
}

} // namespace app::process
