// Rules about xDS sources and the control plane's cluster (anchors.md 4.3: B01 to B04, B07, B10, C07, R02).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
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
    const auto& layers = facts.config.bootstrap->layered_runtime().layers();
    for (int i = 0; i < layers.size(); ++i)
        if (layers[i].has_rtds_layer())
            use(layers[i].rtds_layer().rtds_config(),
                path::field(item("layered_runtime", "layers", i), "rtds_layer.rtds_config"));
    for (const auto& cluster : facts.config.clusters)
        if (cluster.message.eds_cluster_config().has_eds_config())
            use(cluster.message.eds_cluster_config().eds_config(),
                path::field(cluster.path, "eds_cluster_config.eds_config"));
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
    const auto cluster = std::ranges::find_if(facts.config.clusters,
                                              [&](const auto& c) { return c.isStatic && c.message.name() == name; });
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
    if (!facts.config.bootstrap || facts.isDump() || facts.config.bootstrap->dynamic_resources().has_ads_config())
        return;
    eachSource(facts, [&](const ConfigSource& source, const std::string& place) {
        if (source.has_ads())
            report.warning(path::field(place, "ads"), // validate mode lets it pass, so it is no error here
                           "'ads' needs 'dynamic_resources.ads_config', which is not there; Envoy would end at once");
    });
}

// ---- any source, wherever it stands -------------------------------------------------------------------------------

void apiSource(const View& source, const Facts&, Report& report)
{
    const std::string type = source.text("api_type");
    const bool isGrpc = type.ends_with("GRPC");
    const bool isLate = source.path().find("lds_config") != std::string::npos; // validate mode does not look at LDS
    if (type.starts_with("AGGREGATED_"))
        report.error(source.at("api_type"), fmt::format("{} has no place here; 'ads: {{}}' is meant", type));
    else if (isGrpc && source.has("cluster_names"))
        report.error(source.at("cluster_names"), "A gRPC source must have 'grpc_services', no 'cluster_names'");
    else if (isGrpc && source.count("grpc_services") > 1)
        report.error(path::index(source.at("grpc_services"), 1), "A gRPC source must have only one service");
    else if (isGrpc && !source.has("grpc_services") &&
             (source.path().ends_with("api_config_source") || source.path().ends_with("ads_config")))
        report.error(source.path(), "A gRPC source must have a 'grpc_services'");
    if (type == "REST" && !source.has("refresh_delay"))
        report.error(source.at("refresh_delay"), "A REST source must have a 'refresh_delay'");
    if (type == "REST" && source.count("cluster_names") != 1)
        report.error(source.at("cluster_names"), "A REST source must name one cluster");
    if (source.text("transport_api_version") == "V2")
        report.add(isLate ? Severity::Warning : Severity::Error, source.at("transport_api_version"),
                   "'transport_api_version' must be V3: V2 is no longer spoken");
}

void backOff(const View& strategy, const Facts&, Report& report)
{
    const auto base = strategy.nanoseconds("base_interval"), most = strategy.nanoseconds("max_interval");
    if (base && most && *most < *base)
        report.error(strategy.at("max_interval"), "'max_interval' must not be less than 'base_interval'");
}

/// Message type that a source brings, by the field that names it; empty when that is not known.
std::string_view broughtBy(std::string_view place)
{
    if (place.ends_with("lds_config")) return "envoy.config.listener.v3.Listener";
    if (place.ends_with("cds_config")) return "envoy.config.cluster.v3.Cluster";
    if (place.ends_with("rds.config_source")) return "envoy.config.route.v3.RouteConfiguration";
    return place.ends_with("eds_config") ? "envoy.config.endpoint.v3.ClusterLoadAssignment" : std::string_view();
}

/// Why Envoy would get nothing out of the file; empty when it would.
std::string uselessness(const source::Revision& file, std::string_view wanted)
{
    if (std::ranges::any_of(file.findings(),
                            [](const Finding& f) { return f.code == "S01" && f.severity == Severity::Error; }))
        return "is no YAML";
    if (file.kind() != source::DocumentKind::Resources) return "has no list 'resources'";
    const View response(file.message(), {}, *file.schema());
    if (wanted.empty() || response.count("resources") == 0) return {};
    for (const View& resource : response.all("resources"))
        if (resource.type() == wanted || resource.type() == "envoy.service.discovery.v3.Resource") return {};
    return fmt::format("has no {}", wanted.substr(wanted.rfind('.') + 1));
}

