#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

namespace {

/// What one run of the real program did.
struct Run {
    int code = -1;
    QString out, err;
    qint64 milliseconds = 0;
};

constexpr auto goodCluster =
    "static_resources:\n  clusters:\n  - name: a\n    load_assignment:\n      cluster_name: a\n      endpoints:\n"
    "      - lb_endpoints:\n        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 9001}}}\n";

} // namespace

/// The command line as its users have it: the real program, its streams and its exit code.
class TestCli : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsFindingsAsText();
    void tellsFindingsAsJson();
    void exitsWithZeroWhenThereIsNoError();
    void exitsWithTwoWhenAFileCannotBeRead();
    void readsStandardInput();
    void checksSeveralFilesTogether();
    void checksTheFilesThatABootstrapReads();
    void checksAgainstWhatRuns();
    void checksOneMessageOfAKind();
    void answersHostileFilesInTime_data();
    void answersHostileFilesInTime();
    void convertsOlderVersions();
    void printsGraphsInEveryFormat_data();
    void printsGraphsInEveryFormat();
    void learnsListsAndComparesSchemas();
    void takesASchemaOnEveryCommand();
    void explainsItself_data();
    void explainsItself();

private:
    Run run(const QStringList& arguments, const QByteArray& input = {}) const;
    QString write(const QString& name, const QByteArray& content) const;

    QTemporaryDir m_folder;
};

Run TestCli::run(const QStringList& arguments, const QByteArray& input) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_DATA_HOME"), m_folder.filePath(QStringLiteral("data")));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(m_folder.path());
    QElapsedTimer timer;
    timer.start();
    process.start(QStringLiteral(TEST_BIN "/meshwright-cli"), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(50'000)) process.kill();
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError()),
            timer.elapsed()};
}

QString TestCli::write(const QString& name, const QByteArray& content) const
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(content);
    return name;
}

void TestCli::tellsFindingsAsText()
{
    const QString file =
        write(QStringLiteral("typo.yaml"), "static_resources:\n  clusters:\n  - name: a\n    conect_timeout: 1s\n");

    const Run done = run({QStringLiteral("check"), file});

    QCOMPARE(done.code, 1);
    QVERIFY2(done.out.contains(QStringLiteral("typo.yaml:4:5: error: unknown field 'conect_timeout' in Cluster; did "
                                              "you mean 'connect_timeout'? [S02]\n")),
             qPrintable(done.out));
}

void TestCli::tellsFindingsAsJson()
{
    const QString file = write(QStringLiteral("typo.yaml"),
                               "static_resources:\n  clusters:\n  - name: \"a \\\"b\\\"\"\n    conect_timeout: 1s\n");

    const Run done = run({QStringLiteral("check"), QStringLiteral("--format"), QStringLiteral("json"), file});

    QCOMPARE(done.code, 1);
    const auto findings =
        QJsonDocument::fromJson(done.out.toUtf8()).object().value(QStringLiteral("findings")).toArray();
    QVERIFY2(!findings.isEmpty(), qPrintable(done.out));
    const QJsonObject first = findings[0].toObject();
    const QStringList keys = {QStringLiteral("code"),    QStringLiteral("column"),  QStringLiteral("file"),
                              QStringLiteral("line"),    QStringLiteral("message"), QStringLiteral("path"),
                              QStringLiteral("severity")};
    QCOMPARE(first.keys(), keys);
    QCOMPARE(first.value(QStringLiteral("line")).toInt(), 4);
    QCOMPARE(first.value(QStringLiteral("column")).toInt(), 5);
    QCOMPARE(first.value(QStringLiteral("severity")).toString(), QStringLiteral("error"));
    QCOMPARE(first.value(QStringLiteral("path")).toString(),
             QStringLiteral("static_resources.clusters[0].conect_timeout"));
}

void TestCli::exitsWithZeroWhenThereIsNoError()
{
    const Run done = run({QStringLiteral("check"), QStringLiteral("--format"), QStringLiteral("json"),
                          write(QStringLiteral("good.yaml"), goodCluster)});

    QCOMPARE(done.code, 0);
    QVERIFY(QJsonDocument::fromJson(done.out.toUtf8()).object().contains(QStringLiteral("findings")));
}

