#include "app/process/demo_mesh.h"

#include "model/export/bootstrap.h"

#include <QFile>

namespace app::process {
namespace {

/// A service of the demo: where it listens and what it calls. The addresses are those of resources/examples/two-tier-mesh.
struct Service {
    const char* name;
    const char* listen;
    const char* calls; ///< URLs, separated by blanks: the egress listeners of its own sidecar.
};

constexpr Service services[] = {
    {"A", "127.77.0.2:8081", "http://127.77.0.2:8788/b http://127.77.0.2:8791/c"},
    {"B1", "127.77.0.3:8082", ""},
    {"B2", "127.77.0.13:8082", ""},
    {"B3", "127.77.0.23:8082", ""},
    {"C", "127.77.0.4:8083", ""},
};

} // namespace

DemoMesh::DemoMesh(QObject* parent)
    : QObject(parent), m_processes(this), m_traffic(QUrl(QStringLiteral("http://127.77.0.1:8080/")), this)
{
    connect(&m_poll, &QTimer::timeout, this, &DemoMesh::lookForAdmins);
    connect(&m_processes, &ProcessGroup::exited, this, [this](const QString& name, int code, const QString& output) {
        Q_EMIT failed(tr("%1 ended with code %2. %3").arg(name).arg(code).arg(output.section(u'\n', -1)));
    });
}

QStringList DemoMesh::proxies()
{
    return {QStringLiteral("front-envoy"), QStringLiteral("service-a"), QStringLiteral("service-b"), QStringLiteral("service-c")};
}

QStringList DemoMesh::files()
{
    QStringList all;
    for (const QString& name : proxies()) all << QStringLiteral(":/examples/two-tier-mesh/%1.yaml").arg(name);
    return all;
}

model::Result<void> DemoMesh::start(int managementPort)
{
    if (auto started = startServices(); !started) return started;
    for (const QString& name : proxies())
        if (auto started = startProxy(name, managementPort); !started) return started;
    m_poll.start(50);
    return {};
}

model::Result<void> DemoMesh::startServices()
{
    for (const Service& service : services) {
        QStringList arguments{QStringLiteral("--name"), QString::fromLatin1(service.name), QStringLiteral("--listen"),
                              QString::fromLatin1(service.listen)};
        for (const QString& url : QString::fromLatin1(service.calls).split(u' ', Qt::SkipEmptyParts))
            arguments << QStringLiteral("--call") << url;
        const QString name = QStringLiteral("service ") + QString::fromLatin1(service.name);
        if (auto started = m_processes.start(name, siblingProgram(QStringLiteral("meshwright-demo-service")), arguments); !started)
            return started;
    }
    return {};
}

model::Result<void> DemoMesh::startProxy(const QString& name, int managementPort)
{
    model::xport::AdsBootstrap bootstrap;
    bootstrap.nodeId = bootstrap.nodeCluster = name.toStdString();
    bootstrap.serverPort = managementPort;
    QFile file(m_processes.filePath(name + QStringLiteral(".yaml")));
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(toYaml(bootstrap))) < 0)
        return model::fail(model::ErrorCode::Unreadable, file.fileName().toStdString(), file.errorString().toStdString());
    file.close();
    return m_processes.start(name, siblingProgram(QStringLiteral("meshwright-proxy")),
                             {QStringLiteral("-c"), file.fileName(), QStringLiteral("--concurrency"), QStringLiteral("1"),
                              QStringLiteral("--admin-address-path"), m_processes.filePath(name + QStringLiteral(".admin"))});
}

void DemoMesh::lookForAdmins()
{
    for (const QString& name : proxies()) {
        if (m_admins.contains(name)) continue;
        QFile file(m_processes.filePath(name + QStringLiteral(".admin")));
        if (!file.open(QIODevice::ReadOnly)) continue;
        const QString address = QString::fromLatin1(file.readAll()).trimmed();
        if (address.isEmpty()) continue;
        m_admins[name] = QUrl(QStringLiteral("http://") + address);
        Q_EMIT proxyReady(name, m_admins[name]);
    }
    if (m_admins.size() == static_cast<std::size_t>(proxies().size())) m_poll.stop();
}

void DemoMesh::stop()
{
    m_poll.stop();
    m_traffic.stop();
    m_processes.stopAll();
    m_admins.clear();
}

} // namespace app::process
