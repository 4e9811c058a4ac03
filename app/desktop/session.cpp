#include "app/desktop/session.h"

#include "model/source/config_set.h"
#include "model/source/revision.h"

namespace app::desktop {

using model::ErrorCode;
using model::source::DocumentKind;
using model::source::Revision;

Session::Session(ui::Project& project, QObject* parent) : QObject(parent), m_project(project)
{
    connect(&m_control, &control::ControlPlane::settled, this, &Session::startReadBack);
    connect(&m_control, &control::ControlPlane::nacked, this,
            [this](const model::push::Nack& nack) { startReadBack(nack.proxy); });
    connect(&m_control, &control::ControlPlane::historyChanged, this, &Session::compareDraft);
    connect(&m_project, &ui::Project::graphChanged, this, &Session::compareDraft);
    connect(&m_project, &ui::Project::documentAboutToClose, this, [this](ui::Document* document) {
        if (document->isReadOnly())
            m_watched.erase(document->proxyName().toStdString()); // attached: nobody looks any more
    });
}

Session::~Session() = default;

void Session::open(const QStringList& arguments)
{
    QStringList places;
    for (const QString& argument : arguments) {
        if (argument.contains(QStringLiteral("://"))) attach(argument);
        else places += argument;
    }
    if (!places.isEmpty()) m_project.load(places);
}

model::Result<void> Session::startDemo()
{
    const auto port = m_control.listen();
    if (!port) return port.unexpected();
    process::DemoOptions options;
    options.controlPlanePort = *port;
    m_demo = std::make_unique<process::DemoMesh>(options);
    connect(m_demo.get(), &process::DemoMesh::adminFound, this, &Session::watch);
    connect(m_demo.get(), &process::DemoMesh::exited, this,
            [this](const std::string& name, int code, const QByteArray& words) {
                const QString said = QString::fromUtf8(words).trimmed().section(u'\n', -1);
                Q_EMIT processEnded(QString::fromStdString(name), tr("It ended with code %1. %2").arg(code).arg(said));
            });
    if (auto started = m_demo->start(); !started) return started;
    for (const process::DemoDocument& document : m_demo->documents()) {
        m_project.add(QString::fromStdString(document.proxy) + QStringLiteral(".yaml"), document.imported.yaml)
            ->setOrigin({QString::fromStdString(document.fileName), document.original, document.imported.report});
        Q_EMIT imported(QString::fromStdString(document.fileName), document.imported.report);
    }
    if (const auto version = push(); !version) return version.unexpected();
    m_demo->startTraffic(25);
    return {};
}

void Session::watch(const std::string& proxy, const QUrl& admin)
{
    auto& watched = m_watched[proxy];
    watched = {std::make_unique<admin::Sampler>(proxy, admin), false, 0, 0};
    admin::Sampler* sampler = watched.sampler.get();
    connect(sampler, &admin::Sampler::sampled, this,
            [this, proxy](const model::stats::Snapshot&, const model::stats::RatesStep& step) {
                model::stats::RatesStep shown = step; // the proxy's own way to this control plane is nobody's traffic
                std::erase_if(shown.endpoints,
                              [](const auto& e) { return e.key.cluster == "meshwright_control_plane"; });
                Q_EMIT rates(shown);
                if (isUnconfirmed(proxy)) readBack(proxy); // the admin address may be known only after the verdict
            });
    connect(sampler, &admin::Sampler::unreachable, this,
            [this](const std::string& name, double since, const model::Error& error) {
                Q_EMIT unreachable(QString::fromStdString(name), since, QString::fromStdString(error.text()));
            });
    connect(sampler, &admin::Sampler::reachableAgain, this,
            [this](const std::string& name) { Q_EMIT reachableAgain(QString::fromStdString(name)); });
    if (m_interval > 0) sampler->start(std::chrono::milliseconds(m_interval));
}

void Session::setSampleInterval(int milliseconds)
{
    m_interval = milliseconds;
    for (auto& [proxy, watched] : m_watched)
        milliseconds > 0 ? watched.sampler->start(std::chrono::milliseconds(milliseconds)) : watched.sampler->stop();
}

void Session::restart(const QString& name)
{
    if (!m_demo) return;
    if (const auto started = m_demo->processes().restart(name.toStdString()); !started)
        Q_EMIT message(model::Severity::Error, QString::fromStdString(started.error().text()));
}

} // namespace app::desktop
