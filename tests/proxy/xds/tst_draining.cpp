#include "tests/proxy/xds/mesh.h"

#include <poll.h>
#include <sys/socket.h>

using namespace xds_test;
using interop::Socket;

namespace {

const QStringList twoSeconds = {QStringLiteral("--drain-time-s"), QStringLiteral("2"),
                                QStringLiteral("--drain-strategy"), QStringLiteral("immediate")};

/// A service that answers when the test wants it.
struct Held {
    Socket listener = interop::listenLoopback();
    std::uint16_t port() const { return interop::portOf(listener); }
    /// Waits for a connection and reads its first request. Not open when none comes.
    Socket take() const
    {
        pollfd waiting{listener.fd(), POLLIN, 0};
        if (::poll(&waiting, 1, 10000) != 1) return Socket();
        Socket socket(::accept(listener.fd(), nullptr, nullptr));
        interop::readUntilQuiet(socket, 10000, 20);
        return socket;
    }
};

QByteArray read(const Socket& socket, int firstMs = 10000)
{
    const auto got = interop::readUntilQuiet(socket, firstMs, 200);
    return QByteArray::fromStdString(got.bytes) + (got.closed ? "<closed>" : "");
}

void request(const Socket& socket, const std::string& path = "/")
{
    interop::sendAll(socket, "GET " + path + " HTTP/1.1\r\nhost: test\r\n\r\n");
}

void answer(const Socket& socket) { interop::sendAll(socket, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"); }

/// Whether the peer closes within that time.
bool closes(const Socket& socket, int milliseconds)
{
    return interop::readUntilQuiet(socket, milliseconds, milliseconds).closed;
}

std::string tcpListener(const std::string& name, const std::string& more)
{
    return "{name: " + name +
           ", address: {socket_address: {address: 127.0.0.1, port_value: 0}}, filter_chains: [{filters: [{name: "
           "envoy.filters.network.tcp_proxy, typed_config: {\"@type\": "
           "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: tcp, cluster: up" +
           more + "}}]}]}";
}

} // namespace

/// What becomes of connections when their listener changes or goes (reference C13); the real Envoy does the same.
class TestDraining : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsConnectionsOfARemovedListenerPolitely_data() { forBoth(); }
    void endsConnectionsOfARemovedListenerPolitely();
    void servesAtTheNewAddressAndDrainsTheOld_data() { forBoth(); }
    void servesAtTheNewAddressAndDrainsTheOld();
    void keepsTcpSessionsOfAChangedListenerForTheDrainTime_data() { forBoth(); }
    void keepsTcpSessionsOfAChangedListenerForTheDrainTime();
    void answersOnKeptConnectionsByTheNewConfiguration();
    void finishesRequestsOfARemovedCluster_data() { forBoth(); }
    void finishesRequestsOfARemovedCluster();
};

void TestDraining::endsConnectionsOfARemovedListenerPolitely()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy, twoSeconds);
    const Held held;
    QCOMPARE(mesh.boot(), QString());
    mesh.clusters("c2", {staticCluster("up", held.port())});
    mesh.server.answer("CDS");
    const std::uint16_t port = mesh.proxy.listenerPort("web");
    const Socket busy = interop::connectTo(port), kept = interop::connectTo(port), idle = interop::connectTo(port);
    request(busy);
    const Socket behind = held.take();

    mesh.listeners("l2", {});
    QCOMPARE(mesh.server.answer("LDS"), QByteArray("version=l2 nonce=5 []"));
    QTRY_VERIFY(!interop::connectTo(port).isOpen());
    QCOMPARE(mesh.proxy.stat("listener_manager.total_listeners_draining"), QByteArray("1"));

    answer(behind);
    const QByteArray late = read(busy);
    QVERIFY2(late.contains("connection: close\r\n") && late.contains("\r\n\r\nok"), late.constData());
    request(kept); // Over the same upstream connection.
    QVERIFY(read(behind).startsWith("GET / "));
    answer(behind);
    const QByteArray next = read(kept);
    QVERIFY2(next.contains("connection: close\r\n") && next.contains("\r\n\r\nok"), next.constData());
    QVERIFY(closes(idle, 10000));
    QTRY_COMPARE_WITH_TIMEOUT(mesh.proxy.stat("listener_manager.total_listeners_draining"), QByteArray("0"), 10000);
}

