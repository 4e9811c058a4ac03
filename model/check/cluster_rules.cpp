// Rules about clusters and endpoints (anchors.md 4.3, C codes).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

namespace model::check {
namespace {

namespace path = source::path;
using Placed = source::Placed<Cluster>;

bool isIp(const std::string& text)
{
    unsigned char buffer[16];
    return ::inet_pton(AF_INET, text.c_str(), buffer) == 1 ||
           ::inet_pton(AF_INET6, text.substr(0, text.find('%')).c_str(), buffer) == 1;
}

bool isOf(const Cluster& cluster, Cluster::DiscoveryType type) { return !cluster.has_cluster_type() && cluster.type() == type; }

/// Calls `use(endpoint, path)` for every endpoint of an assignment whose path is `place`.
template <class F> void eachEndpoint(const ClusterLoadAssignment& assignment, const std::string& place, F&& use)
{
    for (int l = 0; l < assignment.endpoints_size(); ++l)
        for (int e = 0; e < assignment.endpoints(l).lb_endpoints_size(); ++e)
            use(assignment.endpoints(l).lb_endpoints(e), item(item(place, "endpoints", l), "lb_endpoints", e));
}

void duplicateName(const Facts& facts, Report& report)
{
    if (facts.isDump()) return;
    std::map<std::string, bool> seen;
    for (const Placed& cluster : facts.config.clusters) {
        const bool isNew = seen.emplace(cluster.message.name(), cluster.isStatic).second;
        if (!isNew && !cluster.message.name().empty())
            report.error(path::field(cluster.path, "name"), fmt::format("Two clusters must not be named '{}'", cluster.message.name()));
    }
}

void staticNameByDiscovery(const Facts& facts, Report& report)
{
    if (facts.config.bootstrap || facts.isDump()) return;
    for (const Placed& cluster : facts.config.clusters)
        if (facts.project.staticClusters.contains(cluster.message.name()))
            report.warning(path::field(cluster.path, "name"),
                           fmt::format("A static cluster is named '{}' too; Envoy keeps that one and drops this", cluster.message.name()));
}

void noEndpoint(const Facts& facts, Report& report)
{
    constexpr std::array types = {Cluster::STATIC, Cluster::STRICT_DNS};
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        if (std::ranges::none_of(types, [&](auto type) { return isOf(message, type); })) continue;
        int count = 0;
        eachEndpoint(message.load_assignment(), {}, [&](const auto&, const std::string&) { ++count; });
        const bool byCollection = std::ranges::any_of(message.load_assignment().endpoints(),
                                                      [](const auto& l) { return l.has_leds_cluster_locality_config(); });
        if (count == 0 && !byCollection)
            report.warning(message.has_load_assignment() ? path::field(cluster.path, "load_assignment") : cluster.path,
                           fmt::format("Cluster '{}' should have an endpoint; requests get 503", message.name()));
    }
}

void checkAddresses(const ClusterLoadAssignment& assignment, const std::string& place, Report& report)
{
    eachEndpoint(assignment, place, [&](const auto& endpoint, const std::string& at) {
        const auto& socket = endpoint.endpoint().address().socket_address();
        if (socket.address().empty() || isIp(socket.address()) || !socket.resolver_name().empty()) return;
        report.error(path::field(at, "endpoint.address.socket_address.address"),
                     fmt::format("The address must be an IP address, not the name '{}'; a cluster of type STRICT_DNS or LOGICAL_DNS takes names",
                                 socket.address()));
    });
}

void hostNameInStatic(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters)
        if (isOf(cluster.message, Cluster::STATIC))
            checkAddresses(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"), report);
    for (const auto& assignment : facts.config.assignments) checkAddresses(assignment.message, assignment.path, report);
}

void logicalDnsEndpoints(const Cluster& cluster, const std::string& place, Report& report)
{
    if (!isOf(cluster, Cluster::LOGICAL_DNS)) return;
    const std::string assignment = path::field(place, "load_assignment");
    int count = 0;
    std::string last;
    eachEndpoint(cluster.load_assignment(), assignment, [&](const auto&, const std::string& at) {
        ++count;
        last = at;
    });
    if (count == 1) return;
    report.error(count == 0 ? path::field(place, "type") : last,
                 fmt::format("A LOGICAL_DNS cluster must have exactly one endpoint; '{}' has {}", cluster.name(), count));
}

void dnsEndpoints(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        logicalDnsEndpoints(cluster.message, cluster.path, report);
        if (!isOf(cluster.message, Cluster::LOGICAL_DNS) && !isOf(cluster.message, Cluster::STRICT_DNS)) continue;
        eachEndpoint(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"),
                     [&](const auto& endpoint, const std::string& at) {
                         if (!endpoint.endpoint().address().socket_address().resolver_name().empty())
                             report.error(path::field(at, "endpoint.address.socket_address.resolver_name"),
                                          "An endpoint of a DNS cluster must not have a 'resolver_name'");
                     });
    }
}

