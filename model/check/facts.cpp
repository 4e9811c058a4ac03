#include "model/check/facts.h"

#include "model/source/path.h"

namespace model::check {

void Project::add(const source::Revision& revision)
{
    const source::ConfigSet& config = revision.config();
    for (const auto& cluster : config.clusters) {
        clusters.insert(cluster.message.name());
        if (config.bootstrap && cluster.isStatic) staticClusters.insert(cluster.message.name());
    }
    if (!config.bootstrap) return;
    hasBootstrap = true;
    const auto& bootstrap = *config.bootstrap;
    hasClusterDiscovery = hasClusterDiscovery || bootstrap.dynamic_resources().has_cds_config() ||
                          !bootstrap.dynamic_resources().cds_resources_locator().empty() || bootstrap.has_xds_delegate_extension() ||
                          bootstrap.config_sources_size() > 0;
}

Facts::Facts(const source::Revision& document, const Project& all)
    : revision(document), config(document.config()), project(all)
{
    const auto addChain = [this](const auto& chain, std::string path, const source::Placed<Listener>* listener) {
        chains.push_back({&chain, path, listener});
        for (int i = 0; i < chain.filters_size(); ++i) {
            const std::string filter = source::path::field(item(path, "filters", i), "typed_config");
            const auto& any = chain.filters(i).typed_config();
            if (auto manager = unpack<HttpConnectionManager>(any)) managers.push_back({std::move(manager), filter, listener});
            if (auto proxy = unpack<TcpProxy>(any)) tcpProxies.push_back({std::move(proxy), filter, listener});
        }
    };
    for (const auto& listener : config.listeners) {
        for (int i = 0; i < listener.message.filter_chains_size(); ++i)
            addChain(listener.message.filter_chains(i), item(listener.path, "filter_chains", i), &listener);
        if (listener.message.has_default_filter_chain())
            addChain(listener.message.default_filter_chain(), source::path::field(listener.path, "default_filter_chain"),
                     &listener);
        if (auto manager = unpack<HttpConnectionManager>(listener.message.api_listener().api_listener()))
            managers.push_back({std::move(manager), source::path::field(listener.path, "api_listener.api_listener"), &listener});
    }
    for (const auto& manager : managers)
        if (manager.message->has_route_config())
            tables.push_back({&manager.message->route_config(), source::path::field(manager.path, "route_config"), manager.listener});
    for (const auto& table : config.routes) tables.push_back({&table.message, table.path, nullptr});
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
