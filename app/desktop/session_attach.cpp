// Attaching to a proxy that somebody else runs: its configuration as a read-only document, its numbers by the sampler.
#include "app/desktop/session.h"

#include "app/process/bootstrap.h"
#include "model/source/config_set.h"

#include <QSaveFile>

namespace app::desktop {
namespace {

/// "HOST:PORT" or "http://HOST:PORT" to a URL; an invalid one when it names no host and port.
QUrl adminUrl(const QString& address)
{
    const QString trimmed = address.trimmed();
    const QUrl url(trimmed.contains(QStringLiteral("://")) ? trimmed : QStringLiteral("http://") + trimmed,
                   QUrl::StrictMode);
    const bool good =
        url.isValid() && url.scheme() == QStringLiteral("http") && !url.host().isEmpty() && url.port() > 0;
    if (!good) return {};
    QUrl base;
    base.setScheme(url.scheme());
    base.setHost(url.host());
    base.setPort(url.port());
    return base;
}

} // namespace

void Session::attach(const QString& address)
{
    const QUrl url = adminUrl(address);
    if (!url.isValid()) {
        Q_EMIT attachFailed(address,
                            tr("'%1' is no admin address. Write HOST:PORT, as in 127.0.0.1:9901").arg(address));
        return;
    }
    auto& client = m_attaching[address];
    if (client) return; // It is being asked already.
    client = std::make_unique<admin::AdminClient>(url);
    client->get(QStringLiteral("/config_dump?include_eds"),
                [this, url, address](const model::Result<QByteArray>& page) {
                    m_attaching.extract(address).mapped().release()->deleteLater();
                    if (page) return openDump(url, address, *page);
                    Q_EMIT attachFailed(address, QString::fromStdString(page.error().what));
                });
}

void Session::openDump(const QUrl& admin, const QString& address, const QByteArray& dump)
{
    const QString fallback = admin.host() + u'_' + QString::number(admin.port());
    const auto revision = model::source::Revision::of(dump.toStdString());
    const auto& bootstrap = revision->config().bootstrap;
    if (revision->kind() != model::source::DocumentKind::ConfigDump) {
        Q_EMIT attachFailed(address,
                            tr("%1 answers, but not with a config_dump: it is no proxy's admin address").arg(address));
        return;
    }
    const QString node = bootstrap ? QString::fromStdString(bootstrap->node().id()) : QString();
    const QString name = node.isEmpty() ? fallback : node;
    ui::Document* document = m_project.add(name + QStringLiteral(".config_dump.json"), dump.toStdString(), true);
    watch(document->proxyName().toStdString(), admin);
    Q_EMIT attached(document->proxyName(), address);
}

model::Result<void> Session::writeAdsBootstrap(const QString& proxy, const QString& fileName)
{
    if (m_control.port() == 0)
        if (const auto port = m_control.listen(); !port) return port.unexpected();
    process::AdsBootstrap bootstrap;
    bootstrap.node = proxy.toStdString();
    bootstrap.controlPlanePort = m_control.port();
    QSaveFile file(fileName);
    const QByteArray text = QByteArray::fromStdString(adsBootstrap(bootstrap));
    if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit()) return {};
    return model::fail(model::ErrorCode::Unreadable, fileName.toStdString(), file.errorString().toStdString());
}

} // namespace app::desktop
