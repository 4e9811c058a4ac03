// The demo: three services that call each other through their sidecars, and four bundled proxies, on loopback addresses.
#pragma once

#include "app/process/process_group.h"
#include "app/process/traffic.h"

#include <QTimer>
#include <QUrl>

#include <map>

namespace app::process {

/// Starts the demo's programs; their configuration comes from the management server. GUI thread.
class DemoMesh final : public QObject {
    Q_OBJECT
public:
    explicit DemoMesh(QObject* parent = nullptr);

    /// The example's files, one proxy each, in the order of the mesh (Envoy v2, as its users wrote them).
    static QStringList files();
    static QStringList proxies();

    /// Starts services and proxies, which connect to the management server at that loopback port.
    model::Result<void> start(int managementPort);
    void stop();
    /// Requests at the front proxy.
    Traffic& traffic() { return m_traffic; }
    ProcessGroup& processes() { return m_processes; }
    /// Admin address of each proxy that is up.
    const std::map<QString, QUrl>& admins() const { return m_admins; }

Q_SIGNALS:
    void proxyReady(const QString& proxy, const QUrl& admin);
    void failed(const QString& what);

private:
    model::Result<void> startServices();
    model::Result<void> startProxy(const QString& name, int managementPort);
    void lookForAdmins();

    ProcessGroup m_processes;
    Traffic m_traffic;
    QTimer m_poll;
    std::map<QString, QUrl> m_admins;
};

} // namespace app::process
