#include "tests/proxy/xds/mesh.h"

using namespace xds_test;

/// The conversation with a control plane, word by word; every expectation holds for the real Envoy, too.
class TestAdsClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksForTypesInEnvoysOrder_data() { forBoth(); }
    void asksForTypesInEnvoysOrder();
    void keepsTheOldVersionOfWhatItRefuses_data() { forBoth(); }
    void keepsTheOldVersionOfWhatItRefuses();
    void keepsTheOldRoutesWhenItRefusesNewOnes_data() { forBoth(); }
    void keepsTheOldRoutesWhenItRefusesNewOnes();
    void refusesAFirstVersion_data() { forBoth(); }
    void refusesAFirstVersion();
    void isSilentAboutTypesThatItDidNotAskFor_data() { forBoth(); }
    void isSilentAboutTypesThatItDidNotAskFor();
    void refusesAResourceOfAnotherType_data() { forBoth(); }
    void refusesAResourceOfAnotherType();
    void takesTheFirstOfTwoOfOneName_data() { forBoth(); }
    void takesTheFirstOfTwoOfOneName();
    void dropsWhatIsNoLongerThere_data() { forBoth(); }
    void dropsWhatIsNoLongerThere();
    void asksForWhatClustersAndListenersName_data() { forBoth(); }
    void asksForWhatClustersAndListenersName();
    void asksAgainForEverythingOnANewStream_data() { forBoth(); }
    void asksAgainForEverythingOnANewStream();
    void servesOnWhileTheControlPlaneIsAway_data() { forBoth(); }
    void servesOnWhileTheControlPlaneIsAway();
    void startsBeforeTheControlPlane_data() { forBoth(); }
    void startsBeforeTheControlPlane();
};

void TestAdsClient::asksForTypesInEnvoysOrder()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    mesh.server.start();
    QCOMPARE(mesh.start(), QString());

    QCOMPARE(mesh.server.next("CDS"), QByteArray("version= nonce= [] node=edge/mesh"));
    QCOMPARE(mesh.proxy.ask("/ready").body, QByteArray("PRE_INITIALIZING\n"));
    mesh.clusters("c1", {edsCluster("up")});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version= nonce= [up]"));
    mesh.assignments("e1", {assignment("up", mesh.upstream.port())});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version=e1 nonce=2 [up]"));
    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c1 nonce=1 []"));
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version= nonce= []"));
    mesh.listeners("l1", {rdsListener("web", "r")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version= nonce= [r]"));
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version=l1 nonce=3 []"));
    mesh.tables("r1", {routes("r", "up")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r1 nonce=4 [r]"));

    QVERIFY(mesh.proxy.waitFor("LIVE"));
    QVERIFY(mesh.get().startsWith("200 "));
    QCOMPARE(mesh.server.streams(), 1u);
}

void TestAdsClient::keepsTheOldVersionOfWhatItRefuses()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.listeners("l2", {listener("web", "route_config: {}",
                                   "{name: x, typed_config: {\"@type\": "
                                   "type.googleapis.com/google.protobuf.Struct}}"),
                          directListener("other", "good")});
    QCOMPARE(mesh.server.next("LDS"),
             QByteArray("version=l1 nonce=4 [] NACK 13: Error adding/updating listener(s) web: Didn't find a "
                        "registered implementation for 'x' with type URL: 'google.protobuf.Struct'\n"));
    QVERIFY(mesh.get("web").startsWith("200 "));
    QTRY_COMPARE(mesh.get("other"), QByteArray("200 good"));
    QCOMPARE(mesh.proxy.stat("listener_manager.lds.update_rejected"), QByteArray("1"));

    mesh.listeners("l3", {rdsListener("web", "r")});
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version=l3 nonce=5 []"));
    QCOMPARE(mesh.proxy.stat("listener_manager.lds.version_text"), QByteArray("\"l3\""));
}

void TestAdsClient::keepsTheOldRoutesWhenItRefusesNewOnes()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.tables("r2", {"{name: r, virtual_hosts: [{name: a, domains: [x]}, {name: b, domains: [x]}]}"});

    QCOMPARE(mesh.server.next("RDS"),
             QByteArray("version=r1 nonce=4 [r] NACK 13: Only unique values for domains are permitted. Duplicate entry "
                        "of domain x in route r"));
    QVERIFY(mesh.get().startsWith("200 "));
    mesh.tables("r3", {routes("r", "nowhere")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r3 nonce=5 [r]"));
    QTRY_COMPARE(mesh.get(), QByteArray("503 "));
}

void TestAdsClient::refusesAFirstVersion()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    mesh.server.start();
    QCOMPARE(mesh.start(), QString());
    mesh.server.next("CDS");

    mesh.clusters("c1", {"{name: a, type: STATIC, lb_policy: CLUSTER_PROVIDED}"});

    QCOMPARE(mesh.server.next("CDS"),
             QByteArray("version= nonce=1 [] NACK 13: Error adding/updating cluster(s) a: cluster manager: cluster "
                        "provided LB specified but cluster 'a' did not provide one. Check cluster documentation."));
    mesh.clusters("c2", {staticCluster("a", mesh.upstream.port())});
    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c2 nonce=2 []"));
}

void TestAdsClient::isSilentAboutTypesThatItDidNotAskFor()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());
    const QByteArray before = mesh.server.order();

    mesh.server.send("type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", "x1", {});
    mesh.server.send("type.googleapis.com/no.such.Type", "y1", {});
    mesh.server.send("EDS", "e1", {});
    mesh.clusters("c2", {staticCluster("up", mesh.upstream.port())});

    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c2 nonce=7 []"));
    QCOMPARE(mesh.server.order(), before + " CDS");
}

