// Small configurations, each with one thing that is right or wrong: real Envoy and the checks must say the same of each.
#include "model/check/check.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace model;

namespace {

constexpr const char* extensions = "type.googleapis.com/envoy.extensions.";

/// A proxy with one listener and one cluster, and what a row puts into its parts.
struct Parts {
    QString bootstrap, listener, chain, manager, filters, route, cluster, endpoint;
};

QString configuration(const Parts& parts)
{
    const QString route =
        parts.route.isEmpty() ? QStringLiteral("match: {prefix: /}, route: {cluster: a}") : parts.route;
    const QString endpoint =
        parts.endpoint.isEmpty()
            ? QStringLiteral("endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 9001}}}")
            : parts.endpoint;
    return QStringLiteral("%1\n"
                          "static_resources:\n"
                          "  listeners:\n"
                          "  - name: in\n"
                          "    address: {socket_address: {address: 127.0.0.1, port_value: 10000}}\n"
                          "    %2\n"
                          "    filter_chains:\n"
                          "    - name: only\n"
                          "      %3\n"
                          "      filters:\n"
                          "      - name: hcm\n"
                          "        typed_config:\n"
                          "          \"@type\": %9filters.network.http_connection_manager.v3.HttpConnectionManager\n"
                          "          stat_prefix: in\n"
                          "          %4\n"
                          "          http_filters:\n"
                          "          %5\n"
                          "          - {name: router, typed_config: {\"@type\": %9filters.http.router.v3.Router}}\n"
                          "          route_config: {virtual_hosts: [{name: all, domains: ['*'], routes: [{%6}]}]}\n"
                          "  clusters:\n"
                          "  - name: a\n"
                          "    %7\n"
                          "    load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{%8}]}]}\n")
        .arg(parts.bootstrap, parts.listener, parts.chain, parts.manager, parts.filters, route, parts.cluster, endpoint,
             QString::fromLatin1(extensions));
}

} // namespace

/// The verdicts of real Envoy and of the checks, side by side.
class TestJudged : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatEnvoySays_data();
    void saysWhatEnvoySays();

private:
    QTemporaryDir m_folder;
};

