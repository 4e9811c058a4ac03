#include "ui/graph/graph_view.h"
#include "ui/style/theme.h"
#include "ui/window/info_bar.h"
#include "ui/window/main_window.h"

#include <QAction>
#include <QElapsedTimer>
#include <QMimeData>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui;
using namespace Qt::Literals::StringLiterals;

namespace {

const char* const sample = "static_resources:\n  clusters:\n  - name: pay\n    type: STATIC\n";

/// A window over an empty project, and a folder for its files.
struct Bench {
    Bench() { window.show(); }
    QString write(const QString& name, const QByteArray& text)
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
        return file.fileName();
    }
    /// Longest time the event loop was away, in ms, until `done` holds.
    template <class Done> qint64 longestPause(Done done, int limitMs)
    {
        QElapsedTimer whole, pause;
        whole.start();
        qint64 longest = 0;
        while (!done() && whole.elapsed() < limitMs) {
            pause.start();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
            longest = std::max(longest, pause.elapsed());
        }
        return longest;
    }
    QTemporaryDir folder;
    Project project;
    MainWindow window{project};
};

} // namespace

class TestFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"MeshwrightTest"_s);
        Theme::install();
    }
    void cleanup() { QSettings().clear(); }
    void strangeFilesGetAClearMessage_data();
    void strangeFilesGetAClearMessage();
    void aFileOfFiftyMegabytesOpensAsTextAndSaysSo();
    void readingCanBeCancelled();
    void droppedFilesAndFoldersOpen();
    void anOlderFileIsConvertedWithAReport();
    void theTemplateHasNoProblem();
};

void TestFiles::theTemplateHasNoProblem()
{
    Bench bench;
    QAction* fresh = nullptr;
    for (QAction* action : bench.window.findChildren<QAction*>())
        if (action->text().startsWith(u"New from"_s)) fresh = action;
    QVERIFY(fresh);

    fresh->trigger();
    fresh->trigger();

    QCOMPARE(bench.project.documents().size(), std::size_t(2));
    QCOMPARE(bench.project.documents()[1]->title(), u"new-2.yaml"_s);
    for (const auto& finding : bench.project.documents().front()->findings())
        QVERIFY2(finding.severity > model::Severity::Warning, finding.message.c_str());
    QTRY_VERIFY(!bench.window.graphView().graphScene().isEmpty());
}

void TestFiles::strangeFilesGetAClearMessage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("opens");
    QByteArray bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c < 'm'; ++c)
        bomb +=
            QByteArray(1, c) + ": &" + c + " [" + QByteArrayList(9, QByteArray("*") + char(c - 1)).join(", ") + "]\n";
    QTest::newRow("empty") << QByteArray() << u"is empty"_s << true;
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0\1",
                                          7)
                            << u"binary file"_s << false;
    QTest::newRow("alias bomb") << bomb << QString() << true;
    QTest::newRow("unknown content") << QByteArray("hello: world\n") << u"not recognised"_s << true;
    QTest::newRow("no mapping") << QByteArray("just words\n") << QString() << true;
    QTest::newRow("unknown type") << QByteArray("static_resources:\n  clusters:\n  - name: a\n    transport_socket:\n  "
                                                "    name: x\n      typed_config: {\"@type\": "
                                                "type.googleapis.com/nobody.knows.This}\n")
                                  << QString() << true;
    QTest::newRow("kubernetes") << QByteArray("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n") << u"Kubernetes"_s
                                << true;
}

void TestFiles::strangeFilesGetAClearMessage()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    QFETCH(bool, opens);
    Bench bench;
    QElapsedTimer clock;
    clock.start();

    bench.window.open({bench.write(u"strange.yaml"_s, bytes)});

    QTRY_VERIFY_WITH_TIMEOUT((bench.project.documents().size() == 1) == opens && bench.project.loading().isEmpty(),
                             5000 * TEST_PATIENCE);
    QTRY_VERIFY(message.isEmpty() || bench.window.infoBar().message().contains(message));
    QTRY_VERIFY(!message.isEmpty() || !bench.project.documents().front()->findings().empty());
    QVERIFY2(clock.elapsed() < 5000 * TEST_PATIENCE, qPrintable(QString::number(clock.elapsed())));
}

