#include "tests/interop/cases.h"
#include "tests/interop/lanes.h"

#include <QtTest>

#include <algorithm>

using namespace interop;

/// What differs, from the line where it begins.
static std::string said(const std::string& what, const std::string& ours, const std::string& theirs)
{
    const auto differ = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
    const std::string common(ours.begin(), differ.first);
    const std::size_t begin = common.rfind('\n') == std::string::npos ? 0 : common.rfind('\n') + 1;
    return what + " from byte " + std::to_string(begin) + "\nours:\n" + ours.substr(begin, 300) + "\nEnvoy's:\n" +
           theirs.substr(begin, 300);
}

/// The real Envoy and our proxy, one bootstrap, the same bytes: client, upstream and access log must agree.
class TestHttp1 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void comparesAtLeastAHundredRequests();
    void doesWhatEnvoyDoes_data();
    void doesWhatEnvoyDoes();

private:
    std::vector<Case> m_cases = cases();
    std::vector<Compared> m_results;
};

void TestHttp1::initTestCase()
{
    QFile file(QStringLiteral(TEST_INTEROP "/bootstrap.yaml"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    Lanes lanes;

    QCOMPARE(lanes.start(QString::fromUtf8(file.readAll()), 6), QString());
    m_results = lanes.run(m_cases);
}

void TestHttp1::comparesAtLeastAHundredRequests() { QVERIFY(m_cases.size() >= 100); }

void TestHttp1::doesWhatEnvoyDoes_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < m_cases.size(); ++i) QTest::newRow(m_cases[i].name.c_str()) << static_cast<int>(i);
}

void TestHttp1::doesWhatEnvoyDoes()
{
    QFETCH(int, index);
    const Case& tried = m_cases[static_cast<std::size_t>(index)];
    const auto& [theirs, ours] = m_results[static_cast<std::size_t>(index)];

    if (!tried.difference.empty()) {
        QVERIFY2(theirs.client != ours.client || theirs.upstream != ours.upstream || theirs.log != ours.log,
                 "listed as different, but it is the same: take it off the list");
        return;
    }
    QVERIFY2(ours.client == theirs.client, said("client", ours.client, theirs.client).c_str());
    QVERIFY2(ours.upstream == theirs.upstream, said("upstream", ours.upstream, theirs.upstream).c_str());
    QVERIFY2(ours.log == theirs.log, said("log", ours.log, theirs.log).c_str());
}

QTEST_GUILESS_MAIN(TestHttp1)
#include "tst_http1.moc"
