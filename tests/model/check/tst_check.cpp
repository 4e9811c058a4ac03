#include "model/check/check.h"
#include "model/check/companions.h"
#include "model/check/constraints.h"
#include "model/check/format.h"
#include "model/source/path.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <map>

using namespace model;

namespace {

std::string contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::vector<Finding> findingsIn(const QString& path)
{
    return check::check(*source::Revision::of(contentOf(path), {nullptr, path.toStdString(), {}}));
}

std::string print(const Finding& finding)
{
    return std::to_string(finding.range.begin.line) + ": " + name(finding.severity) + ": " + finding.message + " [" +
           finding.code + "] at " + finding.path;
}

std::string print(const std::vector<Finding>& findings)
{
    std::string text;
    for (const Finding& finding : findings) text += print(finding) + "\n";
    return text;
}

/// One HTTP listener with this list of routes, and a cluster a.
std::string bootstrap(const std::string& routes)
{
    return "static_resources:\n"
           "  listeners:\n"
           "  - name: in\n"
           "    address: {socket_address: {address: 127.0.0.1, port_value: 10000}}\n"
           "    filter_chains:\n"
           "    - filters:\n"
           "      - name: hcm\n"
           "        typed_config:\n"
           "          \"@type\": "
           "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n"
           "          stat_prefix: in\n"
           "          http_filters:\n"
           "          - name: envoy.filters.http.router\n"
           "            typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}\n"
           "          route_config: {virtual_hosts: [{name: all, domains: ['*'], routes: [" +
           routes +
           "]}]}\n"
           "  clusters:\n"
           "  - name: a\n"
           "    load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: "
           "{address: "
           "127.0.0.1, port_value: 9001}}}}]}]}\n";
}

std::vector<Finding> findingsOf(const std::string& text) { return check::check(*source::Revision::of(text)); }

/// What is told beside information about usual ways to write things.
std::vector<Finding> beyondUsual(std::vector<Finding> findings)
{
    std::erase_if(findings, [](const Finding& f) { return f.severity == Severity::Info; });
    return findings;
}

bool has(const std::vector<Finding>& findings, const std::string& code)
{
    return std::ranges::any_of(findings, [&](const Finding& f) { return f.code == code; });
}

} // namespace

/// Checks: that they say what Envoy says, where it says it, and nothing against what Envoy accepts.
class TestCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void saysAboutEveryTrapWhatEnvoyShowed_data();
    void saysAboutEveryTrapWhatEnvoyShowed();
    void callsNothingAnErrorThatEnvoyAccepts();
    void acceptsAPlainProxy();
    void enforcesConstraintsInsideTypedConfig();
    void offersTheRoutersTypedConfig();
    void provesUnreachableRoutes_data();
    void provesUnreachableRoutes();
    void readsFormatsAsEnvoyDoes_data();
    void readsFormatsAsEnvoyDoes();
    void leavesOutWhatIsOptional();
    void keepsBooksOfSchemasApart();

private:
    QTemporaryDir m_traps; ///< corpus/checks, with the certificates that its examples name.
};

