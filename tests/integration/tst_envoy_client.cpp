#include "app/admin/sampler.h"
#include "app/control/control_plane.h"
#include "app/process/bootstrap.h"
#include "app/process/process_group.h"
#include "app/process/traffic.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"
#include "tests/support/proxy_texts.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QtTest>

using namespace app;
using model::push::State;

namespace {

/// Answers every request with 200 and its name.
struct Upstream : QTcpServer {
    Upstream()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                ++requests;
                socket->readAll();
                socket->write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            });
        });
    }
    int requests = 0;
};

std::string configuration(int listen, int upstream, const char* cluster = "app",
                          const char* filter = "envoy.filters.http.router",
                          const char* filterType = "envoy.extensions.filters.http.router.v3.Router")
{
    const QString name = QString::fromLatin1(cluster);
    const QString clusters = QStringLiteral(R"(  clusters:
  - name: %1
    type: STATIC
    connect_timeout: 1s
    load_assignment:
      cluster_name: %1
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2}}}}]}]
)");
    const QString text = support::resourcesWithListener(
        listen, QStringLiteral("{match: {prefix: /}, route: {cluster: %1}}").arg(name),
        support::httpFilter(QString::fromLatin1(filter), QString::fromLatin1(filterType)));
    return QString(text + clusters.arg(name).arg(upstream)).toStdString();
}

/// One line per difference and field.
std::string print(const std::vector<model::diff::ResourceChange>& changes)
{
    std::string text;
    for (const auto& change : changes) {
        text += std::string(name(change.kind)) + " " + model::push::name(change.type) + " " + change.name + " at " +
                change.path + "\n";
        for (const auto& field : change.fields)
            text += "  " + field.path + ": " + field.before + " -> " + field.after + "\n";
    }
    return text;
}

model::source::ConfigSet config(const std::string& text) { return model::source::Revision::of(text)->config(); }

/// A control plane and a real Envoy that is its client.
struct Mesh {
    Mesh()
    {
        const auto port = plane.listen();
        if (!port) qFatal("%s", port.error().text().c_str());
        process::AdsBootstrap bootstrap;
        bootstrap.node = "edge";
        bootstrap.controlPlanePort = *port;
        const auto started =
            processes.startProxy("edge", QStringLiteral(TEST_ENVOY), process::adsBootstrap(bootstrap),
                                 {QStringLiteral("--disable-hot-restart"), QStringLiteral("--concurrency"),
                                  QStringLiteral("1"), QStringLiteral("-l"), QStringLiteral("error")});
        if (!started) qFatal("%s", started.error().text().c_str());
    }
    State state() const { return plane.statuses().empty() ? State::Unchanged : plane.statuses()[0].state; }

    control::ControlPlane plane;
    process::ProcessGroup processes;
    Upstream upstream;
    int listen = support::freePort();
};

} // namespace

/// A real Envoy as xDS client of the control plane.
class TestEnvoyClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bootsGoesLiveAndServes();
    void bringsANackHomeAndRollsBack();
    void renamesAClusterUnderLoadWithoutAFailedRequest();
    void survivesARestartOfTheControlPlane();
    void tellsThatAPortIsTaken();
};

void TestEnvoyClient::bootsGoesLiveAndServes()
{
    Mesh mesh;
    mesh.plane.push("edge", config(configuration(mesh.listen, mesh.upstream.serverPort())));

    QTRY_COMPARE_WITH_TIMEOUT(mesh.state(), State::Acked, 20000);
    QVERIFY(mesh.plane.statuses()[0].isEnvoy);
    process::Traffic traffic(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(mesh.listen)));
    traffic.start(50);
    QTRY_VERIFY(traffic.succeeded() > 10);
    admin::Sampler sampler("edge", mesh.processes.admin("edge"));
    QSignalSpy sampled(&sampler, &admin::Sampler::sampled);
    sampler.start(std::chrono::milliseconds(100));
    QTRY_VERIFY(sampled.size() > 3);
    QByteArray info;
    sampler.client().get(QStringLiteral("/server_info"), [&](const auto& page) {
        if (page) info = *page;
    });
    QTRY_VERIFY(info.contains("\"LIVE\""));

    QByteArray dump;
    sampler.client().get(QStringLiteral("/config_dump?include_eds"), [&](const auto& page) {
        if (page) dump = *page;
    });
    QTRY_VERIFY(!dump.isEmpty());
    const auto differences = mesh.plane.readBack("edge", model::diff::split(config(dump.toStdString())));
    QCOMPARE(print(differences), std::string());
    QCOMPARE(mesh.state(), State::Effective);
}

