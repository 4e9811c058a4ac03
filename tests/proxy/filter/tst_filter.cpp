#ifndef Q_MOC_RUN // moc cannot read the generated headers
#include "proxy/filter/supported.h"
#include "proxy/runtime/config.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#endif

#include <QDirIterator>
#include <QTest>

#include <map>
#include <memory>
#include <set>

using namespace google::protobuf;
using namespace proxy::filter;

namespace {

/// A message of `type` in which only `field` is set, to something that is not its default.
std::unique_ptr<Message> withOne(const Descriptor* type, const FieldDescriptor* field)
{
    std::unique_ptr<Message> message(MessageFactory::generated_factory()->GetPrototype(type)->New());
    const Reflection* r = message->GetReflection();
    Message* m = message.get();
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: many ? r->AddInt32(m, field, 7) : r->SetInt32(m, field, 7); break;
    case FieldDescriptor::CPPTYPE_INT64: many ? r->AddInt64(m, field, 7) : r->SetInt64(m, field, 7); break;
    case FieldDescriptor::CPPTYPE_UINT32: many ? r->AddUInt32(m, field, 7) : r->SetUInt32(m, field, 7); break;
    case FieldDescriptor::CPPTYPE_UINT64: many ? r->AddUInt64(m, field, 7) : r->SetUInt64(m, field, 7); break;
    case FieldDescriptor::CPPTYPE_DOUBLE: many ? r->AddDouble(m, field, 7) : r->SetDouble(m, field, 7); break;
    case FieldDescriptor::CPPTYPE_FLOAT: many ? r->AddFloat(m, field, 7) : r->SetFloat(m, field, 7); break;
    case FieldDescriptor::CPPTYPE_BOOL: many ? r->AddBool(m, field, true) : r->SetBool(m, field, true); break;
    case FieldDescriptor::CPPTYPE_ENUM: many ? r->AddEnumValue(m, field, 1) : r->SetEnumValue(m, field, 1); break;
    case FieldDescriptor::CPPTYPE_STRING: many ? r->AddString(m, field, "x") : r->SetString(m, field, "x"); break;
    case FieldDescriptor::CPPTYPE_MESSAGE: many ? r->AddMessage(m, field) : r->MutableMessage(m, field); break;
    }
    return message;
}

/// The table by type: the fields that are listed.
std::map<std::string, std::set<std::string>> listed()
{
    std::map<std::string, std::set<std::string>> all;
    for (const FieldSupport& entry : supportedFields())
        if (entry.field.empty()) all[entry.type];
        else all[entry.type].insert(entry.field);
    return all;
}

const Descriptor* typeOf(const std::string& name)
{
    return DescriptorPool::generated_pool()->FindMessageTypeByName(name);
}

/// All that the proxy is made of and that reads configuration, except the table itself.
QString sources()
{
    QString all;
    for (const char* folder : {"/proxy", "/model/route"}) {
        QDirIterator files(QStringLiteral(TEST_SOURCES) + QString::fromLatin1(folder),
                           {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.fileName().endsWith(QStringLiteral("filter/supported.cpp")) || !file.open(QIODevice::ReadOnly))
                continue;
            all += QString::fromUtf8(file.readAll());
        }
    }
    return all;
}

template <class T> model::Error refusalOf(const char* text)
{
    T message;
    if (!TextFormat::ParseFromString(text, &message))
        return {model::ErrorCode::Malformed, "", "the test's text is malformed"};
    const auto judged = proxy::runtime::judge(message);
    return judged ? model::Error{model::ErrorCode::NotFound, "", "it was accepted"} : judged.error();
}

model::Error refusalOf(const QString& kind, const char* text)
{
    if (kind == QStringLiteral("listener")) return refusalOf<envoy::config::listener::v3::Listener>(text);
    if (kind == QStringLiteral("cluster")) return refusalOf<envoy::config::cluster::v3::Cluster>(text);
    if (kind == QStringLiteral("routes")) return refusalOf<envoy::config::route::v3::RouteConfiguration>(text);
    envoy::config::bootstrap::v3::Bootstrap bootstrap;
    if (!TextFormat::ParseFromString(text, &bootstrap))
        return {model::ErrorCode::Malformed, "", "the test's text is malformed"};
    const auto compiled = proxy::runtime::compile(bootstrap, {}, 1, nullptr);
    return compiled ? model::Error{model::ErrorCode::NotFound, "", "it was accepted"} : compiled.error();
}

} // namespace

/// What is not done is refused by name, never silently.
class TestFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knowsEveryTypeOfTheTable();
    void refusesEveryFieldOutsideTheTable_data();
    void refusesEveryFieldOutsideTheTable();
    void readsEveryFieldThatItAccepts_data();
    void readsEveryFieldThatItAccepts();
    void namesWhereTheFieldStands_data();
    void namesWhereTheFieldStands();
    void acceptsHttp2OfTheControlPlaneOnly();
};