namespace {

void row(const char* title, const char* code, const Parts& parts)
{
    QTest::newRow(title) << QString::fromLatin1(code) << configuration(parts);
}

QString any(const char* type, const char* more = "")
{
    return QStringLiteral("{name: x, typed_config: {\"@type\": %1%2%3}}")
        .arg(QString::fromLatin1(extensions), QString::fromLatin1(type), QString::fromLatin1(more));
}

void addresses()
{
    const auto q = [](const char* text) { return QString::fromLatin1(text); };
    row("an admin page at a name", "L19",
        {.bootstrap = q("admin: {address: {socket_address: {address: localhost, port_value: 0}}}")});
    row("a source address that is a name", "L19",
        {.cluster = q("upstream_bind_config: {source_address: {address: localhost, port_value: 0}}")});
    row("a second address that is a name", "L19",
        {.listener = q("additional_addresses: [{address: {socket_address: {address: '1.5', port_value: 1}}}]")});
    row("a range that begins with a name", "L19",
        {.chain = q("filter_chain_match: {prefix_ranges: [{address_prefix: a.b, prefix_len: 8}]}")});
    row("an endpoint without address", "C04", {.endpoint = q("endpoint: {}")});
    row("an endpoint with an empty address", "S05", {.endpoint = q("endpoint: {address: {}}")});
    row("an endpoint with a named port", "C04",
        {.endpoint = q("endpoint: {address: {socket_address: {address: 127.0.0.1, named_port: http}}}")});
    row("an unknown resolver", "C04",
        {.endpoint = q("endpoint: {address: {socket_address: {address: a, port_value: 1, resolver_name: x}}}")});
    row("a mode for an abstract socket", "L19", {.endpoint = q("endpoint: {address: {pipe: {path: '@x', mode: 1}}}")});
    row("a datagram listener with filter chains", "L06",
        {.listener = q("additional_addresses: []\n    udp_listener_config: {}")});
}

void kinds()
{
    const auto q = [](const char* text) { return QString::fromLatin1(text); };
    const QString tls = any("transport_sockets.tls.v3.DownstreamTlsContext");
    row("a server's TLS for a cluster", "S03", {.cluster = q("transport_socket: ") + tls});
    row("a client's TLS for a chain", "S03",
        {.chain = q("transport_socket: ") + any("transport_sockets.tls.v3.UpstreamTlsContext")});
    row("a transport socket without type", "S03", {.chain = q("transport_socket: {name: tls}")});
    row("an HTTP filter as access log", "S03",
        {.manager = q("access_log: [") + any("filters.http.router.v3.Router") + u']'});
    row("an access log without type", "S03", {.manager = q("access_log: [{name: x}]")});
    row("a router as path matcher", "S03",
        {.route =
             q("match: {path_match_policy: ") + any("filters.http.router.v3.Router") + q("}, route: {cluster: a}")});
    row("a router as balancer", "C09",
        {.cluster = q("load_balancing_policy: {policies: [{typed_extension_config: ") +
                    any("filters.http.router.v3.Router") + q("}]}")});
    row("settings of a route for a filter", "S03",
        {.filters = q("- ") + any("filters.http.buffer.v3.BufferPerRoute", ", disabled: true")});
    row("settings for a filter that takes none", "F09",
        {.route = q("match: {prefix: /}, route: {cluster: a}, typed_per_filter_config: {x: {\"@type\": "
                    "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}")});
    row("settings without type", "F09",
        {.route = q("match: {prefix: /}, route: {cluster: a}, typed_per_filter_config: {x: {}}")});
    row("a secret without type", "S05", {.bootstrap = q("stats_config: {}"), .listener = q("use_original_dst: false")});
}

void values()
{
    const auto q = [](const char* text) { return QString::fromLatin1(text); };
    row("a negative timeout", "S04", {.route = q("match: {prefix: /}, route: {cluster: a, timeout: -1s}")});
    row("a format with an unknown operator in a header", "R19",
        {.manager = q("local_reply_config: {mappers: [{filter: {not_health_check_filter: {}}, headers_to_add: "
                      "[{header: {key: a, value: '%NOPE%'}}]}]}")});
    row("a header that must not change", "R19",
        {.filters = q("- ") + any("filters.http.header_mutation.v3.HeaderMutation",
                                  ", mutations: {request_mutations: [{append: {header: {key: host, value: b}}}]}")});
    row("a custom tag with half an operator", "F14",
        {.manager = q("tracing: {custom_tags: [{tag: a, value: '100%'}]}")});
    row("hops beside a detector", "F08",
        {.manager = q("xff_num_trusted_hops: 1\n          original_ip_detection_extensions: [") +
                    any("http.original_ip_detection.xff.v3.XffConfig", ", xff_num_trusted_hops: 1") + u']'});
    row("server push", "S05",
        {.manager = q("http2_protocol_options: {custom_settings_parameters: [{identifier: 2, value: 1}]}")});
    row("a setting by name and by number", "S05",
        {.manager = q("http2_protocol_options: {max_concurrent_streams: 5, custom_settings_parameters: "
                      "[{identifier: 3, value: 1}]}")});
    row("an upgrade without terminal filter", "F02",
        {.manager = q("upgrade_configs: [{upgrade_type: websocket, filters: [") +
                    any("filters.http.buffer.v3.Buffer", ", max_request_bytes: 5") + q("]}]")});
    row("a ring upside down", "C10",
        {.cluster =
             q("load_balancing_policy: {policies: [{typed_extension_config: ") +
             any("load_balancing_policies.ring_hash.v3.RingHash", ", minimum_ring_size: 9, maximum_ring_size: 5") +
             q("}]}")});
    row("both HTTP versions", "C13", {.cluster = q("http_protocol_options: {}\n    http2_protocol_options: {}")});
    row("a payload that is no hexadecimal", "C11",
        {.cluster = q("health_checks: [{timeout: 1s, interval: 1s, unhealthy_threshold: 1, healthy_threshold: 1, "
                      "tcp_health_check: {send: {text: xyz}}}]")});
    row("a limit per host that is none", "C17",
        {.cluster = q("circuit_breakers: {per_host_thresholds: [{max_requests: 2}]}")});
    row("a chain that asks for one name twice", "L07", {.chain = q("filter_chain_match: {server_names: [a, a]}")});
    row("a chain that asks for a suffix", "L07", {.chain = q("filter_chain_match: {suffix_len: 5}")});
    row("a script that is no Lua", "F20",
        {.filters = q("- ") + any("filters.http.lua.v3.Lua",
                                  ", default_source_code: {inline_string: 'function envoy_on_request(h) if end'}")});
    row("a script with the additions of LuaJIT", "",
        {.filters = q("- ") + any("filters.http.lua.v3.Lua",
                                  ", default_source_code: {inline_string: 'function envoy_on_request(h) goto e ::e:: ; "
                                  "local t = {1, [\"a\"] = 0x1p4; b = 5LL} return #t end'}")});
    row("nothing wrong", "", {});
}

void httpFilters()
{
    const auto filter = [](const char* title, const char* code, const char* type, const char* more) {
        row(title, code, {.filters = QStringLiteral("- ") + any(type, more)});
    };
    filter("a requirement that is not there", "F16", "filters.http.jwt_authn.v3.JwtAuthentication",
           ", rules: [{match: {prefix: /}, requirement_name: nope}]");
    filter("a bucket that is filled too often", "F17", "filters.http.local_ratelimit.v3.LocalRateLimit",
           ", stat_prefix: x, token_bucket: {max_tokens: 1, fill_interval: 0.01s}");
    filter("a bucket that is filled often enough", "", "filters.http.local_ratelimit.v3.LocalRateLimit",
           ", stat_prefix: x, token_bucket: {max_tokens: 1, fill_interval: 0.05s}");
    filter("a processor without service", "S05", "filters.http.ext_proc.v3.ExternalProcessor", "");
    filter("a rule for a header and a cookie", "S05", "filters.http.header_to_metadata.v3.Config",
           ", request_rules: [{header: a, cookie: b, on_header_present: {metadata_namespace: a, key: b}}]");
    filter("ports upside down", "S04", "filters.http.rbac.v3.RBAC",
           ", rules: {policies: {p: {permissions: [{destination_port_range: {start: 5, end: 1}}], principals: "
           "[{any: true}]}}}");
    filter("an object that nobody makes", "S04", "filters.http.set_filter_state.v3.Config",
           ", on_request_headers: [{object_key: nope, format_string: {text_format_source: {inline_string: a}}}]");
    filter("a user twice", "S03", "filters.http.basic_auth.v3.BasicAuth",
           ", users: {inline_string: \"a:{SHA}tESsBmE/yNY3lb6a0L6vVQEZNqw=\\na:{SHA}tESsBmE/yNY3lb6a0L6vVQEZNqw=\"}");
}

} // namespace

