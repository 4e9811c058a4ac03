// Rules about the rest of a bootstrap (anchors.md 4.3: B05, B06, B08, B12, B14).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

namespace model::check {
namespace {

namespace path = source::path;

std::int64_t milliseconds(const google::protobuf::Duration& d) { return d.seconds() * 1000 + d.nanos() / 1'000'000; }

/// The proxy's own cluster is one group of equals.
void localCluster(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const std::string& local = facts.config.bootstrap->cluster_manager().local_cluster_name();
    for (const auto& cluster : facts.config.clusters) {
        const bool isOneName =
            !cluster.message.has_cluster_type() && cluster.message.type() == Cluster::LOGICAL_DNS; // not looked at
        if (local.empty() || cluster.message.name() != local || isOneName) continue;
        const auto& groups = cluster.message.load_assignment().endpoints();
        for (int i = 0; i < groups.size(); ++i)
            if (groups[i].priority() != 0)
                report.error(
                    path::field(item(path::field(cluster.path, "load_assignment"), "endpoints", i), "priority"),
                    fmt::format("The local cluster '{}' must have no endpoint of another priority than 0", local));
    }
}

/// The JSON form of the own log has names for what %_ and %v would be.
void jsonLog(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const std::string place = "application_log_config.log_format.json_format";
    for (const auto& [key, value] :
         facts.config.bootstrap->application_log_config().log_format().json_format().fields())
        for (const char* flag : {"%_", "%v"})
            if (value.string_value().find(flag) != std::string::npos)
                report.error(path::key(place, key), fmt::format("'{}' has no place in a JSON log; %j is meant", flag));
}

void noStatistics(const Facts& facts, Report& report)
{
    if (facts.config.bootstrap && !facts.isDump() &&
        facts.config.bootstrap->stats_config().stats_matcher().reject_all())
        report.warning("stats_config.stats_matcher.reject_all", "No statistic is kept: /stats is empty");
}

/// Actions that this Envoy has (envoy/server/overload/overload_manager.h).
constexpr std::array<std::string_view, 7> overloadActions = {"envoy.overload_actions.stop_accepting_requests",
                                                             "envoy.overload_actions.disable_http_keepalive",
                                                             "envoy.overload_actions.stop_accepting_connections",
                                                             "envoy.overload_actions.reject_incoming_connections",
                                                             "envoy.overload_actions.shrink_heap",
                                                             "envoy.overload_actions.reduce_timeouts",
                                                             "envoy.overload_actions.reset_high_memory_stream"};

void overload(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& manager = facts.config.bootstrap->overload_manager();
    std::set<std::string> monitors;
    for (const auto& monitor : manager.resource_monitors()) monitors.insert(monitor.name());
    for (int i = 0; i < manager.actions_size(); ++i) {
        const auto& action = manager.actions(i);
        const std::string at = item("overload_manager", "actions", i);
        if (std::ranges::find(overloadActions, action.name()) == overloadActions.end())
            report.error(path::field(at, "name"), fmt::format("There is no overload action '{}'", action.name()));
        for (int t = 0; t < action.triggers_size(); ++t)
            if (!monitors.contains(action.triggers(t).name()))
                report.error(path::field(item(at, "triggers", t), "name"),
                             fmt::format("There must be a resource monitor '{}'; none is configured",
                                         action.triggers(t).name()));
    }
}

void internalListeners(const Facts& facts, Report& report)
{
    if (facts.isDump() || !facts.project.hasBootstrap) return;
    const char* const extension =
        "The bootstrap extension envoy.bootstrap.internal_listener must be there for internal listeners";
    for (const auto& listener : facts.config.listeners)
        if (listener.message.has_internal_listener() && !facts.project.hasInternalListeners)
            report.error(path::field(listener.path, "internal_listener"), extension);
    const auto look = [&](const ClusterLoadAssignment& assignment, const std::string& place) {
        for (int l = 0; l < assignment.endpoints_size(); ++l)
            for (int e = 0; e < assignment.endpoints(l).lb_endpoints_size(); ++e) {
                const auto& address = assignment.endpoints(l).lb_endpoints(e).endpoint().address();
                const std::string& name = address.envoy_internal_address().server_listener_name();
                if (!address.has_envoy_internal_address() || name.empty()) continue;
                const std::string at = path::field(item(item(place, "endpoints", l), "lb_endpoints", e),
                                                   "endpoint.address.envoy_internal_address.server_listener_name");
                if (!facts.project.hasInternalListeners) report.warning(at, extension);
                else if (!facts.project.hasListenerDiscovery && !facts.project.listeners.contains(name))
                    report.warning(at, fmt::format("There is no internal listener '{}'; requests get 503", name));
            }
    };
    for (const auto& cluster : facts.config.clusters)
        look(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"));
    for (const auto& assignment : facts.config.assignments) look(assignment.message, assignment.path);
}

void contradictions(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& bootstrap = *facts.config.bootstrap;
    const std::string& local = bootstrap.cluster_manager().local_cluster_name();
    if (!local.empty() && !facts.project.staticClusters.contains(local) && !facts.project.hasClusterDiscovery)
        report.error("cluster_manager.local_cluster_name",
                     fmt::format("There must be a cluster '{}'; none is defined", local));
    if (bootstrap.has_stats_flush_interval() && bootstrap.stats_flush_on_admin())
        report.error("stats_flush_on_admin",
                     "Only one of 'stats_flush_interval' and 'stats_flush_on_admin' may be set");
    const google::protobuf::Message& whole = bootstrap; // 'watchdog' is deprecated
    if (bootstrap.has_watchdogs() &&
        whole.GetReflection()->HasField(whole, whole.GetDescriptor()->FindFieldByName("watchdog")))
        report.error("watchdog", "Only one of 'watchdog' and 'watchdogs' may be set");
    if (bootstrap.has_stats_eviction_interval()) {
        const std::int64_t flush =
            bootstrap.has_stats_flush_interval() ? milliseconds(bootstrap.stats_flush_interval()) : 5000;
        if (flush > 0 && milliseconds(bootstrap.stats_eviction_interval()) % flush != 0)
            report.error("stats_eviction_interval",
                         "'stats_eviction_interval' must be a multiple of 'stats_flush_interval'");
    }
}

void openAdmin(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& admin = facts.config.bootstrap->admin();
    const std::string& address = admin.address().socket_address().address();
    if ((address == "0.0.0.0" || address == "::") && admin.allow_paths_size() == 0)
        report.warning("admin.address",
                       "The admin page should listen on a loopback address: whoever reaches it can stop the proxy");
}

constexpr std::array rules = {Rule{"B05", contradictions}, Rule{"B05", localCluster},      Rule{"B05", jsonLog},
                              Rule{"B06", openAdmin},      Rule{"B08", internalListeners}, Rule{"B12", overload},
                              Rule{"B14", noStatistics}};

} // namespace

std::span<const Rule> bootstrapRules() { return rules; }

} // namespace model::check
