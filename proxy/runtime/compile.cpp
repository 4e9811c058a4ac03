// Compiles messages to a ProxyConfig. What is unchanged (same bytes) is taken from the configuration before.
#include "proxy/filter/http_manager.h"
#include "proxy/filter/route_table.h"
#include "proxy/filter/supported.h"
#include "proxy/filter/tcp_proxy_config.h"
#include "proxy/runtime/config.h"
#include "proxy/runtime/runtime_layers.h"

#include "envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

namespace proxy::runtime {
namespace {

namespace cluster_v3 = envoy::config::cluster::v3;
using envoy::config::endpoint::v3::ClusterLoadAssignment;
using google::protobuf::util::MessageDifferencer;
using model::ErrorCode;
using model::fail;
using model::Result;

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

Result<void> spoken(const cluster_v3::Cluster& message, const std::string& controlPlane)
{
    if (!speaksHttp2(message) || message.name() == controlPlane) return {};
    return fail(ErrorCode::Unsupported, "cluster '" + message.name() + "': http2_protocol_options",
                "HTTP/2 to an upstream is not supported by this proxy");
}

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

/// The error of a part, with the listener's name in front.
model::Unexpected inListener(const std::string& name, const model::Error& error)
{
    return fail(error.code, "listener '" + name + "'" + (error.where.empty() ? "" : ": " + error.where), error.what);
}

/// The one filter chain that a listener may have.
Result<const envoy::config::listener::v3::FilterChain*> chainOf(const envoy::config::listener::v3::Listener& message)
{
    if (message.filter_chains_size() + (message.has_default_filter_chain() ? 1 : 0) != 1)
        return fail(ErrorCode::Unsupported, "filter_chains",
                    "more than one filter chain is not supported by this proxy");
    const auto* chain = message.filter_chains_size() ? &message.filter_chains(0) : &message.default_filter_chain();
    if (chain->filters_size() != 1)
        return fail(ErrorCode::Unsupported, "filters", "exactly one network filter is supported by this proxy");
    return chain;
}

Result<std::shared_ptr<Listener>> compileListener(const envoy::config::listener::v3::Listener& message)
{
    auto listener = std::make_shared<Listener>();
    if (auto known = filter::onlySupported(message); !known) return inListener(message.name(), known.error());
    if (!message.has_address())
        return fail(ErrorCode::Invalid, {},
                    "error adding listener named '" + message.name() + "': address is necessary");
    const auto& socket = message.address().socket_address();
    auto address = net::Address::parse(socket.address(), static_cast<std::uint16_t>(socket.port_value()));
    if (!address) return address.unexpected();
    listener->address = *address;
    listener->name = message.name().empty() ? address->text() : message.name();
    listener->message = message;
    if (message.filter_chains_size() == 0 && !message.has_default_filter_chain())
        return fail(ErrorCode::Invalid, {},
                    "error adding listener '" + address->text() + "': no filter chains specified");
    auto chain = chainOf(message);
    if (!chain) return inListener(listener->name, chain.error());
    const auto& filter = (*chain)->filters(0);
    listener->chainName = (*chain)->name();
    std::size_t limit = message.has_per_connection_buffer_limit_bytes()
                            ? message.per_connection_buffer_limit_bytes().value()
                            : 1024 * 1024;
    if (filter.typed_config().type_url().ends_with("TcpProxy")) {
        auto tcp = compileTcpProxy(filter, limit);
        if (!tcp) return inListener(listener->name, tcp.error());
        listener->tcp = *tcp;
        return listener;
    }
    auto http = compileHttpManager(filter, limit, listener->ownRoutes, listener->rdsName);
    if (!http) return inListener(listener->name, http.error());
    listener->http = *http;
    return listener;
}

bool sameHosts(const std::vector<HostPtr>& a, const std::vector<HostPtr>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const HostPtr& x, const HostPtr& y) {
        return x->text == y->text && x->hostname == y->hostname && x->weight == y->weight && x->status == y->status &&
               x->priority == y->priority && MessageDifferencer::Equals(x->locality, y->locality);
    });
}

