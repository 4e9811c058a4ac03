#ifndef Q_MOC_RUN // moc cannot read the generated headers
#include "proxy/runtime/dns.h"
#endif

#include <QElapsedTimer>
#include <QTest>

#include <atomic>

using namespace proxy;

namespace {

/// A configuration with one DNS cluster, asked again after an hour, or after a failure in 20 to 60 ms.
runtime::ProxyConfig config()
{
    auto cluster = std::make_shared<runtime::Cluster>();
    cluster->name = "dns";
    cluster->message.set_name("dns");
    cluster->message.set_type(envoy::config::cluster::v3::Cluster::STRICT_DNS);
    cluster->message.mutable_dns_refresh_rate()->set_seconds(3600);
    cluster->message.mutable_dns_failure_refresh_rate()->mutable_base_interval()->set_nanos(20'000'000);
    cluster->message.mutable_dns_failure_refresh_rate()->mutable_max_interval()->set_nanos(60'000'000);
    cluster->dnsTargets.push_back({"name", 80, {}});
    runtime::ProxyConfig result;
    result.clusters["dns"] = cluster;
    return result;
}

/// Runs the loop until `done`, ten seconds at most.
template <class Done> bool turnUntil(net::EventLoop& loop, Done done)
{
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < 10000 && !done();) loop.turn(20);
    return done();
}

} // namespace

/// When names are asked for again. The resolver is the test's: no machine's name server fails to order.
class TestDns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksAgainSoonAfterFailuresAndRarelyAfterAnAnswer();
    void isWarmAfterTheFirstAnswerAndStaysSo();
};

void TestDns::asksAgainSoonAfterFailuresAndRarelyAfterAnAnswer()
{
    net::EventLoop loop;
    stats::Registry registry(1);
    runtime::Bookkeeping books(registry);
    std::atomic<int> asked = 0;
    std::atomic<bool> fails = true;
    int reports = 0;
    runtime::DnsRefresher refresher(
        loop, books,
        [&](const std::string&, std::vector<runtime::HostPtr> hosts) {
            reports += hosts.size() == 1;
            return true;
        },
        [&](const runtime::Cluster&, bool& failed) {
            ++asked;
            failed = fails;
            return fails ? std::vector<runtime::HostPtr>()
                         : std::vector<runtime::HostPtr>{std::make_shared<runtime::Host>()};
        });

    const runtime::ProxyConfig all = config();
    refresher.follow(all);
    QVERIFY(turnUntil(loop, [&] { return asked >= 4; }));
    QCOMPARE(reports, 0);
    fails = false;
    QVERIFY(turnUntil(loop, [&] { return reports == 1; }));

    const int until = asked;
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < 400;) loop.turn(20);
    QCOMPARE(asked.load(), until);
    const auto& counts = books.cluster(*all.clusters.at("dns"));
    QCOMPARE(counts.update_success.read(), std::uint64_t(1));
    QVERIFY(counts.update_failure.read() >= 3);
}

void TestDns::isWarmAfterTheFirstAnswerAndStaysSo()
{
    net::EventLoop loop;
    stats::Registry registry(1);
    runtime::Bookkeeping books(registry);
    runtime::DnsRefresher refresher(
        loop, books, [](const std::string&, const std::vector<runtime::HostPtr>&) { return true; },
        [](const runtime::Cluster&, bool&) { return std::vector<runtime::HostPtr>(); });
    runtime::ProxyConfig all = config();

    refresher.follow(all);
    QVERIFY(!refresher.isWarm());
    QVERIFY(turnUntil(loop, [&] { return refresher.isWarm(); }));
    auto second = std::make_shared<runtime::Cluster>(*all.clusters.at("dns"));
    second->name = "second";
    second->message.set_name("second");
    all.clusters["second"] = second;
    refresher.follow(all);

    QVERIFY(refresher.isWarm());
}

QTEST_APPLESS_MAIN(TestDns)
#include "tst_dns.moc"
