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

#include <csignal>

using namespace app;
using model::push::State;

namespace {

/// A listener that answers by itself: the configuration needs nobody else.
model::source::ConfigSet config(int port, const char* answer)
{
    const QString route =
        QStringLiteral("{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: %1}}}");
    const QString text = support::resourcesWithListener(port, route.arg(QString::fromLatin1(answer)));
    return model::source::Revision::of(text.toStdString())->config();
}

/// A control plane and one proxy that is its client.
struct Mesh {
    explicit Mesh(const QString& program)
    {
        const auto port = plane.listen();
        if (!port) qFatal("%s", port.error().text().c_str());
        process::AdsBootstrap bootstrap;
        bootstrap.node = "edge";
        bootstrap.controlPlanePort = *port;
        const auto started =
            processes.startProxy("edge", program, process::adsBootstrap(bootstrap),
                                 {QStringLiteral("--disable-hot-restart"), QStringLiteral("--concurrency"),
                                  QStringLiteral("1"), QStringLiteral("-l"), QStringLiteral("error")});
        if (!started) qFatal("%s", started.error().text().c_str());
    }
    State state() const { return plane.statuses().empty() ? State::Unchanged : plane.statuses()[0].state; }
    bool connected() const { return !plane.statuses().empty() && plane.statuses()[0].connected; }

    control::ControlPlane plane;
    process::ProcessGroup processes;
    int listen = support::freePort();
};

} // namespace

/// What happens to a running mesh when a part of it goes away, with the bundled proxy and with a real Envoy.
class TestOutages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aProxyServesOnWithoutItsControlPlaneAndTakesTheNextPush_data() { proxies(); }
    void aProxyServesOnWithoutItsControlPlaneAndTakesTheNextPush();
    void aTakenListenerPortComesHomeAsANack_data() { proxies(); }
    void aTakenListenerPortComesHomeAsANack();
    void aProxyThatDiesIsShownAndGetsItsConfigurationBack_data() { proxies(); }
    void aProxyThatDiesIsShownAndGetsItsConfigurationBack();

private:
    static void proxies()
    {
        QTest::addColumn<QString>("program");
        QTest::newRow("bundled proxy") << QStringLiteral(TEST_BIN "/meshwright-proxy");
        QTest::newRow("real Envoy") << QStringLiteral(TEST_ENVOY);
    }
};

void TestOutages::aProxyServesOnWithoutItsControlPlaneAndTakesTheNextPush()
{
    QFETCH(QString, program);
    Mesh mesh(program);
    mesh.plane.push("edge", config(mesh.listen, "one"));
    QTRY_COMPARE_WITH_TIMEOUT(mesh.state(), State::Acked, 20000);
    const int port = mesh.plane.port();
    process::Traffic traffic(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(mesh.listen)));
    traffic.start(50);
    QTRY_VERIFY(traffic.succeeded() > 5);

    mesh.plane.stopListening();
    QTRY_VERIFY(!mesh.connected());
    const int before = traffic.succeeded();
    QTRY_VERIFY(traffic.succeeded() > before + 20);
    mesh.plane.push("edge", config(mesh.listen, "two")); // kept for when it comes back
    QVERIFY(mesh.plane.listen("127.0.0.1", port));

    QTRY_VERIFY_WITH_TIMEOUT(mesh.connected() && mesh.state() == State::Acked, 40000);
    QTRY_COMPARE_WITH_TIMEOUT(traffic.lastAnswer(), QByteArray("two"), 10000);
    QCOMPARE(traffic.failed(), 0);
}

void TestOutages::aTakenListenerPortComesHomeAsANack()
{
    QFETCH(QString, program);
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    Mesh mesh(program);
    QSignalSpy nacks(&mesh.plane, &control::ControlPlane::nacked);

    mesh.plane.push("edge", config(other.serverPort(), "one"));

    QTRY_COMPARE_WITH_TIMEOUT(nacks.size(), 1, 20000);
    const auto nack = nacks[0][0].value<model::push::Nack>();
    QVERIFY2(nack.message.find(std::to_string(other.serverPort())) != std::string::npos, nack.message.c_str());
    QVERIFY2(nack.resource == "web", (nack.resource + ": " + nack.message).c_str());
    QTRY_COMPARE(mesh.state(), State::Nacked);
    const auto& resources = mesh.plane.history()
                                .back()
                                .resources; // Envoy rejects the listener, the bundled proxy the routes it waited for.
    const auto rejected = std::ranges::find(resources, State::Nacked, &model::push::ResourceStatus::state);
    QVERIFY(rejected != resources.end());
    QCOMPARE(rejected->message, nack.message);
}

void TestOutages::aProxyThatDiesIsShownAndGetsItsConfigurationBack()
{
    QFETCH(QString, program);
    Mesh mesh(program);
    QSignalSpy exited(&mesh.processes, &process::ProcessGroup::exited);
    mesh.plane.push("edge", config(mesh.listen, "one"));
    QTRY_COMPARE_WITH_TIMEOUT(mesh.state(), State::Acked, 20000);

    QCOMPARE(::kill(static_cast<pid_t>(mesh.processes.pid("edge")), SIGKILL), 0);
    QTRY_COMPARE(exited.size(), 1);
    QTRY_VERIFY(!mesh.connected());
    QVERIFY(mesh.processes.restart("edge"));

    QTRY_VERIFY_WITH_TIMEOUT(mesh.connected() && mesh.state() == State::Acked, 20000);
    process::Traffic traffic(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(mesh.listen)));
    traffic.start(50);
    QTRY_VERIFY(traffic.succeeded() > 5);
}

QTEST_GUILESS_MAIN(TestOutages)
#include "tst_outages.moc"
