// Gentle traffic: the requests of the demo's imagined users.
#pragma once

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QTimer>
#include <QUrl>

namespace app::process {

/// Sends GET requests at a steady rate; never more than 50 at once. GUI thread.
class Traffic final : public QObject {
    Q_OBJECT
public:
    explicit Traffic(QUrl target, QObject* parent = nullptr);

    void start(int requestsPerSecond);
    void stop() { m_timer.stop(); }
    int sent() const { return m_sent; }
    int answered() const { return m_answered; } ///< With status 200.
    int failed() const { return m_failed; }

private:
    void tick();
    void send();

    QUrl m_target;
    QNetworkAccessManager m_network;
    QTimer m_timer;
    QElapsedTimer m_clock;
    int m_rate = 0, m_due = 0, m_sent = 0, m_answered = 0, m_failed = 0;
};

} // namespace app::process