void sourceFile(const View& source, const Facts& facts, Report& report)
{
    const char* field = source.has("path_config_source") ? "path_config_source.path" : "path";
    const std::string name = source.text(field);
    if (name.empty() || facts.isDump()) return;
    if (name.find('/') == std::string::npos)
        return report.error(source.at(field), fmt::format("'{}' is no path for Envoy: './{}' is", name, name));
    if (const source::Revision* file = facts.project.file(name)) {
        if (const std::string why = uselessness(*file, broughtBy(source.path())); !why.empty())
            report.warning(source.at(field),
                           fmt::format("The file '{}' {}: Envoy starts, and gets nothing from it", name, why));
    } else if (!facts.project.folder.empty() &&
               !std::filesystem::exists(std::filesystem::path(facts.project.folder) / name) &&
               !std::filesystem::exists(name))
        report.warning(source.at(field), fmt::format("There is no file '{}'; Envoy starts only with it", name));
}

/// Envoy watches for a file that is moved over the old one, not for writes into it.
void writtenInPlace(const View& source, const Facts& facts, Report& report)
{
    if (!source.has("watched_directory") && source.has("path") && !facts.isDump())
        report.add(Severity::Info, source.at("path"),
                   fmt::format("'{}' is read again only when another file is moved over it, not when it is written in "
                               "place",
                               source.text("path")));
}

const std::string& nameOf(const RouteConfiguration& table) { return table.name(); }
const std::string& nameOf(const ClusterLoadAssignment& assignment) { return assignment.cluster_name(); }

/// Whether the file holds a resource of that name.
template <class List> bool holds(const List& resources, const std::string& name)
{
    return std::ranges::any_of(resources, [&](const auto& one) { return nameOf(one.message) == name; });
}

const source::Revision* fileOf(const Facts& facts, const ConfigSource& source)
{
    return source.has_path_config_source() ? facts.project.file(source.path_config_source().path()) : nullptr;
}

void tableNotInFile(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers) {
        const auto* file = fileOf(facts, manager.message->rds().config_source());
        const std::string& name = manager.message->rds().route_config_name();
        if (file != nullptr && !file->config().routes.empty() && !holds(file->config().routes, name))
            report.warning(path::field(manager.path, "rds.route_config_name"),
                           fmt::format("The file has no route table '{}'; every request gets 404", name));
    }
}

void endpointsNotInFile(const Facts& facts, Report& report)
{
    for (const auto& cluster : facts.config.clusters) {
        const auto& eds = cluster.message.eds_cluster_config();
        const auto* file = fileOf(facts, eds.eds_config());
        const std::string& name = eds.service_name().empty() ? cluster.message.name() : eds.service_name();
        if (file != nullptr && !file->config().assignments.empty() && !holds(file->config().assignments, name))
            report.warning(path::field(cluster.path, "eds_cluster_config.eds_config"),
                           fmt::format("The file has no endpoints for '{}'; requests get 503", name));
    }
}

void controlPlaneProtocol(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto tell = [&](const ApiConfigSource& source) {
        for (const auto& service : source.grpc_services())
            for (const auto& cluster : facts.config.clusters)
                if (cluster.isStatic && cluster.message.name() == service.envoy_grpc().cluster_name() &&
                    !speaksHttp2(cluster.message))
                    report.warning(
                        cluster.path,
                        fmt::format(
                            "The cluster '{}' of the control plane must speak HTTP/2; its streams are closed at once",
                            cluster.message.name()));
    };
    if (facts.config.bootstrap->dynamic_resources().has_ads_config())
        tell(facts.config.bootstrap->dynamic_resources().ads_config());
    eachSource(facts, [&](const ConfigSource& source, const std::string&) { tell(source.api_config_source()); });
}

constexpr std::array typeRules = {
    TypeRule{"B04", "envoy.config.core.v3.ApiConfigSource", apiSource},
    TypeRule{"B04", "envoy.config.core.v3.BackoffStrategy", backOff},
    TypeRule{"B07", "envoy.config.core.v3.ConfigSource", sourceFile},
    TypeRule{"B13", "envoy.config.core.v3.PathConfigSource", writtenInPlace},
};

constexpr std::array rules = {Rule{"B01", nodeMissing},          Rule{"B02", controlPlaneCluster},
                              Rule{"B03", controlPlaneProtocol}, Rule{"B10", adsMissing},
                              Rule{"C07", endpointsNotInFile},   Rule{"R02", tableNotInFile}};

} // namespace

std::span<const Rule> discoveryRules() { return rules; }
std::span<const TypeRule> discoveryTypeRules() { return typeRules; }

} // namespace model::check
