#include "proxy/runtime/compile_cluster.h"

#include "proxy/filter/route_table.h"
#include "proxy/filter/supported.h"

#include "envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h"

namespace proxy::runtime {

namespace cluster_v3 = envoy::config::cluster::v3;
using envoy::config::endpoint::v3::ClusterLoadAssignment;
using model::ErrorCode;
using model::fail;
using model::Result;

namespace {

std::int64_t milliseconds(const google::protobuf::Duration& duration)
{
    return duration.seconds() * 1000 + duration.nanos() / 1000000;
}

bool serves(envoy::config::core::v3::HealthStatus status)
{
    using namespace envoy::config::core::v3;
    return status == UNKNOWN || status == HEALTHY || status == DEGRADED;
}

/// Makes hosts of a load assignment; keeps the counters of hosts that were there before.
class HostList {
public:
    HostList(Cluster& cluster, unsigned workers, const Cluster* before)
        : m_cluster(cluster)
        , m_workers(workers)
        , m_before(before)
    {}

    Result<void> fill(const ClusterLoadAssignment& assignment, bool resolves)
    {
        for (const auto& locality : assignment.endpoints())
            for (const auto& endpoint : locality.lb_endpoints())
                if (auto done = add(locality, endpoint, resolves); !done) return done;
        if (resolves && m_before) m_cluster.hosts = m_before->hosts; // Until the names are resolved anew.
        return {};
    }

private:
    Result<void> add(const envoy::config::endpoint::v3::LocalityLbEndpoints& locality,
                     const envoy::config::endpoint::v3::LbEndpoint& endpoint, bool resolves)
    {
        const auto& socket = endpoint.endpoint().address().socket_address();
        Host host;
        host.hostname = endpoint.endpoint().hostname();
        host.weight = endpoint.has_load_balancing_weight() ? endpoint.load_balancing_weight().value() : 1;
        host.status = endpoint.health_status();
        host.healthy = serves(host.status);
        host.locality = locality.locality();
        auto port = static_cast<std::uint16_t>(socket.port_value());
        auto address = net::Address::parse(socket.address(), port);
        if (resolves) {
            if (host.hostname.empty()) host.hostname = socket.address();
            m_cluster.dnsTargets.push_back({socket.address(), port, host});
            return {};
        }
        if (!address)
            return fail(
                ErrorCode::Invalid, m_cluster.name,
                address.error().what +
                    ". Consider setting resolver_name or setting cluster type to 'STRICT_DNS' or 'LOGICAL_DNS'");
        host.address = *address;
        host.text = address->text();
        host.counters = countersOf(host.text);
        m_cluster.hosts.push_back(std::make_shared<Host>(std::move(host)));
        return {};
    }

    std::shared_ptr<std::vector<HostCounters>> countersOf(const std::string& text) const
    {
        if (m_before)
            for (const HostPtr& host : m_before->hosts)
                if (host->text == text) return host->counters;
        return std::make_shared<std::vector<HostCounters>>(m_workers);
    }

