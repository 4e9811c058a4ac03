// The real program, real sockets: a client, the proxy, an upstream.
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

namespace {

/// Answers every request with what it received; "/chunked" by chunks, "/close" by closing, "/silent" not at all.
class Upstream : public QTcpServer {
public:
    Upstream()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] { answer(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }

private:
    static void answer(QTcpSocket* socket)
    {
        QByteArray request = socket->readAll();
        if (request.contains(" /silent")) return;
        if (request.contains(" /close")) return socket->close();
        if (request.contains(" /chunked")) {
            socket->write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
            return;
        }
        socket->write("HTTP/1.1 200 OK\r\ncontent-length: " + QByteArray::number(request.size()) + "\r\n\r\n" +
                      request);
    }
};

QByteArray bootstrap(quint16 upstream)
{
    return R"(static_resources:
  listeners:
  - name: in
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            validate_clusters: false
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - {match: {prefix: /direct}, direct_response: {status: 200, body: {inline_string: hi}}}
              - {match: {prefix: /redirect}, redirect: {host_redirect: other}}
              - {match: {prefix: /silent}, route: {cluster: up, timeout: 0.2s}}
              - {match: {prefix: /old/}, route: {cluster: up, prefix_rewrite: /new/}}
              - {match: {prefix: /unknown}, route: {cluster: nowhere}}
              - {match: {prefix: /}, route: {cluster: up}}
  - name: tcp
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.tcp_proxy
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          stat_prefix: tcp
          cluster: up
  clusters:
  - name: up
    type: STATIC
    load_assignment:
      cluster_name: up
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: )" +
           QByteArray::number(upstream) + "}}}\n";
}

} // namespace

class TestRuntime : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        QFile file(m_dir.filePath(QStringLiteral("envoy.yaml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bootstrap(m_upstream.serverPort()));
        file.close();
        m_proxy.start(QStringLiteral(TEST_BIN "/meshwright-proxy"),
                      {QStringLiteral("-c"), file.fileName(), QStringLiteral("--concurrency"), QStringLiteral("1")});
        QByteArray said;
        QTRY_VERIFY((said += m_proxy.readAllStandardError()).count('\n') >= 2);
        m_http = portIn(said, "'in' on 127.0.0.1:");
        m_tcp = portIn(said, "'tcp' on 127.0.0.1:");
    }

    void answersInOrderWhenRequestsArePipelined()
    {
        QByteArray got = talk(m_http, get("/one") + get("/direct") + get("/two"),
                              [](const QByteArray& all) { return all.contains("GET /two"); });

        QVERIFY(got.indexOf("GET /one") < got.indexOf("\r\n\r\nhi"));
        QVERIFY(got.indexOf("\r\n\r\nhi") < got.indexOf("GET /two"));
    }

    void sendsWhatTheConfigurationSays_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("part");
        auto row = [](const char* name, QByteArray request, QByteArray part) {
            QTest::newRow(name) << request << part;
        };
        row("rewrite", get("/old/a?b"), "GET /new/a?b HTTP/1.1\r\n");
        row("original path", get("/old/a?b"), "x-envoy-original-path: /old/a?b\r\n");
        row("redirect", get("/redirect"), "location: http://other/redirect\r\n");
        row("unknown cluster", get("/unknown"), "HTTP/1.1 503 Service Unavailable\r\n");
        row("time-out", get("/silent"), "upstream request timeout");
        row("upstream closes", get("/close"), "reset reason: connection termination");
        row("chunks to the client", get("/chunked"), "7\r\nabcdefg\r\n0\r\n\r\n");
        row("chunks to the upstream",
            "POST /p HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\n",
            "transfer-encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\n");
        row("expect", "POST /p HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\nok",
            "HTTP/1.1 100 Continue\r\n\r\n");
        row("no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n");
        row("old version", "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 426 Upgrade Required\r\n");
        row("smuggling", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\n");
    }
    void sendsWhatTheConfigurationSays()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, part);

        QByteArray got = talk(m_http, request, [&](const QByteArray& all) { return all.contains(part); });

        QVERIFY2(got.contains(part), got.constData());
    }

    void passesBytesThroughTcp()
    {
        QByteArray got = talk(m_tcp, "any bytes", [](const QByteArray& all) { return all.endsWith("any bytes"); });

        QVERIFY2(got.endsWith("any bytes"), got.constData());
    }

    void refusesByNameWhatItDoesNotDo()
    {
        QProcess proxy;
        proxy.start(
            QStringLiteral(TEST_BIN "/meshwright-proxy"),
            {QStringLiteral("--mode"), QStringLiteral("validate"), QStringLiteral("--config-yaml"),
             QStringLiteral(
                 "static_resources: {clusters: [{name: a, type: STATIC, health_checks: [{timeout: 1s, interval: 1s, "
                 "unhealthy_threshold: 1, healthy_threshold: 1, tcp_health_check: {}}]}]}")});
        QVERIFY(proxy.waitForFinished());

        QCOMPARE(proxy.exitCode(), 1);
        QVERIFY(proxy.readAllStandardError().contains(
            "field envoy.config.cluster.v3.Cluster.health_checks is not supported"));
    }

    void cleanupTestCase()
    {
        m_proxy.terminate();
        QVERIFY(m_proxy.waitForFinished());
        QCOMPARE(m_proxy.exitCode(), 0);
    }

private:
    static QByteArray get(const char* path) { return QByteArray("GET ") + path + " HTTP/1.1\r\nhost: a\r\n\r\n"; }
    static quint16 portIn(const QByteArray& said, const QByteArray& mark)
    {
        qsizetype at = said.indexOf(mark) + mark.size();
        return said.mid(at, said.indexOf('\n', at) - at).toUShort();
    }
    template <class Done> QByteArray talk(quint16 port, const QByteArray& request, Done done)
    {
        QTcpSocket socket;
        QByteArray got;
        socket.connectToHost(QHostAddress::LocalHost, port);
        socket.write(request);
        [[maybe_unused]] bool came = QTest::qWaitFor([&] { return done(got += socket.readAll()); }, 3000);
        return got;
    }

    QTemporaryDir m_dir;
    Upstream m_upstream;
    QProcess m_proxy;
    quint16 m_http = 0, m_tcp = 0;
};

QTEST_GUILESS_MAIN(TestRuntime)
#include "tst_runtime.moc"
