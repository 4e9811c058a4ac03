// Compiles messages to a ProxyConfig. What is unchanged (same bytes) is taken from the configuration before.
#include "proxy/filter/http_manager.h"
#include "proxy/filter/route_table.h"
#include "proxy/filter/supported.h"
#include "proxy/filter/tcp_proxy_config.h"
#include "proxy/runtime/compile_cluster.h"
#include "proxy/runtime/config.h"
#include "proxy/runtime/runtime_layers.h"

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
        (*compiled)->maxConnections =
            maxListenerConnections(m_config.bootstrap.layered_runtime(), (*compiled)->name).value_or(UINT64_MAX);
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
            if (auto done = fillHosts(**compiled, *assignment, m_config.workers, old); !done) return done;
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
    return fillHosts(cluster, assignment, 1, nullptr);
}

} // namespace proxy::runtime
