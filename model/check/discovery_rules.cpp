// Rules about xDS sources and the control plane's cluster (anchors.md 4.3, B01, B02, B10).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

namespace model::check {
namespace {

namespace path = source::path;
using envoy::config::core::v3::ApiConfigSource;
using envoy::config::core::v3::ConfigSource;

/// Calls `use(source, path)` for the xDS sources of a bootstrap, its clusters and its connection managers.
template <class F> void eachSource(const Facts& facts, F&& use)
{
    const auto& dynamic = facts.config.bootstrap->dynamic_resources();
    if (dynamic.has_lds_config()) use(dynamic.lds_config(), std::string("dynamic_resources.lds_config"));
    if (dynamic.has_cds_config()) use(dynamic.cds_config(), std::string("dynamic_resources.cds_config"));
    for (const auto& cluster : facts.config.clusters)
        if (cluster.message.eds_cluster_config().has_eds_config())
            use(cluster.message.eds_cluster_config().eds_config(), path::field(cluster.path, "eds_cluster_config.eds_config"));
    for (const auto& manager : facts.managers)
        if (manager.message->rds().has_config_source())
            use(manager.message->rds().config_source(), path::field(manager.path, "rds.config_source"));
}

void nodeMissing(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& node = facts.config.bootstrap->node();
    if (!node.id().empty() && !node.cluster().empty()) return;
    std::optional<std::string> wants;
    if (facts.config.bootstrap->dynamic_resources().has_ads_config()) wants = "dynamic_resources.ads_config";
    eachSource(facts, [&](const ConfigSource&, const std::string& place) {
        if (!wants) wants = place;
    });
    if (!wants) return;
    report.warning(facts.config.bootstrap->has_node() ? "node" : *wants,
                   "xDS needs 'node.id' and 'node.cluster', here or by --service-node and --service-cluster");
}

/// Envoy makes the stream from the clusters that a bootstrap defines before any discovery has answered.
void checkPrimary(const Facts& facts, const std::string& name, const std::string& place, Report& report)
{
    if (name.empty()) return;
    const auto cluster = std::ranges::find_if(facts.config.clusters, [&](const auto& c) { return c.isStatic && c.message.name() == name; });
    if (cluster == facts.config.clusters.end())
        return report.error(place, fmt::format("There must be a static cluster '{}' to reach the control plane", name));
    const Cluster& message = cluster->message;
    const auto& eds = message.eds_cluster_config().eds_config();
    const bool fromFile = eds.has_path_config_source() || eds.config_source_specifier_case() == ConfigSource::kPath;
    if (!message.has_cluster_type() && message.type() == Cluster::EDS && !fromFile)
        report.error(path::field(cluster->path, "eds_cluster_config.eds_config"),
                     fmt::format("The cluster '{}' of the control plane must not get its own endpoints by EDS", name));
}

void checkSource(const Facts& facts, const ApiConfigSource& source, const std::string& place, Report& report)
{
    for (int i = 0; i < source.grpc_services_size(); ++i)
        checkPrimary(facts, source.grpc_services(i).envoy_grpc().cluster_name(),
                     path::field(item(place, "grpc_services", i), "envoy_grpc.cluster_name"), report);
    for (int i = 0; i < source.cluster_names_size(); ++i)
        checkPrimary(facts, source.cluster_names(i), item(place, "cluster_names", i), report);
}

void controlPlaneCluster(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& dynamic = facts.config.bootstrap->dynamic_resources();
    if (dynamic.has_ads_config()) checkSource(facts, dynamic.ads_config(), "dynamic_resources.ads_config", report);
    eachSource(facts, [&](const ConfigSource& source, const std::string& place) {
        if (source.has_api_config_source())
            checkSource(facts, source.api_config_source(), path::field(place, "api_config_source"), report);
    });
}

void adsMissing(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump() || facts.config.bootstrap->dynamic_resources().has_ads_config()) return;
    eachSource(facts, [&](const ConfigSource& source, const std::string& place) {
        if (source.has_ads())
            report.add(Severity::Error, path::field(place, "ads"), "'ads' needs 'dynamic_resources.ads_config', which is not there");
    });
}

constexpr std::array rules = {Rule{"B01", nodeMissing}, Rule{"B02", controlPlaneCluster}, Rule{"B10", adsMissing}};

} // namespace

std::span<const Rule> discoveryRules() { return rules; }

} // namespace model::check
