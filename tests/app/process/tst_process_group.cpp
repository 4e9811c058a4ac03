#include "app/process/process_group.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTcpServer>
#include <QtTest>

#include <cerrno>
#include <csignal>
#include <cstdio>

using app::process::ProcessGroup;

namespace {

bool isAlive(qint64 pid) { return pid > 0 && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM); }

/// The other half of childrenDieWithAKilledParent: owns a process, prints its id, waits to be killed.
int hold(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    ProcessGroup group;
    if (!group.start({"sleeper", QStringLiteral("/bin/sleep"), {QStringLiteral("300")}, {}, false})) return 1;
    std::printf("%lld\n", static_cast<long long>(group.pid("sleeper")));
    std::fflush(stdout);
    return QCoreApplication::exec();
}

} // namespace

/// Programs that the application starts: ends, restarts, and that none is left behind.
class TestProcessGroup : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void childrenDieWithAKilledParent();
    void tellsLastWordsOfAProxyWhosePortIsTaken();
    void startsAnEndedProgramAgainWhenAsked();
    void namesAMissingProgram();
};

void TestProcessGroup::childrenDieWithAKilledParent()
{
    QProcess parent;
    parent.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hold")});
    QVERIFY(parent.waitForReadyRead(10000));
    const qint64 child = parent.readLine().trimmed().toLongLong();
    QVERIFY(isAlive(child));

    parent.kill(); // SIGKILL: no destructor runs
    QVERIFY(parent.waitForFinished());

    QTRY_VERIFY(!isAlive(child));
}

void TestProcessGroup::tellsLastWordsOfAProxyWhosePortIsTaken()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    ProcessGroup group;
    QSignalSpy exited(&group, &ProcessGroup::exited);
    const std::string bootstrap =
        "admin: {address: {socket_address: {address: 127.0.0.1, port_value: " + std::to_string(other.serverPort()) +
        "}}}\n";

    QVERIFY(group.startProxy("edge", QStringLiteral(TEST_BIN "/meshwright-proxy"), bootstrap));

    QTRY_COMPARE_WITH_TIMEOUT(exited.size(), 1, 10000);
    const QByteArray words = exited[0][2].toByteArray();
    QVERIFY(exited[0][1].toInt() != 0);
    QVERIFY2(words.contains(QByteArray("127.0.0.1:" + QByteArray::number(other.serverPort()))) &&
                 words.contains("in use"),
             words.constData());
    QVERIFY(!group.isRunning("edge"));
}

void TestProcessGroup::startsAnEndedProgramAgainWhenAsked()
{
    ProcessGroup group;
    QSignalSpy exited(&group, &ProcessGroup::exited);
    QVERIFY(group.start({"short", QStringLiteral("/bin/sleep"), {QStringLiteral("300")}, {}, false}));
    const qint64 first = group.pid("short");

    ::kill(static_cast<pid_t>(first), SIGKILL);
    QTRY_COMPARE(exited.size(), 1);
    QVERIFY(!group.isRunning("short"));
    QVERIFY(group.restart("short"));

    QTRY_VERIFY(group.isRunning("short") && group.pid("short") != 0 && group.pid("short") != first);
    QVERIFY(!group.restart("nobody"));
}

void TestProcessGroup::namesAMissingProgram()
{
    ProcessGroup group;

    const auto started = group.start({"none", QStringLiteral("/nowhere/meshwright-proxy"), {}, {}, false});

    QVERIFY(!started);
    QCOMPARE(started.error().code, model::ErrorCode::NotFound);
    QCOMPARE(started.error().where, std::string("/nowhere/meshwright-proxy"));
}

int main(int argc, char** argv)
{
    if (argc > 1 && QByteArray(argv[1]) == "--hold") return hold(argc, argv);
    QCoreApplication application(argc, argv);
    TestProcessGroup test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_process_group.moc"
