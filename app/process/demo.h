// The demonstration mesh: three services that call each other through their sidecars, behind a front proxy.
#pragma once

#include "app/process/process_group.h"
#include "app/process/traffic.h"
#include "model/import/import.h"
#include "model/source/revision.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace app::process {

/// One proxy's file of the demonstration.
struct DemoDocument {
    std::string proxy;                ///< node.id, "front-envoy".
    std::string fileName;             ///< "front-envoy.v2.yaml"
    std::string original;             ///< Envoy v2 text.
    model::import::Imported imported; ///< Its v3 text and the report of every change.
};

struct DemoOptions {
    QString proxyProgram;   ///< Empty: meshwright-proxy beside the running program.
    QString serviceProgram; ///< Empty: meshwright-demo-service beside the running program.
    QStringList proxyArguments;
    int controlPlanePort = 0; ///< Where the proxies find their ADS server; must listen already.
};

/// Starts and owns services, proxies and traffic, all on loopback addresses. Lives in the GUI thread.
/// The caller pushes the documents' configurations through its control plane; until then the proxies wait.
class DemoMesh final : public QObject {
    Q_OBJECT
public:
    explicit DemoMesh(DemoOptions options, QObject* parent = nullptr);

    /// Chooses a free loopback network (127.0.0.x if it is), imports the files and starts services and proxies.
    /// Errors: NotFound (a program is missing), Unreachable (no free addresses), Malformed (import).
    model::Result<void> start();
    /// Sends requests to the front proxy; call when the proxies have their configuration.
    void startTraffic(double requestsPerSecond = 20);
    void stop();

    const std::vector<DemoDocument>& documents() const { return m_documents; }
    /// "http://127.0.0.10:8000/"
    QUrl frontUrl() const;
    QUrl admin(const std::string& proxy) const { return m_processes.admin(proxy); }
    Traffic* traffic() { return m_traffic.get(); } ///< nullptr before startTraffic.
    ProcessGroup& processes() { return m_processes; }

Q_SIGNALS:
    void adminFound(const std::string& proxy, const QUrl& admin);
    void exited(const std::string& name, int exitCode, const QByteArray& lastWords);

private:
    model::Result<void> chooseNetwork();
    model::Result<void> loadDocuments();
    model::Result<void> startServices();
    model::Result<void> startProxies();
    QString at(int host, int port) const;

    DemoOptions m_options;
    QString m_network = QStringLiteral("127.0.0");
    std::vector<DemoDocument> m_documents;
    ProcessGroup m_processes;
    std::unique_ptr<Traffic> m_traffic;
};

} // namespace app::process
