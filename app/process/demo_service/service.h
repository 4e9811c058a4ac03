// A small HTTP/1.1 service for demonstrations: each request makes it call others, then answers with what they said.
#pragma once

#include <QHash>
#include <QHostAddress>
#include <QNetworkAccessManager>
#include <QObject>
#include <QStringList>
#include <QTcpServer>
#include <QUrl>

#include <memory>

class QTcpSocket;

/// Owns the listening socket and its connections; one thread.
class Service final : public QObject {
    Q_OBJECT
public:
    Service(QString name, QList<QUrl> calls, QObject* parent = nullptr);
    /// Returns false when the address cannot be listened on.
    bool listen(const QHostAddress& address, quint16 port);

private:
    /// One request under way.
    struct Request {
        QTcpSocket* socket = nullptr;
        bool keepAlive = true;
        int open = 0; ///< Calls without answer yet.
        bool failed = false;
        QStringList answers;
    };

    void accept();
    void read(QTcpSocket* socket);
    void handle(QTcpSocket* socket, const QByteArray& head);
    void call(const std::shared_ptr<Request>& request, const QUrl& url);
    void answer(const Request& request);

    QString m_name;
    QList<QUrl> m_calls;
    QTcpServer m_server;
    QNetworkAccessManager m_network;
    QHash<QTcpSocket*, QByteArray> m_unread;
};
