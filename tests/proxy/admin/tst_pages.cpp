#include "tests/proxy/admin/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QtTest>

#include <memory>

using namespace admin_test;

namespace {

/// "a.b[].c" of everything in `value`: the shape of a JSON page.
void addKeys(const QJsonValue& value, const QString& at, QSet<QString>& keys)
{
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        keys.insert(at + QLatin1Char('.') + member.key());
        addKeys(member.value(), at + QLatin1Char('.') + member.key(), keys);
    }
    for (const QJsonValue& item : value.toArray()) addKeys(item, at + QStringLiteral("[]"), keys);
}

QByteArray shape(const QByteArray& json)
{
    QSet<QString> keys;
    const auto document = QJsonDocument::fromJson(json);
    addKeys(document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object()), {}, keys);
    QStringList sorted(keys.begin(), keys.end());
    sorted.sort();
    return sorted.join(QLatin1Char('\n')).toUtf8();
}

/// Where two pages differ: the lines around the first difference, since Qt Test cuts long texts; "" when they do not.
QByteArray difference(const QByteArray& ours, const QByteArray& envoys)
{
    const QByteArrayList a = ours.split('\n'), b = envoys.split('\n');
    for (qsizetype i = 0; i < std::max(a.size(), b.size()); ++i)
        if (a.value(i) != b.value(i))
            return "line " + QByteArray::number(i + 1) + ": " + a.value(i) + "\nEnvoy: " + b.value(i);
    return {};
}

} // namespace

/// The pages of the real Envoy's admin server and of ours, after the same traffic.
class TestPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void answersWhatEnvoyAnswers_data();
    void answersWhatEnvoyAnswers();
    void hasEnvoysShape_data();
    void hasEnvoysShape();
    void looksAsEnvoysButForNumbers_data();
    void looksAsEnvoysButForNumbers();
    void listsClustersAsEnvoy();
    void tellsTheServersOptionsAsEnvoy();
    void helpsAsEnvoy();
    void levelsTakeEffect();
    void resetsCounters();
    void failsItsHealthWhenTold();
    void quitsWhenTold();

private:
    std::unique_ptr<Program> m_envoy =
        std::make_unique<Program>(Program::Kind::Envoy, QStringList{QStringLiteral("-l"), QStringLiteral("error")});
    std::unique_ptr<Program> m_ours = std::make_unique<Program>(Program::Kind::Ours);
};

void TestPages::initTestCase()
{
    for (auto* program : {m_envoy.get(), m_ours.get()}) {
        QCOMPARE(program->start(), QString());
        program->drive();
    }
}

void TestPages::answersWhatEnvoyAnswers_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    for (const char* path : {"/ready",
                             "/listeners",
                             "/listeners?format=json",
                             "/certs",
                             "/runtime",
                             "/hot_restart_version",
                             "/init_dump",
                             "/init_dump?mask=listener",
                             "/reopen_logs",
                             "/stats?histogram_buckets=disjoint&format=prometheus",
                             "/stats?format=wrong",
                             "/stats?type=wrong",
                             "/stats?filter=(",
                             "/stats?histogram_buckets=wrong",
                             "/stats?filter=^http.in.downstream_rq_.xx",
                             "/stats?filter=^http.in.downstream_rq_.xx&format=json",
                             "/stats?filter=^cluster.up.upstream_rq_.*&type=Counters",
                             "/stats?filter=^cluster.dead.upstream_cx&usedonly&type=Counters",
                             "/stats?filter=downstream_rq_xx&format=prometheus",
                             "/stats/prometheus?filter=^cluster.up.upstream_rq_[0-9]",
                             "/config_dump?resource=nothing",
                             "/config_dump?name_regex=(",
                             "/quitquitquit",
                             "/reset_counters",
                             "/logging",
                             "/drain_listeners"})
        QTest::newRow(path) << QByteArray("GET") << QByteArray(path);
    for (const char* path : {"/ready", "/healthcheck/ok", "/reopen_logs"})
        QTest::newRow(QByteArray("POST ").append(path).constData()) << QByteArray("POST") << QByteArray(path);
}

