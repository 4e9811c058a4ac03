// Gentle traffic: a few requests a second, so that a demonstration has something to show.
#pragma once

#include <QNetworkAccessManager>
#include <QObject>
#include <QTimer>
#include <QUrl>

namespace app::process {

/// Sends GET requests at a steady rate and counts the answers. Lives in the GUI thread.
class Traffic final : public QObject {
    Q_OBJECT
public:
    explicit Traffic(QUrl target, QObject* parent = nullptr);

    void start(double requestsPerSecond = 20);
    void stop() { m_timer.stop(); }
    bool isRunning() const { return m_timer.isActive(); }
    int succeeded() const { return m_succeeded; } ///< Status 200.
    int failed() const { return m_failed; }
    QByteArray lastAnswer() const { return m_lastAnswer; }

private:
    void send();

    QUrl m_target;
    QNetworkAccessManager m_network;
    QTimer m_timer;
    int m_open = 0;
    int m_succeeded = 0;
    int m_failed = 0;
    QByteArray m_lastAnswer;
};

} // namespace app::process