void TestCli::exitsWithTwoWhenAFileCannotBeRead()
{
    const QString bad = write(QStringLiteral("bad.yaml"), "a: [");
    QByteArray zeros("static_resources: {}\n");
    zeros.append("\0\1\2\3", 4);

    const Run missing = run({QStringLiteral("check"), QStringLiteral("missing.yaml")});
    const Run folder = run({QStringLiteral("check"), QStringLiteral(".")});
    const Run binary = run({QStringLiteral("check"), write(QStringLiteral("binary.yaml"), zeros)});
    const Run both = run({QStringLiteral("check"), QStringLiteral("missing.yaml"), bad});

    QCOMPARE(missing.code, 2);
    QVERIFY2(missing.err.contains(QStringLiteral("missing.yaml")) &&
                 missing.err.contains(QStringLiteral("No such file")),
             qPrintable(missing.err));
    QCOMPARE(folder.code, 2);
    QVERIFY2(folder.err.contains(QStringLiteral("is a folder")), qPrintable(folder.err));
    QCOMPARE(binary.code, 2);
    QVERIFY2(binary.err.contains(QStringLiteral("binary.yaml")) &&
                 binary.err.contains(QStringLiteral("line 2, column 1")),
             qPrintable(binary.err));
    QCOMPARE(both.code, 2);
    QVERIFY2(both.out.contains(QStringLiteral("bad.yaml:1")), qPrintable(both.out));
}

void TestCli::readsStandardInput()
{
    const Run done = run({QStringLiteral("check"), QStringLiteral("-")}, "static_resources: {clusterz: []}\n");

    QCOMPARE(done.code, 1);
    QVERIFY2(done.out.startsWith(QStringLiteral("-:1:20: error: unknown field 'clusterz'")), qPrintable(done.out));
}

void TestCli::checksSeveralFilesTogether()
{
    const QString bootstrap = write(QStringLiteral("one.yaml"), goodCluster);
    const QString clusters =
        write(QStringLiteral("two.yaml"),
              "resources:\n- \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster\n  name: a\n");

    const Run done = run({QStringLiteral("check"), bootstrap, clusters});

    QVERIFY2(done.out.contains(QStringLiteral("two.yaml:3:3: warning")) && done.out.contains(QStringLiteral("[C02]")),
             qPrintable(done.out));
}

void TestCli::checksTheFilesThatABootstrapReads()
{
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("sub")));
    write(QStringLiteral("sub/cds.yaml"),
          "resources:\n- \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster\n  name: x\n  connect_timeout: "
          "0s\n");
    const QString file =
        write(QStringLiteral("sub/boot.yaml"), "node: {id: n1, cluster: c}\ndynamic_resources:\n"
                                               "  cds_config: {path_config_source: {path: ./cds.yaml}}\n"
                                               "  lds_config: {path_config_source: {path: ./lds.yaml}}\n");

    const Run done = run({QStringLiteral("check"), file});

    QCOMPARE(done.code, 1);
    QVERIFY2(
        done.out.contains(QStringLiteral("sub/cds.yaml:4:3: error: 'connect_timeout' must be greater than 0s [C14]")),
        qPrintable(done.out));
    QVERIFY2(done.out.contains(QStringLiteral("sub/boot.yaml:4:")) &&
                 done.out.contains(QStringLiteral("There is no file './lds.yaml'")),
             qPrintable(done.out));
}

void TestCli::checksAgainstWhatRuns()
{
    const QByteArray head =
        "resources:\n- \"@type\": type.googleapis.com/envoy.config.listener.v3.Listener\n  name: in\n"
        "  address: {socket_address: {address: 127.0.0.1, port_value: 10000}}\n";
    const QString now = write(QStringLiteral("now.yaml"), head);
    const QString next = write(QStringLiteral("next.yaml"), head + "  enable_reuse_port: false\n");

    const Run done = run({QStringLiteral("check"), QStringLiteral("--running"), now, next});

    QCOMPARE(done.code, 1);
    QVERIFY2(done.out.contains(QStringLiteral("next.yaml:5:3: error: Listener in: reuse port cannot be changed")),
             qPrintable(done.out));
}