namespace {

/// Traps that are not told, and why.
const std::map<std::string, const char*>& beyond()
{
    static const std::map<std::string, const char*> files = {
        {"R28-d", "the same text as R28-c, which is right; clients differ"},
    };
    return files;
}

/// A row of CONFIRMED.tsv.
struct Trial {
    std::string expected, observed, agrees;
    bool isNear() const { return expected == "near" || agrees == "near"; }
    /// Envoy takes it and nothing is lost: there is nothing that must be told.
    bool isHarmless() const { return observed == "accept" && expected != "OURS"; }
};

Trial trialOf(const QString& stem)
{
    for (const QString& row :
         QString::fromStdString(contentOf(QStringLiteral(TEST_CORPUS "/checks/CONFIRMED.tsv"))).split(u'\n'))
        if (const QStringList columns = row.split(u'\t'); columns.size() > 4 && columns[0] == stem)
            return {columns[2].toStdString(), columns[3].toStdString(), columns[4].toStdString()};
    return {};
}

/// Number of the line with the mark, from 1; 0 when there is none.
int markedLine(const std::string& text)
{
    const std::size_t at = text.find("<-- here");
    return at == std::string::npos
               ? 0
               : 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

/// Codes that are errors for what they do, though Envoy starts (anchors.md 4.3, E and SILENT).
bool isSilentError(const std::string& code) { return code == "L02" || code == "R03" || code == "S10"; }

/// Codes about what may lie beside the file or come from the command line: told, but as no error.
bool isOutside(const std::string& code) { return code == "B01" || code == "B07" || code == "F14"; }

} // namespace

void TestCheck::initTestCase()
{
    const QDir folder(QStringLiteral(TEST_CORPUS "/checks"));
    for (const QString& file : folder.entryList(QDir::Files))
        QVERIFY(QFile::copy(folder.filePath(file), m_traps.filePath(file)));
    QCOMPARE(QProcess::execute(QStringLiteral("sh"), {folder.filePath(QStringLiteral("make-tls.sh")), m_traps.path()}),
             0);
}

void TestCheck::saysAboutEveryTrapWhatEnvoyShowed_data()
{
    QTest::addColumn<QString>("file");
    const QDir folder(QStringLiteral(TEST_CORPUS "/checks"));
    for (const QString& file : folder.entryList({QStringLiteral("*.yaml"), QStringLiteral("*.conf")}, QDir::Files))
        if (file.count(u'.') == 1) QTest::newRow(file.toUtf8().constData()) << file;
}

void TestCheck::saysAboutEveryTrapWhatEnvoyShowed()
{
    QFETCH(const QString, file);
    const QDir folder(m_traps.path());
    const QString stem = file.section(u'.', 0, 0);
    const std::string code = stem.section(u'-', 0, 0).toStdString();
    const Trial trial = trialOf(stem);
    QVERIFY(!trial.observed.empty());
    const auto read = [&](const QString& one) {
        return source::Revision::of(contentOf(folder.filePath(one)), {nullptr, one.toStdString(), {}});
    };
    std::vector<source::RevisionPtr> revisions{read(file)};
    for (const std::string& path : check::companionPaths(*revisions[0]))
        if (const QString one = QFileInfo(QString::fromStdString(path)).fileName(); folder.exists(one))
            revisions.push_back(read(one));

    const check::Options options{.acrossFiles = true, .running = {}, .folder = folder.path().toStdString()};
    auto results = check::check(revisions, options);
    for (const QString& next : folder.entryList({stem + QStringLiteral(".*-2.yaml")})) { // the state after this one
        const auto revision = read(next);
        results.push_back(
            check::check(*revision, {.acrossFiles = true, .running = revisions, .folder = options.folder}));
        revisions.push_back(revision);
    }

    bool marked = false, hit = false, error = false;
    std::string all;
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        const int line = markedLine(revisions[i]->text());
        marked = marked || line > 0;
        for (const Finding& finding : results[i]) {
            hit = hit || (finding.code == code && finding.range.begin.line == line);
            error = error || (finding.severity == Severity::Error && (i == 0 || trial.observed == "reject"));
        }
        all += print(results[i]);
    }
    const bool mustTell = marked && !trial.isNear() && !trial.isHarmless() && !beyond().contains(stem.toStdString());
    QVERIFY2(hit || !mustTell, ("not told on the marked line; found:\n" + all).c_str());
    if (trial.observed == "reject" && mustTell) QVERIFY2(error || isOutside(code), ("no error:\n" + all).c_str());
    if (trial.observed != "reject") QVERIFY2(!error || isSilentError(code), ("a false error:\n" + all).c_str());
    if (trial.isNear() && !beyond().contains(stem.toStdString()))
        QVERIFY2(all.find("[" + code + "]") == std::string::npos, all.c_str());
}