void edsConfig(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        const bool isEds = isOf(message, Cluster::EDS);
        const auto at = [&](const char* field) { return path::field(cluster.path, field); };
        if (isEds && !message.eds_cluster_config().has_eds_config() && !message.eds_cluster_config().service_name().starts_with("xdstp:"))
            report.error(message.has_eds_cluster_config() ? at("eds_cluster_config") : at("type"),
                         fmt::format("EDS cluster '{}' must have an 'eds_cluster_config' with 'eds_config'", message.name()));
        if (!isEds && message.has_eds_cluster_config() && !message.has_cluster_type())
            report.error(at("eds_cluster_config"), "'eds_cluster_config' must stand only in a cluster of type EDS");
        if (isEds && message.has_load_assignment())
            report.warning(at("load_assignment"), "'load_assignment' is ignored: the endpoints of an EDS cluster come by EDS");
        if (isOf(message, Cluster::ORIGINAL_DST) && message.has_load_assignment())
            report.error(at("load_assignment"), "An ORIGINAL_DST cluster must not have a 'load_assignment'");
    }
}

void loadBalancing(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        const auto at = [&](const char* field) { return path::field(cluster.path, field); };
        const bool hasPolicy = message.has_load_balancing_policy();
        const bool isProvided = message.lb_policy() == Cluster::CLUSTER_PROVIDED;
        if (isProvided && !hasPolicy && !message.has_cluster_type() && message.type() != Cluster::ORIGINAL_DST)
            report.error(at("lb_policy"), "The lb_policy CLUSTER_PROVIDED must stand only in a cluster type that brings its own");
        if (isOf(message, Cluster::ORIGINAL_DST) && !isProvided && !hasPolicy && message.lb_policy() != Cluster::ROUND_ROBIN)
            report.error(at("lb_policy"), "An ORIGINAL_DST cluster must have the lb_policy CLUSTER_PROVIDED");
        if (isProvided && message.has_lb_subset_config())
            report.error(at("lb_subset_config"), "'lb_subset_config' must not stand beside the lb_policy CLUSTER_PROVIDED");
        if (hasPolicy && message.has_lb_subset_config())
            report.error(at("lb_subset_config"), "'lb_subset_config' must not stand beside 'load_balancing_policy'");
        if (message.lb_policy() == Cluster::LOAD_BALANCING_POLICY_CONFIG && !hasPolicy)
            report.error(at("lb_policy"), "LOAD_BALANCING_POLICY_CONFIG needs a 'load_balancing_policy'");
        if (hasPolicy && message.lb_policy() != Cluster::ROUND_ROBIN && message.lb_policy() != Cluster::LOAD_BALANCING_POLICY_CONFIG)
            report.warning(at("lb_policy"), "'lb_policy' is ignored beside 'load_balancing_policy'");
    }
}

void ringSizes(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& ring = cluster.message.ring_hash_lb_config();
        const std::uint64_t least = ring.has_minimum_ring_size() ? ring.minimum_ring_size().value() : 1024;
        const std::uint64_t most = ring.has_maximum_ring_size() ? ring.maximum_ring_size().value() : 8388608;
        if (cluster.message.lb_policy() == Cluster::RING_HASH && !cluster.message.has_load_balancing_policy() && least > most)
            report.error(path::field(cluster.path, "ring_hash_lb_config"),
                         fmt::format("'minimum_ring_size' ({}) must not be above 'maximum_ring_size' ({})", least, most));
    }
}

