// The work on one mesh: documents, the control plane that serves them, the samplers that watch the proxies.
#pragma once

#include "app/admin/sampler.h"
#include "app/control/control_plane.h"
#include "app/process/demo.h"
#include "ui/document/project.h"
#include "ui/push/review.h"

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
    /// Reads what a running proxy says it runs ("HOST:PORT" or a URL), opens that as a read-only document and watches the
    /// proxy. What comes of it is told by attached or attachFailed.
    void attach(const QString& address);
    /// Writes a bootstrap that makes the proxy a client of the control plane, which listens from then on.
    model::Result<void> writeAdsBootstrap(const QString& proxy, const QString& fileName);
    /// How often every watched proxy is sampled, in ms; 0: not until it is said again.
    void setSampleInterval(int milliseconds);
    /// Starts a proxy or service of the demo again that has ended.
    void restart(const QString& name);

    /// What pushing the documents would do, with what the checks say of each; `only` restricts it to one proxy.
    ui::push::Review review(const QString& only = {});
    model::Result<ui::push::Review> reviewRollback(int version);
    /// Pushes every document that configures a proxy, or the one of proxy `only`, upstream first. Refused while one has
    /// errors; the reason is told.
    model::Result<int> push(const QString& only = {});
    model::Result<int> rollback(int version);
    /// Compares the draft with what runs, off the GUI thread; drafted tells it.
    void compareDraft();

Q_SIGNALS:
    void message(model::Severity severity, const QString& text);
    void rates(const model::stats::RatesStep& step);
    /// Told again and again; `since` in seconds since the epoch.
    void unreachable(const QString& proxy, double since, const QString& sentence);
    void reachableAgain(const QString& proxy);
    void pushed(int version);
    void drafted(const ui::push::Review& review);
    void attached(const QString& proxy, const QString& address);
    void attachFailed(const QString& address, const QString& sentence);
    /// A process that this program started has ended though nobody asked it to.
    void processEnded(const QString& name, const QString& sentence);
    /// A document came from an older format; its report goes to the problems list.
    void imported(const QString& name, const std::vector<model::Finding>& report);

private:
    /// One watched proxy, and how reading back what it runs stands.
    struct Watched {
        std::unique_ptr<admin::Sampler> sampler;
        bool reading = false;
        int unequal = 0; ///< How often it ran something else than what it had acknowledged.
        double next = 0; ///< Not read again before.
    };

    /// Documents that configure a proxy, upstream first; `only` one.
    std::vector<ui::Document*> pushable(const QString& only = {}) const;
    ui::push::Review frame(const QString& only = {}) const;
    std::vector<control::Link> links() const;
    void openDump(const QUrl& admin, const QString& address, const QByteArray& dump);
    void hurry();
    void startReadBack(const std::string& proxy);
    /// The proxy has judged the push, and what it runs is not known to be that.
    bool isUnconfirmed(const std::string& proxy) const;
    void readBack(const std::string& proxy);
    void finishReadBack(const std::string& proxy, model::diff::ResourcesPtr running);

    ui::Project& m_project;
    control::ControlPlane m_control;
    std::map<std::string, Watched> m_watched;
    std::map<QString, std::unique_ptr<admin::AdminClient>> m_attaching; ///< By address.
    int m_interval = 1000; ///< Of the samplers, in ms; 0: they stand still.
    bool m_comparing = false, m_compareAgain = false;
    std::unique_ptr<process::DemoMesh> m_demo;
};

} // namespace app::desktop
