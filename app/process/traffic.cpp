#include "app/process/traffic.h"

#include <QNetworkReply>

namespace app::process {

Traffic::Traffic(QUrl target, QObject* parent) : QObject(parent), m_target(std::move(target))
{
    connect(&m_timer, &QTimer::timeout, this, &Traffic::tick);
}

void Traffic::start(int requestsPerSecond)
{
    m_rate = requestsPerSecond;
    m_due = 0;
    m_clock.start();
    m_timer.start(20);
}

void Traffic::tick()
{
    const int wanted = static_cast<int>(m_clock.elapsed() * m_rate / 1000);
    for (; m_due < wanted; ++m_due)
        if (m_sent - m_answered - m_failed < 50) send();
}

void Traffic::send()
{
    ++m_sent;
    QNetworkRequest request(m_target);
    request.setTransferTimeout(10000);
    QNetworkReply* reply = m_network.get(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        ++(status == 200 ? m_answered : m_failed);
        reply->deleteLater();
    });
}

} // namespace app::process