void TestJudged::saysWhatEnvoySays_data()
{
    QTest::addColumn<QString>("code"); // Empty: Envoy accepts it.
    QTest::addColumn<QString>("text");
    addresses();
    kinds();
    values();
    httpFilters();
}

void TestJudged::saysWhatEnvoySays()
{
    QFETCH(const QString, code);
    QFETCH(QString, text);
    const QByteArray title = QTest::currentDataTag();
    if (title == "a secret without type") text.replace(u"  clusters:"_qs, u"  secrets: [{name: s}]\n  clusters:"_qs);
    if (title == "a datagram listener with filter chains")
        text.replace(u"{address: 127.0.0.1, port_value: 10000}"_qs,
                     u"{protocol: UDP, address: 127.0.0.1, port_value: 10000}"_qs);
    const QString path = m_folder.filePath(QStringLiteral("x.yaml"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0);
    file.close();
    QProcess envoy;
    envoy.start(QStringLiteral(TEST_ENVOY), {QStringLiteral("--mode"), QStringLiteral("validate"), QStringLiteral("-c"),
                                             path, QStringLiteral("-l"), QStringLiteral("critical")});
    QVERIFY(envoy.waitForFinished(60'000));

    const auto findings = check::check(*source::Revision::of(text.toStdString()));

    const auto error = std::ranges::find(findings, Severity::Error, &Finding::severity);
    const QByteArray said = envoy.readAllStandardError();
    QVERIFY2((envoy.exitCode() != 0) == !code.isEmpty(), said.right(500).constData());
    QVERIFY2((error != findings.end()) == !code.isEmpty(),
             error == findings.end() ? said.right(500).constData() : error->message.c_str());
    if (!code.isEmpty()) QCOMPARE(QString::fromStdString(error->code), code);
}

QTEST_GUILESS_MAIN(TestJudged)
#include "tst_judged.moc"
