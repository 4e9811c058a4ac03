#include "app/control/nack.h"

#include <google/protobuf/text_format.h>

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

#include <QtTest>

using namespace app::control;
using model::diff::makeResource;
using model::push::Type;

namespace {

template <class T> T parse(const char* text)
{
    T message;
    if (!google::protobuf::TextFormat::ParseFromString(text, &message)) qFatal("bad text: %s", text);
    return message;
}

model::diff::Resources pushed()
{
    using namespace envoy::config;
    model::diff::Resources all;
    const auto add = [&](Type type, const char* name, const char* path, const google::protobuf::Message& message) {
        all.of(type).emplace(name, makeResource(type, name, path, message));
    };
    add(Type::Cds, "pay", "static_resources.clusters[0]", parse<cluster::v3::Cluster>("name: 'pay'"));
    add(Type::Cds, "pay:eu", "static_resources.clusters[1]", parse<cluster::v3::Cluster>("name: 'pay:eu'"));
    add(Type::Lds, "web", "static_resources.listeners[0]",
        parse<listener::v3::Listener>(R"(name: 'web' filter_chains { } filter_chains { filters { typed_config {
        [type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager] {
        http_filters { name: 'envoy.filters.http.foo' } } } } })"));
    add(Type::Rds, "r1", "routes[0]",
        parse<route::v3::RouteConfiguration>(
            "name: 'r1' virtual_hosts { name: 'v' domains: 'a' domains: 'b' routes { route { cluster: 'nope' } } }"));
    add(Type::Rds, "r2", "routes[1]", parse<route::v3::RouteConfiguration>("name: 'r2'"));
    return all;
}

} // namespace

/// Envoy's own NACK texts, brought home to resource and field.
class TestNack : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsWhatAMessageMeans_data();
    void findsWhatAMessageMeans();
};

void TestNack::findsWhatAMessageMeans_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("resource");
    QTest::addColumn<QByteArray>("path");
    const auto row = [](const char* name, Type type, const char* message, const char* resource, const char* path) {
        QTest::newRow(name) << static_cast<int>(type) << QByteArray(message) << QByteArray(resource)
                            << QByteArray(path);
    };
    row("the frame names the cluster", Type::Cds,
        "Error adding/updating cluster(s) pay: cannot create an EDS cluster without an EDS config", "pay",
        "static_resources.clusters[0]");
    row("a name with a colon", Type::Cds, "Error adding/updating cluster(s) pay:eu: malformed IP address: foo.bar",
        "pay:eu", "static_resources.clusters[1]");
    row("a constraint of the resource", Type::Cds,
        "goo.gle/debugstr  \nname: \"pay\" connect_timeout { } : Proto constraint validation failed "
        "(ClusterValidationError.ConnectTimeout: value must be greater than 0s)",
        "pay", "static_resources.clusters[0].connect_timeout");
    row("a constraint nested", Type::Rds,
        "goo.gle/debugproto \nname: \"r1\" : Proto constraint validation failed "
        "(RouteConfigurationValidationError.VirtualHosts[0]: "
        "embedded message failed validation | caused by VirtualHostValidationError.Routes[0]: embedded message failed "
        "validation "
        "| caused by field: \"action\", reason: is required)",
        "r1", "routes[0].virtual_hosts[0].routes[0]");
    row("a constraint in a typed_config", Type::Lds,
        "Error adding/updating listener(s) web: Proto constraint validation failed "
        "(HttpConnectionManagerValidationError.StatPrefix: "
        "value length must be at least 1 characters)\n",
        "web", "static_resources.listeners[0].filter_chains[1].filters[0].typed_config.stat_prefix");
    row("a constraint told by the bundled proxy", Type::Cds,
        "name: \"pay\" : Proto constraint validation failed (connect_timeout: 'connect_timeout' must be more than 0s)",
        "pay", "static_resources.clusters[0].connect_timeout");
    row("an unknown filter", Type::Lds,
        "Error adding/updating listener(s) web: Didn't find a registered implementation for 'envoy.filters.http.foo' "
        "with type URL: ''\n",
        "web", "static_resources.listeners[0].filter_chains[1].filters[0].typed_config.http_filters[0].name");
    row("an unknown cluster without frame", Type::Rds, "route: unknown cluster 'nope'", "r1",
        "routes[0].virtual_hosts[0].routes[0].route.cluster");
    row("a domain given twice", Type::Rds,
        "Only unique values for domains are permitted. Duplicate entry of domain b in route r1", "r1",
        "routes[0].virtual_hosts[0].domains[1]");
    row("a listener that waited for its routes", Type::Rds,
        "listener 'web': cannot bind '127.0.0.1:80': Address already in use", "web", "static_resources.listeners[0]");
    row("words that name nothing", Type::Rds, "missing ): a(", "", "");
}

void TestNack::findsWhatAMessageMeans()
{
    QFETCH(int, type);
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, resource);
    QFETCH(QByteArray, path);

    const auto nack = explain("edge", {static_cast<Type>(type), message.toStdString(), 3}, pushed(), 1.5);

    QCOMPARE(QByteArray::fromStdString(nack.resource), resource);
    QCOMPARE(QByteArray::fromStdString(nack.path), path);
    QCOMPARE(nack.version, 3);
}

QTEST_APPLESS_MAIN(TestNack)
#include "tst_nack.moc"