void TestAdsClient::refusesAResourceOfAnotherType()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.server.send("CDS", "c2",
                     {support::resource("envoy.config.endpoint.v3.ClusterLoadAssignment", assignment("up", 1)),
                      support::resource("envoy.config.cluster.v3.Cluster", staticCluster("more", 1))});

    const QByteArray nack = mesh.server.next("CDS");
    QVERIFY2(nack.startsWith(
                 "version=c1 nonce=4 [] NACK 13: "
                 "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment does not match the message-wide "
                 "type URL type.googleapis.com/envoy.config.cluster.v3.Cluster in DiscoveryResponse "),
             nack.constData());
    QVERIFY(!mesh.proxy.ask("/clusters").body.contains("more::"));
}

void TestAdsClient::takesTheFirstOfTwoOfOneName()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.clusters("c2", {staticCluster("up", mesh.upstream.port()), staticCluster("two", 1), staticCluster("two", 2)});
    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c1 nonce=4 [] NACK 13: Error adding/updating cluster(s) two: "
                                                 "duplicate cluster two found"));
    QTRY_VERIFY(mesh.proxy.ask("/clusters").body.contains("two::127.0.0.1:1::"));

    mesh.listeners("l2", {rdsListener("web", "r"), directListener("two", "first"), directListener("two", "second")});
    QCOMPARE(mesh.server.next("LDS"),
             QByteArray("version=l1 nonce=5 [] NACK 13: Error adding/updating listener(s) two: "
                        "duplicate listener two found\n"));
    QTRY_COMPARE(mesh.get("two"), QByteArray("200 first"));

    mesh.tables("r2", {routes("r", "up"), routes("r", "nowhere")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r2 nonce=6 [r]"));
    QVERIFY(mesh.get().startsWith("200 "));
}

void TestAdsClient::dropsWhatIsNoLongerThere()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.clusters("c2", {});
    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c2 nonce=4 []"));
    QTRY_COMPARE(mesh.get(), QByteArray("503 "));
    QCOMPARE(mesh.proxy.stat("cluster_manager.cluster_removed"), QByteArray("1"));

    const std::uint16_t port = mesh.proxy.listenerPort("web");
    mesh.listeners("l2", {});
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version=l2 nonce=5 []"));
    QTRY_COMPARE(mesh.get(), QByteArray("refused"));
    QTRY_COMPARE(support::askHttp(port, "/").status, 0);
    QCOMPARE(mesh.proxy.stat("listener_manager.listener_removed"), QByteArray("1"));
}

