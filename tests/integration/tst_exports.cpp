#include "app/process/bootstrap.h"
#include "app/process/demo.h"
#include "model/export/bootstrap.h"
#include "model/source/config_set.h"

#include <QFileInfo>
#include <QProcess>
#include <QTcpServer>
#include <QtTest>

using model::source::Revision;

namespace {

/// What a real Envoy says to the text; empty when it accepts it. It runs where the file lay, so that relative names hold.
QString envoysObjection(const std::string& text, const QString& folder = {})
{
    QTemporaryDir place;
    const QString file = place.filePath(QStringLiteral("exported.yaml"));
    QFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(text.data(), static_cast<qint64>(text.size())) < 0)
        return QStringLiteral("cannot write");
    out.close();
    QProcess envoy;
    envoy.setProcessChannelMode(QProcess::MergedChannels);
    if (!folder.isEmpty()) envoy.setWorkingDirectory(folder);
    envoy.start(QStringLiteral(TEST_ENVOY),
                {QStringLiteral("--mode"), QStringLiteral("validate"), QStringLiteral("-l"), QStringLiteral("error"),
                 QStringLiteral("-c"), file, QStringLiteral("--service-node"), QStringLiteral("n"),
                 QStringLiteral("--service-cluster"), QStringLiteral("c")});
    if (!envoy.waitForFinished(30000)) return QStringLiteral("Envoy did not end");
    return envoy.exitCode() == 0 ? QString() : QString::fromUtf8(envoy.readAll().left(1500));
}

/// Bootstraps of the corpus that Envoy accepts as they are, without files that were supplied.
QStringList acceptedBootstraps()
{
    QStringList files;
    QFile verdicts(QStringLiteral(TEST_CORPUS "/VERDICTS.tsv"));
    if (!verdicts.open(QIODevice::ReadOnly)) return files;
    while (!verdicts.atEnd()) {
        const auto cells = QString::fromUtf8(verdicts.readLine()).split(u'\t');
        const bool good = cells.size() > 3 && cells[1] == QStringLiteral("bootstrap") &&
                          cells[2] == QStringLiteral("accept") && !cells[3].contains(QStringLiteral("files"));
        if (good && (cells[0].startsWith(QStringLiteral("envoy-v3-bootstrap/")) ||
                     cells[0].startsWith(QStringLiteral("envoy-v3-docs/"))))
            files << cells[0];
    }
    return files;
}

std::string read(const QString& fileName)
{
    QFile file(fileName);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

} // namespace

/// Exported bootstraps, judged by a real Envoy.
class TestExports : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void envoyAcceptsBothBootstrapsOfEveryDemoProxy();
    void envoyAcceptsTheStaticFormOfTheCorpusBootstraps();
    void aConfigDumpBecomesABootstrapThatEnvoyAccepts_data();
    void aConfigDumpBecomesABootstrapThatEnvoyAccepts();
};

void TestExports::envoyAcceptsBothBootstrapsOfEveryDemoProxy()
{
    QTcpServer controlPlane; // Something that listens; validate mode connects to nothing.
    QVERIFY(controlPlane.listen(QHostAddress::LocalHost));
    app::process::DemoOptions options;
    options.controlPlanePort = controlPlane.serverPort();
    options.proxyProgram = QStringLiteral(TEST_BIN "/meshwright-proxy");
    options.serviceProgram = QStringLiteral(TEST_BIN "/meshwright-demo-service");
    app::process::DemoMesh demo(options);
    QVERIFY(demo.start());

    QCOMPARE(demo.documents().size(), std::size_t(4));
    for (const auto& document : demo.documents()) {
        const auto exported = model::exporting::staticBootstrap(*Revision::of(document.imported.yaml));
        QVERIFY(exported);
        QCOMPARE(envoysObjection(*exported), QString());
        app::process::AdsBootstrap ads;
        ads.node = document.proxy;
        ads.controlPlanePort = controlPlane.serverPort();
        QCOMPARE(envoysObjection(adsBootstrap(ads)), QString());
    }
    demo.stop();
}

void TestExports::envoyAcceptsTheStaticFormOfTheCorpusBootstraps()
{
    const QStringList files = acceptedBootstraps();
    int rewritten = 0;
    QStringList objections;
    for (const QString& name : files) {
        const QString path = QStringLiteral(TEST_CORPUS "/") + name;
        const std::string text = read(path);
        const auto exported = model::exporting::staticBootstrap(*Revision::of(text, {nullptr, name.toStdString(), {}}));
        if (!exported) {
            objections << name + QStringLiteral(": ") + QString::fromStdString(exported.error().text());
            continue;
        }
        if (*exported == text) continue; // It is static, and Envoy's verdict on this very text is known.
        ++rewritten;
        if (const QString objection = envoysObjection(*exported, QFileInfo(path).path()); !objection.isEmpty())
            objections << name + QStringLiteral(": ") + objection;
    }

    qInfo("%d bootstraps, %d of them rewritten", static_cast<int>(files.size()), rewritten);
    QVERIFY(files.size() > 80 && rewritten > 5);
    QVERIFY2(objections.isEmpty(), qPrintable(objections.join(u'\n')));
}

void TestExports::aConfigDumpBecomesABootstrapThatEnvoyAccepts_data()
{
    QTest::addColumn<QString>("file");
    for (const char* file : {"config_dump.json", "config_dump_include_eds.json"})
        QTest::newRow(file) << QStringLiteral(TEST_CORPUS "/admin-outputs/envoy-1.40/") + QString::fromLatin1(file);
}

void TestExports::aConfigDumpBecomesABootstrapThatEnvoyAccepts()
{
    QFETCH(QString, file);
    std::string text = read(file);
    text.erase(0, text.find('{')); // The head of the recorded answer.

    const auto exported = model::exporting::staticBootstrap(*Revision::of(text));

    QVERIFY2(exported, exported ? "" : exported.error().text().c_str());
    QCOMPARE(envoysObjection(*exported), QString());
}

QTEST_GUILESS_MAIN(TestExports)
#include "tst_exports.moc"
