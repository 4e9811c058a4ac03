#include "model/diff/running.h"

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"

#include <google/protobuf/text_format.h>

#include <QtTest>

using namespace model::diff;
using model::push::Type;
using model::source::ConfigSet;

namespace {

template <class T> T parse(const char* text)
{
    T message;
    if (!google::protobuf::TextFormat::ParseFromString(text, &message)) qFatal("bad text: %s", text);
    return message;
}

using envoy::config::cluster::v3::Cluster;
using envoy::config::endpoint::v3::ClusterLoadAssignment;
using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RouteConfiguration;

constexpr const char* webListener = R"(name: "web" filter_chains { filters { name: "hcm" typed_config {
  [type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager] {
    stat_prefix: "web" route_config { name: "local" virtual_hosts { name: "all" domains: "*" } } } } } })";

std::string print(const std::vector<FieldChange>& changes)
{
    std::string text;
    for (const auto& change : changes) text += change.path + ": " + change.before + " -> " + change.after + "\n";
    return text;
}

} // namespace

/// Comparison of messages and of whole configurations, and their split into xDS resources.
class TestDiff : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysNothingAboutEqualMessages();
    void namesChangedFieldsByPath();
    void pairsListItemsByName();
    void pairsEndpointsByAddress();
    void looksIntoTypedConfig();
    void looksIntoTypesOfTheSchemaAlone();
    void showsAnInsertedRouteAsOneAddition();
    void cutsInlineRoutesIntoTheirOwnResource();
    void leavesRoutesOfASharedNameInTheListener();
    void refersEdsClustersToAds();
    void leavesTheManagementClusterOut();
    void givesEqualContentTheSameVersion();
    void listsAddedChangedAndRemovedResources();
    void findsNoDifferenceInWhatAProxyAddsByItself();
    void findsWhatAProxyRunsOtherwise();
    void doesNotTakeARedactedSecretForADifference();
};

void TestDiff::saysNothingAboutEqualMessages()
{
    const auto cluster = parse<Cluster>("name: 'a' connect_timeout { seconds: 1 }");

    QCOMPARE(print(compare(cluster, cluster)), std::string());
}

void TestDiff::namesChangedFieldsByPath()
{
    const auto before = parse<Cluster>("name: 'a' connect_timeout { seconds: 1 } lb_policy: RANDOM");
    const auto after = parse<Cluster>("name: 'a' connect_timeout { seconds: 2 }");

    QCOMPARE(print(compare(before, after)), std::string("connect_timeout: 1s -> 2s\nlb_policy: RANDOM -> \n"));
}

void TestDiff::pairsListItemsByName()
{
    const auto before =
        parse<RouteConfiguration>("virtual_hosts { name: 'a' domains: 'a' } virtual_hosts { name: 'b' domains: 'b' }");
    const auto after =
        parse<RouteConfiguration>("virtual_hosts { name: 'n' domains: 'n' } virtual_hosts { name: 'b' domains: 'c' }");

    QCOMPARE(print(compare(before, after)), std::string("virtual_hosts[0]:  -> name: \"n\" domains: \"n\"\n"
                                                        "virtual_hosts[1].domains[0]: \"b\" -> \"c\"\n"
                                                        "virtual_hosts[0]: name: \"a\" domains: \"a\" -> \n"));
}

void TestDiff::pairsEndpointsByAddress()
{
    const auto endpoint = [](int port, int weight) {
        return "lb_endpoints { endpoint { address { socket_address { address: '127.0.0.1' port_value: " +
               std::to_string(port) + " } } } load_balancing_weight { value: " + std::to_string(weight) + " } }";
    };
    const auto before = parse<ClusterLoadAssignment>(("endpoints { " + endpoint(1, 1) + endpoint(2, 1) + "}").c_str());
    const auto after = parse<ClusterLoadAssignment>(("endpoints { " + endpoint(2, 5) + endpoint(1, 1) + "}").c_str());

    QCOMPARE(print(compare(before, after)), std::string("endpoints[0].lb_endpoints[0].load_balancing_weight: 1 -> 5\n"
                                                        "endpoints[0].lb_endpoints[1]: item 0 -> item 1\n"));
}

void TestDiff::looksIntoTypedConfig()
{
    const auto before = parse<Listener>(webListener);
    auto text = std::string(webListener);
    text.replace(text.find("\"*\""), 3, "\"x\"");

    QCOMPARE(
        print(compare(before, parse<Listener>(text.c_str()))),
        std::string(
            "filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0].domains[0]: \"*\" -> \"x\"\n"));
}