void TestAdsClient::asksForWhatClustersAndListenersName()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());
    const std::string up = staticCluster("up", mesh.upstream.port());

    mesh.clusters("c2", {up, edsCluster("a"), edsCluster("b")});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version= nonce= [a b]"));
    mesh.assignments("e1", {assignment("a", 1), assignment("b", 2)});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version=e1 nonce=5 [a b]"));
    mesh.clusters("c3", {up, edsCluster("b")});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version=e1 nonce=5 [b]"));
    mesh.clusters("c4", {up});
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version=e1 nonce=5 []"));

    mesh.listeners("l2", {rdsListener("web", "r"), rdsListener("next", "s")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r1 nonce=3 [r s]"));
    mesh.tables("r2", {routes("s", "up")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r2 nonce=9 [r s]"));
    QTRY_VERIFY(mesh.get("next").startsWith("200 "));
}

void TestAdsClient::asksAgainForEverythingOnANewStream()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());
    mesh.clusters("c2", {staticCluster("up", mesh.upstream.port()), edsCluster("a")});
    mesh.server.next("EDS");
    mesh.assignments("e1", {assignment("a", 1)});
    mesh.server.next("EDS");
    mesh.server.next("CDS");
    mesh.listeners("l2", {rdsListener("web", "r"), "{name: bad}"});
    QVERIFY(mesh.server.next("LDS").contains("NACK"));

    mesh.server.breakStream();

    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c2 nonce= [] node=edge/mesh"));
    QCOMPARE(mesh.server.next("EDS"), QByteArray("version=e1 nonce= [a]"));
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version=l1 nonce= []"));
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r1 nonce= [r]"));
    QCOMPARE(mesh.server.streams(), 2u);
    QVERIFY(mesh.get().startsWith("200 "));
    mesh.tables("r2", {routes("r", "nowhere")});
    QCOMPARE(mesh.server.next("RDS"), QByteArray("version=r2 nonce=7 [r]"));
    QTRY_COMPARE(mesh.get(), QByteArray("503 "));
}

void TestAdsClient::servesOnWhileTheControlPlaneIsAway()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.boot(), QString());

    mesh.server.stop();
    QTRY_COMPARE(mesh.proxy.stat("control_plane.connected_state"), QByteArray("0"));
    QVERIFY(mesh.get().startsWith("200 "));
    QCOMPARE(mesh.proxy.ask("/ready").body, QByteArray("LIVE\n"));
    mesh.server.start();

    QCOMPARE(mesh.server.next("CDS", 40000), QByteArray("version=c1 nonce= [] node=edge/mesh"));
    mesh.clusters("c2", {});
    QCOMPARE(mesh.server.next("CDS"), QByteArray("version=c2 nonce=4 []"));
    QTRY_COMPARE(mesh.get(), QByteArray("503 "));
}

void TestAdsClient::startsBeforeTheControlPlane()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    QCOMPARE(mesh.start(), QString());
    QCOMPARE(mesh.proxy.ask("/ready").body, QByteArray("PRE_INITIALIZING\n"));

    mesh.server.start();

    QCOMPARE(mesh.server.next("CDS", 40000), QByteArray("version= nonce= [] node=edge/mesh"));
    mesh.clusters("c1", {});
    QCOMPARE(mesh.server.next("LDS"), QByteArray("version= nonce= []"));
    mesh.listeners("l1", {directListener("web", "hello")});
    QVERIFY(mesh.proxy.waitFor("LIVE"));
    QTRY_COMPARE(mesh.get(), QByteArray("200 hello"));
}

QTEST_GUILESS_MAIN(TestAdsClient)
#include "tst_ads_client.moc"