void TestCli::checksOneMessageOfAKind()
{
    const QString file = write(QStringLiteral("cluster.yaml"), "name: a\nconnect_timeout: -1s\n");

    const Run done = run({QStringLiteral("check"), QStringLiteral("--kind"), QStringLiteral("Cluster"), file});
    const Run unknown = run({QStringLiteral("check"), QStringLiteral("--kind"), QStringLiteral("Clustr"), file});

    QCOMPARE(done.code, 1);
    QVERIFY2(done.out.contains(QStringLiteral("cluster.yaml:2:1: error")), qPrintable(done.out));
    QCOMPARE(unknown.code, 2);
    QVERIFY2(unknown.err.contains(QStringLiteral("Clustr")), qPrintable(unknown.err));
}

namespace {

QByteArray laughs()
{
    QByteArray text("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; ++i) {
        const QByteArray name = "a" + QByteArray::number(i), before = "*a" + QByteArray::number(i - 1);
        text += name + ": &" + name + " [" + QByteArray(before + ", ").repeated(8) + before + "]\n";
    }
    return text;
}

QByteArray huge()
{
    QByteArray text("static_resources:\n  clusters:\n");
    for (int i = 0; text.size() < 50'000'000; ++i)
        text += "  - {name: c" + QByteArray::number(i) + ", type: STATIC, connect_timeout: 1s}\n";
    return text;
}

} // namespace