void TestEnvoyClient::bringsANackHomeAndRollsBack()
{
    Mesh mesh;
    QSignalSpy nacks(&mesh.plane, &control::ControlPlane::nacked);
    const int good = mesh.plane.push("edge", config(configuration(mesh.listen, mesh.upstream.serverPort())));
    QTRY_COMPARE_WITH_TIMEOUT(mesh.state(), State::Acked, 20000);

    mesh.plane.push("edge", config(configuration(mesh.listen, mesh.upstream.serverPort(), "app", "unknown.filter",
                                                 "google.protobuf.Struct")));
    QTRY_COMPARE(nacks.size(), 1);
    const auto nack = nacks[0][0].value<model::push::Nack>();
    QCOMPARE(nack.resource, std::string("web"));
    QVERIFY2(nack.path.ends_with("typed_config.http_filters[0].name"), (nack.path + ": " + nack.message).c_str());
    QTRY_COMPARE(mesh.state(), State::Nacked);

    const auto back = mesh.plane.rollback(good);
    QVERIFY(back);
    QCOMPARE(*back, 3);
    QTRY_COMPARE(mesh.state(), State::Acked);
    QCOMPARE(mesh.plane.history().back().contentOf, good);
}

void TestEnvoyClient::renamesAClusterUnderLoadWithoutAFailedRequest()
{
    Mesh mesh;
    mesh.plane.push("edge", config(configuration(mesh.listen, mesh.upstream.serverPort(), "app-0")));
    QTRY_COMPARE_WITH_TIMEOUT(mesh.state(), State::Acked, 20000);
    process::Traffic traffic(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(mesh.listen)));
    traffic.start(200);

    for (int i = 1; i <= 20; ++i) {
        const auto name = "app-" + std::to_string(i);
        mesh.plane.push("edge", config(configuration(mesh.listen, mesh.upstream.serverPort(), name.c_str())));
        QTRY_VERIFY(mesh.plane.statuses()[0].version == i + 1 && mesh.state() == State::Acked);
    }

    QTRY_VERIFY(traffic.succeeded() > 20);
    QCOMPARE(traffic.failed(), 0);
}

void TestEnvoyClient::survivesARestartOfTheControlPlane()
{
    Mesh mesh;
    mesh.plane.push("edge", config(configuration(mesh.listen, mesh.upstream.serverPort())));
    QTRY_COMPARE_WITH_TIMEOUT(mesh.state(), State::Acked, 20000);
    const int port = mesh.plane.port();

    mesh.plane.stopListening();
    QTRY_VERIFY(!mesh.plane.statuses()[0].connected);
    const auto again = mesh.plane.listen("127.0.0.1", port);

    QVERIFY(again);
    QTRY_VERIFY_WITH_TIMEOUT(mesh.plane.statuses()[0].connected && mesh.state() == State::Acked, 30000);
}

void TestEnvoyClient::tellsThatAPortIsTaken()
{
    Upstream other;
    control::ControlPlane plane;

    const auto started = plane.listen("127.0.0.1", other.serverPort());

    QVERIFY(!started);
    QCOMPARE(started.error().code, model::ErrorCode::Unreachable);
}

QTEST_GUILESS_MAIN(TestEnvoyClient)
#include "tst_envoy_client.moc"
