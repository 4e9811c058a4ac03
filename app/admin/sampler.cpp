#include "app/admin/sampler.h"

#include "model/stats/clusters.h"

namespace app::admin {
namespace {

double now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string_view view(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

Sampler::Sampler(std::string proxy, QUrl admin, QObject* parent)
    : QObject(parent), m_proxy(std::move(proxy)), m_client(std::move(admin))
{
    connect(&m_timer, &QTimer::timeout, this, &Sampler::poll);
}

void Sampler::start(std::chrono::milliseconds interval)
{
    m_timer.start(interval);
    poll();
}

void Sampler::stop()
{
    m_timer.stop();
}

void Sampler::poll()
{
    if (m_busy) return;
    m_busy = true;
    m_cost.start();
    m_client.get(QStringLiteral("/server_info"), [this](const auto& page) { readUptime(page); });
}

void Sampler::readUptime(const model::Result<QByteArray>& page)
{
    if (!page) return fail(page.error());
    const auto uptime = model::stats::parseUptime(view(*page));
    if (!uptime) return fail(uptime.error());
    m_uptime = *uptime;
    m_client.get(QStringLiteral("/clusters?format=json"), [this](const auto& clusters) { readClusters(clusters); });
}

void Sampler::readClusters(const model::Result<QByteArray>& page)
{
    if (!page) return fail(page.error());
    auto snapshot = model::stats::parseClusters(view(*page), m_proxy);
    if (!snapshot) return fail(snapshot.error());
    m_snapshot = std::move(*snapshot);
    m_snapshot.time = now();
    m_snapshot.uptimeSeconds = m_uptime;
    if (!m_hasLatency) return finish();
    m_client.get(QStringLiteral("/endpoints"), [this](const auto& latency) { readLatency(latency); });
}

void Sampler::readLatency(const model::Result<QByteArray>& page)
{
    if (!page && page.error().code != model::ErrorCode::NotFound) return fail(page.error());
    m_hasLatency = page.has_value();
    if (page) {
        const auto added = model::stats::addLatency(view(*page), m_snapshot);
        if (!added) return fail(added.error());
    }
    finish();
}

void Sampler::fail(const model::Error& error)
{
    m_busy = false;
    m_hasLatency = true;
    m_rates.reset();
    if (!m_unreachableSince) m_unreachableSince = now();
    Q_EMIT unreachable(m_proxy, *m_unreachableSince, error);
}

void Sampler::finish()
{
    m_busy = false;
    m_snapshot.pollSeconds = static_cast<double>(m_cost.nsecsElapsed()) * 1e-9;
    if (m_unreachableSince) {
        m_unreachableSince.reset();
        Q_EMIT reachableAgain(m_proxy);
    }
    Q_EMIT sampled(m_snapshot, m_rates.step(m_snapshot));
}

} // namespace app::admin
