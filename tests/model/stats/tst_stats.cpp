#include "model/stats/clusters.h"
#include "model/stats/rates.h"
#include "model/stats/series.h"

#include <QtTest>

#include <cmath>

using namespace model::stats;

namespace {

/// The body of a recorded answer; the head is cut off.
std::string recorded(const char* file)
{
    QFile in(QStringLiteral(TEST_CORPUS) + QStringLiteral("/admin-outputs/") + QString::fromLatin1(file));
    if (!in.open(QIODevice::ReadOnly)) qFatal("%s", file);
    const QByteArray all = in.readAll();
    return all.mid(all.indexOf('{')).toStdString();
}

Snapshot snapshot(double time, std::uint64_t uptime, std::uint64_t total, std::uint64_t errors)
{
    EndpointCounters endpoint;
    endpoint.key = {"edge", "pay", "127.0.0.1:80"};
    endpoint.rqTotal = total;
    endpoint.rqError = errors;
    endpoint.rqSuccess = total - errors;
    return {"edge", time, 0, uptime, {endpoint}};
}

} // namespace

/// Admin pages to counters, counters to rates and quantiles.
class TestStats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheClustersPageOfEnvoy();
    void readsOlderClustersPages();
    void refusesWhatIsNoJson();
    void readsTheUptime();
    void addsLatencyOfTheBundledProxy();
    void turnsCountersIntoRates();
    void keepsTheWindowWhenSamplesComeQuickly();
    void addsTheClusterLatencyOfEnvoy();
    void givesNoRateForTheFirstSample();
    void givesNoRateAcrossARestart();
    void givesNoRateWhenACounterWentBack();
    void interpolatesQuantiles();
    void countsOnlyWhatHappenedBetween();
    void keepsASeriesInFixedMemory();
};

void TestStats::readsTheClustersPageOfEnvoy()
{
    const auto parsed = parseClusters(recorded("envoy-1.40/clusters.json"), "edge");

    QVERIFY(parsed);
    const auto& b = parsed->endpoints.at(0);
    QCOMPARE(b.key.cluster, std::string("b"));
    QCOMPARE(b.key.address, std::string("127.0.0.1:19929"));
    QCOMPARE(b.hostname, std::string("localhost"));
    QCOMPARE(b.cxConnectFail, std::uint64_t(4));
    QCOMPARE(b.health, Health::Healthy);
    const auto& a = parsed->endpoints.at(1);
    QCOMPARE(a.rqSuccess, std::uint64_t(16));
    QCOMPARE(a.cxActive, std::uint64_t(2));
    QCOMPARE(a.weight, 3u);
    QCOMPARE(a.health, Health::Failing);
    QCOMPARE(a.healthFlags, std::string("/failed_active_hc"));
    QCOMPARE(a.zone, std::string("z1"));
}

void TestStats::readsOlderClustersPages()
{
    const auto parsed = parseClusters(recorded("istio-istio@history/istioctl/pkg/writer/envoy/clusters/testdata/"
                                               "clusters@2019-06-10-1e1bae11230a3f1f080492c2086611b0a72fd184.json"),
                                      "edge");

    QVERIFY(parsed);
    QVERIFY(!parsed->endpoints.empty());
    for (const auto& endpoint : parsed->endpoints) QVERIFY(!endpoint.key.cluster.empty());
}

void TestStats::refusesWhatIsNoJson()
{
    QVERIFY(!parseClusters("invalid path. admin commands are:", "edge"));
    QVERIFY(!parseClusters("", "edge"));
    QVERIFY(parseClusters("{}", "edge"));
}

void TestStats::readsTheUptime()
{
    const auto uptime = parseUptime(recorded("envoy-1.40/server_info.json"));

    QVERIFY(uptime);
    QCOMPARE(*uptime, std::uint64_t(10));
}

void TestStats::addsLatencyOfTheBundledProxy()
{
    Snapshot edge = snapshot(0, 0, 1, 0);

    QVERIFY(addLatency(R"({"endpoints":[{"cluster":"pay","address":"127.0.0.1:80","latency_us":[[100,1],[200,3]]}]})",
                       edge));

    QCOMPARE(edge.endpoints[0].latency.size(), std::size_t(2));
    QCOMPARE(edge.endpoints[0].latency[1].second, std::uint64_t(3));
    QVERIFY(!addLatency("[]", edge));
}

void TestStats::turnsCountersIntoRates()
{
    Rates rates;
    rates.step(snapshot(10, 5, 100, 10));

    const auto step = rates.step(snapshot(12, 7, 140, 20));

    QCOMPARE(step.endpoints[0].requestsPerSecond.value(), 20.0);
    QCOMPARE(step.endpoints[0].errorsPerSecond.value(), 5.0);
    QCOMPARE(step.endpoints[0].errorShare.value(), 0.25);
}