void TestFiles::aFileOfFiftyMegabytesOpensAsTextAndSaysSo()
{
    Bench bench;
    QByteArray text = "static_resources:\n  clusters:\n";
    for (int i = 0; text.size() < 50'000'000; ++i)
        text += "  - name: cluster_" + QByteArray::number(i) + "\n    type: STATIC\n    connect_timeout: 1s\n" +
                QByteArray("    # ").append(120, 'x').append('\n').repeated(80);
    const QString file = bench.write(u"big.yaml"_s, text);
    QStringList seen;

    bench.window.open({file});
    const qint64 pause = bench.longestPause(
        [&] {
            if (seen.isEmpty() || seen.last() != bench.window.infoBar().message())
                seen << bench.window.infoBar().message();
            return !bench.project.documents().empty() && bench.project.loading().isEmpty();
        },
        120'000);

    QCOMPARE(bench.project.documents().size(), std::size_t(1));
    const auto& findings = bench.project.documents().front()->findings();
    QVERIFY(!findings.empty());
    QVERIFY2(findings.front().message.find("YAML above 24 MB is not read") != std::string::npos,
             findings.front().message.c_str());
    QCOMPARE(qsizetype(bench.project.documents().front()->text().size()), text.size());
    QVERIFY2(seen.join(u'|').contains(u"big.yaml"_s), qPrintable(seen.join(u'|')));
    QVERIFY2(pause < 3000 * TEST_PATIENCE, qPrintable(u"longest pause of the event loop: %1 ms"_s.arg(pause)));
}

void TestFiles::readingCanBeCancelled()
{
    Bench bench;
    QByteArray text = "static_resources:\n  clusters:\n";
    for (int i = 0; text.size() < 20'000'000; ++i)
        text += "  - name: c" + QByteArray::number(i) + "\n    # " + QByteArray(600, 'x') + "\n";
    bench.window.open({bench.write(u"big.yaml"_s, text)});
    QTRY_VERIFY(bench.window.infoBar().message().contains(u"big.yaml"_s));

    QVERIFY(bench.window.infoBar().follow(u"Cancel"_s));

    QVERIFY(bench.project.loading().isEmpty());
    QVERIFY(bench.window.infoBar().message().isEmpty());
    QTest::qWait(300);
    QVERIFY(bench.project.documents().empty());
}

void TestFiles::droppedFilesAndFoldersOpen()
{
    Bench bench;
    bench.write(u"a.yaml"_s, sample);
    bench.write(u"b.json"_s, R"({"static_resources": {"clusters": [{"name": "web", "type": "STATIC"}]}})");
    bench.write(u"c.txt"_s, "no");
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(bench.folder.path())});

    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&bench.window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&bench.window, &drop);

    QTRY_COMPARE(bench.project.documents().size(), std::size_t(2));
    QTRY_COMPARE(bench.project.graph()->proxies.size(), std::size_t(2));
}

void TestFiles::anOlderFileIsConvertedWithAReport()
{
    Bench bench;
    bench.window.open({QStringLiteral(TEST_SCENARIOS "/two-tier-mesh/front-envoy.v2.yaml"),
                       QStringLiteral(TEST_SCENARIOS "/two-tier-mesh/service-a.v2.yaml")});
    QTRY_COMPARE(bench.project.documents().size(), std::size_t(2));

    const auto& origin = bench.project.documents().front()->origin();
    QVERIFY(origin && !origin->report.empty());
    QTRY_VERIFY(bench.window.infoBar().message().contains(u"2 files were converted"_s));
    QVERIFY(bench.window.infoBar().messages().size() == 1);
    QVERIFY(bench.window.infoBar().follow(u"Show the report"_s));
    QVERIFY(bench.project.documents().front()->fileName().isEmpty()); // The original is not overwritten.
}

QTEST_MAIN(TestFiles)
#include "tst_files.moc"