void TestDraining::servesAtTheNewAddressAndDrainsTheOld()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy, twoSeconds);
    QCOMPARE(mesh.boot(), QString());
    const std::uint16_t before = mesh.proxy.listenerPort("web");
    const Socket kept = interop::connectTo(before), idle = interop::connectTo(before);
    request(kept);
    QVERIFY(!read(kept).contains("connection: close"));
    std::string other = rdsListener("web", "r");
    const std::string port = std::to_string(interop::freePort());
    other.replace(other.find("port_value: 0"), 13, "port_value: " + port);

    mesh.listeners("l2", {other});
    QCOMPARE(mesh.server.answer("LDS"), QByteArray("version=l2 nonce=4 []"));

    QTRY_VERIFY(mesh.get("web").startsWith("200 "));
    QTRY_COMPARE(mesh.proxy.listenerPort("web"), static_cast<std::uint16_t>(std::stoi(port)));
    QTRY_VERIFY(!interop::connectTo(before).isOpen());
    request(kept);
    QVERIFY(read(kept).contains("connection: close\r\n"));
    QVERIFY(closes(idle, 10000));
}

void TestDraining::keepsTcpSessionsOfAChangedListenerForTheDrainTime()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy, twoSeconds);
    const Held held;
    QCOMPARE(mesh.boot(), QString());
    mesh.clusters("c2", {staticCluster("up", held.port())});
    mesh.server.answer("CDS");
    mesh.listeners("l2", {tcpListener("tcp", "")});
    mesh.server.answer("LDS");
    QTRY_VERIFY(mesh.proxy.listenerPort("tcp") != 0);
    const std::uint16_t port = mesh.proxy.listenerPort("tcp");
    const Socket old = interop::connectTo(port);
    interop::sendAll(old, "hello");
    const Socket behind = held.take();

    mesh.listeners("l3", {tcpListener("tcp", ", idle_timeout: 100s")});
    QCOMPARE(mesh.server.answer("LDS"), QByteArray("version=l3 nonce=6 []"));
    QTRY_COMPARE(mesh.proxy.stat("listener_manager.listener_in_place_updated"), QByteArray("1"));

    QCOMPARE(mesh.proxy.listenerPort("tcp"), port);
    interop::sendAll(behind, "still here");
    QCOMPARE(read(old), QByteArray("still here"));
    const Socket fresh = interop::connectTo(port);
    interop::sendAll(fresh, "hello");
    const Socket behindFresh = held.take();
    QVERIFY(closes(old, 10000));
    interop::sendAll(behindFresh, "I stay");
    QCOMPARE(read(fresh), QByteArray("I stay"));
}

/// Here only: Envoy drains connections of a changed filter chain, by the old configuration. Ours need not end.
void TestDraining::answersOnKeptConnectionsByTheNewConfiguration()
{
    Mesh mesh(false, twoSeconds);
    QCOMPARE(mesh.boot(), QString());
    const Socket kept = interop::connectTo(mesh.proxy.listenerPort("web"));
    request(kept);
    QVERIFY(read(kept).startsWith("HTTP/1.1 200 OK"));

    mesh.listeners("l2", {directListener("web", "changed")});
    QCOMPARE(mesh.server.answer("LDS"), QByteArray("version=l2 nonce=4 []"));
    QTRY_COMPARE(mesh.get("web"), QByteArray("200 changed"));

    request(kept);
    const QByteArray got = read(kept);
    QVERIFY2(got.endsWith("\r\n\r\nchanged"), got.constData());
    QVERIFY2(!got.contains("connection: close"), got.constData());
}

void TestDraining::finishesRequestsOfARemovedCluster()
{
    QFETCH(bool, isEnvoy);
    Mesh mesh(isEnvoy);
    const Held held;
    QCOMPARE(mesh.boot(), QString());
    mesh.clusters("c2", {staticCluster("up", held.port())});
    mesh.server.answer("CDS");
    const Socket busy = interop::connectTo(mesh.proxy.listenerPort("web"));
    request(busy);
    const Socket behind = held.take();

    mesh.clusters("c3", {});
    QCOMPARE(mesh.server.answer("CDS"), QByteArray("version=c3 nonce=5 []"));
    QTRY_COMPARE(mesh.get("web"), QByteArray("503 "));
    answer(behind);

    const QByteArray late = read(busy);
    QVERIFY2(late.startsWith("HTTP/1.1 200 OK") && late.contains("\r\n\r\nok"), late.constData());
    QVERIFY2(!late.contains("connection: close"), late.constData());
}

QTEST_GUILESS_MAIN(TestDraining)
#include "tst_draining.moc"
