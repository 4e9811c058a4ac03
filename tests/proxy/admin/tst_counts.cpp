#include "tests/proxy/admin/program.h"

#include <QRegularExpression>
#include <QtTest>

#include <memory>

using namespace admin_test;

namespace {

/// "name" → value of a text page of statistics; histograms are left out.
QMap<QByteArray, QByteArray> numbers(const QByteArray& page)
{
    QMap<QByteArray, QByteArray> result;
    for (const QByteArray& line : page.split('\n'))
        if (const qsizetype colon = line.indexOf(": ");
            colon > 0 && !line.contains("P0(") && !line.endsWith("No recorded values"))
            result[line.left(colon)] = line.mid(colon + 2);
    return result;
}

/// The first entry of `list` that is a regular expression for the whole of `name`, or nullptr.
const char* listed(const QByteArray& name, std::initializer_list<const char*> list)
{
    for (const char* pattern : list)
        if (QRegularExpression(QRegularExpression::anchoredPattern(QString::fromLatin1(pattern)))
                .match(QString::fromUtf8(name))
                .hasMatch())
            return pattern;
    return nullptr;
}

/// Qt Test cuts long texts.
void tell(const QByteArrayList& lines)
{
    for (const QByteArray& line : lines) qWarning("%s", line.constData());
}

} // namespace

/// The same traffic through the real Envoy and through ours: the same statistics, the same numbers.
class TestCounts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void printsEveryNameThatEnvoyPrints();
    void printsNoNameThatEnvoyDoesNot();
    void countsWhatEnvoyCounts();

private:
    std::unique_ptr<Program> m_envoy =
        std::make_unique<Program>(Program::Kind::Envoy, QStringList{QStringLiteral("-l"), QStringLiteral("error")});
    std::unique_ptr<Program> m_ours = std::make_unique<Program>(Program::Kind::Ours);
    QMap<QByteArray, QByteArray> m_theirs, m_mine;
};

void TestCounts::initTestCase()
{
    for (auto* program : {m_envoy.get(), m_ours.get()}) {
        QCOMPARE(program->start(), QString());
        program->drive();
    }
    m_theirs = numbers(m_envoy->comparable(m_envoy->ask("/stats").body));
    m_mine = numbers(m_ours->comparable(m_ours->ask("/stats").body));
    QVERIFY(m_mine.size() > 300);
}

void TestCounts::printsEveryNameThatEnvoyPrints()
{
    QByteArrayList missing;
    for (auto at = m_theirs.begin(); at != m_theirs.end(); ++at)
        if (!m_mine.contains(at.key()) &&
            !listed(at.key(), {R"(dns\.cares\..*)",              // Names are resolved by the system, not by c-ares.
                               R"(envoy\.overload_actions\..*)", // No overload manager.
                               R"(filesystem\..*)",              // Access logs are written by the workers themselves.
                               R"(http\.async-client\..*)",      // No client of its own but gRPC's.
                               R"(http1\..*)",                   // Of the async client, too.
                               R"(runtime\..*)",                 // No runtime layers.
                               R"(thread_local_cluster_manager\..*)"})) // Every worker has every cluster.
            missing += at.key();

    tell(missing);
    QVERIFY(missing.isEmpty());
}

void TestCounts::printsNoNameThatEnvoyDoesNot()
{
    QByteArrayList more;
    for (auto at = m_mine.begin(); at != m_mine.end(); ++at)
        if (!m_theirs.contains(at.key())) more += at.key();

    tell(more);
    QVERIFY(more.isEmpty());
}

void TestCounts::countsWhatEnvoyCounts()
{
    QByteArrayList different;
    for (auto at = m_mine.begin(); at != m_mine.end(); ++at)
        if (m_theirs.contains(at.key()) && m_theirs[at.key()] != at.value() &&
            !listed(at.key(), {R"(server\.(memory_.*|uptime|version|stats_recent_lookups))", // Of the process.
                               R"(http\.in\.downstream_cx_tx_bytes_total)", // Holds the digits of the service time.
                               R"(.*_bytes_buffered)",                      // Of the moment.
                               R"((http|listener)\.admin\..*)"}))           // Of the test's questions.
            different += at.key() + ": " + at.value() + ", Envoy " + m_theirs[at.key()];

    tell(different);
    QVERIFY(different.isEmpty());
}

QTEST_GUILESS_MAIN(TestCounts)
#include "tst_counts.moc"
