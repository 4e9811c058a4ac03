#include "model/source/revision.h"

#include <QtTest>

using namespace model;
using namespace model::source;

/// 110 probes of how Envoy loads odd values: the loader gives Envoy's verdict, and Envoy itself is asked again.
class TestQuirks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void loaderGivesEnvoysVerdict_data() { probes(); }
    void loaderGivesEnvoysVerdict();
    void envoyItselfStillSaysSo();

private:
    static QList<QByteArrayList> read();
    static void probes();
};

/// Each probe: extension, verdict, who refuses ("loading", "checking" or "-"), name, text.
QList<QByteArrayList> TestQuirks::read()
{
    QFile file(QStringLiteral(TEST_DATA "/source/quirks.txt"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray all = file.readAll();
    QList<QByteArrayList> probes;
    for (qsizetype at = all.indexOf("%%% "); at >= 0;) {
        const qsizetype next = all.indexOf("\n%%% ", at);
        const QByteArray probe = all.mid(at + 4, next < 0 ? -1 : next + 1 - at - 4);
        const QByteArray head = probe.left(probe.indexOf('\n'));
        QByteArrayList words = head.split(' ');
        const QByteArray name = head.mid(words[0].size() + words[1].size() + words[2].size() + 3);
        probes.append({words[0], words[1], words[2], name, probe.mid(head.size() + 1)});
        at = next < 0 ? -1 : next + 1;
    }
    return probes;
}

void TestQuirks::probes()
{
    QTest::addColumn<QByteArrayList>("probe");
    for (const QByteArrayList& probe : read()) QTest::newRow(probe[3].constData()) << probe;
}

void TestQuirks::loaderGivesEnvoysVerdict()
{
    QFETCH(QByteArrayList, probe);

    const auto revision = Revision::of(probe[4].toStdString(), {nullptr, "probe." + probe[0].toStdString(), {}});

    std::string told;
    for (const Finding& finding : revision->findings()) told += finding.code + " " + finding.message + "\n";
    QVERIFY2(hasErrors(revision->findings()) == (probe[2] == "loading"), told.c_str());
}

void TestQuirks::envoyItselfStillSaysSo()
{
    QTemporaryDir folder;
    const QList<QByteArrayList> all = read();
    QCOMPARE(all.size(), 110);
    constexpr int together = 4;
    for (qsizetype first = 0; first < all.size(); first += together) {
        std::vector<std::unique_ptr<QProcess>> runs;
        const qsizetype end = std::min(first + together, all.size());
        for (qsizetype i = first; i < end; ++i) {
            QFile file(folder.filePath(QString::number(i) + QLatin1Char('.') + QString::fromLatin1(all[i][0])));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(all[i][4]);
            file.close();
            runs.push_back(std::make_unique<QProcess>());
            runs.back()->setStandardErrorFile(QProcess::nullDevice());
            runs.back()->start(QStringLiteral(TEST_ENVOY),
                               {QStringLiteral("--mode"), QStringLiteral("validate"), QStringLiteral("-c"),
                                file.fileName(), QStringLiteral("--use-dynamic-base-id")});
        }
        for (qsizetype i = first; i < end; ++i) {
            QProcess& run = *runs[static_cast<std::size_t>(i - first)];
            QVERIFY(run.waitForFinished(20000));
            QVERIFY2((run.exitCode() == 0) == (all[i][1] == "OK"), all[i][3].constData());
        }
    }
}

QTEST_GUILESS_MAIN(TestQuirks)
#include "tst_quirks.moc"
