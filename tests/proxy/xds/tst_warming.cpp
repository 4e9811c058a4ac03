#include "tests/proxy/xds/mesh.h"

#include <QRegularExpression>

using namespace xds_test;

/// What is waited for before it serves, and for how long; every expectation holds for the real Envoy, too.
class TestWarming : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void opensAListenerWhenItsRoutesAreThere_data() { forBoth(); }
    void opensAListenerWhenItsRoutesAreThere();
    void keepsTheOldListenerUntilTheNewOneIsWarm_data() { forBoth(); }
    void keepsTheOldListenerUntilTheNewOneIsWarm();
    void warmsAClusterUntilItsEndpointsAreThere_data() { forBoth(); }
    void warmsAClusterUntilItsEndpointsAreThere();
    void warmsAClusterUntilItsNamesAreResolved_data() { forBoth(); }
    void warmsAClusterUntilItsNamesAreResolved();
    void tellsInTheAnswerToLdsThatAPortIsTaken_data() { forBoth(); }
    void tellsInTheAnswerToLdsThatAPortIsTaken();
    void goesLiveWithoutAnAnswerAfterTheTimeout_data();
    void goesLiveWithoutAnAnswerAfterTheTimeout();
    void waitsForEverWhenTheTimeoutIsZero_data() { forBoth(); }
    void waitsForEverWhenTheTimeoutIsZero();
    void givesUpEndpointsAndRoutesAfterTheirTimeouts_data() { forBoth(); }
    void givesUpEndpointsAndRoutesAfterTheirTimeouts();
};

void TestWarming::opensAListenerWhenItsRoutesAreThere()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.listeners("l2", {rdsListener("web", "r"), rdsListener("next", "s")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r1 nonce=3 [r s]"));
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version=l2 nonce=4 []"));
    QCOMPARE(mesh.proxy.stat("listener_manager.total_listeners_warming"), QByteArray("1"));
    QCOMPARE(mesh.get("next"), QByteArray("refused"));
    const QString waits = QString::fromUtf8(mesh.proxy.ask("/init_dump").body)
                              .replace(QRegularExpression(QStringLiteral("next \\d+")), QStringLiteral("next HASH"));
    QCOMPARE(waits, QStringLiteral("{\n \"unready_targets_dumps\": [\n  {\n   \"name\": \"init manager "
                                   "Listener-local-init-manager next HASH\",\n   \"target_names\": [\n    \"shared "
                                   "target RdsRouteConfigSubscription RDS init s\"\n   ]\n  }\n ]\n}\n"));
    QVERIFY(mesh.get("web").startsWith("200 "));

    mesh.tables("r2", {routes("s", "up")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r2 nonce=5 [r s]"));
    QTRY_VERIFY(mesh.get("next").startsWith("200 "));
    QCOMPARE(mesh.proxy.stat("listener_manager.total_listeners_warming"), QByteArray("0"));
}

void TestWarming::keepsTheOldListenerUntilTheNewOneIsWarm()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.listeners("l2", {rdsListener("web", "other")});
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version=l2 nonce=4 []"));
    QVERIFY(mesh.get("web").startsWith("200 "));
    QVERIFY(mesh.proxy.ask("/config_dump").body.contains("\"warming_state\""));

    mesh.tables("r2", {routes("other", "nowhere")});
    QTRY_COMPARE(mesh.get("web"), QByteArray("503 "));
    QVERIFY(!mesh.proxy.ask("/config_dump").body.contains("\"warming_state\""));
}

void TestWarming::warmsAClusterUntilItsEndpointsAreThere()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());
    const std::string up = staticCluster("up", mesh.upstream.port());

    mesh.clusters("c2", {up, edsCluster("a")});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version= nonce= [a]"));
    QTRY_COMPARE(mesh.proxy.stat("cluster_manager.warming_clusters"), QByteArray("1"));
    mesh.assignments("e1", {assignment("a", 1)});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version=e1 nonce=5 [a]"));
    QTRY_COMPARE(mesh.proxy.stat("cluster_manager.warming_clusters"), QByteArray("0"));
    QTRY_VERIFY(mesh.proxy.ask("/clusters").body.contains("a::127.0.0.1:1::"));

    mesh.clusters("c3", {up, edsCluster("a", "").insert(1, "connect_timeout: 3s, ")});
    QTRY_COMPARE(mesh.proxy.stat("cluster_manager.warming_clusters"), QByteArray("1"));
    QVERIFY(mesh.proxy.ask("/clusters").body.contains("a::127.0.0.1:1::"));
    mesh.assignments("e2", {assignment("a", 2)});
    QTRY_VERIFY(mesh.proxy.ask("/clusters").body.contains("a::127.0.0.1:2::"));
    QTRY_COMPARE(mesh.proxy.stat("cluster_manager.warming_clusters"), QByteArray("0"));
}

