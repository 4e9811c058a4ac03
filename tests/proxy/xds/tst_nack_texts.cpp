#include "tests/proxy/xds/mesh.h"

#include <QRegularExpression>

#include <memory>

using namespace xds_test;

namespace {

/// Of a broken constraint Envoy prints the resource and a chain of classes, ours the path and what would be right: only
/// where it is told is compared.
QByteArray comparable(QByteArray text)
{
    static const QRegularExpression proto(
        QStringLiteral("(goo\\.gle/debug\\w+.*: |name: \"[^\"]*\" : )?Proto constraint validation failed \\(.*"),
        QRegularExpression::DotMatchesEverythingOption);
    return QString::fromUtf8(text).replace(proto, QStringLiteral("PROTO")).toUtf8();
}

} // namespace

/// The same mistakes told by the real Envoy and by ours: the same words (reference A12).
class TestNackTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void refusesAsEnvoyDoes_data();
    void refusesAsEnvoyDoes();

private:
    std::unique_ptr<Mesh> m_ours = std::make_unique<Mesh>(false), m_envoy = std::make_unique<Mesh>(true);
    int m_version = 1;
};

void TestNackTexts::initTestCase()
{
    for (auto* mesh : {m_ours.get(), m_envoy.get()}) {
        QCOMPARE(mesh->boot(), QString());
        mesh->clusters("c2", {staticCluster("up", mesh->upstream.port()), edsCluster("eds")});
        QCOMPARE(mesh->server.next("EDS"), QByteArray("version= nonce= [eds]"));
        mesh->assignments("e1", {assignment("eds", 1)});
        QCOMPARE(mesh->server.answer("EDS"), QByteArray("version=e1 nonce=5 [eds]"));
    }
}

void TestNackTexts::refusesAsEnvoyDoes_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("resource");
    const auto row = [](const char* name, const char* type, const std::string& resource) {
        QTest::newRow(name) << QByteArray(type) << QByteArray::fromStdString(resource);
    };
    const auto with = [](std::string text, const std::string& part, const std::string& other) {
        return text.replace(text.find(part), part.size(), other);
    };
    const std::string host = directListener("x", "hi"), router = "envoy.filters.http.router, ";
    row("cluster provided", "CDS", "{name: x, lb_policy: CLUSTER_PROVIDED}");
    row("EDS without config", "CDS", "{name: x, type: EDS}");
    row("name in STATIC", "CDS", with(staticCluster("x", 80), "127.0.0.1", "foo.bar"));
    row("options of nobody", "CDS",
        "{name: x, typed_extension_protocol_options: {envoy.foo: {\"@type\": "
        "type.googleapis.com/google.protobuf.Struct}}}");
    row("LOGICAL_DNS of two", "CDS",
        "{name: x, type: LOGICAL_DNS, load_assignment: {cluster_name: x, endpoints: [{lb_endpoints: [{endpoint: "
        "{address: "
        "{socket_address: {address: a, port_value: 1}}}}, {endpoint: {address: {socket_address: {address: b, "
        "port_value: "
        "1}}}}]}]}}");
    row("listener without address", "LDS", "{name: x}");
    row("no filter chain", "LDS", "{name: x, address: {socket_address: {address: 127.0.0.1, port_value: 0}}}");
    row("unknown HTTP filter", "LDS",
        listener("x", "route_config: {}",
                 "{name: f, typed_config: {\"@type\": type.googleapis.com/google.protobuf.Struct}}"));
    row("HTTP filter without config", "LDS", listener("x", "route_config: {}", "{name: envoy.filters.http.router}"));
    row("unknown network filter", "LDS",
        "{name: x, address: {socket_address: {address: 127.0.0.1, port_value: 0}}, filter_chains: [{filters: [{name: "
        "f, "
        "typed_config: {\"@type\": type.googleapis.com/google.protobuf.Struct}}]}]}");
    row("router twice", "LDS",
        with(host, "http_filters: [",
             "http_filters: [{name: one, typed_config: {\"@type\": "
             "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}, "));
    row("inline route to nowhere", "LDS", listener("x", "route_config: " + routes("own", "nope")));
    row("bad regex", "RDS", with(routes("r", "up"), "prefix: /", "safe_regex: {regex: 'a('}"));
    row("domain twice", "RDS", "{name: r, virtual_hosts: [{name: a, domains: [x]}, {name: b, domains: [x]}]}");
    row("star twice", "RDS", "{name: r, virtual_hosts: [{name: a, domains: ['*']}, {name: b, domains: ['*']}]}");
    row("validated cluster", "RDS", with(routes("r", "nope"), "{name: r", "{name: r, validate_clusters: true"));
    row("weights of 0", "RDS",
        with(routes("r", "up"), "cluster: up", "weighted_clusters: {clusters: [{name: up, weight: 0}]}"));
    row("weight without name", "RDS",
        with(routes("r", "up"), "cluster: up", "weighted_clusters: {clusters: [{weight: 1}]}"));
    row("retry interval", "RDS",
        with(routes("r", "up"), "cluster: up",
             "cluster: up, retry_policy: {retry_back_off: {base_interval: 2s, max_interval: 1s}}"));
    row("timeout of nothing", "CDS", "{name: x, type: STATIC, connect_timeout: 0s}");
    row("empty prefix of statistics", "LDS", with(host, "stat_prefix: x", "stat_prefix: ''"));
    row("route without action", "RDS",
        "{name: r, virtual_hosts: [{name: a, domains: ['*'], routes: [{match: {prefix: /}}]}]}");
    row("weight of 0 in EDS", "EDS",
        with(assignment("eds", 80), "{endpoint: ", "{load_balancing_weight: 0, endpoint: "));
    row("name in EDS", "EDS", with(assignment("eds", 80), "127.0.0.1", "foo.bar"));
}

void TestNackTexts::refusesAsEnvoyDoes()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, resource);
    const std::map<QByteArray, const char*> kinds = {{"CDS", "envoy.config.cluster.v3.Cluster"},
                                                     {"LDS", "envoy.config.listener.v3.Listener"},
                                                     {"RDS", "envoy.config.route.v3.RouteConfiguration"},
                                                     {"EDS", "envoy.config.endpoint.v3.ClusterLoadAssignment"}};
    ++m_version;
    QByteArray said[2];
    for (Mesh* mesh : {m_ours.get(), m_envoy.get()}) {
        std::vector<google::protobuf::Any> all;
        if (type == "CDS")
            for (const auto& kept : {staticCluster("up", mesh->upstream.port()), edsCluster("eds")})
                all.push_back(support::resource(kinds.at("CDS"), kept));
        if (type == "LDS") all.push_back(support::resource(kinds.at("LDS"), rdsListener("web", "r")));
        all.push_back(support::resource(kinds.at(type), resource.toStdString()));
        mesh->server.send(type, std::to_string(m_version), std::move(all));
        const QByteArray answer = mesh->server.answer(type, 5000);
        const qsizetype nack = answer.indexOf(" NACK ");
        said[mesh == m_envoy.get()] = nack < 0 ? "no NACK: " + answer : comparable(answer.mid(nack));
    }

    QCOMPARE(said[0], said[1]);
    QVERIFY2(said[0].startsWith(" NACK 13: "), said[0].constData());
}

QTEST_GUILESS_MAIN(TestNackTexts)
#include "tst_nack_texts.moc"
