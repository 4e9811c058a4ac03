#include "app/process/bootstrap.h"
#include "app/process/process_group.h"
#include "app/process/traffic.h"
#include "model/export/bootstrap.h"
#include "tests/app/desktop/desk.h"
#include "tests/support/proxy_texts.h"
#include "ui/graph/graph_view.h"
#include "ui/tables/endpoint_table.h"
#include "ui/window/info_bar.h"

#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>

namespace {

/// Answers every request with 200 and these words.
struct Answering : QTcpServer {
    explicit Answering(QByteArray words)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, words] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, words] {
                socket->readAll();
                socket->write("HTTP/1.1 200 OK\r\ncontent-length: " + QByteArray::number(words.size()) + "\r\n\r\n" +
                              words);
            });
        });
    }
};

std::string bootstrap(int listen, int upstream)
{
    const QString cluster = QStringLiteral(R"(  clusters:
  - name: app
    type: STATIC
    load_assignment: {cluster_name: app, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %1}}}}]}]}
)");
    const QString text =
        QStringLiteral("node: {id: foreign, cluster: c}\n"
                       "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n") +
        support::resourcesWithListener(listen, QStringLiteral("{match: {prefix: /}, route: {cluster: app}}")) +
        cluster.arg(upstream);
    return text.toStdString();
}

} // namespace

/// Attaching the window to proxies that somebody else runs.
class TestAttach : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareDesk(); }
    void showsARunningProxyReadOnlyAndItsTraffic_data();
    void showsARunningProxyReadOnlyAndItsTraffic();
    void saysWhyItCannotAttachAndTriesAgain();
    void refusesWhatIsNoAdminAddress();
    void exportsTheGraphAndBothBootstraps();
};

void TestAttach::showsARunningProxyReadOnlyAndItsTraffic_data()
{
    QTest::addColumn<QString>("program");
    QTest::newRow("bundled proxy") << QStringLiteral(TEST_BIN "/meshwright-proxy");
    QTest::newRow("real Envoy") << QStringLiteral(TEST_ENVOY);
}

void TestAttach::showsARunningProxyReadOnlyAndItsTraffic()
{
    QFETCH(QString, program);
    Answering upstream("ok");
    const int port = support::freePort();
    app::process::ProcessGroup processes;
    QVERIFY(processes.startProxy("foreign", program, bootstrap(port, upstream.serverPort()),
                                 {QStringLiteral("--disable-hot-restart"), QStringLiteral("--concurrency"),
                                  QStringLiteral("1"), QStringLiteral("-l"), QStringLiteral("error")}));
    QTRY_VERIFY_WITH_TIMEOUT(!processes.admin("foreign").isEmpty(), 20000);
    app::process::Traffic traffic(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(port)));
    traffic.start(50);
    Desk desk;
    const QUrl admin = processes.admin("foreign");

    Q_EMIT desk.window.attachRequested(QStringLiteral("%1:%2").arg(admin.host()).arg(admin.port()));

    QTRY_COMPARE_WITH_TIMEOUT(desk.project.documents().size(), std::size_t(1), 10000);
    ui::Document* document = desk.project.documents()[0];
    QCOMPARE(document->proxyName(), QStringLiteral("foreign"));
    QVERIFY(document->isReadOnly());
    QVERIFY(!document->edit(
        [](const auto& revision) { return model::source::set(revision, "configs[0].bootstrap.node.id", "other"); },
        QStringLiteral("Edit")));
    QTRY_VERIFY(std::ranges::any_of(desk.project.graph()->nodes, [](const auto& node) {
        return node.kind == model::graph::NodeKind::Cluster && node.resource == "app";
    }));
    QTRY_VERIFY_WITH_TIMEOUT(desk.window.endpoints().model().rowCount() == 1 &&
                                 desk.window.endpoints().model().rates(0).requestsPerSecond.value_or(0) > 5,
                             10000);
    desk.keep(QStringLiteral("attached"));
    QVERIFY(model::exporting::staticBootstrap(*document->revision()));
}

void TestAttach::saysWhyItCannotAttachAndTriesAgain()
{
    const int port = support::freePort();
    const QString address = QStringLiteral("127.0.0.1:%1").arg(port);
    Desk desk;
    QSignalSpy asked(&desk.window, &ui::MainWindow::attachRequested);

    Q_EMIT desk.window.attachRequested(address);

    QTRY_VERIFY2(desk.window.infoBar().message().contains(address) &&
                     desk.window.infoBar().message().contains(QStringLiteral("not reachable")),
                 qPrintable(desk.window.infoBar().message()));
    QVERIFY(desk.project.documents().empty());
    QVERIFY(desk.window.infoBar().follow(QWidget::tr("Try again")));
    QCOMPARE(asked.size(), 2);
}

void TestAttach::refusesWhatIsNoAdminAddress()
{
    Answering page("<html>hello</html>");
    Desk desk;

    Q_EMIT desk.window.attachRequested(QStringLiteral("127.0.0.1:%1").arg(page.serverPort()));
    QTRY_VERIFY2(desk.window.infoBar().message().contains(QStringLiteral("no proxy's admin address")),
                 qPrintable(desk.window.infoBar().message()));
    Q_EMIT desk.window.attachRequested(QStringLiteral("nonsense"));

    QTRY_VERIFY2(desk.window.infoBar().message().contains(QStringLiteral("HOST:PORT")),
                 qPrintable(desk.window.infoBar().message()));
    QVERIFY(desk.project.documents().empty());
}

void TestAttach::exportsTheGraphAndBothBootstraps()
{
    using Export = ui::MainWindow::Export;
    QTemporaryDir folder;
    Desk desk;
    desk.project.add(QStringLiteral("edge.yaml"), bootstrap(1234, 5678));
    QTRY_VERIFY(!desk.window.graphView().graphScene().isEmpty());
    const std::tuple<Export, const char*, const char*> expected[] = {
        {Export::GraphSvg, "g.svg", "<svg"},           {Export::GraphPng, "g.png", "PNG"},
        {Export::GraphDot, "g.dot", "digraph"},        {Export::GraphJson, "g.json", "\"nodes\""},
        {Export::ChainTable, "g.txt", "app"},          {Export::StaticBootstrap, "s.yaml", "static_resources"},
        {Export::AdsBootstrap, "a.yaml", "ads_config"}};

    for (const auto& [what, name, content] : expected) {
        const QString file = folder.filePath(QString::fromLatin1(name));
        QVERIFY2(desk.window.exportTo(what, file), name);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY2(written.readAll().contains(content), name);
    }
    QVERIFY(!desk.window.exportTo(Export::ChainTable, QStringLiteral("/nowhere/x.txt")));
}

QTEST_MAIN(TestAttach)
#include "tst_attach.moc"