    Cluster& m_cluster;
    unsigned m_workers;
    const Cluster* m_before;
};

void readBreakers(const cluster_v3::Cluster& message, Cluster& cluster)
{
    for (const auto& limits : message.circuit_breakers().thresholds()) {
        if (limits.priority() != envoy::config::core::v3::DEFAULT) continue;
        if (limits.has_max_connections()) cluster.maxConnections = limits.max_connections().value();
        if (limits.has_max_pending_requests()) cluster.maxPending = limits.max_pending_requests().value();
        if (limits.has_max_requests()) cluster.maxRequests = limits.max_requests().value();
        if (limits.has_max_retries()) cluster.maxRetries = limits.max_retries().value();
    }
}

void readProtocol(const envoy::config::core::v3::HttpProtocolOptions& common, Cluster& cluster)
{
    if (common.has_idle_timeout()) cluster.idleTimeout = std::chrono::milliseconds(milliseconds(common.idle_timeout()));
    if (common.has_max_headers_count()) cluster.maxHeaders = common.max_headers_count().value();
    if (common.has_max_requests_per_connection())
        cluster.maxRequestsPerConnection = common.max_requests_per_connection().value();
}

Result<void> readProtocols(const cluster_v3::Cluster& message, Cluster& cluster)
{
    cluster.maxRequestsPerConnection = message.max_requests_per_connection().value();
    readProtocol(message.common_http_protocol_options(), cluster);
    for (const auto& [name, any] : message.typed_extension_protocol_options()) {
        envoy::extensions::upstreams::http::v3::HttpProtocolOptions options;
        if (!any.UnpackTo(&options))
            return fail(
                ErrorCode::Unsupported, cluster.name,
                "Didn't find a registered network or http filter or protocol options implementation for name: '" +
                    name + "'");
        if (auto known = filter::onlySupported(options); !known) return known;
        readProtocol(options.common_http_protocol_options(), cluster);
    }
    return {};
}

/// HTTP/2 to an upstream is what gRPC to the control plane speaks, and nothing else here.
bool speaksHttp2(const cluster_v3::Cluster& message)
{
    bool speaks = message.has_http2_protocol_options();
    for (const auto& [name, any] : message.typed_extension_protocol_options()) {
        envoy::extensions::upstreams::http::v3::HttpProtocolOptions options;
        speaks = speaks || (any.UnpackTo(&options) && options.explicit_http_config().has_http2_protocol_options());
    }
    return speaks;
}

} // namespace

Result<void> fillHosts(Cluster& cluster, const ClusterLoadAssignment& assignment, unsigned workers,
                       const Cluster* before)
{
    return HostList(cluster, workers, before).fill(assignment, false);
}

Result<void> spoken(const cluster_v3::Cluster& message, const std::string& controlPlane)
{
    if (!speaksHttp2(message) || message.name() == controlPlane) return {};
    return fail(ErrorCode::Unsupported, "cluster '" + message.name() + "': http2_protocol_options",
                "HTTP/2 to an upstream is not supported by this proxy");
}

namespace {

Result<void> readPolicy(const cluster_v3::Cluster& message, Cluster& cluster)
{
    switch (message.lb_policy()) {
    case cluster_v3::Cluster::ROUND_ROBIN: cluster.policy = LoadBalancing::RoundRobin; break;
    case cluster_v3::Cluster::LEAST_REQUEST: cluster.policy = LoadBalancing::LeastRequest; break;
    case cluster_v3::Cluster::RANDOM: cluster.policy = LoadBalancing::Random; break;
    case cluster_v3::Cluster::CLUSTER_PROVIDED:
        return fail(ErrorCode::Invalid, cluster.name,
                    "cluster manager: cluster provided LB specified but cluster '" + cluster.name +
                        "' did not provide one. Check cluster documentation.");
    default:
        return fail(ErrorCode::Unsupported, cluster.name,
                    "lb_policy " + cluster_v3::Cluster::LbPolicy_Name(message.lb_policy()) +
                        " is not supported by this proxy");
    }
    if (message.least_request_lb_config().has_choice_count())
        cluster.choices = message.least_request_lb_config().choice_count().value();
    return {};
}

} // namespace

Result<std::shared_ptr<Cluster>> compileCluster(const cluster_v3::Cluster& message, unsigned workers,
                                                const Cluster* before)
{
    auto cluster = std::make_shared<Cluster>();
    cluster->name = message.name();
    if (cluster->name.empty()) return fail(ErrorCode::Invalid, "cluster", "name is missing");
    if (auto known = filter::onlySupported(message); !known) {
        const std::string& where = known.error().where;
        return fail(known.error().code, "cluster '" + message.name() + "'" + (where.empty() ? "" : ": " + where),
                    known.error().what);
    }
    cluster->id = clusterId(message.name());
    cluster->workers = workers;
    cluster->message = message;
    if (auto done = readPolicy(message, *cluster); !done) return done.unexpected();
    if (message.has_connect_timeout())
        cluster->connectTimeout = std::chrono::milliseconds(milliseconds(message.connect_timeout()));
    readBreakers(message, *cluster);
    if (auto done = readProtocols(message, *cluster); !done) return done.unexpected();
    auto type = message.type();
    if (type == cluster_v3::Cluster::ORIGINAL_DST)
        return fail(ErrorCode::Unsupported, message.name(), "cluster type ORIGINAL_DST is not supported by this proxy");
    if (type == cluster_v3::Cluster::EDS) {
        if (!message.has_eds_cluster_config())
            return fail(ErrorCode::Invalid, message.name(), "cannot create an EDS cluster without an EDS config");
        cluster->edsName = message.eds_cluster_config().service_name().empty()
                               ? message.name()
                               : message.eds_cluster_config().service_name();
        return cluster;
    }
    bool resolves = type == cluster_v3::Cluster::STRICT_DNS || type == cluster_v3::Cluster::LOGICAL_DNS;
    if (auto done = HostList(*cluster, workers, before).fill(message.load_assignment(), resolves); !done)
        return done.unexpected();
    if (type == cluster_v3::Cluster::LOGICAL_DNS && cluster->dnsTargets.size() != 1)
        return fail(ErrorCode::Invalid, message.name(),
                    "LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint");
    return cluster;
}

} // namespace proxy::runtime