void healthChecks(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& checks = cluster.message.health_checks();
        for (int i = 0; i < checks.size(); ++i) {
            const std::string at = item(cluster.path, "health_checks", i);
            if (checks.size() > 1 && checks[i].name().empty())
                report.error(at, "Every health check must have a name when a cluster has several");
            const auto& statuses = checks[i].http_health_check().expected_statuses();
            for (int s = 0; s < statuses.size(); ++s)
                if (statuses[s].start() >= statuses[s].end())
                    report.error(item(at, "http_health_check.expected_statuses", s), "'start' must be less than 'end', which is not part of the range");
        }
    }
}

void outlierTimes(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& outlier = cluster.message.outlier_detection();
        if (outlier.has_base_ejection_time() && outlier.has_max_ejection_time() &&
            outlier.max_ejection_time().seconds() < outlier.base_ejection_time().seconds())
            report.error(path::field(cluster.path, "outlier_detection.max_ejection_time"),
                         "'max_ejection_time' must not be less than 'base_ejection_time'");
    }
}

void endpointAddresses(const Facts& facts, Report& report)
{
    const auto look = [&](const ClusterLoadAssignment& assignment, const std::string& place) {
        for (int l = 0; l < assignment.endpoints_size(); ++l) {
            std::map<std::string, int> seen;
            const auto& endpoints = assignment.endpoints(l).lb_endpoints();
            for (int e = 0; e < endpoints.size(); ++e) {
                const auto& socket = endpoints[e].endpoint().address().socket_address();
                const std::string at = path::field(item(item(place, "endpoints", l), "lb_endpoints", e), "endpoint.address.socket_address");
                if (!endpoints[e].endpoint().address().has_socket_address()) continue;
                if (socket.port_specifier_case() == envoy::config::core::v3::SocketAddress::kPortValue && socket.port_value() == 0)
                    report.warning(path::field(at, "port_value"), "The port should not be 0; connections to it fail");
                if (!seen.emplace(fmt::format("{}:{}", socket.address(), socket.port_value()), e).second && isIp(socket.address()))
                    report.warning(at, fmt::format("{}:{} stands twice in one locality and counts twice", socket.address(), socket.port_value()));
            }
        }
    };
    for (const Placed& cluster : facts.config.clusters)
        look(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"));
    for (const auto& assignment : facts.config.assignments) look(assignment.message, assignment.path);
}

void severalDropCategories(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& drops = cluster.message.load_assignment().policy().drop_overloads();
        if (drops.size() > 1)
            report.error(path::field(cluster.path, "load_assignment.policy.drop_overloads"), "There must be at most one drop category");
    }
}

void addressIsNoName(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        if (!isOf(cluster.message, Cluster::LOGICAL_DNS) && !isOf(cluster.message, Cluster::STRICT_DNS)) continue;
        eachEndpoint(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"),
                     [&](const auto& endpoint, const std::string& at) {
                         const std::string& name = endpoint.endpoint().address().socket_address().address();
                         if (isIp(name) || name.find_first_of("/:") == std::string::npos) return;
                         report.warning(path::field(at, "endpoint.address.socket_address.address"),
                                        fmt::format("'{}' should be a host name alone, without scheme, port or path", name));
                     });
    }
}

void statisticsName(const Facts& facts, Report& report)
{
    if (facts.isDump()) return;
    std::map<std::string, std::string> seen;
    for (const Placed& cluster : facts.config.clusters) {
        std::string name = cluster.message.alt_stat_name().empty() ? cluster.message.name() : cluster.message.alt_stat_name();
        std::ranges::replace(name, ':', '_');
        const auto [first, isNew] = seen.emplace(name, cluster.message.name());
        if (!isNew && first->second != cluster.message.name())
            report.warning(path::field(cluster.path, "name"),
                           fmt::format("'{}' and '{}' have one statistics name, '{}': their counters are added together",
                                       cluster.message.name(), first->second, name));
    }
}

constexpr std::array rules = {
    Rule{"C01", duplicateName},         Rule{"C02", staticNameByDiscovery}, Rule{"C03", noEndpoint},      Rule{"C04", hostNameInStatic},
    Rule{"C05", dnsEndpoints},          Rule{"C06", edsConfig},             Rule{"C09", loadBalancing},   Rule{"C10", ringSizes},
    Rule{"C11", healthChecks},      Rule{"C12", outlierTimes},          Rule{"C15", endpointAddresses}, Rule{"C16", severalDropCategories},
    Rule{"C18", addressIsNoName},       Rule{"C24", statisticsName},
};

} // namespace

std::span<const Rule> clusterRules() { return rules; }

} // namespace model::check
