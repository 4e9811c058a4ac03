#include "model/import/import.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace model;
using source::Revision;

namespace {

std::string read(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

import::Imported imported(const std::string& text){auto result = import::toV3(*Revision::of(text));
if (!result) qFatal("%s", result.error().text().c_str());
return *result;
} // namespace

/// Asks the real Envoy; returns its output, empty when it accepts.
QString envoySays(const std::string& yaml)
{
    QTemporaryDir folder;
    std::ofstream(folder.filePath(QStringLiteral("v3.yaml")).toStdString()) << yaml;
    QProcess envoy;
    envoy.setProcessChannelMode(QProcess::MergedChannels);
    envoy.start(QStringLiteral(TEST_ENVOY), {QStringLiteral("--mode"), QStringLiteral("validate"), QStringLiteral("-c"),
                                             folder.filePath(QStringLiteral("v3.yaml"))});
    envoy.waitForFinished();
    return envoy.exitCode() == 0 ? QString() : QString::fromUtf8(envoy.readAll());
}

std::string messages(const import::Imported& result)
{
    std::string all;
    for (const Finding& f : result.report) all += f.message + "\n";
    return all;
}

} // namespace

/// Import of v1 and v2: what comes out is v3 that the real Envoy accepts, and every change is told with its line.
class TestImport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void convertsTheUsersOwnMesh_data();
    void convertsTheUsersOwnMesh();
    void takesAMappingForAListOfOne();
    void tellsEveryChangeWithItsLine();
    void convertsTheEdgeProxyOfV1();
    void keepsHttp2OfAV1Cluster();
    void turnsServiceDiscoveryOfV1IntoEds();
    void dropsNothingSilently();
    void refusesWhatItDoesNotKnow();
    void returnsV3AsItIs();
};

void TestImport::convertsTheUsersOwnMesh_data()
{
    QTest::addColumn<QString>("file");
    for (const char* name : {"front-envoy.v2.yaml", "service-a.v2.yaml", "service-b.v2.yaml"})
        QTest::newRow(name) << QStringLiteral(TEST_SCENARIOS "/two-tier-mesh/") + QString::fromLatin1(name);
}

void TestImport::convertsTheUsersOwnMesh()
{
    QFETCH(QString, file);

    const auto result = imported(read(file.toStdString()));

    QVERIFY(!hasErrors(result.report));
    QCOMPARE(envoySays(result.yaml), QString());
    const auto again = Revision::of(result.yaml);
    QCOMPARE(again->kind(), source::DocumentKind::Bootstrap);
    QVERIFY(!hasErrors(again->findings()));
    QVERIFY(!again->config().clusters.empty());
}

void TestImport::takesAMappingForAListOfOne()
{
    const auto result = imported(read(TEST_SCENARIOS "/two-tier-mesh/front-envoy.v2.yaml"));

    QVERIFY(messages(result).find("'filter_chains' is a list") != std::string::npos);
    QCOMPARE(Revision::of(result.yaml)->config().listeners.at(0).message.filter_chains_size(), 1);
}

void TestImport::tellsEveryChangeWithItsLine()
{
    const auto result = imported(read(TEST_SCENARIOS "/two-tier-mesh/front-envoy.v2.yaml"));

    QVERIFY(!result.report.empty());
    for (const Finding& f : result.report) QVERIFY2(f.range.isKnown(), f.message.c_str());
    const std::string all = messages(result);
    QVERIFY(all.find("'envoy.http_connection_manager' is called 'envoy.filters.network.http_connection_manager'") !=
            std::string::npos);
    QVERIFY(all.find("'hosts' became 'load_assignment'") != std::string::npos);
    QVERIFY(all.find("'access_log_path'") != std::string::npos);
}

void TestImport::convertsTheEdgeProxyOfV1()
{
    const auto result = imported(read(TEST_SCENARIOS "/edge-v1/edge-envoy.v1.json"));

    QCOMPARE(envoySays(result.yaml), QString());
    const auto config = Revision::of(result.yaml)->config();
    QCOMPARE(config.clusters.at(0).message.name(), std::string("usersvc"));
    QCOMPARE(config.clusters.at(0).message.type(), envoy::config::cluster::v3::Cluster::STRICT_DNS);
    QCOMPARE(config.clusters.at(0).message.connect_timeout().nanos(), 250000000);
}

void TestImport::keepsHttp2OfAV1Cluster()
{
    const auto result = imported(read(TEST_SCENARIOS "/edge-v1/edge-envoy.v1.json"));

    QVERIFY(result.yaml.find("explicit_http_config:") != std::string::npos);
    QVERIFY(result.yaml.find("http2_protocol_options: {}") != std::string::npos);
}

void TestImport::turnsServiceDiscoveryOfV1IntoEds()
{
    const auto result = imported(R"({"listeners": [], "cluster_manager": {"sds": {"cluster": {"name": "sds"}},
        "clusters": [{"name": "u", "type": "sds", "service_name": "users", "connect_timeout_ms": 250, "lb_type": "round_robin"}]}})");

    const auto cluster = Revision::of(result.yaml)->config().clusters.at(0).message;
    QCOMPARE(cluster.type(), envoy::config::cluster::v3::Cluster::EDS);
    QCOMPARE(cluster.eds_cluster_config().service_name(), std::string("users"));
    QVERIFY(messages(result).find("EDS over ADS") != std::string::npos);
}

void TestImport::dropsNothingSilently()
{
    const auto result = imported(R"({"listeners": [], "flags_path": "/x", "cluster_manager": {"clusters": []}})");

    QVERIFY(hasErrors(result.report));
    QVERIFY(messages(result).find("'flags_path'") != std::string::npos);
}

void TestImport::refusesWhatItDoesNotKnow()
{
    const auto result = import::toV3(*Revision::of("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"));

    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Unsupported);
}

void TestImport::returnsV3AsItIs()
{
    const std::string v3 = "# mine\nadmin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n";

    QCOMPARE(imported(v3).yaml, v3);
}

QTEST_GUILESS_MAIN(TestImport)
#include "tst_import.moc"
