#include "app/desktop/session.h"

#include "model/import/import.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"

#include <QFile>
#include <QFileInfo>

namespace app::desktop {

using model::ErrorCode;
using model::source::DocumentKind;
using model::source::Revision;

Session::Session(ui::Project& project, QObject* parent) : QObject(parent), m_project(project)
{
    connect(&m_control, &control::ControlPlane::settled, this, &Session::readBack);
}

Session::~Session() = default;

void Session::open(const QStringList& arguments)
{
    for (const QString& argument : arguments) {
        if (!QFileInfo(argument).isDir()) {
            openFile(argument);
        } else if (const auto opened = m_project.openFolder(argument); !opened) {
            Q_EMIT message(model::Severity::Error, QString::fromStdString(opened.error().text()));
        }
    }
}

void Session::openFile(const QString& file)
{
    QFile stream(file);
    if (!stream.open(QIODevice::ReadOnly)) {
        Q_EMIT message(model::Severity::Error, tr("%1: %2").arg(file, stream.errorString()));
        return;
    }
    const auto revision = Revision::of(stream.readAll().toStdString(), {nullptr, file.toStdString(), {}});
    const bool old = revision->kind() == DocumentKind::EnvoyV1 || revision->kind() == DocumentKind::EnvoyV2;
    if (!old) {
        if (const auto opened = m_project.open(file); !opened)
            Q_EMIT message(model::Severity::Error, QString::fromStdString(opened.error().text()));
        return;
    }
    const auto imported = model::import::toV3(*revision);
    if (!imported) {
        Q_EMIT message(model::Severity::Error, QString::fromStdString(imported.error().text()));
        return;
    }
    const QString name = QFileInfo(file).completeBaseName() + QStringLiteral(".yaml");
    m_project.add(name, imported->yaml)->setOrigin({file, revision->text(), imported->report});
    Q_EMIT this->imported(name, imported->report);
}

model::Result<void> Session::startDemo()
{
    const auto port = m_control.listen();
    if (!port) return port.unexpected();
    process::DemoOptions options;
    options.controlPlanePort = *port;
    m_demo = std::make_unique<process::DemoMesh>(options);
    connect(m_demo.get(), &process::DemoMesh::adminFound, this, &Session::watch);
    connect(m_demo.get(), &process::DemoMesh::exited, this, [this](const std::string& name, int code, const QByteArray& words) {
        Q_EMIT message(model::Severity::Error,
                       tr("%1 ended with code %2. %3").arg(QString::fromStdString(name)).arg(code).arg(QString::fromUtf8(words)));
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
    auto& sampler = m_samplers[proxy];
    sampler = std::make_unique<admin::Sampler>(proxy, admin);
    connect(sampler.get(), &admin::Sampler::sampled, this,
            [this, proxy](const model::stats::Snapshot&, const model::stats::RatesStep& step) {
                model::stats::RatesStep shown = step; // the proxy's own way to this control plane is nobody's traffic
                std::erase_if(shown.endpoints, [](const auto& e) { return e.key.cluster == "meshwright_control_plane"; });
                Q_EMIT rates(shown);
                if (isAcknowledged(proxy)) readBack(proxy); // the admin address may be known only after the ACK
            });
    connect(sampler.get(), &admin::Sampler::unreachable, this, [this](const std::string& name, double, const model::Error& error) {
        Q_EMIT unreachable(QString::fromStdString(name), QString::fromStdString(error.text()));
    });
    sampler->start();
}

control::ControlPlane::Configs Session::configs() const
{
    control::ControlPlane::Configs all;
    for (ui::Document* document : m_project.documents()) {
        const auto& revision = document->settle();
        if (revision->kind() == DocumentKind::Bootstrap) all[document->proxyName().toStdString()] = revision->config();
    }
    return all;
}

model::Result<int> Session::push()
{
    for (ui::Document* document : m_project.documents()) {
        document->settle();
        if (!hasErrors(document->findings()) && !hasErrors(document->revision()->findings())) continue;
        return model::fail(ErrorCode::Invalid, document->title().toStdString(), "has errors; mend them before pushing");
    }
    if (m_control.port() == 0)
        if (const auto port = m_control.listen(); !port) return port.unexpected();
    const int version = m_control.push(configs());
    Q_EMIT pushed(version);
    return version;
}

model::Result<int> Session::rollback(int version)
{
    auto made = m_control.rollback(version);
    if (made) Q_EMIT pushed(*made);
    return made;
}

int Session::pendingChanges() const
{
    std::size_t count = 0;
    for (const auto& proxy : m_control.preview(configs())) count += proxy.changes.size();
    return static_cast<int>(count);
}

bool Session::isAcknowledged(const std::string& proxy) const
{
    for (const auto& status : m_control.statuses())
        if (status.name == proxy) return status.state == model::push::State::Acked;
    return false;
}

void Session::readBack(const std::string& proxy)
{
    const auto found = m_samplers.find(proxy);
    if (found == m_samplers.end()) return;
    found->second->client().get(QStringLiteral("/config_dump?include_eds"), [this, proxy](const model::Result<QByteArray>& page) {
        if (!page) return;
        const auto dump = Revision::of(page->toStdString());
        m_control.readBack(proxy, model::diff::split(dump->config()));
    });
}

} // namespace app::desktop
