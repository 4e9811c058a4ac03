#include "model/check/facts.h"

#include "model/source/path.h"

#include <filesystem>

namespace model::check {
namespace {

std::string normal(const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); }

const char* kindOf(const envoy::extensions::transport_sockets::tls::v3::Secret& secret)
{
    if (secret.has_tls_certificate()) return "tls_certificate";
    if (secret.has_validation_context()) return "validation_context";
    return secret.has_generic_secret() ? "generic_secret" : "session_ticket_keys";
}

} // namespace

void Project::add(const source::Revision& revision)
{
    const source::ConfigSet& config = revision.config();
    if (!revision.options().fileName.empty()) files.emplace(normal(revision.options().fileName), &revision);
    for (const auto& cluster : config.clusters) byName.emplace(cluster.message.name(), &cluster.message);
    for (const auto& listener : config.listeners) {
        listeners.insert(listener.message.name());
        if (config.bootstrap && listener.isStatic) staticListeners.insert(listener.message.name());
    }
    if (config.bootstrap)
        for (const auto& secret : config.secrets) secrets[secret.message.name()].insert(kindOf(secret.message));
    for (const auto& cluster : config.clusters) {
        clusters.insert(cluster.message.name());
        if (config.bootstrap && cluster.isStatic) staticClusters.insert(cluster.message.name());
    }
    if (!config.bootstrap) return;
    hasBootstrap = true;
    const auto& bootstrap = *config.bootstrap;
    hasClusterDiscovery = hasClusterDiscovery || bootstrap.dynamic_resources().has_cds_config() ||
                          !bootstrap.dynamic_resources().cds_resources_locator().empty() ||
                          bootstrap.has_xds_delegate_extension() || bootstrap.config_sources_size() > 0;
    hasListenerDiscovery = hasListenerDiscovery || bootstrap.dynamic_resources().has_lds_config() ||
                           !bootstrap.dynamic_resources().lds_resources_locator().empty();
    for (const auto& extension : bootstrap.bootstrap_extensions())
        hasInternalListeners =
            hasInternalListeners || typeOf(extension.typed_config()).ends_with("internal_listener.v3.InternalListener");
}

const Cluster* Project::cluster(std::string_view name) const
{
    const auto found = byName.find(name);
    return found == byName.end() ? nullptr : found->second;
}

bool Project::isMissing(const std::string& cluster) const
{
    return !cluster.empty() && hasBootstrap && !hasClusterDiscovery && !clusters.contains(cluster);
}

const source::Revision* Project::file(const std::string& path) const
{
    for (const std::string& candidate : {folder.empty() ? path : folder + "/" + path, path})
        if (const auto found = files.find(normal(candidate)); found != files.end()) return found->second;
    return nullptr;
}

bool speaksHttp2(const Cluster& cluster)
{
    const google::protobuf::Message& whole = cluster; // the field is deprecated
    if (whole.GetReflection()->HasField(whole, whole.GetDescriptor()->FindFieldByName("http2_protocol_options")))
        return true;
    for (const auto& [key, any] : cluster.typed_extension_protocol_options())
        if (const auto options = unpack<HttpProtocolOptions>(any))
            return options->explicit_http_config().has_http2_protocol_options() ||
                   options->explicit_http_config().has_http3_protocol_options() ||
                   options->use_downstream_protocol_config().has_http2_protocol_options() || options->has_auto_config();
    return false;
}

Facts::Facts(const source::Revision& document, const Project& all)
    : revision(document)
    , config(document.config())
    , project(all)
{
    const auto addChain = [this](const auto& chain, std::string path, const source::Placed<Listener>* listener) {
        chains.push_back({&chain, path, listener});
        for (int i = 0; i < chain.filters_size(); ++i) {
            const std::string filter = source::path::field(item(path, "filters", i), "typed_config");
            const auto& any = chain.filters(i).typed_config();
            if (auto manager = unpack<HttpConnectionManager>(any))
                managers.push_back({std::move(manager), filter, listener});
            if (auto proxy = unpack<TcpProxy>(any)) tcpProxies.push_back({std::move(proxy), filter, listener});
        }
    };
    for (const auto& listener : config.listeners) {
        for (int i = 0; i < listener.message.filter_chains_size(); ++i)
            addChain(listener.message.filter_chains(i), item(listener.path, "filter_chains", i), &listener);
        if (listener.message.has_default_filter_chain())
            addChain(listener.message.default_filter_chain(),
                     source::path::field(listener.path, "default_filter_chain"), &listener);
        if (auto manager = unpack<HttpConnectionManager>(listener.message.api_listener().api_listener()))
            managers.push_back(
                {std::move(manager), source::path::field(listener.path, "api_listener.api_listener"), &listener});
    }
    for (const auto& manager : managers)
        if (manager.message->has_route_config())
            tables.push_back({&manager.message->route_config(), source::path::field(manager.path, "route_config"),
                              manager.listener, &manager});
    for (const auto& table : config.routes) tables.push_back({&table.message, table.path});
}

std::string_view typeOf(const google::protobuf::Any& any)
{
    const std::string_view url = any.type_url();
    const std::size_t slash = url.rfind('/');
    return slash == std::string_view::npos ? url : url.substr(slash + 1);
}

std::string item(std::string_view path, std::string_view name, int index)
{
    return source::path::index(source::path::field(path, name), index);
}

} // namespace model::check