void TestCheck::callsNothingAnErrorThatEnvoyAccepts()
{
    const QString corpus = QStringLiteral(TEST_CORPUS);
    const QTemporaryDir wrapped;
    QCOMPARE(QProcess::execute(QStringLiteral("python3"),
                               {corpus + QStringLiteral("/wrap.py"), QStringLiteral("--all"), wrapped.path()}),
             0);
    int accepted = 0, rejected = 0, rejectedByUs = 0;
    QStringList wrong, missed;
    for (const QString& row :
         QString::fromStdString(contentOf(corpus + QStringLiteral("/VERDICTS.tsv"))).split(u'\n')) {
        const QStringList columns = row.split(u'\t');
        if (columns.size() < 5) continue;
        if (columns[2] != QStringLiteral("accept") && columns[2] != QStringLiteral("reject")) continue;
        const bool asIs = columns[1].startsWith(QStringLiteral("bootstrap"));
        const QString path = wrapped.filePath(columns[0]) + (asIs ? QString() : QStringLiteral(".yaml"));
        const auto findings = findingsIn(path);
        const auto error = std::ranges::find(findings, Severity::Error, &Finding::severity);
        const bool isAccepted = columns[2] == QStringLiteral("accept");
        ++(isAccepted ? accepted : rejected);
        if (isAccepted && error != findings.end())
            wrong << columns[0] + QStringLiteral(": ") + QString::fromStdString(print(*error));
        if (!isAccepted && error == findings.end()) missed << columns[0] + QStringLiteral(": ") + columns[4].left(160);
        if (!isAccepted && error != findings.end()) ++rejectedByUs;
    }

    qInfo().noquote() << accepted << "accepted by Envoy, of which" << wrong.size() << "are errors here;" << rejected
                      << "rejected, of which" << rejectedByUs << "are errors here";
    qInfo().noquote() << "Not seen here:" << missed.join(QStringLiteral("\n  "));
    if (!wrong.isEmpty()) qInfo().noquote() << "Wrongly errors:" << wrong.join(QStringLiteral("\n  "));
    QVERIFY(accepted >= 1298);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    QVERIFY2(rejectedByUs >= 288, qPrintable(missed.join(u'\n'))); // of 290; the other two need CEL
}

void TestCheck::acceptsAPlainProxy()
{
    const auto findings = findingsOf(bootstrap("{match: {prefix: /}, route: {cluster: a}}"));

    QCOMPARE(QString::fromStdString(print(beyondUsual(findings))), QString());
}

void TestCheck::enforcesConstraintsInsideTypedConfig()
{
    const std::string text = bootstrap("{match: {path_separated_prefix: /a/}, route: {cluster: a, timeout: 1s}}");

    const auto findings = beyondUsual(findingsOf(text));

    QCOMPARE(findings.size(), std::size_t(1));
    QCOMPARE(findings[0].code, std::string("R43"));
    QCOMPARE(findings[0].path,
             std::string("static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config."
                         "virtual_hosts[0].routes[0].match.path_separated_prefix"));
    QCOMPARE(findings[0].range.begin.line, 14);
    QVERIFY2(findings[0].message.find("must match") != std::string::npos, findings[0].message.c_str());
}

void TestCheck::offersTheRoutersTypedConfig()
{
    std::string text = bootstrap("{match: {prefix: /}, route: {cluster: a}}");
    const std::string line =
        "            typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}\n";
    text.erase(text.find(line), line.size());
    const auto revision = source::Revision::of(text);

    const auto findings = check::check(*revision);

    const auto found = std::ranges::find(findings, "F04", &Finding::code);
    QVERIFY2(found != findings.end(), print(findings).c_str());
    QCOMPARE(found->fixes.size(), std::size_t(1));
    QCOMPARE(found->range.begin.line, 12);
    QVERIFY(found->fixes[0].path.ends_with("http_filters[0].typed_config"));
}

void TestCheck::provesUnreachableRoutes_data()
{
    QTest::addColumn<QString>("earlier");
    QTest::addColumn<QString>("later");
    QTest::addColumn<bool>("unreachable");
    const auto row = [](const char* title, const char* earlier, const char* later, bool unreachable) {
        QTest::newRow(title) << QString::fromLatin1(earlier) << QString::fromLatin1(later) << unreachable;
    };
    row("the same path", "path: /a", "path: /a", true);
    row("a path in other case", "path: /a", "path: /A", false);
    row("a shorter prefix", "prefix: /a", "prefix: /ab", true);
    row("a longer prefix", "prefix: /ab", "prefix: /a", false);
    row("a separated prefix before its own path", "path_separated_prefix: /a", "path: /a", true);
    row("a separated prefix before another word", "path_separated_prefix: /a", "path: /ab", false);
    row("the same expression", "safe_regex: {regex: '/a.*'}", "safe_regex: {regex: '/a.*'}", true);
    row("a prefix before an expression with that head", "prefix: /a", "safe_regex: {regex: '/ab[0-9]+'}", true);
    row("a prefix before an expression with an optional letter", "prefix: /ab", "safe_regex: {regex: '/ab?c'}", false);
    row("a prefix before an alternative", "prefix: /a", "safe_regex: {regex: '/a|/b'}", false);
    row("a presence before a value", "prefix: /, headers: [{name: x, present_match: true}]",
        "prefix: /, headers: [{name: x, string_match: {exact: '1'}}]", true);
    row("a value before a presence", "prefix: /, headers: [{name: x, string_match: {exact: '1'}}]",
        "prefix: /, headers: [{name: x, present_match: true}]", false);
    row("half of the requests", "prefix: /, runtime_fraction: {default_value: {numerator: 50}}", "prefix: /a", false);
    row("gRPC only", "prefix: /, grpc: {}", "prefix: /a", false);
}

