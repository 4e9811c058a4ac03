#include "app/admin/sampler.h"
#include "app/control/control_plane.h"
#include "app/process/demo.h"

#include <QSignalSpy>
#include <QtTest>

using namespace app;

/// The demonstration, with real Envoys in the place of the bundled proxies: import, push, traffic, samples.
class TestDemoMesh : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsFromV2FilesToSampledTraffic_data();
    void runsFromV2FilesToSampledTraffic();
};

void TestDemoMesh::runsFromV2FilesToSampledTraffic_data()
{
    QTest::addColumn<QString>("program");
    QTest::newRow("real Envoy") << QStringLiteral(TEST_ENVOY);
    QTest::newRow("bundled proxy") << QStringLiteral(TEST_BIN "/meshwright-proxy");
}

void TestDemoMesh::runsFromV2FilesToSampledTraffic()
{
    QFETCH(QString, program);
    control::ControlPlane plane;
    const auto port = plane.listen();
    QVERIFY(port);
    process::DemoOptions options;
    options.proxyProgram = program;
    options.serviceProgram = QStringLiteral(TEST_BIN "/meshwright-demo-service");
    options.proxyArguments = {QStringLiteral("--disable-hot-restart"), QStringLiteral("--concurrency"),
                              QStringLiteral("1"), QStringLiteral("-l"), QStringLiteral("error")};
    options.controlPlanePort = *port;
    process::DemoMesh demo(options);
    const auto started = demo.start();
    QVERIFY2(started, started ? "" : started.error().text().c_str());

    control::ControlPlane::Configs configs;
    for (const auto& document : demo.documents()) {
        QVERIFY(!document.imported.report.empty());
        configs.emplace(document.proxy, model::source::Revision::of(document.imported.yaml)->config());
    }
    plane.push(configs);
    QTRY_VERIFY_WITH_TIMEOUT(
        std::ranges::all_of(plane.statuses(), [](const auto& s) { return s.state == model::push::State::Acked; }),
        20000);

    demo.startTraffic(50);
    QTRY_VERIFY_WITH_TIMEOUT(demo.traffic()->succeeded() > 20, 20000);
    QVERIFY2(demo.traffic()->lastAnswer().startsWith("A -> ("), demo.traffic()->lastAnswer().constData());

    admin::Sampler sampler("service-b", demo.admin("service-b"));
    model::stats::RatesStep last;
    connect(&sampler, &admin::Sampler::sampled, this, [&](const auto&, const auto& step) { last = step; });
    sampler.start(std::chrono::milliseconds(200));
    const auto rate = [&](const char* end) {
        for (const auto& endpoint : last.endpoints)
            if (endpoint.key.address.ends_with(end)) return endpoint.requestsPerSecond.value_or(0);
        return 0.0;
    };
    QTRY_VERIFY(rate(":8082") > 5 && rate(":8084") > 5);
    const auto hasLatency = [&] {
        return std::ranges::all_of(last.endpoints,
                                   [](const auto& e) { return e.key.cluster != "service_b" || e.p95Ms.has_value(); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasLatency(),
                             15000); // Envoy tells whole milliseconds of the last flush, every 5 s: 0 is an answer.
    demo.stop();
}

QTEST_GUILESS_MAIN(TestDemoMesh)
#include "model/source/config_set.h"
#include "tst_demo_mesh.moc"
