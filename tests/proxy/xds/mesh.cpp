#include "tests/proxy/xds/mesh.h"

namespace xds_test {
namespace {

std::string at(std::uint16_t port)
{
    return "{socket_address: {address: 127.0.0.1, port_value: " + std::to_string(port) + "}}";
}

std::string hosts(const std::string& name, std::uint16_t port)
{
    return "cluster_name: " + name + ", endpoints: [{lb_endpoints: [{endpoint: {address: " + at(port) + "}}]}]";
}

} // namespace

void forBoth()
{
    QTest::addColumn<bool>("isEnvoy");
    QTest::newRow("ours") << false;
    QTest::newRow("Envoy") << true;
}

std::string staticCluster(const std::string& name, std::uint16_t port)
{
    return "{name: " + name + ", type: STATIC, connect_timeout: 5s, load_assignment: {" + hosts(name, port) + "}}";
}

std::string edsCluster(const std::string& name, const std::string& more)
{
    return "{name: " + name + ", type: EDS, eds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3" +
           more + "}}}";
}

std::string assignment(const std::string& cluster, std::uint16_t port) { return "{" + hosts(cluster, port) + "}"; }

std::string listener(const std::string& name, const std::string& routes, const std::string& filter)
{
    const std::string router = "{name: envoy.filters.http.router, typed_config: {\"@type\": "
                               "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}";
    return "{name: " + name + ", address: " + at(0) +
           ", filter_chains: [{filters: [{name: envoy.filters.network.http_connection_manager, typed_config: {"
           "\"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
           "HttpConnectionManager, stat_prefix: " +
           name + ", http_filters: [" + (filter.empty() ? router : filter) + "], " + routes + "}}]}]}";
}

std::string rdsListener(const std::string& name, const std::string& table, const std::string& more)
{
    return listener(name, "rds: {route_config_name: " + table + ", config_source: {ads: {}, resource_api_version: V3" +
                              more + "}}");
}

std::string routes(const std::string& name, const std::string& cluster)
{
    return "{name: " + name + ", virtual_hosts: [{name: all, domains: ['*'], routes: [{match: {prefix: /}, route: " +
           "{cluster: " + cluster + "}}]}]}";
}

std::string directListener(const std::string& name, const std::string& body)
{
    return listener(name, "route_config: {name: own, virtual_hosts: [{name: all, domains: ['*'], routes: [{match: "
                          "{prefix: /}, direct_response: {status: 200, body: {inline_string: " +
                              body + "}}}]}]}");
}

Mesh::Mesh(bool isEnvoy, QStringList arguments)
    : proxy(isEnvoy ? support::ProxyProcess::Kind::Envoy : support::ProxyProcess::Kind::Ours,
            isEnvoy ? arguments + QStringList{QStringLiteral("-l"), QStringLiteral("error")} : arguments)
{}

QString Mesh::start(const std::string& more)
{
    return proxy.start(QByteArray::fromStdString(R"(node: {id: edge, cluster: mesh}
admin: {address: )" + at(0) + R"(}
dynamic_resources:
  ads_config:
    api_type: GRPC
    transport_api_version: V3
    set_node_on_first_message_only: true
    grpc_services: [{envoy_grpc: {cluster_name: ads}}]
  cds_config: {resource_api_version: V3, ads: {})" +
                                                 more + R"(}
  lds_config: {resource_api_version: V3, ads: {})" +
                                                 more + R"(}
static_resources:
  clusters:
  - name: ads
    type: STATIC
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
    load_assignment: {)" + hosts("ads", server.port()) +
                                                 "}\n"));
}

QString Mesh::boot()
{
    server.start();
    if (const QString failed = start(); !failed.isEmpty()) return failed;
    server.next("CDS");
    clusters("c1", {staticCluster("up", upstream.port())});
    server.next("CDS");
    server.next("LDS");
    listeners("l1", {rdsListener("web", "r")});
    server.next("LDS");
    server.next("RDS");
    tables("r1", {routes("r", "up")});
    server.next("RDS");
    return proxy.waitFor("LIVE") ? QString() : QStringLiteral("it does not go LIVE");
}

QByteArray Mesh::get(const QByteArray& listener, const QByteArray& path)
{
    const std::uint16_t port = proxy.listenerPort(listener);
    const support::Answer answer = port ? support::askHttp(port, path) : support::Answer();
    return answer.status ? QByteArray::number(answer.status) + " " + answer.body.trimmed() : QByteArray("refused");
}

void Mesh::send(const QByteArray& type, const char* kind, const std::string& version,
                const std::vector<std::string>& resources)
{
    std::vector<google::protobuf::Any> packed;
    for (const auto& yaml : resources) packed.push_back(support::resource(kind, yaml));
    server.send(type, version, std::move(packed));
}

void Mesh::clusters(const std::string& version, const std::vector<std::string>& all)
{
    send("CDS", "envoy.config.cluster.v3.Cluster", version, all);
}

void Mesh::listeners(const std::string& version, const std::vector<std::string>& all)
{
    send("LDS", "envoy.config.listener.v3.Listener", version, all);
}

void Mesh::tables(const std::string& version, const std::vector<std::string>& some)
{
    send("RDS", "envoy.config.route.v3.RouteConfiguration", version, some);
}

void Mesh::assignments(const std::string& version, const std::vector<std::string>& some)
{
    send("EDS", "envoy.config.endpoint.v3.ClusterLoadAssignment", version, some);
}

} // namespace xds_test