void TestFilter::knowsEveryTypeOfTheTable()
{
    for (const auto& [type, fields] : listed()) {
        const Descriptor* descriptor = typeOf(type);
        QVERIFY2(descriptor || fields.empty(), type.c_str());
        for (const std::string& field : fields)
            QVERIFY2(field == "*" || descriptor->FindFieldByName(field), (type + "." + field).c_str());
    }
}

void TestFilter::refusesEveryFieldOutsideTheTable_data()
{
    QTest::addColumn<QString>("type");
    for (const auto& [type, fields] : listed())
        if (!fields.contains("*") && typeOf(type)) QTest::newRow(type.c_str()) << QString::fromStdString(type);
}

void TestFilter::refusesEveryFieldOutsideTheTable()
{
    QFETCH(QString, type);
    const Descriptor* descriptor = typeOf(type.toStdString());
    const std::set<std::string> fields = listed()[type.toStdString()];

    for (int i = 0; i < descriptor->field_count(); ++i) {
        const FieldDescriptor* field = descriptor->field(i);
        const auto judged = onlySupported(*withOne(descriptor, field));

        const std::string words = "field " + field->full_name() + " is not supported by this proxy";
        if (fields.contains(field->name())) {
            QVERIFY2(judged || judged.error().what != words, words.c_str());
            continue;
        }
        QVERIFY2(!judged, field->full_name().c_str());
        QCOMPARE(judged.error().where, field->name());
        QCOMPARE(judged.error().what, words);
    }
}

void TestFilter::readsEveryFieldThatItAccepts_data()
{
    QTest::addColumn<QString>("field");
    for (const FieldSupport& entry : supportedFields())
        if (!entry.field.empty() && entry.field != "*" && !entry.inert)
            QTest::newRow((entry.type + "." + entry.field).c_str()) << QString::fromStdString(entry.field);
}

void TestFilter::readsEveryFieldThatItAccepts()
{
    QFETCH(QString, field);
    static const QString all = sources();

    const QRegularExpression read(QStringLiteral("[.>](has_)?%1(_size)?\\(\\)").arg(field));

    QVERIFY2(all.contains(read), "no source of the proxy reads it: refuse it, or give it a tilde and a reason");
}

