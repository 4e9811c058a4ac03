#include "app/control/control_plane.h"
#include "app/process/bootstrap.h"
#include "app/process/process_group.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"
#include "tests/interop/upstream.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace app;
using model::push::State;

namespace {

/// What one push of the test says; every push changes one thing of it.
struct Wish {
    int listener = 0;                     ///< Counts changes of the listener.
    int route = 0;                        ///< Told by the header x-version.
    int cluster = 0;                      ///< Part of the second cluster's name.
    int weight = 50;                      ///< Of the first cluster, of 100.
    std::vector<std::uint16_t> endpoints; ///< Of the first cluster.
    std::vector<std::uint16_t> others;    ///< Of the second.
};

std::string bootstrapOf(const Wish& wish, std::uint16_t port)
{
    return QStringLiteral(R"(static_resources:
  listeners:
  - name: web
    address: {socket_address: {address: 127.0.0.1, port_value: %1}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          server_name: server-%2
          http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          route_config:
            name: local
            response_headers_to_add: [{header: {key: x-version, value: "%3"}}]
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: /}
                route: {weighted_clusters: {clusters: [{name: first, weight: %5}, {name: second-%4, weight: %6}]}}
  clusters:
  - {name: first, type: EDS, eds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}}
  - {name: second-%4, type: EDS, eds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}}
)")
        .arg(port)
        .arg(wish.listener)
        .arg(wish.route)
        .arg(wish.cluster)
        .arg(wish.weight)
        .arg(100 - wish.weight)
        .toStdString();
}

model::source::ConfigSet configOf(const Wish& wish, std::uint16_t port)
{
    auto config = model::source::Revision::of(bootstrapOf(wish, port))->config();
    const auto assign = [&](std::string name, const std::vector<std::uint16_t>& endpoints) {
        auto& placed = config.assignments.emplace_back();
        placed.message.set_cluster_name(std::move(name));
        auto* locality = placed.message.add_endpoints();
        for (const std::uint16_t endpoint : endpoints) {
            auto* socket =
                locality->add_lb_endpoints()->mutable_endpoint()->mutable_address()->mutable_socket_address();
            socket->set_address("127.0.0.1");
            socket->set_port_value(endpoint);
        }
    };
    assign("first", wish.endpoints);
    assign("second-" + std::to_string(wish.cluster), wish.others);
    return config;
}

/// Clients that ask over kept connections, each in a thread of its own, until destroyed.
class Load {
public:
    Load(std::uint16_t port, int connections)
    {
        for (int i = 0; i < connections; ++i) m_threads.emplace_back([this, port] { run(port); });
    }
    ~Load() { stop(); }
    void stop()
    {
        m_stopping = true;
        m_threads.clear();
    }
    int answered() const { return m_answered; }
    int failed() const { return m_failed; }
    /// Connections that the proxy ended by saying so.
    int renewed() const { return m_renewed; }
    std::string firstFailure()
    {
        const std::lock_guard lock(m_mutex);
        return m_firstFailure;
    }

private:
    void run(std::uint16_t port)
    {
        interop::Socket socket;
        while (!m_stopping) {
            if (!socket.isOpen()) socket = interop::connectTo(port);
            interop::sendAll(socket, "GET /load HTTP/1.1\r\nhost: load\r\n\r\n");
            const std::string answer = read(socket);
            if (answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("hello\n")) ++m_answered;
            else fail(answer);
            if (answer.find("connection: close") != std::string::npos) ++m_renewed;
            if (answer.find("connection: close") != std::string::npos || !answer.ends_with("hello\n"))
                socket = interop::Socket();
            std::this_thread::sleep_for(std::chrono::milliseconds(8));
        }
    }
    static std::string read(const interop::Socket& socket)
    {
        std::string answer;
        for (int tries = 0; tries < 50 && !answer.ends_with("hello\n"); ++tries) {
            const auto more = interop::readUntilQuiet(socket, 5000, 0);
            answer += more.bytes;
            if (more.closed || more.bytes.empty()) break;
        }
        return answer;
    }
    void fail(const std::string& answer)
    {
        if (m_failed++ > 0) return;
        const std::lock_guard lock(m_mutex);
        m_firstFailure = "'" + answer + "'";
    }

    std::atomic<bool> m_stopping{false};
    std::atomic<int> m_answered{0}, m_failed{0}, m_renewed{0};
    std::mutex m_mutex;
    std::string m_firstFailure;
    std::vector<std::jthread> m_threads;
};

} // namespace