void TestPages::answersWhatEnvoyAnswers()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);

    const Answer theirs = m_envoy->ask(path, method), ours = m_ours->ask(path, method);

    QCOMPARE(ours.status, theirs.status);
    QCOMPARE(ours.headers.value("content-type"), theirs.headers.value("content-type"));
    if (path == "/runtime") // Envoy's order of the two keys changes from start to start.
        QCOMPARE(QJsonDocument::fromJson(ours.body), QJsonDocument::fromJson(theirs.body));
    else QCOMPARE(m_ours->comparable(ours.body), m_envoy->comparable(theirs.body));
}

void TestPages::hasEnvoysShape_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const char* path : {"/clusters?format=json", "/listeners?format=json", "/memory", "/server_info",
                             "/config_dump", "/config_dump?include_eds", "/config_dump?resource=static_clusters",
                             "/config_dump?mask=bootstrap.node", "/config_dump?name_regex=up"})
        QTest::newRow(path) << QByteArray(path);
}

void TestPages::hasEnvoysShape()
{
    QFETCH(QByteArray, path);
    const auto strip = [](QByteArray keys) { // What Envoy says of its own build in node.
        QByteArrayList kept;
        for (const QByteArray& key : keys.split('\n'))
            if (!key.contains("user_agent") && !key.contains("extensions") && !key.contains("client_features") &&
                !key.contains("socket_path")) // Of hot restart.
                kept += key;
        return kept.join('\n');
    };

    const Answer theirs = m_envoy->ask(path), ours = m_ours->ask(path);

    QCOMPARE(ours.status, theirs.status);
    QCOMPARE(difference(strip(shape(ours.body)), strip(shape(theirs.body))), QByteArray());
}

void TestPages::looksAsEnvoysButForNumbers_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const char* format : {"text", "json"})
        for (const char* buckets : {"", "summary", "cumulative", "disjoint", "detailed"})
            QTest::addRow("%s, %s", format, buckets) << QByteArray("/stats?type=Histograms&filter=^(cluster|http.in).*("
                                                                   "downstream_cx_length_ms|upstream_rq_time)$&format=")
                                                            .append(format)
                                                            .append(*buckets ? "&histogram_buckets=" : "")
                                                            .append(buckets);
    for (const char* buckets : {"summary", "cumulative"})
        QTest::addRow("prometheus, %s", buckets) << QByteArray("/stats/"
                                                               "prometheus?filter=^(cluster|http.in).*(downstream_cx_"
                                                               "length_ms|upstream_rq_time)$&histogram_buckets=")
                                                        .append(buckets);
}

void TestPages::looksAsEnvoysButForNumbers()
{
    QFETCH(QByteArray, path);
    const auto shown = [&](Program& program) {
        const QByteArray body = program.comparable(program.ask(path).body);
        QString text = QString::fromUtf8(body);
        // Which buckets hold something, and every number behind a name.
        static constexpr std::pair<const char*, const char*> words[] = {
            {"(totals|intervals)=.*", "\\1=BUCKETS"},
            {"\"(totals|intervals)\":\\[[^\\]]*\\]", "\"\\1\":BUCKETS"},
            {"(cumulative|interval)\":[^,}]*", "\\1\":N"},
            {"\\([^()]*\\)", "(N)"},
            {"(?<=\\}) \\S+", " N"}};
        for (const auto& [pattern, word] : words)
            text.replace(QRegularExpression(QString::fromLatin1(pattern)), QString::fromLatin1(word));
        return text.toUtf8();
    };

    // A histogram is merged at the next flush only, in Envoy every 5 s.
    QTRY_COMPARE_WITH_TIMEOUT(difference(shown(*m_ours), shown(*m_envoy)), QByteArray(), 12000);
}

void TestPages::listsClustersAsEnvoy()
{
    const auto shown = [](Program& program) { // Clusters have no order, their lines have.
        QMap<QByteArray, QByteArray> clusters;
        for (QByteArray line : program.comparable(program.ask("/clusters").body).split('\n')) {
            const bool counts = line.contains("::cx_") || line.contains("::rq_");
            if (counts) line = line.left(line.lastIndexOf("::"));
            clusters[line.left(line.indexOf("::"))] += line + "\n";
        }
        return clusters.values().join();
    };

    QCOMPARE(difference(shown(*m_ours), shown(*m_envoy)), QByteArray());
}

