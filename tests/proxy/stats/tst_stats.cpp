#include "proxy/stats/stats.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace proxy::stats;

namespace {

const Sample* find(const std::vector<Sample>& samples, const std::string& name)
{
    const auto found = std::find_if(samples.begin(), samples.end(), [&](const Sample& s) { return s.name == name; });
    return found == samples.end() ? nullptr : &*found;
}

std::uint64_t valueOf(const Registry& registry, const std::string& name)
{
    const auto samples = registry.collect();
    const Sample* sample = find(samples, name);
    return sample ? sample->value : ~std::uint64_t(0);
}

} // namespace

class TestStats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sumsTheWorkersCopies();
    void forgetsWhatNobodyHolds();
    void resetsCountersButNotGauges();
    void bucketsAreThoseOfEnvoysHistograms_data();
    void bucketsAreThoseOfEnvoysHistograms();
    void quantilesAreEnvoys();
    void intervalsHoldTheLastFlushOnly();
    void printsEveryNameThatEnvoyPrints();
};

void TestStats::sumsTheWorkersCopies()
{
    Registry registry(2);
    const auto cluster = registry.cluster("a");
    (*cluster)[0].upstream_rq_total.add(2);
    (*cluster)[1].upstream_rq_total.add(3);
    (*cluster)[0].upstream_rq.add(200);
    (*cluster)[1].upstream_rq.add(200);
    (*cluster)[1].upstream_rq.add(503);
    cluster->main().upstream_cx_active.add(4);
    cluster->main().upstream_cx_active.sub(1);

    QCOMPARE(valueOf(registry, "cluster.a.upstream_rq_total"), 5U);
    QCOMPARE(valueOf(registry, "cluster.a.upstream_rq_200"), 2U);
    QCOMPARE(valueOf(registry, "cluster.a.external.upstream_rq_5xx"), 1U);
    QCOMPARE(valueOf(registry, "cluster.a.upstream_cx_active"), 3U);
}

void TestStats::forgetsWhatNobodyHolds()
{
    Registry registry(1);
    auto cluster = registry.cluster("a");
    QCOMPARE(registry.cluster("a").get(), cluster.get());

    cluster.reset();

    QVERIFY(registry.collect().empty());
}

void TestStats::resetsCountersButNotGauges()
{
    Registry registry(1);
    const auto http = registry.http("in");
    (*http)[0].rq_total.add(7);
    (*http)[0].downstream_rq_active.add(7);
    (*http)[0].downstream_rq_time.record(5);

    registry.reset();
    (*http)[0].rq_total.add(1);

    QCOMPARE(valueOf(registry, "http.in.rq_total"), 1U);
    QCOMPARE(valueOf(registry, "http.in.downstream_rq_active"), 7U);
    const auto samples = registry.collect();
    QVERIFY(find(samples, "http.in.downstream_rq_time")->cumulative.isEmpty());
}

void TestStats::bucketsAreThoseOfEnvoysHistograms_data()
{
    QTest::addColumn<quint64>("value");
    QTest::addColumn<double>("lower");
    QTest::addColumn<double>("width");
    QTest::newRow("0") << quint64(0) << 0.0 << 0.0;
    QTest::newRow("1") << quint64(1) << 1.0 << 0.1;
    QTest::newRow("9") << quint64(9) << 9.0 << 0.1;
    QTest::newRow("10") << quint64(10) << 10.0 << 1.0;
    QTest::newRow("43") << quint64(43) << 43.0 << 1.0;
    QTest::newRow("99") << quint64(99) << 99.0 << 1.0;
    QTest::newRow("100") << quint64(100) << 100.0 << 10.0;
    QTest::newRow("4312") << quint64(4312) << 4300.0 << 100.0;
    QTest::newRow("huge") << ~quint64(0) << 9.9e11 << 1e10;
}

void TestStats::bucketsAreThoseOfEnvoysHistograms()
{
    QFETCH(quint64, value);
    QFETCH(double, lower);
    QFETCH(double, width);
    const int bucket = Histogram::bucketOf(value);

    QCOMPARE(Distribution::lowerBound(bucket), lower);
    QCOMPARE(Distribution::width(bucket), width);
}

void TestStats::quantilesAreEnvoys()
{
    // The corpus has 22 connections accepted one by one; Envoy 1.40 prints these.
    Histogram histogram;
    for (int i = 0; i < 22; ++i) histogram.record(1);
    Distribution distribution;
    histogram.collect(distribution);

    QCOMPARE(distribution.quantile(0), 1.0043478260869565);
    QCOMPARE(distribution.quantile(0.25), 1.0260869565217392);
    QCOMPARE(distribution.quantile(0.5), 1.0478260869565217);
    QCOMPARE(distribution.quantile(0.75), 1.0739130434782609);
    QCOMPARE(distribution.quantile(1), 1.0956521739130434);
    QCOMPARE(distribution.countUpTo(1), 0U);
    QCOMPARE(distribution.countUpTo(5), 22U);
    QVERIFY(std::isnan(Distribution().quantile(0.5)));
}

void TestStats::intervalsHoldTheLastFlushOnly()
{
    Registry registry(1);
    const auto http = registry.http("in");
    (*http)[0].downstream_rq_time.record(1);
    registry.flush();
    (*http)[0].downstream_rq_time.record(50);
    (*http)[0].downstream_rq_time.record(51);
    registry.flush();

    const auto samples = registry.collect();
    QCOMPARE(find(samples, "http.in.downstream_rq_time")->interval.count(), 2U);
    QCOMPARE(find(samples, "http.in.downstream_rq_time")->cumulative.count(), 3U);
}

void TestStats::printsEveryNameThatEnvoyPrints()
{
    QFile file(QStringLiteral(TEST_CORPUS "/admin-outputs/envoy-1.40/stats.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    Registry registry(2);
    const auto cluster = registry.cluster("b");
    const auto http = registry.http("in");
    const auto listener = registry.listener("127.0.0.1:19910", "in");
    const auto tcp = registry.tcp("tcp");
    (*cluster)[0].upstream_rq.add(503);
    (*cluster)[0].upstream_rq_completed.add();
    (*cluster)[0].upstream_cx_http1_total.add();
    std::set<QByteArray> mine;
    for (const Sample& sample : registry.collect()) mine.insert(QByteArray::fromStdString(sample.name));

    QByteArrayList missing;
    for (const QByteArray& line : file.readAll().split('\n')) {
        const QByteArray name = line.left(line.indexOf(": "));
        for (const char* prefix : {"cluster.b.", "http.in.", "listener.127.0.0.1_19910.", "tcp.tcp."})
            if (name.startsWith(prefix) && !mine.contains(name)) missing += name;
    }
    QCOMPARE(missing.join('\n'), QByteArray());
}

QTEST_APPLESS_MAIN(TestStats)
#include "tst_stats.moc"