void TestStats::keepsTheWindowWhenSamplesComeQuickly()
{
    Rates rates;
    double rate = 0;

    for (int i = 0; i <= 10; ++i) { // 10 requests per 0.2 s, from the sixth sample on 20
        const int total = 10 * i + std::max(0, 10 * (i - 5));
        rate = rates.step(snapshot(100 + 0.2 * i, 5, static_cast<std::uint64_t>(total), 0))
                   .endpoints[0]
                   .requestsPerSecond.value_or(0);
        if (i == 5) QCOMPARE(rate, 50.0);
        if (i == 6) QVERIFY(rate > 60 && rate < 70); // the change shows at once, in part
    }

    QVERIFY(rate > 99 && rate < 101); // and whole when the window is full of it
}

void TestStats::addsTheClusterLatencyOfEnvoy()
{
    Snapshot edge = snapshot(10, 5, 100, 0);
    edge.endpoints[0].statName = "pay";
    Snapshot next = edge;
    next.time = 11;
    const char* page = R"({"stats": [{"histograms": {"supported_quantiles": [0, 50, 95, 99], "computed_quantiles": [
        {"name": "cluster.other.upstream_rq_time", "values": [{"interval": 9, "cumulative": 9}, {"interval": 9, "cumulative": 9}, {"interval": 9, "cumulative": 9}, {"interval": 9, "cumulative": 9}]},
        {"name": "cluster.pay.upstream_rq_time", "values": [{"interval": 0, "cumulative": 1}, {"interval": 1.05, "cumulative": 2}, {"interval": 3, "cumulative": 4}, {"interval": 8, "cumulative": 9}]}]}}]})";

    QVERIFY(addClusterLatency(page, next));
    Rates rates;
    rates.step(edge);
    const auto step = rates.step(next);

    QCOMPARE(step.endpoints[0].p50Ms.value(), 1.05);
    QCOMPARE(step.endpoints[0].p95Ms.value(), 3.0);
    QCOMPARE(step.endpoints[0].p99Ms.value(), 8.0);
    QVERIFY(step.endpoints[0].isClusterLatency);
    QVERIFY(addClusterLatency(recorded("envoy-1.40/stats.json"), next));
    QVERIFY(!addClusterLatency("[]", next));
}

void TestStats::givesNoRateForTheFirstSample()
{
    Rates rates;

    QVERIFY(!rates.step(snapshot(10, 5, 100, 10)).endpoints[0].requestsPerSecond);
}

void TestStats::givesNoRateAcrossARestart()
{
    Rates rates;
    rates.step(snapshot(10, 50, 100, 10));

    QVERIFY(!rates.step(snapshot(11, 0, 101, 10)).endpoints[0].requestsPerSecond);
    QVERIFY(rates.step(snapshot(12, 1, 102, 10)).endpoints[0].requestsPerSecond);
}

void TestStats::givesNoRateWhenACounterWentBack()
{
    Rates rates;
    rates.step(snapshot(10, 50, 100, 10));

    QVERIFY(!rates.step(snapshot(11, 51, 3, 0)).endpoints[0].requestsPerSecond);
}

void TestStats::interpolatesQuantiles()
{
    const Histogram histogram{{10, 0}, {20, 10}, {30, 20}};

    QCOMPARE(quantile(histogram, 0.5).value(), 20.0);
    QCOMPARE(quantile(histogram, 0.75).value(), 25.0);
    QVERIFY(!quantile({{10, 0}}, 0.5));
}

void TestStats::countsOnlyWhatHappenedBetween()
{
    const auto between = difference({{10, 5}, {20, 6}}, {{10, 5}, {20, 9}});

    QCOMPARE(between, (Histogram{{10, 0}, {20, 3}}));
    QVERIFY(difference({{10, 5}}, {{10, 4}}).empty());
    QVERIFY(difference({{10, 5}, {20, 6}}, {{10, 9}}).empty());
    QCOMPARE(difference({{10, 5}, {30, 6}}, {{10, 6}, {20, 7}, {30, 8}, {40, 9}}),
             (Histogram{{10, 1}, {20, 2}, {30, 2}, {40, 3}}));
}

void TestStats::keepsASeriesInFixedMemory()
{
    Series<int> series(3);

    for (int i = 0; i < 5; ++i) series.append(i);

    QCOMPARE(series.size(), std::size_t(3));
    QCOMPARE(series.at(0), 2);
    QCOMPARE(series.last(), 4);
}

QTEST_APPLESS_MAIN(TestStats)
#include "tst_stats.moc"