void TestWarming::warmsAClusterUntilItsNamesAreResolved()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());
    const auto named = [](const char* name, const char* host, std::uint16_t port) {
        return std::string("{name: ") + name +
               ", type: STRICT_DNS, dns_lookup_family: V4_ONLY, load_assignment: {cluster_name: " + name +
               ", endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: " + host +
               ", port_value: " + std::to_string(port) + "}}}}]}]}}";
    };

    mesh.clusters("c2", {staticCluster("up", 1), named("dns", "localhost", mesh.upstream.port())});
    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c2 nonce=4 []"));
    mesh.tables("r2", {routes("r", "dns")});

    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r2 nonce=5 [r]"));
    QTRY_VERIFY(mesh.get().startsWith("200 "));
    QTRY_COMPARE(mesh.proxy.stat("cluster_manager.warming_clusters"), QByteArray("0"));
    QCOMPARE(mesh.proxy.ask("/ready").body, QByteArray("LIVE\n"));
}

void TestWarming::tellsInTheAnswerToLdsThatAPortIsTaken()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());
    const interop::Socket other = interop::listenLoopback();
    const std::string port = std::to_string(interop::portOf(other));
    const auto taken = [&](std::string text) {
        return text.replace(text.find("port_value: 0"), 13, "port_value: " + port);
    };
    const std::string why = "taken: cannot bind '127.0.0.1:" + port + "': Address already in use\n";

    mesh.listeners("l2", {rdsListener("web", "r"), taken(rdsListener("taken", "new"))});
    QCOMPARE(mesh.server.next("LDS"), QByteArray::fromStdString("version=l1 nonce=4 [] NACK 13: Error adding/updating "
                                                                "listener(s) " +
                                                                why));
    mesh.listeners("l3", {rdsListener("web", "r"), taken(directListener("taken", "own"))});
    QCOMPARE(mesh.server.next("LDS"), QByteArray::fromStdString("version=l1 nonce=5 [] NACK 13: Error adding/updating "
                                                                "listener(s) " +
                                                                why));
    QVERIFY(mesh.get("web").startsWith("200 "));
    QCOMPARE(mesh.get("taken"), QByteArray("refused"));
}

void TestWarming::goesLiveWithoutAnAnswerAfterTheTimeout_data()
{
    QTest::addColumn<bool>("isEnvoy");
    QTest::addColumn<bool>("hasServer");
    QTest::newRow("ours, silent server") << false << true;
    QTest::newRow("ours, no server") << false << false;
    QTest::newRow("Envoy, silent server") << true << true;
    QTest::newRow("Envoy, no server") << true << false;
}

void TestWarming::goesLiveWithoutAnAnswerAfterTheTimeout()
{
    QFETCH(bool, isEnvoy);
    QFETCH(bool, hasServer);
    Mesh mesh(isEnvoy);
    if (hasServer) mesh.server.start();

    QCOMPARE(mesh.start(", initial_fetch_timeout: 0.7s"), QString());
    QVERIFY(mesh.proxy.waitFor("LIVE", 10000)); // 1.4 s; 30 s without the timeouts.
    QCOMPARE(mesh.proxy.stat("cluster_manager.cds.init_fetch_timeout"), QByteArray("1"));
    QCOMPARE(mesh.proxy.stat("listener_manager.lds.init_fetch_timeout"), QByteArray("1"));
}

void TestWarming::waitsForEverWhenTheTimeoutIsZero()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    mesh.server.start();

    QCOMPARE(mesh.start(", initial_fetch_timeout: 0s"), QString());
    QCOMPARE(mesh.server.next("LDS", 2000), QByteArray("nothing"));
    QCOMPARE(mesh.proxy.ask("/ready").body, QByteArray("PRE_INITIALIZING\n"));
    mesh.clusters("c1", {});
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version= nonce= []"));
    QCOMPARE(mesh.proxy.ask("/ready").body, QByteArray("INITIALIZING\n"));
    mesh.listeners("l1", {});
    QVERIFY(mesh.proxy.waitFor("LIVE"));
}

void TestWarming::givesUpEndpointsAndRoutesAfterTheirTimeouts()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    mesh.server.start();
    QCOMPARE(mesh.start(), QString());
    mesh.server.next("CDS");

    mesh.clusters("c1", {edsCluster("a", ", initial_fetch_timeout: 0.5s")});
    QCOMPARE(mesh.server.next("LDS", 10000), QByteArray("version= nonce= []"));
    QCOMPARE(mesh.proxy.stat("cluster.a.init_fetch_timeout"), QByteArray("1"));
    mesh.listeners("l1", {rdsListener("web", "r", ", initial_fetch_timeout: 0.5s")});
    QVERIFY(mesh.proxy.waitFor("LIVE", 10000));
    QTRY_COMPARE(mesh.get(), QByteArray("404 "));
    QCOMPARE(mesh.proxy.stat("http.web.rds.r.init_fetch_timeout"), QByteArray("1"));

    mesh.tables("r1", {routes("r", "a")});
    QTRY_COMPARE(mesh.get(), QByteArray("503 no healthy upstream"));
    mesh.assignments("e1", {assignment("a", mesh.upstream.port())});
    QTRY_VERIFY(mesh.get().startsWith("200 "));
}

QTEST_GUILESS_MAIN(TestWarming)
#include "tst_warming.moc"