/// Builds one configuration.
class Builder {
public:
    Builder(ProxyConfig& config, const ProxyConfigPtr& before, const std::set<std::string>& warmingClusters)
        : m_config(config)
        , m_before(before)
        , m_warming(warmingClusters)
    {
        const auto& ads = config.bootstrap.dynamic_resources().ads_config();
        if (ads.grpc_services_size()) m_controlPlane = ads.grpc_services(0).envoy_grpc().cluster_name();
    }

    Result<void> clusters(const google::protobuf::RepeatedPtrField<cluster_v3::Cluster>& messages)
    {
        for (const auto& message : messages)
            if (auto done = cluster(message, true, nullptr); !done) return done;
        return {};
    }

    Result<void> dynamicClusters(const Resources& dynamic)
    {
        for (const auto& message : dynamic.clusters) {
            const auto& service = message.eds_cluster_config().service_name();
            const std::string& wanted = service.empty() ? message.name() : service;
            auto at = std::find_if(dynamic.assignments.begin(), dynamic.assignments.end(),
                                   [&](const auto& assignment) { return assignment.cluster_name() == wanted; });
            if (auto done = cluster(message, false, at == dynamic.assignments.end() ? nullptr : &*at); !done)
                return done;
        }
        return {};
    }

    Result<void> listener(const envoy::config::listener::v3::Listener& message, bool isStatic)
    {
        std::string name = message.name();
        auto old = m_before ? m_before->listeners.find(name) : decltype(m_before->listeners.end())();
        if (m_before && old != m_before->listeners.end() && MessageDifferencer::Equals(old->second->message, message)) {
            m_config.listeners[name] = old->second;
            return {};
        }
        auto compiled = compileListener(message);
        if (!compiled) return compiled.unexpected();
        (*compiled)->isStatic = isStatic;
        if ((*compiled)->ownRoutes)
            if (auto known = knownTargets((*compiled)->ownRoutes->table->config(), true); !known)
                return inListener((*compiled)->name, known.error());
        for (const auto& [other, present] : m_config.listeners)
            if (present->address == (*compiled)->address && (*compiled)->address.port() && other != (*compiled)->name)
                return fail(ErrorCode::Invalid, "", duplicateAddress((*compiled)->name, present->address));
        m_config.listeners[(*compiled)->name] = *compiled;
        return {};
    }

    Result<void> routes(const envoy::config::route::v3::RouteConfiguration& message)
    {
        if (m_before)
            if (auto old = m_before->routes.find(message.name());
                old != m_before->routes.end() && MessageDifferencer::Equals(old->second->table->config(), message)) {
                m_config.routes[message.name()] = old->second;
                return {};
            }
        if (auto known = knownTargets(message, false); !known) return known;
        auto compiled = compileRoutes(message);
        if (!compiled) return compiled.unexpected();
        m_config.routes[message.name()] = *compiled;
        return {};
    }

    void index()
    {
        m_config.clustersById.resize(clusterIdCount());
        for (const auto& [name, cluster] : m_config.clusters) m_config.clustersById[cluster->id] = cluster;
    }

private:
    /// validate_clusters: true without a word for a listener's own routes, false for those of RDS. Judged once, when the
    /// routes are new; clusters that warm count.
    Result<void> knownTargets(const envoy::config::route::v3::RouteConfiguration& table, bool byDefault) const
    {
        if (table.has_validate_clusters() ? !table.validate_clusters().value() : !byDefault) return {};
        for (const auto& host : table.virtual_hosts())
            for (const auto& route : host.routes()) {
                std::vector<std::string> names{route.route().cluster()};
                for (const auto& weighted : route.route().weighted_clusters().clusters())
                    names.push_back(weighted.name());
                for (const std::string& name : names)
                    if (!name.empty() && !m_config.clusters.contains(name) && !m_warming.contains(name))
                        return fail(ErrorCode::Invalid, {}, "route: unknown cluster '" + name + "'");
            }
        return {};
    }

