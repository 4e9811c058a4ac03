#include "app/process/demo_service/service.h"

#include <QNetworkReply>
#include <QPointer>
#include <QTcpSocket>

namespace {

constexpr int headLimit = 64 * 1024;
constexpr int callTimeoutMs = 3000;

QByteArray header(const QByteArray& head, const QByteArray& name)
{
    const auto lines = head.split('\n');
    for (const auto& line : lines)
        if (line.left(name.size()).toLower() == name && line.mid(name.size()).startsWith(':'))
            return line.mid(name.size() + 1).trimmed();
    return {};
}

} // namespace

Service::Service(QString name, QList<QUrl> calls, QObject* parent)
    : QObject(parent)
    , m_name(std::move(name))
    , m_calls(std::move(calls))
{
    connect(&m_server, &QTcpServer::newConnection, this, &Service::accept);
}

bool Service::listen(const QHostAddress& address, quint16 port) { return m_server.listen(address, port); }

void Service::accept()
{
    while (QTcpSocket* socket = m_server.nextPendingConnection()) {
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_unread.remove(socket);
            socket->deleteLater();
        });
    }
}

void Service::read(QTcpSocket* socket)
{
    QByteArray& bytes = m_unread[socket];
    bytes += socket->readAll();
    if (bytes.size() > headLimit) return socket->abort();
    for (auto end = bytes.indexOf("\r\n\r\n"); end >= 0; end = bytes.indexOf("\r\n\r\n")) {
        const QByteArray head = bytes.left(end);
        const auto whole = end + 4 + header(head, "content-length").toLongLong();
        if (bytes.size() < whole) return;
        bytes.remove(0, whole);
        handle(socket, head);
    }
}

void Service::handle(QTcpSocket* socket, const QByteArray& head)
{
    auto request = std::make_shared<Request>();
    request->socket = socket;
    request->keepAlive = header(head, "connection").toLower() != "close";
    const auto path = QString::fromLatin1(head.split(' ').value(1, "/"));
    request->open = static_cast<int>(m_calls.size());
    for (const QUrl& base : std::as_const(m_calls)) call(request, base.resolved(QUrl(path)));
    if (m_calls.isEmpty()) answer(*request);
}

void Service::call(const std::shared_ptr<Request>& request, const QUrl& url)
{
    QNetworkRequest outgoing(url);
    outgoing.setTransferTimeout(callTimeoutMs);
    QNetworkReply* reply = m_network.get(outgoing);
    const QPointer<QTcpSocket> alive(request->socket);
    connect(reply, &QNetworkReply::finished, this, [this, request, reply, alive] {
        reply->deleteLater();
        const bool failed = reply->error() != QNetworkReply::NoError;
        request->failed = request->failed || failed;
        request->answers << (failed ? reply->errorString() : QString::fromUtf8(reply->readAll()).trimmed());
        if (--request->open == 0 && alive) answer(*request);
    });
}

void Service::answer(const Request& request)
{
    QString text = m_name;
    if (!request.answers.isEmpty()) text += QStringLiteral(" -> (%1)").arg(request.answers.join(QStringLiteral(", ")));
    const QByteArray body = text.toUtf8() + '\n';
    QByteArray response = request.failed ? "HTTP/1.1 502 Bad Gateway\r\n" : "HTTP/1.1 200 OK\r\n";
    response +=
        "content-type: text/plain; charset=utf-8\r\ncontent-length: " + QByteArray::number(body.size()) + "\r\n";
    if (!request.keepAlive) response += "connection: close\r\n";
    request.socket->write(response + "\r\n" + body);
    if (!request.keepAlive) request.socket->disconnectFromHost();
}
