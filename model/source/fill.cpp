// The resources of a document as generated types: messages of the schema's pool cross as bytes.
#include "model/source/builder.h"
#include "model/source/config_set.h"
#include "model/source/path.h"

#include "envoy/admin/v3/config_dump.pb.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace model::source {
namespace {

using google::protobuf::Any;

std::string_view lastOf(std::string_view typeUrl) { return typeUrl.substr(typeUrl.rfind('/') + 1); }

template <class T>
bool addAs(std::vector<Placed<T>>& list, std::string_view type, const std::string& bytes, const std::string& path,
           bool isStatic)
{
    if (T::descriptor()->full_name() != type) return false;
    Placed<T>& placed = list.emplace_back();
    placed.path = path;
    placed.isStatic = isStatic;
    if (!placed.message.ParsePartialFromString(bytes)) list.pop_back();
    return true;
}

template <class T>
void copyAll(const google::protobuf::RepeatedPtrField<T>& from, const std::string& list, std::vector<Placed<T>>& to)
{
    to.reserve(static_cast<std::size_t>(from.size()));
    for (int i = 0; i < from.size(); ++i) to.push_back({from[i], path::index(list, i), true});
}

void fillBootstrap(ConfigSet& config, const std::string& path)
{
    const auto& resources = config.bootstrap->static_resources();
    const std::string at = path::field(path, "static_resources");
    copyAll(resources.listeners(), path::field(at, "listeners"), config.listeners);
    copyAll(resources.clusters(), path::field(at, "clusters"), config.clusters);
    copyAll(resources.secrets(), path::field(at, "secrets"), config.secrets);
}

void add(ConfigSet& config, const Any& any, const std::string& path, bool isStatic)
{
    if (!any.type_url().empty()) addResource(config, any.type_url(), any.value(), path, isStatic);
}

void fillClusters(ConfigSet& config, const Any& any, const std::string& path)
{
    envoy::admin::v3::ClustersConfigDump dump;
    if (!any.UnpackTo(&dump)) return;
    for (int i = 0; i < dump.static_clusters_size(); ++i)
        add(config, dump.static_clusters(i).cluster(), path::index(path + ".static_clusters", i) + ".cluster", true);
    for (int i = 0; i < dump.dynamic_active_clusters_size(); ++i)
        add(config, dump.dynamic_active_clusters(i).cluster(),
            path::index(path + ".dynamic_active_clusters", i) + ".cluster", false);
}

void fillListeners(ConfigSet& config, const Any& any, const std::string& path)
{
    envoy::admin::v3::ListenersConfigDump dump;
    if (!any.UnpackTo(&dump)) return;
    for (int i = 0; i < dump.static_listeners_size(); ++i)
        add(config, dump.static_listeners(i).listener(), path::index(path + ".static_listeners", i) + ".listener",
            true);
    for (int i = 0; i < dump.dynamic_listeners_size(); ++i)
        add(config, dump.dynamic_listeners(i).active_state().listener(),
            path::index(path + ".dynamic_listeners", i) + ".active_state.listener", false);
}

void fillRoutes(ConfigSet& config, const Any& any, const std::string& path)
{
    envoy::admin::v3::RoutesConfigDump dump;
    if (!any.UnpackTo(&dump)) return;
    for (int i = 0; i < dump.static_route_configs_size(); ++i)
        add(config, dump.static_route_configs(i).route_config(),
            path::index(path + ".static_route_configs", i) + ".route_config", true);
    for (int i = 0; i < dump.dynamic_route_configs_size(); ++i)
        add(config, dump.dynamic_route_configs(i).route_config(),
            path::index(path + ".dynamic_route_configs", i) + ".route_config", false);
}

void fillEndpoints(ConfigSet& config, const Any& any, const std::string& path)
{
    envoy::admin::v3::EndpointsConfigDump dump;
    if (!any.UnpackTo(&dump)) return;
    for (int i = 0; i < dump.static_endpoint_configs_size(); ++i)
        add(config, dump.static_endpoint_configs(i).endpoint_config(),
            path::index(path + ".static_endpoint_configs", i) + ".endpoint_config", true);
    for (int i = 0; i < dump.dynamic_endpoint_configs_size(); ++i)
        add(config, dump.dynamic_endpoint_configs(i).endpoint_config(),
            path::index(path + ".dynamic_endpoint_configs", i) + ".endpoint_config", false);
}

void fillSecrets(ConfigSet& config, const Any& any, const std::string& path)
{
    envoy::admin::v3::SecretsConfigDump dump;
    if (!any.UnpackTo(&dump)) return;
    for (int i = 0; i < dump.static_secrets_size(); ++i)
        add(config, dump.static_secrets(i).secret(), path::index(path + ".static_secrets", i) + ".secret", true);
    for (int i = 0; i < dump.dynamic_active_secrets_size(); ++i)
        add(config, dump.dynamic_active_secrets(i).secret(),
            path::index(path + ".dynamic_active_secrets", i) + ".secret", false);
}

void fillDump(const envoy::admin::v3::ConfigDump& dump, ConfigSet& config)
{
    for (int i = 0; i < dump.configs_size(); ++i) {
        const Any& any = dump.configs(i);
        const std::string path = path::index("configs", i);
        envoy::admin::v3::BootstrapConfigDump bootstrap;
        if (any.UnpackTo(&bootstrap)) config.bootstrap = bootstrap.bootstrap();
        fillClusters(config, any, path);
        fillListeners(config, any, path);
        fillRoutes(config, any, path);
        fillEndpoints(config, any, path);
        fillSecrets(config, any, path);
    }
}

} // namespace

void addResource(ConfigSet& config, std::string_view typeUrl, const std::string& bytes, const std::string& path,
                 bool isStatic)
{
    const std::string_view type = lastOf(typeUrl);
    envoy::service::discovery::v3::Resource envelope;
    if (type == envelope.GetDescriptor()->full_name()) {
        if (envelope.ParsePartialFromString(bytes))
            add(config, envelope.resource(), path::field(path, "resource"), isStatic);
        return;
    }
    addAs(config.listeners, type, bytes, path, isStatic) || addAs(config.clusters, type, bytes, path, isStatic) ||
        addAs(config.routes, type, bytes, path, isStatic) || addAs(config.assignments, type, bytes, path, isStatic) ||
        addAs(config.secrets, type, bytes, path, isStatic);
}

void fillConfig(const google::protobuf::Message& message, DocumentKind kind, ConfigSet& config)
{
    const std::string bytes = message.SerializePartialAsString();
    if (kind == DocumentKind::Bootstrap || kind == DocumentKind::Unknown) {
        config.bootstrap.emplace();
        if (config.bootstrap->ParsePartialFromString(bytes)) fillBootstrap(config, {});
    } else if (kind == DocumentKind::ConfigDump) {
        envoy::admin::v3::ConfigDump dump;
        if (dump.ParsePartialFromString(bytes)) fillDump(dump, config);
    } else if (kind == DocumentKind::Resources) {
        envoy::service::discovery::v3::DiscoveryResponse response;
        if (!response.ParsePartialFromString(bytes)) return;
        for (int i = 0; i < response.resources_size(); ++i)
            add(config, response.resources(i), path::index("resources", i), false);
    } else {
        addResource(config, message.GetDescriptor()->full_name(), bytes, {}, false);
    }
}

} // namespace model::source
