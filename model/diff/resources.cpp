#include "model/diff/resources.h"

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdio>

namespace model::diff {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::config::listener::v3::Filter;
using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RouteConfiguration;
using ConnectionManager = envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using push::Type;

constexpr Type pushOrder[] = {Type::Cds, Type::Eds, Type::Lds, Type::Rds};

std::string hex(std::uint64_t value)
{
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

void setAds(envoy::config::core::v3::ConfigSource& source)
{
    source.Clear();
    source.mutable_ads();
    source.set_resource_api_version(envoy::config::core::v3::ApiVersion::V3);
}

void add(Resources& resources, ResourcePtr resource)
{
    resources.of(resource->type).try_emplace(resource->name, resource);
}

/// Calls `visit(filter, path)` for each connection manager of a listener.
template <class Visit> void forEachManager(Listener& listener, const std::string& path, Visit visit)
{
    const auto visitChain = [&](FilterChain& chain, const std::string& at) {
        for (int i = 0; i < chain.filters_size(); ++i)
            if (chain.filters(i).typed_config().Is<ConnectionManager>())
                visit(*chain.mutable_filters(i), at + ".filters[" + std::to_string(i) + "].typed_config");
    };
    for (int i = 0; i < listener.filter_chains_size(); ++i)
        visitChain(*listener.mutable_filter_chains(i), path + ".filter_chains[" + std::to_string(i) + "]");
    if (listener.has_default_filter_chain())
        visitChain(*listener.mutable_default_filter_chain(), path + ".default_filter_chain");
}

/// How often each name is used by an inline route configuration or a separate one.
std::map<std::string, int> routeNameUses(const source::ConfigSet& config)
{
    std::map<std::string, int> uses;
    for (const auto& route : config.routes) ++uses[route.message.name()];
    for (const auto& placed : config.listeners) {
        Listener listener = placed.message;
        forEachManager(listener, {}, [&](Filter& filter, const std::string&) {
            ConnectionManager manager;
            if (filter.typed_config().UnpackTo(&manager) && manager.has_route_config())
                ++uses[manager.route_config().name()];
        });
    }
    return uses;
}

/// Cuts the routes out of a listener, as far as their names are their own.
class ListenerSplitter {
public:
    ListenerSplitter(const source::ConfigSet& config, Resources& resources)
        : m_uses(routeNameUses(config))
        , m_resources(resources)
    {}

    void split(const source::Placed<Listener>& placed)
    {
        Listener listener = placed.message;
        forEachManager(listener, placed.path, [&](Filter& filter, const std::string& path) { cut(filter, path); });
        add(m_resources, makeResource(Type::Lds, listener.name(), placed.path, listener));
    }

private:
    void cut(Filter& filter, const std::string& path)
    {
        ConnectionManager manager;
        if (!filter.typed_config().UnpackTo(&manager) || !manager.has_route_config()) return;
        const RouteConfiguration routes = manager.route_config();
        if (routes.name().empty() || m_uses[routes.name()] > 1) return;
        manager.mutable_rds()->set_route_config_name(routes.name());
        setAds(*manager.mutable_rds()->mutable_config_source());
        filter.mutable_typed_config()->set_value(deterministicBytes(manager));
        add(m_resources, makeResource(Type::Rds, routes.name(), path + ".route_config", routes));
    }

    std::map<std::string, int> m_uses;
    Resources& m_resources;
};

std::set<std::string> managementClusters(const source::ConfigSet& config)
{
    std::set<std::string> names;
    if (!config.bootstrap) return names;
    for (const auto& service : config.bootstrap->dynamic_resources().ads_config().grpc_services())
        names.insert(service.envoy_grpc().cluster_name());
    return names;
}

std::string assignmentNameOf(const Cluster& cluster)
{
    const auto& service = cluster.eds_cluster_config().service_name();
    return service.empty() ? cluster.name() : service;
}

void splitClusters(const source::ConfigSet& config, Resources& resources)
{
    const auto management = managementClusters(config);
    for (const auto& placed : config.clusters) {
        if (management.contains(placed.message.name())) continue;
        Cluster cluster = placed.message;
        if (cluster.type() == Cluster::EDS && resources.of(Type::Eds).contains(assignmentNameOf(cluster)))
            setAds(*cluster.mutable_eds_cluster_config()->mutable_eds_config());
        add(resources, makeResource(Type::Cds, cluster.name(), placed.path, cluster));
    }
}

std::vector<FieldChange> fieldsOf(const Resource& before, const Resource& after)
{
    return compare(*before.message, *after.message);
}

} // namespace

ResourcePtr makeResource(Type type, std::string name, std::string path, const google::protobuf::Message& message)
{
    auto resource = std::make_shared<Resource>();
    resource->type = type;
    resource->name = std::move(name);
    resource->path = std::move(path);
    resource->bytes = deterministicBytes(message);
    resource->version = hex(XXH64(resource->bytes.data(), resource->bytes.size(), 0));
    std::shared_ptr<google::protobuf::Message> copy(message.New());
    copy->CopyFrom(message);
    resource->message = std::move(copy);
    return resource;
}

std::string versionOf(Type type, const ResourceMap& resources)
{
    std::string all = push::name(type);
    for (const auto& [name, resource] : resources) all += '\n' + name + '\t' + resource->version;
    return hex(XXH64(all.data(), all.size(), 0));
}

Resources split(const source::ConfigSet& config)
{
    Resources resources;
    for (const auto& placed : config.assignments)
        add(resources, makeResource(Type::Eds, placed.message.cluster_name(), placed.path, placed.message));
    splitClusters(config, resources);
    for (const auto& placed : config.routes)
        add(resources, makeResource(Type::Rds, placed.message.name(), placed.path, placed.message));
    ListenerSplitter splitter(config, resources);
    for (const auto& placed : config.listeners) splitter.split(placed);
    return resources;
}

std::set<std::string> routeNames(const ResourceMap& listeners)
{
    std::set<std::string> names;
    for (const auto& [name, resource] : listeners) {
        Listener listener = static_cast<const Listener&>(*resource->message);
        forEachManager(listener, {}, [&](Filter& filter, const std::string&) {
            ConnectionManager manager;
            if (filter.typed_config().UnpackTo(&manager) && manager.rds().config_source().has_ads())
                names.insert(manager.rds().route_config_name());
        });
    }
    return names;
}

std::set<std::string> assignmentNames(const ResourceMap& clusters)
{
    std::set<std::string> names;
    for (const auto& [name, resource] : clusters) {
        const auto& cluster = static_cast<const Cluster&>(*resource->message);
        if (cluster.type() == Cluster::EDS && cluster.eds_cluster_config().eds_config().has_ads())
            names.insert(assignmentNameOf(cluster));
    }
    return names;
}

const char* name(ResourceChange::Kind kind)
{
    constexpr const char* names[] = {"added", "changed", "removed"};
    return names[static_cast<int>(kind)];
}

std::vector<ResourceChange> compare(const Resources& before, const Resources& after)
{
    using Kind = ResourceChange::Kind;
    std::vector<ResourceChange> changes;
    for (const Type type : pushOrder) {
        const auto& old = before.of(type);
        for (const auto& [name, resource] : after.of(type)) {
            const auto found = old.find(name);
            if (found == old.end()) changes.push_back({Kind::Added, type, name, resource->path, {}});
            else if (found->second->version != resource->version)
                changes.push_back({Kind::Changed, type, name, resource->path, fieldsOf(*found->second, *resource)});
        }
        for (const auto& [name, resource] : old)
            if (!after.of(type).contains(name)) changes.push_back({Kind::Removed, type, name, resource->path, {}});
    }
    return changes;
}

std::string summary(const std::vector<ResourceChange>& changes)
{
    constexpr const char* nouns[] = {"cluster", "endpoints of", "listener", "route configuration"};
    if (changes.empty()) return "no change";
    std::string text = std::to_string(changes.size()) + (changes.size() == 1 ? " change: " : " changes: ");
    for (std::size_t i = 0; i < std::min<std::size_t>(changes.size(), 3); ++i)
        text += (i ? ", " : "") + std::string(nouns[static_cast<int>(changes[i].type)]) + " " + changes[i].name;
    return changes.size() > 3 ? text + " …" : text;
}

} // namespace model::diff
