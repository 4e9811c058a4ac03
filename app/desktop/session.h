// The work on one mesh: documents, the control plane that serves them, the samplers that watch the proxies.
#pragma once

#include "app/admin/sampler.h"
#include "app/control/control_plane.h"
#include "app/process/demo.h"
#include "ui/document/project.h"

#include <QObject>

#include <map>
#include <memory>

namespace app::desktop {

/// Joins the services behind the window. Knows documents, not widgets; wiring.cpp connects it with the window. GUI thread.
class Session final : public QObject {
    Q_OBJECT
public:
    explicit Session(ui::Project& project, QObject* parent = nullptr);
    ~Session() override;

    /// Opens v3, v2 and v1 files; older ones are converted into a document of their own, with a report. Folders are opened whole.
    void open(const QStringList& arguments);
    /// Starts the demo: imports its files, serves them, starts proxies and services, pushes, sends traffic.
    model::Result<void> startDemo();
    process::DemoMesh* demo() { return m_demo.get(); }
    /// Requests of the demo that were answered with 200.
    int answered() const { return m_demo && m_demo->traffic() ? static_cast<int>(m_demo->traffic()->succeeded()) : 0; }
    control::ControlPlane& controlPlane() { return m_control; }
    /// Watches a proxy's admin address.
    void watch(const std::string& proxy, const QUrl& admin);

    /// Pushes every document that has a proxy. Refused while a document has errors; the reason is told.
    model::Result<int> push();
    model::Result<int> rollback(int version);
    /// How many resources a push would change.
    int pendingChanges() const;

Q_SIGNALS:
    void message(model::Severity severity, const QString& text);
    void rates(const model::stats::RatesStep& step);
    void unreachable(const QString& proxy, const QString& sentence);
    void pushed(int version);
    /// A document came from an older format; its report goes to the problems list.
    void imported(const QString& name, const std::vector<model::Finding>& report);

private:
    control::ControlPlane::Configs configs() const;
    /// The proxy took the push, and nobody has read back yet what it runs.
    bool isAcknowledged(const std::string& proxy) const;
    void readBack(const std::string& proxy);

    ui::Project& m_project;
    control::ControlPlane m_control;
    std::map<std::string, std::unique_ptr<admin::Sampler>> m_samplers;
    std::unique_ptr<process::DemoMesh> m_demo;
};

} // namespace app::desktop
