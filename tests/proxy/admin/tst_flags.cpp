#include "tests/interop/wire.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

namespace {

struct Ended {
    int code = -1;
    QByteArray said;
};

Ended run(const QStringList& arguments)
{
    QProcess proxy;
    proxy.setProcessChannelMode(QProcess::MergedChannels);
    proxy.start(QStringLiteral(TEST_BIN "/meshwright-proxy"), arguments);
    if (!proxy.waitForFinished(20000)) proxy.kill();
    return {proxy.exitStatus() == QProcess::NormalExit ? proxy.exitCode() : -1, proxy.readAll()};
}

} // namespace

/// Envoy's command line: what is taken does what it says, what is wrong is told by name and place.
class TestFlags : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsWhatIsWrong_data();
    void tellsWhatIsWrong();
    void tellsThePlaceOfAnErrorInAFile();
    void mergesTheInlineTextOverTheFile();
    void allowsUnknownFieldsWhenTold();
    void tellsThatAPortIsTaken();
    void neverTellsAPrivateKey();
};

void TestFlags::tellsWhatIsWrong_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("part");
    const auto row = [](const char* name, const QString& arguments, const char* part) {
        QTest::newRow(name) << arguments.split(QLatin1Char(' ')) << QByteArray(part);
    };
    row("nothing", QStringLiteral("--mode validate"), "At least one of --config-path or --config-yaml");
    row("no such file", QStringLiteral("-c nowhere.yaml"), "unable to read file: nowhere.yaml");
    row("unknown flag", QStringLiteral("--config-yaml {} --enable-core-dump"), "--enable-core-dump");
    row("refused flag", QStringLiteral("--config-yaml {} --reject-unknown-dynamic-fields"),
        "--reject-unknown-dynamic-fields");
    row("mode", QStringLiteral("--config-yaml {} --mode play"), "--mode");
    row("level", QStringLiteral("--config-yaml {} -l loud"), "invalid log level 'loud'");
    row("component", QStringLiteral("--config-yaml {} --component-log-level nobody:info"),
        "unknown logger in 'nobody:info'");
    row("component's level", QStringLiteral("--config-yaml {} --component-log-level main:loud"),
        "unknown level in 'main:loud'");
    row("hot restart", QStringLiteral("--config-yaml {} --restart-epoch 1"), "--restart-epoch");
    row("strategy", QStringLiteral("--config-yaml {} --drain-strategy none"), "--drain-strategy");
}

void TestFlags::tellsWhatIsWrong()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, part);

    const Ended ended = run(arguments);

    QVERIFY(ended.code > 0);
    QVERIFY2(ended.said.contains(part), ended.said.constData());
}

void TestFlags::tellsThePlaceOfAnErrorInAFile()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("bad.yaml")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("static_resources:\n  clusters:\n  - name: a\n    typo: 1\n");
    file.close();
    const QString constraint = QStringLiteral("static_resources:\n  clusters:\n  - name: a\n    connect_timeout: 0s\n");

    const Ended ended =
        run({QStringLiteral("-c"), file.fileName(), QStringLiteral("--mode"), QStringLiteral("validate")});
    const Ended broken =
        run({QStringLiteral("--config-yaml"), constraint, QStringLiteral("--mode"), QStringLiteral("validate")});

    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.said.contains("bad.yaml:4:5: error: unknown field 'typo'"), ended.said.constData());
    QCOMPARE(broken.code, 1);
    QVERIFY2(broken.said.contains("--config-yaml:4:5: error: 'connect_timeout' "), broken.said.constData());
}

void TestFlags::mergesTheInlineTextOverTheFile()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("good.yaml")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("node: {id: file}\n");
    file.close();

    const Ended good =
        run({QStringLiteral("-c"), file.fileName(), QStringLiteral("--config-yaml"),
             QStringLiteral("node: {cluster: c}"), QStringLiteral("--mode"), QStringLiteral("validate")});
    const Ended bad = run({QStringLiteral("-c"), file.fileName(), QStringLiteral("--config-yaml"),
                           QStringLiteral("node: {wrong: c}"), QStringLiteral("--mode"), QStringLiteral("validate")});

    QVERIFY2(good.code == 0 && good.said.contains("OK"), good.said.constData());
    QVERIFY2(bad.code == 1 && bad.said.contains("--config-yaml:1:8: error: unknown field 'wrong'"),
             bad.said.constData());
}

void TestFlags::allowsUnknownFieldsWhenTold()
{
    const QStringList arguments = {QStringLiteral("--config-yaml"), QStringLiteral("node: {wrong: c}"),
                                   QStringLiteral("--mode"), QStringLiteral("validate")};

    QCOMPARE(run(arguments).code, 1);
    QCOMPARE(run(arguments + QStringList{QStringLiteral("--allow-unknown-static-fields")}).code, 0);
}

void TestFlags::tellsThatAPortIsTaken()
{
    const interop::Socket other = interop::listenLoopback();
    const QString port = QString::number(interop::portOf(other));

    const Ended ended =
        run({QStringLiteral("--config-yaml"),
             QStringLiteral("admin: {address: {socket_address: {address: 127.0.0.1, port_value: %1}}}").arg(port)});

    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.said.contains(QStringLiteral("cannot bind '127.0.0.1:%1'").arg(port).toLatin1()),
             ended.said.constData());
    QVERIFY2(ended.said.contains("Address already in use"), ended.said.constData());
}

void TestFlags::neverTellsAPrivateKey()
{
    const Ended ended =
        run({QStringLiteral("-l"), QStringLiteral("trace"), QStringLiteral("--config-yaml"),
             QStringLiteral(
                 "static_resources: {secrets: [{name: s, tls_certificate: {private_key: {inline_string: hush-key}, "
                 "password: {inline_string: hush-word}}}]}")});

    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.said.contains("secrets"), ended.said.constData());
    QVERIFY2(!ended.said.contains("hush"), ended.said.constData());
}

QTEST_GUILESS_MAIN(TestFlags)
#include "tst_flags.moc"