void TestCli::answersHostileFilesInTime_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* title, const QByteArray& content, const char* place) {
        QTest::newRow(title) << content << QString::fromLatin1(place);
    };
    row("an empty file", "", "x.yaml:1:1: error: there is no configuration");
    row("comments alone", "# nothing\n", "x.yaml:1:1: error: there is no configuration");
    row("an alias bomb", laughs(), "x.yaml:");
    row("deep brackets", QByteArray(100'000, '['), "x.yaml:1:");
    row("deep mappings", QByteArray("{a: ").repeated(100'000), "x.yaml:1:");
    row("deep JSON", QByteArray("{\"a\":").repeated(100'000), "x.yaml:1:");
    row("an unknown type URL", "\"@type\": type.googleapis.com/no.such.Thing\nname: a\n", "x.yaml:1:");
    row("invalid UTF-8", "node: {id: \"\xff\xfe\"}\n", "x.yaml:1:");
    row("Windows line ends", "static_resources:\r\n  clusterz: []\r\n", "x.yaml:2:3: error");
    row("a byte order mark", "\xef\xbb\xbfstatic_resources:\n  clusterz: []\n", "x.yaml:2:3: error");
    row("tabs", "static_resources:\n\tclusters: []\n", "x.yaml:2:1: error");
    row("duplicate keys", "node: {id: a}\nnode: {id: b}\n", "x.yaml:2:1: ");
    row("several documents", "node: {id: a}\n---\nnode: {id: b}\n", "x.yaml:3:1: warning");
    row("characters that belong to nothing", " ,:**|(.,", "x.yaml:1:2: error");
    row("50 MB", huge(), "x.yaml:1:1: error: the text has 47 MB");
}

void TestCli::answersHostileFilesInTime()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, place);

    const Run done = run({QStringLiteral("check"), write(QStringLiteral("x.yaml"), content)});

    QVERIFY2(done.code == 0 || done.code == 1, qPrintable(QString::number(done.code) + done.err.left(500)));
    QVERIFY2(done.out.contains(place), qPrintable(done.out.left(1000)));
    QVERIFY2(done.milliseconds < 5'000 * TEST_PATIENCE, qPrintable(QString::number(done.milliseconds)));
}

void TestCli::convertsOlderVersions()
{
    const QString v2 = write(QStringLiteral("v2.yaml"),
                             "static_resources:\n  clusters:\n  - name: a\n    connect_timeout: 1s\n    type: STATIC\n"
                             "    hosts: [{socket_address: {address: 127.0.0.1, port_value: 80}}]\n");

    const Run done = run({QStringLiteral("convert"), QStringLiteral("--to"), QStringLiteral("v3"), v2});
    const Run again = run({QStringLiteral("check"), QStringLiteral("-")}, done.out.toUtf8());
    const Run missing = run({QStringLiteral("convert"), QStringLiteral("missing.yaml")});

    QCOMPARE(done.code, 0);
    QVERIFY2(done.out.contains(QStringLiteral("load_assignment")) && !done.out.contains(QStringLiteral("hosts")),
             qPrintable(done.out));
    QVERIFY2(done.err.contains(QStringLiteral("v2.yaml:6:")), qPrintable(done.err));
    QVERIFY2(again.code == 0, qPrintable(again.out));
    QCOMPARE(missing.code, 2);
}

void TestCli::printsGraphsInEveryFormat_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("head");
    QTest::newRow("svg") << QStringLiteral("svg") << QStringLiteral("<svg");
    QTest::newRow("dot") << QStringLiteral("dot") << QStringLiteral("digraph");
    QTest::newRow("json") << QStringLiteral("json") << QStringLiteral("{");
    QTest::newRow("table") << QStringLiteral("table") << QString();
}

void TestCli::printsGraphsInEveryFormat()
{
    QFETCH(const QString, format);
    QFETCH(const QString, head);
    const QString file = write(QStringLiteral("good.yaml"), goodCluster);

    const Run done = run({QStringLiteral("graph"), QStringLiteral("--format"), format, file});

    QCOMPARE(done.code, 0);
    QVERIFY2(!done.out.isEmpty() && done.out.left(300).contains(head), qPrintable(done.out.left(300)));
}

void TestCli::learnsListsAndComparesSchemas()
{
    const Run learned = run({QStringLiteral("schema"), QStringLiteral("learn"), QStringLiteral(TEST_ENVOY),
                             QStringLiteral("--name"), QStringLiteral("mine")});
    const Run listed = run({QStringLiteral("schema"), QStringLiteral("list")});
    const QString builtIn = listed.out.section(u'\t', 0, 0);
    const Run compared = run({QStringLiteral("schema"), QStringLiteral("diff"), builtIn, QStringLiteral("mine")});
    const Run used = run({QStringLiteral("check"), QStringLiteral("--schema"), QStringLiteral("mine"),
                          write(QStringLiteral("good.yaml"), goodCluster)});

    QVERIFY2(learned.code == 0, qPrintable(learned.err));
    QVERIFY2(listed.out.contains(QStringLiteral("mine\t")), qPrintable(listed.out));
    QVERIFY2(compared.code == 0, qPrintable(compared.err));
    QVERIFY2(used.code == 0, qPrintable(used.out + used.err));
}

void TestCli::takesASchemaOnEveryCommand()
{
    const QString file = write(QStringLiteral("good.yaml"), goodCluster);
    for (const char* command : {"check", "convert", "graph"}) {
        const Run done =
            run({QString::fromLatin1(command), QStringLiteral("--schema"), QStringLiteral("no-such-schema"), file});

        QCOMPARE(done.code, 2);
        QVERIFY2(done.err.contains(QStringLiteral("no-such-schema")), qPrintable(done.err));
    }
}

void TestCli::explainsItself_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const char* command :
         {"", "check", "convert", "graph", "schema", "schema learn", "schema list", "schema diff"})
        QTest::newRow(command) << QString::fromLatin1(command).split(u' ', Qt::SkipEmptyParts);
}

void TestCli::explainsItself()
{
    QFETCH(QStringList, arguments);
    arguments << QStringLiteral("--help");

    const Run done = run(arguments);

    QCOMPARE(done.code, 0);
    QVERIFY2(done.out.contains(QStringLiteral("Usage: ")) && done.out.size() > 200, qPrintable(done.out));
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
