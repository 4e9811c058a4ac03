// meshwright-demo-service: a small HTTP/1.1 service for the demo. It answers every request after calling the URLs it was
// given, all at once, so that one request to the front proxy passes through every proxy and service of the mesh.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <cstdio>
#include <memory>

namespace {

/// One answer under way: the calls still open, and what the ones done said.
struct Answer {
    QTcpSocket* socket;
    int open = 0;
    bool good = true;
    QByteArray body;
};

/// Serves one address. Everything happens in the main thread.
class Service final : public QObject {
public:
    Service(QByteArray name, QStringList calls) : m_name(std::move(name)), m_calls(std::move(calls))
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection()) serve(socket);
        });
    }

    bool listen(const QString& address, quint16 port) { return m_server.listen(QHostAddress(address), port); }
    QString error() const { return m_server.errorString(); }

private:
    void serve(QTcpSocket* socket)
    {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
            QByteArray pending = socket->property("pending").toByteArray() + socket->readAll();
            for (qsizetype end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
                pending.remove(0, end + 4); // GET requests only: no body follows
                QTimer::singleShot(delay(), socket, [this, socket] { answer(socket); });
            }
            socket->setProperty("pending", pending);
        });
    }

    static int delay() { return 2 + QRandomGenerator::global()->bounded(6); }

    void answer(QTcpSocket* socket)
    {
        const auto state = std::make_shared<Answer>(Answer{socket, static_cast<int>(m_calls.size()), true, m_name});
        if (m_calls.isEmpty()) return finish(*state);
        for (const QString& call : m_calls) {
            QNetworkRequest request{QUrl(call)};
            request.setTransferTimeout(5000);
            QNetworkReply* reply = m_network.get(request);
            connect(reply, &QNetworkReply::finished, socket, [this, reply, state] {
                const bool good = reply->error() == QNetworkReply::NoError;
                state->good = state->good && good;
                state->body += " -> " + (good ? reply->readAll().trimmed() : reply->errorString().toUtf8());
                reply->deleteLater();
                if (--state->open == 0) finish(*state);
            });
        }
    }

    static void finish(const Answer& answer)
    {
        const QByteArray body = answer.body + '\n';
        answer.socket->write((answer.good ? QByteArray("HTTP/1.1 200 OK\r\n") : QByteArray("HTTP/1.1 502 Bad Gateway\r\n")) +
                             "content-type: text/plain\r\ncontent-length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QByteArray m_name;
    QStringList m_calls;
    QNetworkAccessManager m_network;
    QTcpServer m_server;
};

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{QStringLiteral("name"), QStringLiteral("What it calls itself"), QStringLiteral("NAME"), QStringLiteral("service")},
                       {QStringLiteral("listen"), QStringLiteral("Address"), QStringLiteral("IP:PORT")},
                       {QStringLiteral("call"), QStringLiteral("URL to call on every request (repeatable)"), QStringLiteral("URL")}});
    parser.process(application);
    const QString listen = parser.value(QStringLiteral("listen"));
    Service service(parser.value(QStringLiteral("name")).toUtf8(), parser.values(QStringLiteral("call")));
    if (!service.listen(listen.section(u':', 0, 0), static_cast<quint16>(listen.section(u':', 1).toUInt()))) {
        std::fprintf(stderr, "error: %s: %s\n", qPrintable(listen), qPrintable(service.error()));
        return 1;
    }
    return QCoreApplication::exec();
}
