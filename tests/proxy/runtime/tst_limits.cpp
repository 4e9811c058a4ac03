#include "tests/interop/upstream.h"
#include "tests/support/proxy_process.h"

#include <QtTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

using interop::Socket;
using support::ProxyProcess;

namespace {

std::string socketAddress(const std::string& ip, int port, const std::string& more = {})
{
    return "{socket_address: {address: \"" + ip + "\", port_value: " + std::to_string(port) + more + "}}";
}

/// One listener "in" that sends everything to the cluster "up".
QByteArray bootstrap(std::uint16_t upstream, const std::string& listen, const std::string& cluster = {},
                     const std::string& runtime = {})
{
    return QByteArray::fromStdString("admin: {ignore_global_conn_limit: true, address: " +
                                     socketAddress("127.0.0.1", 0) + "}\n" + runtime + R"(
static_resources:
  listeners:
  - name: in
    address: )" + listen + R"(
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          route_config: {name: own, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
  clusters:
  - name: up
    type: STATIC
    load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: )" +
                                     socketAddress("127.0.0.1", upstream) + "}}]}]}\n" + cluster);
}

std::string limit(const std::string& key)
{
    return "layered_runtime: {layers: [{name: base, static_layer: {" + key + "}}]}\n";
}

QByteArray get(const Socket& socket, const char* path = "/")
{
    interop::sendAll(socket, std::string("GET ") + path + " HTTP/1.1\r\nhost: test\r\n\r\n");
    const auto got = interop::readUntilQuiet(socket, 10000, 150);
    return QByteArray::fromStdString(got.bytes).left(12) + (got.closed ? " closed" : "");
}

bool connects(int family, std::uint16_t port)
{
    const Socket socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in v4{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
    sockaddr_in6 v6{AF_INET6, htons(port), 0, in6addr_loopback, 0};
    return family == AF_INET ? ::connect(socket.fd(), reinterpret_cast<sockaddr*>(&v4), sizeof v4) == 0
                             : ::connect(socket.fd(), reinterpret_cast<sockaddr*>(&v6), sizeof v6) == 0;
}

} // namespace

/// Limits of connections and requests, and who may connect; where there are rows, the real Envoy does the same.
class TestLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void limitsConnections_data();
    void limitsConnections();
    void letsIpv4InOnlyWhenTold_data();
    void letsIpv4InOnlyWhenTold();
    void dividesCircuitBreakersAmongWorkers();
};

void TestLimits::limitsConnections_data()
{
    QTest::addColumn<bool>("isEnvoy");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("counter");
    for (const bool isEnvoy : {false, true}) {
        const char* who = isEnvoy ? "Envoy" : "ours";
        QTest::addRow("all listeners, %s", who)
            << isEnvoy << QByteArray("overload.global_downstream_max_connections: 2")
            << QByteArray("downstream_global_cx_overflow");
        QTest::addRow("one listener, %s", who)
            << isEnvoy << QByteArray("envoy: {resource_limits: {listener: {in: {connection_limit: 2}}}}")
            << QByteArray("downstream_cx_overflow");
    }
}

void TestLimits::limitsConnections()
{
    QFETCH(bool, isEnvoy);
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, counter);
    const interop::Upstream upstream;
    ProxyProcess proxy(isEnvoy ? ProxyProcess::Kind::Envoy : ProxyProcess::Kind::Ours);
    QCOMPARE(proxy.start(bootstrap(upstream.port(), socketAddress("127.0.0.1", 0), {}, limit(key.toStdString()))),
             QString());
    QVERIFY(proxy.waitFor("LIVE"));
    const std::uint16_t port = proxy.listenerPort("in");

    std::vector<Socket> kept;
    for (int i = 0; i < 2; ++i) {
        kept.push_back(interop::connectTo(port));
        QCOMPARE(get(kept.back()), QByteArray("HTTP/1.1 200"));
    }
    QCOMPARE(get(interop::connectTo(port)), QByteArray(" closed"));
    QCOMPARE(get(kept[0]), QByteArray("HTTP/1.1 200"));
    QTRY_COMPARE(proxy.stat("listener.127.0.0.1_0." + counter), QByteArray("1"));

    kept.pop_back(); // There is room again. (QTRY_COMPARE asks twice, and its first connection is in the way of the second.)
    QVERIFY(QTest::qWaitFor([port] { return get(interop::connectTo(port)) == "HTTP/1.1 200"; }));
}

void TestLimits::letsIpv4InOnlyWhenTold_data()
{
    QTest::addColumn<bool>("isEnvoy");
    QTest::addColumn<bool>("takesV4");
    QTest::newRow("ours, with ipv4_compat") << false << true;
    QTest::newRow("ours, without") << false << false;
    QTest::newRow("Envoy, with ipv4_compat") << true << true;
    QTest::newRow("Envoy, without") << true << false;
}

void TestLimits::letsIpv4InOnlyWhenTold()
{
    QFETCH(bool, isEnvoy);
    QFETCH(bool, takesV4);
    ProxyProcess proxy(isEnvoy ? ProxyProcess::Kind::Envoy : ProxyProcess::Kind::Ours);

    QCOMPARE(proxy.start(bootstrap(1, socketAddress("::", 0, takesV4 ? ", ipv4_compat: true" : ""))), QString());
    QVERIFY(proxy.waitFor("LIVE"));

    const std::uint16_t port = proxy.listenerPort("in");
    QVERIFY(port != 0);
    QVERIFY(connects(AF_INET6, port));
    QCOMPARE(connects(AF_INET, port), takesV4);
}

/// Here only: Envoy's workers share one counter. A worker's part is the limit divided, rounded up, so that with four requests
/// allowed and two workers each may have two, and any worker refuses its third.
void TestLimits::dividesCircuitBreakersAmongWorkers()
{
    const interop::Upstream upstream;
    ProxyProcess proxy(ProxyProcess::Kind::Ours, {QStringLiteral("--concurrency"), QStringLiteral("2")});
    QCOMPARE(proxy.start(bootstrap(upstream.port(), socketAddress("127.0.0.1", 0),
                                   "    circuit_breakers: {thresholds: [{max_requests: 4}]}\n")),
             QString());
    QVERIFY(proxy.waitFor("LIVE"));
    const std::uint16_t port = proxy.listenerPort("in");
    std::vector<Socket> waiting;

    for (int i = 0; i < 24; ++i) { // The kernel spreads them over both workers' sockets.
        waiting.push_back(interop::connectTo(port));
        interop::sendAll(waiting.back(), "GET /noreply HTTP/1.1\r\nhost: test\r\n\r\n");
    }
    const auto number = [&](const char* name) { return proxy.stat(QByteArray("cluster.up.").append(name)).toInt(); };
    QTRY_COMPARE(number("upstream_rq_active") + number("upstream_rq_pending_overflow"), 24);

    QVERIFY2(number("upstream_rq_active") >= 2 && number("upstream_rq_active") <= 4,
             QByteArray::number(number("upstream_rq_active")).constData());
    int refused = 0;
    for (const Socket& socket : waiting) {
        const auto got = interop::readUntilQuiet(socket, 50, 50);
        if (got.bytes.find("reset reason: overflow") != std::string::npos) ++refused;
    }
    QCOMPARE(refused, number("upstream_rq_pending_overflow"));
}

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