void TestDiff::looksIntoTypesOfTheSchemaAlone()
{
    // Lua {default_source_code {inline_string}} as bytes: this test has no generated code of it.
    const auto filter = [](const std::string& code) {
        envoy::config::listener::v3::Filter result;
        result.mutable_typed_config()->set_type_url("type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua");
        result.mutable_typed_config()->set_value("\x1a\x03\x1a\x01" + code);
        return result;
    };

    QCOMPARE(print(compare(filter("a"), filter("b"))),
             std::string("typed_config.default_source_code.inline_string: \"a\" -> \"b\"\n"));
}

void TestDiff::showsAnInsertedRouteAsOneAddition()
{
    const auto before = parse<RouteConfiguration>(
        "virtual_hosts { name: 'a' routes { match { prefix: '/x' } } routes { match { prefix: '/' } } }");
    const auto after = parse<RouteConfiguration>("virtual_hosts { name: 'a' routes { match { prefix: '/x' } } routes { "
                                                 "match { prefix: '/y' } } routes { match { prefix: '/' } } }");

    QCOMPARE(print(compare(before, after)), std::string("virtual_hosts[0].routes[1]:  -> match { prefix: \"/y\" }\n"));
}

void TestDiff::cutsInlineRoutesIntoTheirOwnResource()
{
    ConfigSet config;
    config.listeners.push_back({parse<Listener>(webListener), "static_resources.listeners[0]", true});

    const Resources resources = split(config);

    QVERIFY(resources.of(Type::Rds).contains("local"));
    QCOMPARE(resources.of(Type::Rds).at("local")->path,
             std::string("static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config"));
    QCOMPARE(routeNames(resources.of(Type::Lds)), std::set<std::string>{"local"});
}

void TestDiff::leavesRoutesOfASharedNameInTheListener()
{
    ConfigSet config;
    config.listeners.push_back({parse<Listener>(webListener), "l[0]", true});
    config.listeners.push_back({parse<Listener>(webListener), "l[1]", true});
    config.listeners[1].message.set_name("second");

    const Resources resources = split(config);

    QVERIFY(resources.of(Type::Rds).empty());
    QCOMPARE(resources.of(Type::Lds).size(), std::size_t(2));
}

void TestDiff::refersEdsClustersToAds()
{
    ConfigSet config;
    config.clusters.push_back(
        {parse<Cluster>("name: 'c' type: EDS eds_cluster_config { service_name: 's' }"), "c", true});
    config.assignments.push_back({parse<ClusterLoadAssignment>("cluster_name: 's'"), "a", true});

    const Resources resources = split(config);

    QCOMPARE(assignmentNames(resources.of(Type::Cds)), std::set<std::string>{"s"});
}

void TestDiff::leavesTheManagementClusterOut()
{
    ConfigSet config;
    config.bootstrap = parse<envoy::config::bootstrap::v3::Bootstrap>(
        "dynamic_resources { ads_config { grpc_services { envoy_grpc { cluster_name: 'xds' } } } }");
    config.clusters.push_back({parse<Cluster>("name: 'xds'"), "c0", true});
    config.clusters.push_back({parse<Cluster>("name: 'pay'"), "c1", true});

    const Resources resources = split(config);

    QCOMPARE(resources.of(Type::Cds).size(), std::size_t(1));
    QVERIFY(resources.of(Type::Cds).contains("pay"));
}

void TestDiff::givesEqualContentTheSameVersion()
{
    const auto cluster = parse<Cluster>(
        "name: 'a' metadata { filter_metadata { key: 'x' value {} } filter_metadata { key: 'y' value {} } }");
    const auto swapped = parse<Cluster>(
        "name: 'a' metadata { filter_metadata { key: 'y' value {} } filter_metadata { key: 'x' value {} } }");

    const auto left = makeResource(Type::Cds, "a", "", cluster);
    const auto right = makeResource(Type::Cds, "a", "", swapped);

    QCOMPARE(left->version, right->version);
    QVERIFY(versionOf(Type::Cds, {}) != versionOf(Type::Lds, {}));
}