void TestPages::tellsTheServersOptionsAsEnvoy()
{
    const auto keys = [](Program& program) {
        QByteArrayList found;
        for (const QByteArray& line : program.ask("/server_info").body.split('\n')) {
            if (line.contains("\"node\"")) break;
            const QByteArray key = line.left(line.indexOf("\":"));
            if (key.endsWith("socket_path")) continue; // Of hot restart.
            found += key;
        }
        return found.join('\n');
    };

    QCOMPARE(difference(keys(*m_ours), keys(*m_envoy)), QByteArray());
}

void TestPages::helpsAsEnvoy()
{
    static const QByteArrayList absent = {"/allocprofiler",
                                          "/contention",
                                          "/cpuprofiler",
                                          "/heap_dump",
                                          "/heapprofiler",
                                          "/memory/tcmalloc",
                                          "/peak_heap_dump", // Of Google's allocator and profiler.
                                          "/runtime_modify", // No runtime layer can be changed.
                                          "/stats/recentlookups",
                                          "/stats/recentlookups/clear",
                                          "/stats/recentlookups/disable",
                                          "/stats/recentlookups/enable"};
    const auto lines = [](Program& program, auto keeps) {
        QByteArray text, command;
        for (const QByteArray& line : program.ask("/help").body.split('\n')) {
            if (line.startsWith("  /")) command = line.mid(2, line.indexOf(line.contains(" (POST)") ? " (" : ":") - 2);
            if (keeps(command) && !line.startsWith("      format: ") && !line.startsWith("      paths: "))
                text += line + "\n"; // Formats: no HTML here; paths: no fine-grain logging.
        }
        return text;
    };

    const QByteArray ours = lines(*m_ours, [](const QByteArray& command) { return command != "/endpoints"; });
    const QByteArray envoys = lines(*m_envoy, [](const QByteArray& command) { return !absent.contains(command); });
    QCOMPARE(difference(ours, envoys), QByteArray());
}

void TestPages::levelsTakeEffect()
{
    const QByteArray before = m_ours->said();
    QVERIFY(!before.contains("GET /ready"));

    QCOMPARE(m_ours->ask("/logging?admin=debug", "POST").status, 200);
    m_ours->ask("/ready");
    QTRY_VERIFY(m_ours->said().contains("GET /ready"));

    QVERIFY(m_ours->ask("/logging?level=off", "POST").body.contains("  admin: off\n"));
    const qsizetype length = m_ours->said().size();
    m_ours->ask("/ready");
    QCOMPARE(m_ours->said().size(), length);
    const Answer wrong = m_ours->ask("/logging?level=loud", "POST");
    QCOMPARE(wrong.status, 400);
    QVERIFY(wrong.body.startsWith("error: unknown logger level\n\n"));
}

void TestPages::resetsCounters()
{
    QVERIFY(!m_ours->ask("/stats?filter=^http.in.downstream_rq_total").body.contains(": 0\n"));

    QCOMPARE(m_ours->ask("/reset_counters", "POST").body, QByteArray("OK\n"));

    QCOMPARE(m_ours->ask("/stats?filter=^http.in.downstream_rq_total").body,
             QByteArray("http.in.downstream_rq_total: 0\n"));
}

void TestPages::failsItsHealthWhenTold()
{
    for (auto* program : {m_envoy.get(), m_ours.get()}) {
        QCOMPARE(program->ask("/healthcheck/fail", "POST").body, QByteArray("OK\n"));
        QCOMPARE(program->ask("/ready").status, 503);
        QCOMPARE(program->ask("/ready").body, QByteArray("DRAINING\n"));
        QVERIFY(program->talk("GET /x HTTP/1.1\r\nhost: test\r\n\r\n").contains("connection: close\r\n"));
        QCOMPARE(program->ask("/healthcheck/ok", "POST").body, QByteArray("OK\n"));
        // Workers learn of it one after the other.
        QTRY_VERIFY(!program->talk("GET /x HTTP/1.1\r\nhost: test\r\n\r\n").contains("connection: close\r\n"));
    }
}

void TestPages::quitsWhenTold()
{
    for (auto* program : {m_envoy.get(), m_ours.get()}) {
        QCOMPARE(program->ask("/quitquitquit", "POST").body, QByteArray("OK\n"));
        QVERIFY(program->process().waitForFinished(10000));
        QCOMPARE(program->process().exitCode(), 0);
    }
}

QTEST_GUILESS_MAIN(TestPages)
#include "tst_pages.moc"
