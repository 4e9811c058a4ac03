#include "app/admin/sampler.h"

#include "model/stats/clusters.h"

#include <algorithm>

namespace app::admin {
namespace {

constexpr std::chrono::milliseconds hurriedInterval(200);
constexpr int hurryMs = 10000;

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string_view view(const QByteArray& bytes) { return {bytes.constData(), static_cast<std::size_t>(bytes.size())}; }

} // namespace

Sampler::Sampler(std::string proxy, QUrl admin, QObject* parent)
    : QObject(parent)
    , m_proxy(std::move(proxy))
    , m_client(std::move(admin))
{
    connect(&m_timer, &QTimer::timeout, this, &Sampler::poll);
}

void Sampler::start(std::chrono::milliseconds interval)
{
    m_interval = interval;
    m_timer.start(interval);
    poll();
}

void Sampler::hurry()
{
    m_hurry.start();
    const auto bearable = std::chrono::milliseconds(static_cast<int>(m_snapshot.pollSeconds * 5000));
    m_timer.start(std::min(m_interval, std::max(hurriedInterval, bearable)));
    poll();
}

void Sampler::stop() { m_timer.stop(); }

void Sampler::poll()
{
    if (m_busy) return;
    if (m_hurry.isValid() && m_hurry.hasExpired(hurryMs)) {
        m_hurry.invalidate();
        m_timer.start(m_interval);
    }
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
    askLatency();
}

void Sampler::askLatency()
{
    if (m_hasEndpoints)
        return m_client.get(QStringLiteral("/endpoints"), [this](const auto& latency) { readLatency(latency); });
    // filter=^cluster\..*\.upstream_rq_time$
    m_client.get(QStringLiteral("/stats?format=json&usedonly&filter=%5Ecluster%5C..*%5C.upstream_rq_time%24"),
                 [this](const auto& page) { readClusterLatency(page); });
}

void Sampler::readLatency(const model::Result<QByteArray>& page)
{
    if (!page && page.error().code != model::ErrorCode::NotFound) return fail(page.error());
    m_hasEndpoints = page.has_value();
    if (!page) return askLatency();
    if (const auto added = model::stats::addLatency(view(*page), m_snapshot); !added) return fail(added.error());
    finish();
}

/// Latency is a bonus: a page without it does not make the proxy unreachable.
void Sampler::readClusterLatency(const model::Result<QByteArray>& page)
{
    if (page) (void)model::stats::addClusterLatency(view(*page), m_snapshot);
    finish();
}

void Sampler::fail(const model::Error& error)
{
    m_busy = false;
    m_hasEndpoints = true;
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
