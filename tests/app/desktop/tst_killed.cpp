#include "tests/support/proxy_texts.h"
#include "tests/support/remote_keys.h"
#include "ui/document/journal.h"

#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <csignal>

namespace {

const char* const sample = "static_resources:\n  clusters:\n  - name: pay\n    type: STATIC\n";

/// The program itself with one file, and the keys of whoever sits before it.
struct Program {
    explicit Program(const QString& file)
    {
        const int port = support::freePort();
        process.setProcessChannelMode(QProcess::ForwardedChannels);
        process.start(
            QStringLiteral(TEST_BIN "/meshwright"),
            {QStringLiteral("-platform"), QStringLiteral("vnc:size=1280x800:addr=127.0.0.1:port=%1").arg(port), file});
        isReady = process.waitForStarted() && keys.connectTo(port);
    }
    ~Program() { end(); }
    void end()
    {
        if (process.state() == QProcess::NotRunning) return;
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        process.waitForFinished();
    }
    QProcess process;
    RemoteKeys keys;
    bool isReady = false;
};

QByteArray contentOf(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// The real program is killed while somebody types.
class TestKilled : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_home.isValid());
        qputenv("XDG_DATA_HOME", m_home.path().toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", m_home.path().toLocal8Bit());
        QCoreApplication::setOrganizationName(QStringLiteral("Meshwright"));
        QCoreApplication::setApplicationName(QStringLiteral("Meshwright"));
    }
    void findsWhatWasTypedAgain();

private:
    QTemporaryDir m_home;
};

void TestKilled::findsWhatWasTypedAgain()
{
    const QString file = m_home.filePath(QStringLiteral("edge.yaml"));
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly) && out.write(sample) > 0);
    out.close();
    const auto draftHolds = [&](const char* text) {
        for (const QString& name : QDir(m_home.path()).entryList({QStringLiteral("Meshwright")}, QDir::Dirs)) {
            QDirIterator files(m_home.filePath(name), QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext())
                if (contentOf(files.next()).contains(text)) return true;
        }
        return false;
    };
    {
        Program program(file);
        QVERIFY(program.isReady);
        QVERIFY(QTest::qWaitFor(
            [&] { // The file opens off the GUI thread: keys before that go nowhere.
                program.keys.control('t');
                program.keys.type("#");
                return QTest::qWaitFor([&] { return draftHolds("#"); }, 1500);
            },
            30000));
        program.keys.type(" typed before the end ");
        QTest::qWait(1000); // The journal loses a second at most.
        program.end();
    }

    const auto draft = ui::Journal::draftOf(file);
    QVERIFY(draft);
    QVERIFY2(draft->text.find("typed before the end") != std::string::npos, draft->text.c_str());
    QCOMPARE(contentOf(file), QByteArray(sample)); // Nothing was saved.
    Program again(file);
    QVERIFY(again.isReady);

    QVERIFY(QTest::qWaitFor(
        [&] {
            again.keys.control('s');
            return QTest::qWaitFor([&] { return contentOf(file).contains("typed before the end"); }, 1500);
        },
        30000));
    QTRY_VERIFY(!draftHolds("typed before the end")); // Saved is saved: the draft has gone.
}

QTEST_MAIN(TestKilled)
#include "tst_killed.moc"
