// Samples one proxy's endpoints again and again: counters, rates, reachability.
#pragma once

#include "app/admin/admin_client.h"
#include "model/stats/rates.h"
#include "model/stats/sample.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <optional>
#include <string>

namespace app::admin {

/// One per proxy; never more than one request in flight, whatever the interval. Lives in the GUI thread.
class Sampler final : public QObject {
    Q_OBJECT
public:
    Sampler(std::string proxy, QUrl admin, QObject* parent = nullptr);

    void start(std::chrono::milliseconds interval = std::chrono::milliseconds(1000));
    /// Samples five times a second for ten seconds: after a push one wants to see at once what it did. A proxy whose pages
    /// take long to read is asked no more often than leaves it four fifths of its time.
    void hurry();
    void stop();
    const std::string& proxy() const { return m_proxy; }
    AdminClient& client() { return m_client; }
    /// Since when the proxy has not answered, in seconds since the epoch; nullopt while it does.
    std::optional<double> unreachableSince() const { return m_unreachableSince; }

Q_SIGNALS:
    void sampled(const model::stats::Snapshot& snapshot, const model::stats::RatesStep& step);
    /// Told at the first failure and at each one after it.
    void unreachable(const std::string& proxy, double since, const model::Error& error);
    void reachableAgain(const std::string& proxy);

private:
    void poll();
    void readUptime(const model::Result<QByteArray>& page);
    void readClusters(const model::Result<QByteArray>& page);
    void askLatency();
    void readLatency(const model::Result<QByteArray>& page);
    void readClusterLatency(const model::Result<QByteArray>& page);
    void fail(const model::Error& error);
    void finish();

    std::string m_proxy;
    AdminClient m_client;
    QTimer m_timer;
    std::chrono::milliseconds m_interval{1000};
    QElapsedTimer m_cost, m_hurry; ///< m_hurry is valid while the sampler hurries.
    model::stats::Rates m_rates;
    model::stats::Snapshot m_snapshot; ///< The one being read.
    std::uint64_t m_uptime = 0;
    std::optional<double> m_unreachableSince;
    bool m_busy = false;
    bool m_hasEndpoints =
        true; ///< A proxy that once said 404 to /endpoints is Envoy: asked for /stats instead until it was away.
};

} // namespace app::admin
