#include "app/process/traffic.h"

#include <QNetworkReply>

#include <algorithm>

namespace app::process {

namespace {
constexpr int mostOpen = 32; ///< A stuck target shall not pile up requests.
}

Traffic::Traffic(QUrl target, QObject* parent) : QObject(parent), m_target(std::move(target))
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Traffic::send);
}

void Traffic::start(double requestsPerSecond)
{
    m_timer.start(std::max(1, static_cast<int>(1000 / requestsPerSecond)));
}

void Traffic::send()
{
    if (m_open >= mostOpen) return;
    QNetworkRequest request(m_target);
    request.setTransferTimeout(5000);
    QNetworkReply* reply = m_network.get(request);
    ++m_open;
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        --m_open;
        const bool good = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 200;
        ++(good ? m_succeeded : m_failed);
        m_lastAnswer = reply->readAll();
    });
}

} // namespace app::process