/// Make before break: changes of every kind, pushed to the bundled proxy while clients keep asking, harm no request.
class TestPushLoad : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void aHundredChangesUnderLoadFailNoRequest();
    void aMovedListenerEndsItsConnectionsPolitely();

private:
    void push(const Wish& wish, std::uint16_t port)
    {
        const int version = m_plane.push("edge", configOf(wish, port));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_plane.statuses()[0].version == version && m_plane.statuses()[0].state == State::Acked, 20000);
    }

    control::ControlPlane m_plane;
    process::ProcessGroup m_processes;
    std::array<interop::Upstream, 4> m_upstreams;
    Wish m_wish;
    std::uint16_t m_port = interop::freePort();
};

void TestPushLoad::initTestCase()
{
    const auto port = m_plane.listen();
    QVERIFY(port);
    process::AdsBootstrap bootstrap;
    bootstrap.node = "edge";
    bootstrap.controlPlanePort = *port;
    const auto started =
        m_processes.startProxy("edge", QStringLiteral(TEST_BIN "/meshwright-proxy"), process::adsBootstrap(bootstrap),
                               {QStringLiteral("--concurrency"), QStringLiteral("2"),
                                QStringLiteral("--drain-strategy"), QStringLiteral("immediate")});
    QVERIFY2(started, started ? "" : started.error().text().c_str());
    m_wish.endpoints = {m_upstreams[0].port(), m_upstreams[1].port()};
    m_wish.others = {m_upstreams[2].port()};
    m_plane.push("edge", configOf(m_wish, m_port));
    QTRY_VERIFY_WITH_TIMEOUT(!m_plane.statuses().empty() && m_plane.statuses()[0].state == State::Acked, 20000);
    QTRY_VERIFY(interop::connectTo(m_port).isOpen());
}

void TestPushLoad::aHundredChangesUnderLoadFailNoRequest()
{
    Load load(m_port, 32);
    QTRY_VERIFY(load.answered() > 100);
    const std::size_t before = m_plane.history().size();

    for (int i = 1; i <= 100; ++i) {
        switch (i % 5) {
        case 1: m_wish.weight = 10 + i * 7 % 80; break;
        case 2:
            m_wish.endpoints = {m_upstreams[static_cast<std::size_t>((i / 5 + 1) % 4)].port(),
                                m_upstreams[static_cast<std::size_t>((i / 5 + 2) % 4)].port()};
            break;
        case 3: m_wish.listener = i; break;
        case 4: m_wish.cluster = i; break;
        default: m_wish.route = i;
        }
        push(m_wish, m_port);
        for (auto& upstream : m_upstreams) upstream.takeReceived();
    }
    load.stop();

    QVERIFY2(load.failed() == 0, load.firstFailure().c_str());
    QVERIFY(load.answered() > 500);
    QCOMPARE(m_plane.history().size() - before, std::size_t(100));
    const interop::Socket socket = interop::connectTo(m_port);
    interop::sendAll(socket, "GET / HTTP/1.1\r\nhost: last\r\n\r\n");
    const std::string answer = interop::readUntilQuiet(socket, 5000, 50).bytes;
    QVERIFY2(answer.find("x-version: 100\r\n") != std::string::npos &&
                 answer.find("server: server-98\r\n") != std::string::npos,
             answer.c_str());
    qInfo("%d requests answered while 100 changes were pushed", load.answered());
}

void TestPushLoad::aMovedListenerEndsItsConnectionsPolitely()
{
    Load load(m_port, 8);
    QTRY_VERIFY(load.answered() > 50);
    const interop::Socket kept = interop::connectTo(m_port);
    interop::sendAll(kept, "GET / HTTP/1.1\r\nhost: kept\r\n\r\n");
    QVERIFY(interop::readUntilQuiet(kept, 5000, 50).bytes.starts_with("HTTP/1.1 200"));
    load.stop();

    const std::uint16_t moved = interop::freePort();
    push(m_wish, moved);
    QTRY_VERIFY(interop::connectTo(moved).isOpen());
    interop::sendAll(kept, "GET / HTTP/1.1\r\nhost: kept\r\n\r\n");
    const auto answer = interop::readUntilQuiet(kept, 5000, 2000);

    QVERIFY2(answer.bytes.starts_with("HTTP/1.1 200"), answer.bytes.c_str());
    QVERIFY2(answer.bytes.find("connection: close\r\n") != std::string::npos, answer.bytes.c_str());
    QVERIFY(answer.closed);
    QVERIFY(!interop::connectTo(m_port).isOpen());
    m_port = moved;
}

QTEST_GUILESS_MAIN(TestPushLoad)
#include "tst_push_load.moc"
