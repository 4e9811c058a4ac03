#include "proxy/xds/state.h"

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

namespace proxy::xds {
namespace {

template <class T> void list(const Store<T>& store, std::vector<T>& into)
{
    for (const auto& [name, resource] : store.active) into.push_back(resource.message);
}

using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

/// Calls `visit` with every HTTP connection manager of a listener.
template <class Visit> void forManagers(const envoy::config::listener::v3::Listener& listener, Visit visit)
{
    const auto look = [&](const envoy::config::listener::v3::FilterChain& chain) {
        for (const auto& filter : chain.filters()) {
            HttpConnectionManager manager;
            if (filter.typed_config().Is<HttpConnectionManager>() && filter.typed_config().UnpackTo(&manager))
                visit(manager);
        }
    };
    for (const auto& chain : listener.filter_chains()) look(chain);
    if (listener.has_default_filter_chain()) look(listener.default_filter_chain());
}

} // namespace

runtime::Resources State::resources() const
{
    runtime::Resources result;
    list(listeners, result.listeners);
    list(clusters, result.clusters);
    list(routes, result.routes);
    list(assignments, result.assignments);
    return result;
}

std::set<std::string> State::wantedAssignments() const
{
    std::set<std::string> names;
    for (const auto* store : {&clusters.active, &clusters.warming})
        for (const auto& [name, cluster] : *store) names.insert(edsName(cluster.message));
    names.erase(std::string());
    return names;
}

std::set<std::string> State::wantedRoutes() const
{
    std::set<std::string> names;
    for (const auto* store : {&listeners.active, &listeners.warming})
        for (const auto& [name, listener] : *store) names.merge(rdsNames(listener.message));
    return names;
}

std::string edsName(const envoy::config::cluster::v3::Cluster& cluster)
{
    if (cluster.type() != envoy::config::cluster::v3::Cluster::EDS) return {};
    const std::string& service = cluster.eds_cluster_config().service_name();
    return service.empty() ? cluster.name() : service;
}

std::set<std::string> State::rdsScopes(const std::set<std::string>& names) const
{
    std::set<std::string> scopes;
    for (const auto* store : {&listeners.active, &listeners.warming})
        for (const auto& [name, listener] : *store)
            for (const auto& [route, prefix] : rdsUses(listener.message))
                if (names.contains(route)) scopes.insert("http." + prefix + ".rds." + route + ".");
    return scopes;
}

std::set<std::string> State::edsScopes(const std::set<std::string>& names) const
{
    std::set<std::string> scopes;
    for (const auto* store : {&clusters.active, &clusters.warming})
        for (const auto& [name, cluster] : *store) {
            const std::string& alternative = cluster.message.alt_stat_name();
            if (names.contains(edsName(cluster.message)))
                scopes.insert("cluster." + (alternative.empty() ? name : alternative) + ".");
        }
    return scopes;
}

std::set<std::string> rdsNames(const envoy::config::listener::v3::Listener& listener)
{
    std::set<std::string> names;
    for (const auto& [route, prefix] : rdsUses(listener)) names.insert(route);
    return names;
}

std::set<std::pair<std::string, std::string>> rdsUses(const envoy::config::listener::v3::Listener& listener)
{
    std::set<std::pair<std::string, std::string>> names;
    forManagers(listener, [&](const HttpConnectionManager& manager) {
        if (manager.has_rds()) names.emplace(manager.rds().route_config_name(), manager.stat_prefix());
    });
    return names;
}

std::vector<envoy::config::core::v3::ConfigSource> rdsSources(const envoy::config::listener::v3::Listener& listener)
{
    std::vector<envoy::config::core::v3::ConfigSource> sources;
    forManagers(listener, [&](const HttpConnectionManager& manager) {
        if (manager.has_rds()) sources.push_back(manager.rds().config_source());
    });
    return sources;
}

} // namespace proxy::xds
