#include "model/export/bootstrap.h"

#include "model/export/message_yaml.h"
#include "model/source/config_set.h"

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

#include <algorithm>
#include <set>

namespace model::exporting {
namespace {

using envoy::config::bootstrap::v3::Bootstrap;
using envoy::config::cluster::v3::Cluster;
using envoy::config::endpoint::v3::ClusterLoadAssignment;
using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;
using source::ConfigSet;
using source::DocumentKind;
using ConnectionManager = envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

/// Puts routes that a connection manager asks RDS for into it.
void inlineRoutes(FilterChain& chain, const ConfigSet& config)
{
    for (auto& filter : *chain.mutable_filters()) {
        ConnectionManager manager;
        if (!filter.typed_config().UnpackTo(&manager) || !manager.has_rds()) continue;
        const std::string name = manager.rds().route_config_name();
        const auto found =
            std::ranges::find(config.routes, name, [](const auto& placed) { return placed.message.name(); });
        if (found != config.routes.end()) *manager.mutable_route_config() = found->message;
        else manager.mutable_route_config()->set_name(name);
        filter.mutable_typed_config()->PackFrom(manager);
    }
}

bool isLiteral(const ClusterLoadAssignment& assignment)
{
    const auto isAddress = [](const std::string& text) {
        return !text.empty() && text.find_first_not_of(text.find(':') == std::string::npos
                                                           ? "0123456789."
                                                           : "0123456789abcdefABCDEF:.") == std::string::npos;
    };
    for (const auto& group : assignment.endpoints())
        for (const auto& endpoint : group.lb_endpoints()) {
            const auto& address = endpoint.endpoint().address();
            if (address.has_socket_address() && !isAddress(address.socket_address().address())) return false;
        }
    return true;
}

/// Puts endpoints that a cluster asks EDS for into it.
void inlineEndpoints(Cluster& cluster, const ConfigSet& config)
{
    if (cluster.type() != Cluster::EDS) return;
    const auto& service = cluster.eds_cluster_config().service_name();
    const std::string name = service.empty() ? cluster.name() : service;
    const auto found =
        std::ranges::find(config.assignments, name, [](const auto& placed) { return placed.message.cluster_name(); });
    if (found != config.assignments.end()) *cluster.mutable_load_assignment() = found->message;
    cluster.mutable_load_assignment()->set_cluster_name(cluster.name());
    cluster.clear_eds_cluster_config();
    cluster.set_type(isLiteral(cluster.load_assignment()) ? Cluster::STATIC : Cluster::STRICT_DNS);
}

/// Clusters that serve nothing but the bootstrap's own dynamic resources.
std::set<std::string> managementClusters(const Bootstrap& bootstrap)
{
    std::set<std::string> names;
    for (const auto& service : bootstrap.dynamic_resources().ads_config().grpc_services())
        names.insert(service.envoy_grpc().cluster_name());
    return names;
}

Bootstrap assemble(const ConfigSet& config)
{
    Bootstrap bootstrap = config.bootstrap.value_or(Bootstrap());
    const auto management = managementClusters(bootstrap);
    bootstrap.clear_dynamic_resources();
    bootstrap.clear_static_resources();
    auto& resources = *bootstrap.mutable_static_resources();
    for (const auto& placed : config.listeners) {
        Listener& listener = *resources.add_listeners();
        listener = placed.message;
        for (auto& chain : *listener.mutable_filter_chains()) inlineRoutes(chain, config);
        if (listener.has_default_filter_chain()) inlineRoutes(*listener.mutable_default_filter_chain(), config);
    }
    for (const auto& placed : config.clusters) {
        if (management.contains(placed.message.name())) continue;
        Cluster& cluster = *resources.add_clusters();
        cluster = placed.message;
        inlineEndpoints(cluster, config);
    }
    for (const auto& placed : config.secrets) *resources.add_secrets() = placed.message;
    return bootstrap;
}

bool isStatic(const source::Revision& revision)
{
    return revision.kind() == DocumentKind::Bootstrap && revision.config().bootstrap &&
           !revision.config().bootstrap->has_dynamic_resources();
}

} // namespace

Result<std::string> staticBootstrap(const source::Revision& revision)
{
    const DocumentKind kind = revision.kind();
    if (kind != DocumentKind::Bootstrap && kind != DocumentKind::ConfigDump && kind != DocumentKind::Resources)
        return fail(ErrorCode::Unsupported, revision.options().fileName, "This kind of document configures no proxy");
    if (hasErrors(revision.findings()))
        return fail(ErrorCode::Malformed, revision.options().fileName,
                    "The document has errors that have to be mended first");
    if (isStatic(revision)) return revision.text();
    return toYaml(assemble(revision.config()));
}

} // namespace model::exporting
