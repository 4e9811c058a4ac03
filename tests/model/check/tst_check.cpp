#include "model/check/check.h"
#include "model/check/constraints.h"
#include "model/source/path.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <set>

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
    return std::to_string(finding.range.begin.line) + ": " + name(finding.severity) + ": " + finding.message + " [" + finding.code +
           "] at " + finding.path;
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
           "          \"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n"
           "          stat_prefix: in\n"
           "          http_filters:\n"
           "          - name: envoy.filters.http.router\n"
           "            typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}\n"
           "          route_config: {virtual_hosts: [{name: all, domains: ['*'], routes: [" + routes + "]}]}\n"
           "  clusters:\n"
           "  - name: a\n"
           "    load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: "
           "127.0.0.1, port_value: 9001}}}}]}]}\n";
}

std::vector<Finding> findingsOf(const std::string& text) { return check::check(*source::Revision::of(text)); }

bool has(const std::vector<Finding>& findings, const std::string& code)
{
    return std::ranges::any_of(findings, [&](const Finding& f) { return f.code == code; });
}

/// Files of corpus/checks whose failure no rule here looks for, though others of their code are found.
const std::set<std::string>& beyond();

} // namespace

/// Checks: that they say what Envoy says, where it says it, and nothing against what Envoy accepts.
class TestCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void firesOnTheMarkedLineOfEveryFileOfACode_data();
    void firesOnTheMarkedLineOfEveryFileOfACode();
    void callsNothingAnErrorThatEnvoyAccepts();
    void acceptsAPlainProxy();
    void enforcesConstraintsInsideTypedConfig();
    void offersTheRoutersTypedConfig();
    void provesUnreachableRoutes_data();
    void provesUnreachableRoutes();
    void keepsBooksOfSchemasApart();
};

namespace {

/// Codes that are looked for, with all their files in corpus/checks.
constexpr const char* codes[] = {"S04", "S05", "L01", "L02", "L04", "L05", "L07", "L08", "L10", "L13", "L14", "L19", "L24",
                                 "F01", "F02", "F03", "F04", "F08", "F10", "F11", "F22", "R01", "R02", "R03", "R04", "R05",
                                 "R06", "R07", "R08", "R10", "R12", "R16", "R17", "R20", "R22", "R33", "R42", "C01", "C02",
                                 "C03", "C04", "C05", "C06", "C09", "C10", "C11", "C12", "C15", "C16", "C18", "C24", "B01",
                                 "B02", "B05", "B06", "B10"};

const std::set<std::string>& beyond()
{
    static const std::set<std::string> files = {
        "L07-d.yaml", "L10-e.yaml", "F08-d.yaml", "F08-j.yaml", "R02-d.yaml", "R03-c.yaml", "R08-e.yaml", "R08-f.yaml",
        "R10-a.yaml", "R20-d.yaml", "R20-g.yaml", "R20-h.yaml", "R20-k.yaml", "R20-l.yaml", "R33-e.yaml", "R33-f.yaml",
        "R33-g.yaml", "C03-a.yaml", "C09-b.yaml", "C09-f.yaml", "C09-j.yaml", "C09-l.yaml", "C09-n.yaml", "C09-o.yaml",
        "C10-g.yaml", "C11-b.yaml", "C11-f.yaml", "C11-k.yaml", "C11-l.yaml", "C12-c.yaml", "C12-d.yaml", "C12-e.yaml",
        "C15-g.yaml", "C15-i.yaml", "C15-k.eds.yaml", "C15-l.eds.yaml", "C15-m.yaml", "C16-a.yaml", "C16-b.yaml",
        "C16-d.yaml", "C16-f.yaml", "C18-d.yaml", "B05-b.yaml"};
    return files;
}

/// Number of the line with the mark, from 1; 0 when there is none.
int markedLine(const std::string& text)
{
    const std::size_t at = text.find("# <-- here");
    return at == std::string::npos ? 0 : 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

/// The finding marks the line, or the field it names reaches over the line. What is missing has no line of its own: there the
/// nearest field that is written counts. Of a route's match the whole route counts: the mark stands behind the route.
bool marks(const source::Revision& revision, const Finding& finding, int line)
{
    if (finding.range.begin.line == line) return true;
    std::string path = finding.path.substr(0, finding.path.find(".match"));
    auto place = revision.map().find(path);
    for (; !place && !path.empty(); place = revision.map().find(path)) path = source::path::parent(path);
    return place && place->value.begin.line <= line && line <= place->value.end.line;
}

/// What the schema's own rules tell has their codes, whatever topic it belongs to.
bool isOf(const Finding& finding, const std::string& code)
{
    return finding.code == code || finding.code == "S04" || finding.code == "S05" || finding.code == "S03";
}

} // namespace

void TestCheck::firesOnTheMarkedLineOfEveryFileOfACode_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("file");
    const QDir folder(QStringLiteral(TEST_CORPUS "/checks"));
    for (const char* code : codes)
        for (const QString& file : folder.entryList({QString::fromLatin1(code) + QStringLiteral("*.yaml")}, QDir::Files))
            if (!beyond().contains(file.toStdString()) && markedLine(contentOf(folder.filePath(file))) > 0)
                QTest::newRow(file.toUtf8().constData()) << QString::fromLatin1(code) << file;
}

