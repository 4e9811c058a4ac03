#include "model/export/graph_text.h"
#include "model/export/svg_text.h"
#include "model/export/tokens.h"

#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamReader>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace model::graph;

namespace {

const char* const bootstrap = R"(static_resources:
  listeners:
  - name: in
    address: {socket_address: {address: 0.0.0.0, port_value: 80}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: '<in> & "out"'
          route_config:
            name: local
            virtual_hosts:
            - name: web
              domains: ["*"]
              routes:
              - {match: {prefix: /a}, route: {cluster: gone}}
              - {match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: a, weight: 75}, {name: b, weight: 25}]}}}
  clusters: [{name: a}, {name: b}]
)";

Graph graph()
{
    ProxyInput input;
    input.name = "front";
    input.revisions = {model::source::Revision::of(bootstrap)};
    return project({input});
}

/// Texts of all <text> elements, in document order; empty when the SVG is not well formed.
QStringList textsOf(const std::string& svg)
{
    QXmlStreamReader reader(QByteArray::fromStdString(svg));
    QStringList texts;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == QLatin1String("text")) texts << reader.readElementText();
    }
    return reader.hasError() ? QStringList() : texts;
}

} // namespace

/// The graph's exports, read back by other parsers.
class TestGraphText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void svgIsWellFormedAndNamesEverything();
    void svgNumbersRoutesAndWritesWeights();
    void svgDrawsUnresolvedDashed();
    void jsonIsReadByQt();
    void dotHasEveryEdge();
    void tableHasOneLinePerChain();
    void textIsCleanedAndShortened();
    void everyTokenUsedExists();
    void everyBootstrapOfTheCorpusGivesReadableText();
};

void TestGraphText::svgIsWellFormedAndNamesEverything()
{
    const QStringList texts = textsOf(toSvg(graph()));

    QVERIFY(texts.contains(QStringLiteral("front")));
    QVERIFY(texts.contains(QStringLiteral(":80")));
    QVERIFY(texts.contains(QStringLiteral("<in> & \"out\"")));
    QVERIFY(texts.contains(QStringLiteral("/a")));
    QVERIFY(!textsOf(toSvg(Graph(), "dark")).contains(QStringLiteral("front")));
}

void TestGraphText::svgNumbersRoutesAndWritesWeights()
{
    const QStringList texts = textsOf(toSvg(graph()));

    QVERIFY(texts.contains(QStringLiteral("1")));
    QVERIFY(texts.contains(QStringLiteral("2")));
    QVERIFY(texts.contains(QStringLiteral("75 %")));
    QVERIFY(texts.contains(QStringLiteral("25 %")));
}

void TestGraphText::svgDrawsUnresolvedDashed()
{
    QCOMPARE(QByteArray::fromStdString(toSvg(graph())).count("stroke-dasharray=\"5 3\""), 2); // the node and its edge
}

void TestGraphText::jsonIsReadByQt()
{
    QJsonParseError error;
    const QJsonObject root = QJsonDocument::fromJson(QByteArray::fromStdString(toJson(graph())), &error).object();

    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(root[QStringLiteral("nodes")].toArray().size(), 9);
    const QJsonObject manager = root[QStringLiteral("nodes")].toArray()[2].toObject();
    QCOMPARE(manager[QStringLiteral("title")].toString(), QStringLiteral("<in> & \"out\""));
    QCOMPARE(manager[QStringLiteral("kind")].toString(), QStringLiteral("manager"));
    QVERIFY(!manager.contains(QStringLiteral("order")));
}

void TestGraphText::dotHasEveryEdge()
{
    const QByteArray dot = QByteArray::fromStdString(toDot(graph()));

    QCOMPARE(dot.count(" -> "), static_cast<int>(graph().edges.size()));
    QVERIFY(dot.contains("\"front/route/local/web/1\" -> \"front/cluster/a\" [label=\"75 %\"];"));
    QVERIFY(dot.contains("label=\"2  /\\nprefix\""));
    QVERIFY(dot.contains("label=\"<in> & \\\"out\\\"\\n0 filters\""));
}

void TestGraphText::tableHasOneLinePerChain()
{
    const std::string table = toTable(chains(graph()));

    QCOMPARE(table,
             std::string(
                 "PROXY  LISTENER       CHAIN    ROUTES  VIRTUAL HOST  DOMAINS  ROUTE        CLUSTER  ENDPOINTS\n"
                 "front  in 0.0.0.0:80  default  local   web           *        1 prefix /a  gone     no such cluster\n"
                 "front  in 0.0.0.0:80  default  local   web           *        2 prefix /   a 75 %   -\n"
                 "front  in 0.0.0.0:80  default  local   web           *        2 prefix /   b 25 %   -\n"));
}

void TestGraphText::textIsCleanedAndShortened()
{
    QCOMPARE(cleaned("a\x01\xFFz"), std::string("a\uFFFD\uFFFDz"));
    QCOMPARE(cleaned("\xED\xA0\x80"), std::string("\uFFFD\uFFFD\uFFFD"));
    QCOMPARE(xml("<a & \"b\">"), std::string("&lt;a &amp; &quot;b&quot;&gt;"));
    QCOMPARE(number(-0.125), std::string("-0.13"));
    QCOMPARE(number(3), std::string("3"));
    const std::string shorter = elided("outbound|9080||productpage.default.svc.cluster.local", 100, 12, true);
    QVERIFY(textWidth(shorter, 12, true) <= 100);
    QVERIFY(shorter.starts_with("outb") && shorter.ends_with("al"));
}

void TestGraphText::everyTokenUsedExists()
{
    for (const std::string theme : {"light", "dark"}) {
        const Tokens tokens(theme);
        for (int kind = 0; kind < static_cast<int>(NodeKind::KindCount); ++kind) {
            const std::string kindName = name(static_cast<NodeKind>(kind));
            QVERIFY(!tokens.colour("kind/" + kindName).empty());
            QVERIFY(!tokens.colour("kindTint/" + kindName).empty());
            QVERIFY(!tokens.glyph(kindName).empty());
        }
        for (const char* badge : {"lock", "retry", "timeout", "weighted", "mirror", "rewrite", "redirect", "rateLimit",
                                  "breaker", "healthCheck", "outlier"})
            QVERIFY(!tokens.glyph(badge).empty());
        for (const char* colour : {"canvas", "raised", "line", "lineStrong", "text", "muted", "severity/error"})
            QVERIFY(!tokens.colour(colour).empty());
    }
    QVERIFY(!Tokens::hasTheme("pink"));
}

void TestGraphText::everyBootstrapOfTheCorpusGivesReadableText()
{
    for (const auto& entry : std::filesystem::recursive_directory_iterator(TEST_CORPUS "/envoy-v3-bootstrap")) {
        if (!entry.is_regular_file() || entry.path().extension() != ".yaml") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        ProxyInput input;
        input.name = entry.path().stem().string();
        input.revisions = {model::source::Revision::of(text.str())};
        const Graph drawn = project({input});
        QVERIFY2(!textsOf(toSvg(drawn)).isEmpty(), entry.path().c_str());
        QVERIFY(!QJsonDocument::fromJson(QByteArray::fromStdString(toJson(drawn))).isNull());
    }
}

QTEST_APPLESS_MAIN(TestGraphText)
#include "tst_graph_text.moc"
