#include "app/admin/sampler.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QtTest>

#include <algorithm>

using app::admin::AdminClient;
using app::admin::Sampler;

namespace {

/// Answers admin pages after `delayMs` and counts how many requests were open at once.
struct AdminPages : QTcpServer {
    AdminPages()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { take(socket, socket->readAll()); });
        });
    }

    void take(QTcpSocket* socket, const QByteArray& request)
    {
        ++requests;
        mostOpen = std::max(mostOpen, ++open);
        if (silent) return;
        const bool isInfo = request.startsWith("GET /server_info");
        const bool isClusters = request.startsWith("GET /clusters");
        const QByteArray body = isInfo       ? "{\"uptime_current_epoch\": \"5s\", \"uptime_all_epochs\": \"5s\"}"
                                : isClusters ? "{\"cluster_statuses\": []}"
                                             : "";
        const QByteArray head = isInfo || isClusters ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 404 Not Found\r\n";
        QTimer::singleShot(delayMs, socket, [this, socket, body, head] {
            --open;
            socket->write(head + "content-length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        });
    }

    int requests = 0, open = 0, mostOpen = 0, delayMs = 0;
    bool silent = false;
};

} // namespace

/// Reading a proxy's admin pages when all goes well, slowly, or not at all.
class TestSampler : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neverHasTwoRequestsInFlight();
    void tellsAnUnreachableProxyAndWhenItIsBack();
    void givesUpOnASilentProxy();
    void hurriesAfterAPush();
};

void TestSampler::neverHasTwoRequestsInFlight()
{
    AdminPages pages;
    pages.delayMs = 30;
    QVERIFY(pages.listen(QHostAddress::LocalHost));
    Sampler sampler("edge", QUrl(QStringLiteral("http://127.0.0.1:%1").arg(pages.serverPort())));
    QSignalSpy sampled(&sampler, &Sampler::sampled);

    sampler.start(std::chrono::milliseconds(5));
    QTRY_VERIFY(sampled.size() >= 5);

    QCOMPARE(pages.mostOpen, 1);
}

void TestSampler::tellsAnUnreachableProxyAndWhenItIsBack()
{
    AdminPages pages;
    QVERIFY(pages.listen(QHostAddress::LocalHost));
    const quint16 port = pages.serverPort();
    pages.close();
    Sampler sampler("edge", QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port)));
    QSignalSpy unreachable(&sampler, &Sampler::unreachable), back(&sampler, &Sampler::reachableAgain);

    sampler.start(std::chrono::milliseconds(50));
    QTRY_VERIFY(unreachable.size() >= 2);
    const auto error = unreachable[0][2].value<model::Error>();
    QCOMPARE(error.code, model::ErrorCode::Unreachable);
    QVERIFY2(error.text().find("127.0.0.1:" + std::to_string(port)) != std::string::npos &&
                 error.text().find("not reachable") != std::string::npos,
             error.text().c_str());
    QVERIFY(sampler.unreachableSince());
    QVERIFY(pages.listen(QHostAddress::LocalHost, port));

    QTRY_COMPARE(back.size(), 1);
    QVERIFY(!sampler.unreachableSince());
}

void TestSampler::givesUpOnASilentProxy()
{
    AdminPages pages;
    pages.silent = true;
    QVERIFY(pages.listen(QHostAddress::LocalHost));
    AdminClient client(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(pages.serverPort())));
    std::optional<model::Error> error;

    client.get(QStringLiteral("/server_info"), [&](const auto& page) {
        if (!page) error = page.error();
    });

    QTRY_VERIFY_WITH_TIMEOUT(error.has_value(), 10000);
    QCOMPARE(error->code, model::ErrorCode::TimedOut);
    QVERIFY(error->text().find("5 seconds") != std::string::npos);
}

void TestSampler::hurriesAfterAPush()
{
    AdminPages pages;
    QVERIFY(pages.listen(QHostAddress::LocalHost));
    Sampler sampler("edge", QUrl(QStringLiteral("http://127.0.0.1:%1").arg(pages.serverPort())));
    QSignalSpy sampled(&sampler, &Sampler::sampled);
    sampler.start(std::chrono::milliseconds(60000));
    QTRY_COMPARE(sampled.size(), 1);

    sampler.hurry();

    QTRY_VERIFY_WITH_TIMEOUT(sampled.size() >= 4, 2000);
}

QTEST_GUILESS_MAIN(TestSampler)
#include "tst_sampler.moc"