void TestFilter::namesWhereTheFieldStands_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("where");
    const auto row = [](const char* name, const char* kind, const QByteArray& text, const char* where) {
        QTest::newRow(name) << QString::fromLatin1(kind) << text << QString::fromLatin1(where);
    };
    const QByteArray manager =
        "name: 'in' address { socket_address { address: '127.0.0.1' port_value: 80 } } filter_chains { filters { "
        "typed_config { [type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
        "HttpConnectionManager] { ";
    const QByteArray route =
        "name: 'r' virtual_hosts { name: 'h' domains: '*' routes { match { prefix: '/' } route { cluster: 'c' ";
    row("listener access_log", "listener", "name: 'in' access_log { name: 'x' }", "listener 'in': access_log");
    row("listener drain_type", "listener", "name: 'in' drain_type: MODIFY_ONLY", "listener 'in': drain_type");
    row("UDP", "listener", "name: 'in' address { socket_address { protocol: UDP address: '127.0.0.1' } }",
        "listener 'in': address.socket_address.protocol");
    row("tcp_proxy access_log", "listener",
        "name: 'in' filter_chains { filters { typed_config { "
        "[type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy] { access_log { name: 'x' } } } } "
        "}",
        "listener 'in': filter_chains[0].filters[0].typed_config.access_log");
    row("codec HTTP2", "listener", manager + "codec_type: HTTP2 } } } }", "listener 'in': codec_type");
    row("normalize_path", "listener", manager + "normalize_path { value: true } } } } }",
        "listener 'in': filter_chains[0].filters[0].typed_config.normalize_path");
    row("log filter", "listener", manager + "access_log { name: 'f' filter { } } } } } }",
        "typed_config.access_log[0].filter");
    row("log operator", "listener",
        manager +
            "stat_prefix: 'x' http_filters { typed_config { "
            "[type.googleapis.com/envoy.extensions.filters.http.router.v3.Router] { } } } access_log { typed_config { "
            "[type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog] { log_format { "
            "text_format_source { inline_string: '%UPSTREAM_WIRE_BYTES_SENT%' } } } } } } } } }",
        "");
    row("RDS from a file", "listener", manager + "rds { config_source { path: 'x' } } } } } }",
        "typed_config.rds.config_source.path");
    row("another network filter", "listener",
        "name: 'in' filter_chains { filters { typed_config { type_url: "
        "'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' } } }",
        "listener 'in': filter_chains[0].filters[0].typed_config");
    row("a network filter of nobody", "listener",
        "name: 'in' filter_chains { filters { typed_config { [type.googleapis.com/google.protobuf.Struct] { } } } }",
        "listener 'in'");
    row("priority HIGH", "routes", route + "priority: HIGH } } }", "virtual_hosts[0].routes[0].route.priority");
    row("mirror", "routes", route + "request_mirror_policies { cluster: 'm' } } } }",
        "virtual_hosts[0].routes[0].route.request_mirror_policies");
    row("hash policy", "routes", route + "hash_policy { } } } }", "virtual_hosts[0].routes[0].route.hash_policy");
    row("retriable headers", "routes", route + "retry_policy { retriable_headers { name: 'x' } } } } }",
        "route.retry_policy.retriable_headers");
    row("retry predicate without type", "routes", route + "retry_policy { retry_host_predicate { name: 'x' } } } } }",
        "route.retry_policy.retry_host_predicate[0].typed_config");
    row("cookie matcher", "routes",
        "name: 'r' virtual_hosts { name: 'h' domains: '*' routes { match { prefix: '/' cookies { name: 'c' } } route { "
        "cluster: 'c' } } }",
        "virtual_hosts[0].routes[0].match.cookies");
    row("health checks", "cluster", "name: 'c' health_checks { }", "cluster 'c': health_checks");
    row("outlier detection", "cluster", "name: 'c' outlier_detection { }", "cluster 'c': outlier_detection");
    row("DNS TTL", "cluster", "name: 'c' respect_dns_ttl: true", "cluster 'c': respect_dns_ttl");
    row("HTTP/2 upstream", "cluster", "name: 'c' http2_protocol_options { }", "cluster 'c': http2_protocol_options");
    row("TLS upstream", "cluster",
        "name: 'c' transport_socket { typed_config { type_url: "
        "'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext' } }",
        "cluster 'c': transport_socket.typed_config");
    row("EDS from a file", "cluster", "name: 'c' type: EDS eds_cluster_config { eds_config { path: 'x' } }",
        "cluster 'c': eds_cluster_config.eds_config.path");
    row("locality weights", "cluster", "name: 'c' common_lb_config { locality_weighted_lb_config { } }",
        "cluster 'c': common_lb_config.locality_weighted_lb_config");
    row("runtime key", "bootstrap",
        "layered_runtime { layers { static_layer { fields { key: 'a' value { struct_value { fields { key: 'b' value { "
        "bool_value: true } } } } } } } }",
        "layered_runtime.layers[0].static_layer.a.b");
    row("RTDS", "bootstrap", "layered_runtime { layers { rtds_layer { name: 'x' } } }",
        "layered_runtime.layers[0].rtds_layer");
    row("admin access log", "bootstrap", "admin { access_log_path: 'x' }", "admin.access_log_path");
    row("statistics sinks", "bootstrap", "stats_sinks { name: 'x' }", "stats_sinks");
    row("tracing", "bootstrap", "tracing { }", "tracing");
    row("CDS from a file", "bootstrap", "dynamic_resources { cds_config { path: 'x' } }",
        "dynamic_resources.cds_config.path");
}

void TestFilter::namesWhereTheFieldStands()
{
    QFETCH(QString, kind);
    QFETCH(QByteArray, text);
    QFETCH(QString, where);

    const model::Error error = refusalOf(kind, text.constData());

    QVERIFY2(error.code == model::ErrorCode::Unsupported || where.isEmpty(), error.text().c_str());
    QVERIFY2(error.code != model::ErrorCode::NotFound && error.code != model::ErrorCode::Malformed,
             error.text().c_str());
    QVERIFY2(QString::fromStdString(error.where).endsWith(where), error.text().c_str());
}

void TestFilter::acceptsHttp2OfTheControlPlaneOnly()
{
    const char* bootstrap =
        "static_resources { clusters { name: 'xds' http2_protocol_options { } } } dynamic_resources { ads_config { "
        "api_type: GRPC grpc_services { envoy_grpc { cluster_name: '%s' } } } }";

    const model::Error itself =
        refusalOf(QStringLiteral("bootstrap"), QByteArray(bootstrap).replace("%s", "xds").constData());
    const model::Error another =
        refusalOf(QStringLiteral("bootstrap"), QByteArray(bootstrap).replace("%s", "other").constData());

    QCOMPARE(itself.what, std::string("it was accepted"));
    QCOMPARE(another.where, std::string("cluster 'xds': http2_protocol_options"));
}

QTEST_GUILESS_MAIN(TestFilter)
#include "tst_filter.moc"
