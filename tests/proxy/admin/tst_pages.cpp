#include "tests/proxy/admin/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
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
    for (const char* path : {"/ready", "/healthcheck/ok"})
        QTest::newRow(QByteArray("POST ").append(path).constData()) << QByteArray("POST") << QByteArray(path);
}

void TestPages::answersWhatEnvoyAnswers()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);

    const Answer theirs = m_envoy->ask(path, method), ours = m_ours->ask(path, method);

    QCOMPARE(ours.status, theirs.status);
    QCOMPARE(ours.headers.value("content-type"), theirs.headers.value("content-type"));
    QCOMPARE(m_ours->comparable(ours.body), m_envoy->comparable(theirs.body));
}

void TestPages::hasEnvoysShape_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const char* path :
         {"/clusters?format=json", "/listeners?format=json", "/memory", "/config_dump", "/config_dump?include_eds",
          "/config_dump?resource=static_clusters", "/config_dump?mask=bootstrap.node", "/config_dump?name_regex=up"})
        QTest::newRow(path) << QByteArray(path);
}

void TestPages::hasEnvoysShape()
{
    QFETCH(QByteArray, path);
    const auto strip = [](QByteArray keys) { // What Envoy says of its own build in node.
        QByteArrayList kept;
        for (const QByteArray& key : keys.split('\n'))
            if (!key.contains("user_agent") && !key.contains("extensions") && !key.contains("client_features"))
                kept += key;
        return kept.join('\n');
    };

    const Answer theirs = m_envoy->ask(path), ours = m_ours->ask(path);

    QCOMPARE(ours.status, theirs.status);
    const QByteArray both = "ours:\n" + strip(shape(ours.body)) + "\nEnvoy:\n" + strip(shape(theirs.body));
    QVERIFY2(strip(shape(ours.body)) == strip(shape(theirs.body)), both.constData());
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