void TestCheck::provesUnreachableRoutes()
{
    QFETCH(const QString, earlier);
    QFETCH(const QString, later);
    QFETCH(const bool, unreachable);
    const QString route = QStringLiteral("{match: {%1}, route: {cluster: a}}");

    const QString both = route.arg(earlier) + QStringLiteral(", ") + route.arg(later);

    const auto findings = findingsOf(bootstrap(both.toStdString()));

    QVERIFY2(has(findings, "R12") == unreachable, print(findings).c_str());
    QVERIFY2(!hasErrors(findings), print(findings).c_str());
}

void TestCheck::readsFormatsAsEnvoyDoes_data()
{
    QTest::addColumn<bool>("accepted"); // by Envoy 1.40, tried one by one
    const auto rows = [](bool accepted, std::initializer_list<const char*> formats) {
        for (const char* format : formats) QTest::newRow(format) << accepted;
    };
    rows(true, {"%REQ(a?b)%", "%REQ(a):3%", "%RESP(x?y):10%", "%GRPC_STATUS(NUMBER)%", "%START_TIME(%Y)%", "a%%b", "%%",
                "%PATH(WQ:ORIG)%", "%METADATA(ROUTE:a:b)%", "%FILTER_STATE(a:PLAIN)%", "%REQUEST_HEADER(a)%",
                "%REQ(%Y)%", "%UPSTREAM_TLS_GROUP%", "plain"});
    rows(false, {"%REQ(a?b?c)%", "%REQ(a):x%", "%PROTOCOL:5%", "%BYTES_SENT(x):3%", "a%", "%", "%REQ()%", "%REQ%",
                 "%REQ(a b)%", "%HOSTNAME(%", "%REQ(a", "%test-server%", "%PROTOCOL%%", "%%PROTOCOL%", "%protocol%",
                 "50%x", "%5%", "%VIRTUAL_HOST_NAME%", "%GRPC_STATUS(X)%"});
}

void TestCheck::readsFormatsAsEnvoyDoes()
{
    QFETCH(const bool, accepted);

    const std::string error = check::formatError(QTest::currentDataTag(), false);

    QVERIFY2(error.empty() == accepted, error.c_str());
}

void TestCheck::leavesOutWhatIsOptional()
{
    std::string text = bootstrap("{match: {prefix: /}, route: {cluster: a}}");
    text.insert(text.find("          - name: envoy.filters.http.router"),
                "          - name: my.filter\n            is_optional: true\n"
                "            typed_config: {\"@type\": type.googleapis.com/my.Filter}\n");

    const auto findings = findingsOf(text);

    QCOMPARE(
        QString::fromStdString(print(beyondUsual(findings))),
        QStringLiteral(
            "13: warning: The filter is left out: this Envoy does not know its type [F21] at "
            "static_resources.listeners[0].filter_chains[0].filters[0].typed_config.http_filters[0].is_optional\n"));
}

void TestCheck::keepsBooksOfSchemasApart()
{
    const auto v2 = api::builtInV2();
    const auto cluster = v2->create(v2->message("envoy.api.v2.Cluster"));

    const auto findings = check::constraintFindings(*cluster, v2);

    QVERIFY2(std::ranges::any_of(findings, [](const Finding& f) { return f.path == "name" && f.code == "S04"; }),
             print(findings).c_str());
}

QTEST_APPLESS_MAIN(TestCheck)
#include "tst_check.moc"