void TestCheck::firesOnTheMarkedLineOfEveryFileOfACode()
{
    QFETCH(const QString, code);
    QFETCH(const QString, file);
    const QDir folder(QStringLiteral(TEST_CORPUS "/checks"));
    const QString stem = file.section(u'.', 0, 0);
    std::vector<source::RevisionPtr> revisions;
    std::size_t judged = 0;
    for (const QString& one : folder.entryList({stem + QStringLiteral(".*")}, QDir::Files)) {
        if (one == file) judged = revisions.size();
        revisions.push_back(source::Revision::of(contentOf(folder.filePath(one)), {nullptr, one.toStdString(), {}}));
    }
    const int line = markedLine(revisions[judged]->text());

    const auto findings = check::check(revisions)[judged];

    const bool found = std::ranges::any_of(findings, [&](const Finding& f) {
        return isOf(f, code.toStdString()) && marks(*revisions[judged], f, line);
    });
    QVERIFY2(found, ("no " + code.toStdString() + " on line " + std::to_string(line) + "; found:\n" + print(findings)).c_str());
}

void TestCheck::callsNothingAnErrorThatEnvoyAccepts()
{
    const QString corpus = QStringLiteral(TEST_CORPUS);
    const QTemporaryDir wrapped;
    QCOMPARE(QProcess::execute(QStringLiteral("python3"), {corpus + QStringLiteral("/wrap.py"), QStringLiteral("--all"), wrapped.path()}), 0);
    int accepted = 0, rejected = 0, rejectedByUs = 0;
    QStringList wrong, missed;
    for (const QString& row : QString::fromStdString(contentOf(corpus + QStringLiteral("/VERDICTS.tsv"))).split(u'\n')) {
        const QStringList columns = row.split(u'\t');
        if (columns.size() < 5 || (qEnvironmentVariableIsEmpty("MESHWRIGHT_ALL_VERDICTS") &&
                                   !row.startsWith(QStringLiteral("envoy-v3-bootstrap/")) && !row.startsWith(QStringLiteral("envoy-v3-docs/"))))
            continue;
        if (columns[2] != QStringLiteral("accept") && columns[2] != QStringLiteral("reject")) continue;
        const bool asIs = columns[1].startsWith(QStringLiteral("bootstrap"));
        const QString path = wrapped.filePath(columns[0]) + (asIs ? QString() : QStringLiteral(".yaml"));
        const auto findings = findingsIn(path);
        const auto error = std::ranges::find(findings, Severity::Error, &Finding::severity);
        const bool isAccepted = columns[2] == QStringLiteral("accept");
        ++(isAccepted ? accepted : rejected);
        if (isAccepted && error != findings.end()) wrong << columns[0] + QStringLiteral(": ") + QString::fromStdString(print(*error));
        if (!isAccepted && error == findings.end()) missed << columns[0] + QStringLiteral(": ") + columns[4].left(160);
        if (!isAccepted && error != findings.end()) ++rejectedByUs;
    }

    qInfo().noquote() << accepted << "accepted by Envoy, of which" << wrong.size() << "are errors here;" << rejected << "rejected, of which"
                      << rejectedByUs << "are errors here";
    qInfo().noquote() << "Not seen here:" << missed.join(QStringLiteral("\n  "));
    if (!wrong.isEmpty()) qInfo().noquote() << "Wrongly errors:" << wrong.join(QStringLiteral("\n  "));
    QVERIFY(accepted > 150);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    QVERIFY(rejectedByUs * 4 >= rejected * 3);
}

void TestCheck::acceptsAPlainProxy()
{
    const auto findings = findingsOf(bootstrap("{match: {prefix: /}, route: {cluster: a}}"));

    QCOMPARE(QString::fromStdString(print(findings)), QString());
}

void TestCheck::enforcesConstraintsInsideTypedConfig()
{
    const std::string text = bootstrap("{match: {path_separated_prefix: /a/}, route: {cluster: a, timeout: 1s}}");

    const auto findings = findingsOf(text);

    QCOMPARE(findings.size(), std::size_t(1));
    QCOMPARE(findings[0].code, std::string("S04"));
    QCOMPARE(findings[0].path, std::string("static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config."
                                           "virtual_hosts[0].routes[0].match.path_separated_prefix"));
    QCOMPARE(findings[0].range.begin.line, 14);
    QVERIFY2(findings[0].message.find("must match") != std::string::npos, findings[0].message.c_str());
}

void TestCheck::offersTheRoutersTypedConfig()
{
    std::string text = bootstrap("{match: {prefix: /}, route: {cluster: a}}");
    const std::string line = "            typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}\n";
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

void TestCheck::keepsBooksOfSchemasApart()
{
    const auto v2 = api::builtInV2();
    const auto cluster = v2->create(v2->message("envoy.api.v2.Cluster"));

    const auto findings = check::constraintFindings(*cluster, v2);

    QVERIFY2(std::ranges::any_of(findings, [](const Finding& f) { return f.path == "name" && f.code == "S04"; }), print(findings).c_str());
}

QTEST_APPLESS_MAIN(TestCheck)
#include "tst_check.moc"