    Result<void> cluster(const cluster_v3::Cluster& message, bool isStatic, const ClusterLoadAssignment* assignment)
    {
        const Cluster* old = nullptr;
        if (m_before)
            if (auto at = m_before->clusters.find(message.name()); at != m_before->clusters.end())
                old = at->second.get();
        bool unchanged = old && MessageDifferencer::Equals(old->message, message);
        if (unchanged && old->edsName.empty()) {
            m_config.clusters[message.name()] = m_before->clusters.find(message.name())->second;
            return {};
        }
        if (auto fine = spoken(message, m_controlPlane); !fine) return fine;
        auto compiled = compileCluster(message, m_config.workers, old);
        if (!compiled) return compiled.unexpected();
        (*compiled)->isStatic = isStatic;
        if (assignment)
            if (auto done = HostList(**compiled, m_config.workers, old).fill(*assignment, false); !done) return done;
        if (unchanged && sameHosts((*compiled)->hosts, old->hosts)) {
            m_config.clusters[message.name()] = m_before->clusters.find(message.name())->second;
            return {};
        }
        m_config.clusters[message.name()] = *compiled;
        return {};
    }

    ProxyConfig& m_config;
    const ProxyConfigPtr& m_before;
    const std::set<std::string>& m_warming;
    std::string m_controlPlane; ///< Cluster of ads_config.
};

} // namespace

Result<ProxyConfigPtr> compile(const envoy::config::bootstrap::v3::Bootstrap& bootstrap, const Resources& dynamic,
                               unsigned workers, const ProxyConfigPtr& before)
{
    auto config = std::make_shared<ProxyConfig>();
    config->workers = workers;
    config->bootstrap = bootstrap;
    config->warmingListeners = dynamic.warmingListeners;
    config->maxConnections = maxDownstreamConnections(bootstrap.layered_runtime()).value_or(UINT64_MAX);
    if (!before) {
        auto shell = bootstrap;
        shell.clear_static_resources(); // Judged one by one below, so that the message names the resource.
        if (auto known = filter::onlySupported(shell); !known) return known.unexpected();
        if (bootstrap.static_resources().secrets_size())
            return fail(ErrorCode::Unsupported, "static_resources.secrets", "secrets are not supported by this proxy");
    }
    Builder builder(*config, before, dynamic.warmingClusters);
    if (auto done = builder.clusters(bootstrap.static_resources().clusters()); !done) return done.unexpected();
    if (auto done = builder.dynamicClusters(dynamic); !done) return done.unexpected();
    for (const auto& message : dynamic.routes)
        if (auto done = builder.routes(message); !done) return done.unexpected();
    for (const auto& message : bootstrap.static_resources().listeners())
        if (auto done = builder.listener(message, true); !done) return done.unexpected();
    for (const auto& message : dynamic.listeners)
        if (auto done = builder.listener(message, false); !done) return done.unexpected();
    builder.index();
    return ProxyConfigPtr(std::move(config));
}

Result<void> judge(const envoy::config::listener::v3::Listener& listener)
{
    auto compiled = compileListener(listener);
    return compiled ? Result<void>() : compiled.unexpected();
}

std::string duplicateAddress(const std::string& listener, const net::Address& address)
{
    return "error adding listener: '" + listener + "' has duplicate address '" + address.text() +
           "' as existing listener";
}

Result<ClusterPtr> compileAlone(const cluster_v3::Cluster& cluster)
{
    if (auto fine = spoken(cluster, ""); !fine) return fine.unexpected();
    auto compiled = compileCluster(cluster, 1, nullptr);
    return compiled ? Result<ClusterPtr>(*compiled) : compiled.unexpected();
}

Result<void> judge(const cluster_v3::Cluster& cluster)
{
    const auto compiled = compileAlone(cluster);
    return compiled ? Result<void>() : compiled.unexpected();
}

Result<void> judge(const envoy::config::route::v3::RouteConfiguration& routes)
{
    auto compiled = compileRoutes(routes);
    return compiled ? Result<void>() : compiled.unexpected();
}

Result<void> judge(const ClusterLoadAssignment& assignment)
{
    if (auto known = filter::onlySupported(assignment); !known) return known;
    Cluster cluster;
    cluster.name = assignment.cluster_name();
    return HostList(cluster, 1, nullptr).fill(assignment, false);
}

} // namespace proxy::runtime