void TestDiff::listsAddedChangedAndRemovedResources()
{
    ConfigSet before;
    before.clusters.push_back({parse<Cluster>("name: 'a'"), "c[0]", true});
    before.clusters.push_back({parse<Cluster>("name: 'b'"), "c[1]", true});
    ConfigSet after;
    after.clusters.push_back({parse<Cluster>("name: 'b' lb_policy: RANDOM"), "c[0]", true});
    after.clusters.push_back({parse<Cluster>("name: 'd'"), "c[1]", true});

    const auto changes = compare(split(before), split(after));

    QCOMPARE(summary(changes), std::string("3 changes: cluster b, cluster d, cluster a"));
    QCOMPARE(changes[0].fields.size(), std::size_t(1));
    QCOMPARE(std::string(name(changes[2].kind)), std::string("removed"));
}

namespace {

/// An EDS cluster and its endpoints, as pushed or as a dump writes them.
Resources withEndpoints(const char* assignment, const char* path)
{
    ConfigSet config;
    config.clusters.push_back(
        {parse<Cluster>("name: 'pay' type: EDS eds_cluster_config { eds_config { ads {} } }"), "c", false});
    config.clusters.push_back({parse<Cluster>("name: 'fixed' load_assignment { cluster_name: 'fixed' }"), "c", false});
    config.assignments.push_back({parse<ClusterLoadAssignment>(assignment), path, false});
    return split(config);
}

constexpr const char* pushedEndpoints =
    R"(cluster_name: 'pay' endpoints { lb_endpoints { endpoint { address { pipe { path: 'a' } } } }
  lb_endpoints { endpoint { address { pipe { path: 'b' } } } load_balancing_weight { value: 3 } } })";

} // namespace

void TestDiff::findsNoDifferenceInWhatAProxyAddsByItself()
{
    auto running =
        withEndpoints(R"(cluster_name: 'pay' policy { overprovisioning_factor { value: 140 } } endpoints { locality {}
      lb_endpoints { endpoint { address { pipe { path: 'b' } } } health_status: HEALTHY metadata {} load_balancing_weight { value: 3 } }
      lb_endpoints { endpoint { address { pipe { path: 'a' } } } health_status: UNHEALTHY load_balancing_weight { value: 1 } } })",
                      "configs[1].dynamic_endpoint_configs[0].endpoint_config");
    const auto fixed =
        parse<ClusterLoadAssignment>("cluster_name: 'fixed' policy { overprovisioning_factor { value: 140 } }");
    running.of(Type::Eds).emplace("fixed",
                                  makeResource(Type::Eds, "fixed", "configs[1].dynamic_endpoint_configs[1]", fixed));
    const auto route = parse<RouteConfiguration>("name: 'own'");
    running.of(Type::Rds).emplace(
        "own", makeResource(Type::Rds, "own", "configs[4].static_route_configs[0].route_config", route));

    QCOMPARE(summary(compareRunning(withEndpoints(pushedEndpoints, ""), running)), std::string("no change"));
}

void TestDiff::findsWhatAProxyRunsOtherwise()
{
    const auto running =
        withEndpoints(R"(cluster_name: 'pay' endpoints { lb_endpoints { endpoint { address { pipe { path: 'a' } } } }
      lb_endpoints { endpoint { address { pipe { path: 'b' } } } load_balancing_weight { value: 2 } } })",
                      "");

    const auto differences = compareRunning(withEndpoints(pushedEndpoints, ""), running);

    QCOMPARE(differences.size(), std::size_t(1));
    QCOMPARE(differences[0].fields.size(), std::size_t(1));
    QCOMPARE(differences[0].fields[0].before + " -> " + differences[0].fields[0].after, std::string("3 -> 2"));
}

void TestDiff::doesNotTakeARedactedSecretForADifference()
{
    envoy::extensions::transport_sockets::tls::v3::DownstreamTlsContext::descriptor(); // links the type, for `parse`
    const auto listenerWith = [](const char* key) {
        ConfigSet config;
        config.listeners.push_back(
            {parse<Listener>((std::string(R"(name: "tls" filter_chains { transport_socket { name: "tls" typed_config {
            [type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext] { common_tls_context {
            tls_certificates { private_key { inline_string: ")") +
                              key + "\" } } } } } } }")
                                 .c_str()),
             "l", false});
        return split(config);
    };

    QCOMPARE(summary(compareRunning(listenerWith("key"), listenerWith("[redacted]"))), std::string("no change"));
    QCOMPARE(compareRunning(listenerWith("key"), listenerWith("other")).size(), std::size_t(1));
}

QTEST_APPLESS_MAIN(TestDiff)
#include "tst_diff.moc"
