#include "tests/interop/cases.h"
#include "tests/interop/peer.h"

#include <QtTest>

#include <memory>

using namespace interop;

/// The real Envoy and our proxy, one bootstrap, the same bytes: client, upstream and access log must agree.
class TestHttp1 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void comparesAtLeastAHundredRequests();
    void doesWhatEnvoyDoes_data();
    void doesWhatEnvoyDoes();
    void cleanupTestCase();

private:
    std::vector<Case> m_cases = cases();
    std::unique_ptr<Peer> m_envoy;
    std::unique_ptr<Peer> m_ours;
};

void TestHttp1::initTestCase()
{
    QFile file(QStringLiteral(TEST_INTEROP "/bootstrap.yaml"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString bootstrap = QString::fromUtf8(file.readAll());
    m_envoy = std::make_unique<Peer>(QStringLiteral(TEST_ENVOY),
                                     QStringList{QStringLiteral("--disable-hot-restart"), QStringLiteral("--concurrency"), QStringLiteral("1"),
                                                 QStringLiteral("-l"), QStringLiteral("error"), QStringLiteral("--file-flush-interval-msec"), QStringLiteral("10")});
    m_ours = std::make_unique<Peer>(QStringLiteral(TEST_BIN "/meshwright-proxy"), QStringList{QStringLiteral("--concurrency"), QStringLiteral("1")});

    QCOMPARE(m_envoy->start(bootstrap), QString());
    QCOMPARE(m_ours->start(bootstrap), QString());
}

void TestHttp1::comparesAtLeastAHundredRequests()
{
    QVERIFY(m_cases.size() >= 100);
}

void TestHttp1::doesWhatEnvoyDoes_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < m_cases.size(); ++i) QTest::newRow(m_cases[i].name.c_str()) << static_cast<int>(i);
}

void TestHttp1::doesWhatEnvoyDoes()
{
    QFETCH(int, index);
    const Case& tried = m_cases[static_cast<std::size_t>(index)];

    const Outcome theirs = m_envoy->run(tried.request, tried.firstMs, tried.quietMs);
    const Outcome ours = m_ours->run(tried.request, tried.firstMs, tried.quietMs);

    if (!tried.difference.empty()) {
        QVERIFY2(theirs.client != ours.client || theirs.upstream != ours.upstream || theirs.log != ours.log,
                 "listed as different, but it is the same: take it off the list");
        return;
    }
    QCOMPARE(QString::fromStdString(ours.client), QString::fromStdString(theirs.client));
    QCOMPARE(QString::fromStdString(ours.upstream), QString::fromStdString(theirs.upstream));
    QCOMPARE(QString::fromStdString(ours.log), QString::fromStdString(theirs.log));
}

void TestHttp1::cleanupTestCase()
{
    m_ours.reset();
    m_envoy.reset();
}

QTEST_GUILESS_MAIN(TestHttp1)
#include "tst_http1.moc"
