// Rules about clusters (anchors.md 4.3, C codes but those of endpoint_rules.cpp).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace model::check {
namespace {

namespace path = source::path;
using Placed = source::Placed<Cluster>;

std::int64_t nanoseconds(const google::protobuf::Duration& d) { return d.seconds() * 1'000'000'000 + d.nanos(); }

bool isOf(const Cluster& cluster, Cluster::DiscoveryType type)
{
    return !cluster.has_cluster_type() && cluster.type() == type;
}

void duplicateName(const Facts& facts, Report& report)
{
    if (facts.isDump()) return;
    std::map<std::string, bool> seen;
    for (const Placed& cluster : facts.config.clusters) {
        const bool isNew = seen.emplace(cluster.message.name(), cluster.isStatic).second;
        if (!isNew && !cluster.message.name().empty())
            report.error(path::field(cluster.path, "name"),
                         fmt::format("Two clusters must not be named '{}'", cluster.message.name()));
    }
}

void staticNameByDiscovery(const Facts& facts, Report& report)
{
    if (facts.config.bootstrap || facts.isDump()) return;
    for (const Placed& cluster : facts.config.clusters)
        if (facts.project.staticClusters.contains(cluster.message.name()))
            report.warning(path::field(cluster.path, "name"),
                           fmt::format("A static cluster is named '{}' too; Envoy keeps that one and drops this",
                                       cluster.message.name()));
}

void edsConfig(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        const bool isEds = isOf(message, Cluster::EDS);
        const auto at = [&](const char* field) { return path::field(cluster.path, field); };
        if (isEds && !message.eds_cluster_config().has_eds_config() &&
            !message.eds_cluster_config().service_name().starts_with("xdstp:"))
            report.error(
                message.has_eds_cluster_config() ? at("eds_cluster_config") : at("type"),
                fmt::format("EDS cluster '{}' must have an 'eds_cluster_config' with 'eds_config'", message.name()));
        if (!isEds && message.has_eds_cluster_config() && !message.has_cluster_type())
            report.error(at("eds_cluster_config"), "'eds_cluster_config' must stand only in a cluster of type EDS");
        if (isEds && message.has_load_assignment())
            report.warning(at("load_assignment"),
                           "'load_assignment' is ignored: the endpoints of an EDS cluster come by EDS");
        if (isOf(message, Cluster::ORIGINAL_DST) && message.has_load_assignment())
            report.error(at("load_assignment"), "An ORIGINAL_DST cluster must not have a 'load_assignment'");
    }
}

/// Cluster types that bring a balancer of their own and can work with no other.
bool bringsBalancer(const Cluster& cluster)
{
    if (!cluster.has_cluster_type()) return false;
    const std::string_view type = typeOf(cluster.cluster_type().typed_config());
    return type == "envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig" ||
           type == "envoy.extensions.clusters.aggregate.v3.ClusterConfig";
}

void loadBalancing(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        const auto at = [&](const char* field) { return path::field(cluster.path, field); };
        const bool hasPolicy = message.has_load_balancing_policy();
        const bool isProvided = message.lb_policy() == Cluster::CLUSTER_PROVIDED;
        if (isProvided && !hasPolicy && !message.has_cluster_type() && message.type() != Cluster::ORIGINAL_DST)
            report.error(at("lb_policy"),
                         "The lb_policy CLUSTER_PROVIDED must stand only in a cluster type that brings its own");
        if (isOf(message, Cluster::ORIGINAL_DST) && !isProvided && !hasPolicy)
            report.error(at("lb_policy"), "An ORIGINAL_DST cluster must have the lb_policy CLUSTER_PROVIDED");
        if (isProvided && message.has_lb_subset_config())
            report.error(at("lb_subset_config"),
                         "'lb_subset_config' must not stand beside the lb_policy CLUSTER_PROVIDED");
        if (hasPolicy && message.has_lb_subset_config())
            report.error(at("lb_subset_config"), "'lb_subset_config' must not stand beside 'load_balancing_policy'");
        if (message.lb_policy() == Cluster::LOAD_BALANCING_POLICY_CONFIG && !hasPolicy)
            report.error(at("lb_policy"), "LOAD_BALANCING_POLICY_CONFIG needs a 'load_balancing_policy'");
        if (hasPolicy && message.lb_policy() != Cluster::ROUND_ROBIN &&
            message.lb_policy() != Cluster::LOAD_BALANCING_POLICY_CONFIG)
            report.warning(at("lb_policy"), "'lb_policy' is ignored beside 'load_balancing_policy'");
        if (hasPolicy && message.common_lb_config().locality_config_specifier_case() !=
                             Cluster::CommonLbConfig::LOCALITY_CONFIG_SPECIFIER_NOT_SET)
            report.error(
                at("common_lb_config"),
                "'load_balancing_policy' takes the place of zones, localities and hashing in 'common_lb_config'");
        else if (hasPolicy && message.common_lb_config().has_consistent_hashing_lb_config())
            report.error(at("common_lb_config"),
                         "'consistent_hashing_lb_config' must not stand beside 'load_balancing_policy'");
        if (!isProvided && !hasPolicy && bringsBalancer(message))
            report.error(at("lb_policy"),
                         fmt::format("A cluster of the type '{}' must have the lb_policy CLUSTER_PROVIDED",
                                     message.cluster_type().name()));
    }
}

void subsets(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& config = cluster.message.lb_subset_config();
        const std::string at = path::field(cluster.path, "lb_subset_config");
        for (int i = 0; i < config.subset_selectors_size(); ++i) {
            const auto& selector = config.subset_selectors(i);
            const std::set<std::string> keys(selector.keys().begin(), selector.keys().end());
            const bool byKeys = selector.fallback_policy() == Cluster::LbSubsetConfig::LbSubsetSelector::KEYS_SUBSET;
            const auto& fallback = selector.fallback_keys_subset();
            const auto isKey = [&](const std::string& key) { return keys.contains(key); };
            if (byKeys && fallback.empty())
                report.error(item(at, "subset_selectors", i), "The fallback KEYS_SUBSET needs 'fallback_keys_subset'");
            else if (byKeys && (!std::ranges::all_of(fallback, isKey) || fallback.size() >= selector.keys_size()))
                report.error(path::field(item(at, "subset_selectors", i), "fallback_keys_subset"),
                             "'fallback_keys_subset' must be some of the 'keys', not all");
        }
        if (config.locality_weight_aware() && !cluster.message.common_lb_config().has_locality_weighted_lb_config())
            report.error(path::field(at, "locality_weight_aware"),
                         "'locality_weight_aware' needs 'locality_weighted_lb_config' in 'common_lb_config'");
    }
}

void localityWeights(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& groups = cluster.message.load_assignment().endpoints();
        const bool weighs = cluster.message.common_lb_config().has_locality_weighted_lb_config();
        if (cluster.message.has_load_balancing_policy() || (!weighs && groups.size() < 2)) continue;
        const std::string list = path::field(cluster.path, "load_assignment");
        for (int i = 0; i < groups.size(); ++i)
            if (!weighs && groups[i].has_load_balancing_weight() &&
                std::ranges::all_of(groups, [](const auto& g) { return g.priority() == 0; }))
                return report.warning(path::field(item(list, "endpoints", i), "load_balancing_weight"),
                                      "Weights of localities are ignored: 'locality_weighted_lb_config' of "
                                      "'common_lb_config' is not set");
            else if (weighs && !groups[i].has_load_balancing_weight())
                report.warning(item(list, "endpoints", i),
                               "A locality without 'load_balancing_weight' gets no request");
    }
}

void ringSizes(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& ring = cluster.message.ring_hash_lb_config();
        const std::uint64_t least = ring.has_minimum_ring_size() ? ring.minimum_ring_size().value() : 1024;
        const std::uint64_t most = ring.has_maximum_ring_size() ? ring.maximum_ring_size().value() : 8388608;
        if (cluster.message.lb_policy() == Cluster::RING_HASH && !cluster.message.has_load_balancing_policy() &&
            least > most)
            report.error(
                path::field(cluster.path, "ring_hash_lb_config"),
                fmt::format("'minimum_ring_size' ({}) must not be above 'maximum_ring_size' ({})", least, most));
    }
}

/// Settings of one policy beside another: not even looked at.
void settingsOfAnother(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        const auto tell = [&](bool isSet, Cluster::LbPolicy policy, const char* field) {
            if (isSet && message.lb_policy() != policy && !message.has_load_balancing_policy())
                report.warning(path::field(cluster.path, field),
                               fmt::format("'{}' is ignored: the lb_policy is {}", field,
                                           Cluster::LbPolicy_Name(message.lb_policy())));
        };
        tell(message.has_ring_hash_lb_config(), Cluster::RING_HASH, "ring_hash_lb_config");
        tell(message.has_maglev_lb_config(), Cluster::MAGLEV, "maglev_lb_config");
        tell(message.has_least_request_lb_config(), Cluster::LEAST_REQUEST, "least_request_lb_config");
        tell(message.has_round_robin_lb_config(), Cluster::ROUND_ROBIN, "round_robin_lb_config");
    }
}

bool isPrime(std::uint64_t number)
{
    if (number < 2) return false;
    for (std::uint64_t divisor = 2; divisor * divisor <= number; ++divisor)
        if (number % divisor == 0) return false;
    return true;
}

void tableSize(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& maglev = cluster.message.maglev_lb_config();
        if (cluster.message.lb_policy() == Cluster::MAGLEV && maglev.has_table_size() &&
            !isPrime(maglev.table_size().value()))
            report.error(path::field(cluster.path, "maglev_lb_config.table_size"),
                         "'table_size' must be a prime number");
    }
}

using HttpCheck = envoy::config::core::v3::HealthCheck::HttpHealthCheck;

template <class List> void statusRanges(const List& ranges, const std::string& at, const char* list, Report& report)
{
    for (int i = 0; i < ranges.size(); ++i) {
        const std::string place = item(at, list, i);
        if (ranges[i].start() >= ranges[i].end())
            report.error(place, "'start' must be less than 'end', which is not part of the range");
        else if (ranges[i].start() < 100 || ranges[i].end() > 600)
            report.error(place, "Statuses lie between 100 and 599");
        else if (ranges[i].end() % 100 == 4 ||
                 ranges[i].end() % 100 == 99) // 204, 299, 399: hardly meant to be left out
            report.warning(place, fmt::format("The status {} itself is not part of the range", ranges[i].end()));
    }
}

void healthChecks(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& checks = cluster.message.health_checks();
        for (int i = 0; i < checks.size(); ++i) {
            const std::string at = item(cluster.path, "health_checks", i);
            const HttpCheck& http = checks[i].http_health_check();
            if (checks.size() > 1 && checks[i].name().empty())
                report.error(at, "Every health check must have a name when a cluster has several");
            statusRanges(http.expected_statuses(), at, "http_health_check.expected_statuses", report);
            statusRanges(http.retriable_statuses(), at, "http_health_check.retriable_statuses", report);
            if (checks[i].has_grpc_health_check() && !speaksHttp2(cluster.message))
                report.error(path::field(at, "grpc_health_check"),
                             fmt::format("A gRPC health check needs HTTP/2, which cluster '{}' does not speak",
                                         cluster.message.name()));
            if (checks[i].has_interval() && checks[i].has_timeout() &&
                nanoseconds(checks[i].interval()) < nanoseconds(checks[i].timeout()))
                report.warning(path::field(at, "interval"), "'interval' should not be less than 'timeout'");
            if (checks[i].has_http_health_check() && http.host().empty())
                report.advice(
                    path::field(at, "http_health_check"),
                    fmt::format("The checks carry the Host '{}', the cluster's name; 'host' would say another",
                                cluster.message.name()));
        }
    }
}

void outlierTimes(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& outlier = cluster.message.outlier_detection();
        if (outlier.has_base_ejection_time() && outlier.has_max_ejection_time() &&
            nanoseconds(outlier.max_ejection_time()) < nanoseconds(outlier.base_ejection_time()))
            report.error(path::field(cluster.path, "outlier_detection.max_ejection_time"),
                         "'max_ejection_time' must not be less than 'base_ejection_time'");
    }
}

/// Whether the configuration itself asks for ejections, not only for how long they last.
bool saysWhenToEject(const envoy::config::cluster::v3::OutlierDetection& outlier)
{
    return outlier.has_consecutive_5xx() || outlier.has_consecutive_gateway_failure() ||
           outlier.has_consecutive_local_origin_failure() || outlier.has_success_rate_minimum_hosts() ||
           outlier.has_failure_percentage_threshold() || outlier.has_max_ejection_percent() || outlier.has_interval();
}

/// Of few hosts the allowed share is less than one.
void neverEjected(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& outlier = cluster.message.outlier_detection();
        if (!cluster.message.has_outlier_detection() || outlier.always_eject_one_host().value()) continue;
        if (!isOf(cluster.message, Cluster::STATIC) && !isOf(cluster.message, Cluster::STRICT_DNS)) continue;
        std::uint64_t hosts = 0;
        for (const auto& group : cluster.message.load_assignment().endpoints())
            hosts += static_cast<std::uint64_t>(group.lb_endpoints_size());
        if (isOf(cluster.message, Cluster::STRICT_DNS) && hosts > 0) continue; // a name may stand for many
        const std::uint64_t share = outlier.has_max_ejection_percent() ? outlier.max_ejection_percent().value() : 10;
        if (hosts == 1 && !saysWhenToEject(outlier)) continue; // a single host is better kept
        if (hosts > 0 && hosts * share < 100)
            report.warning(
                path::field(cluster.path, "outlier_detection"),
                fmt::format("No host is ever ejected: {} % of {} hosts is less than one ('max_ejection_percent')",
                            share, hosts));
    }
}

bool isSetIn(const google::protobuf::Message& message, const char* field) // some of them are deprecated
{
    return message.GetReflection()->HasField(message, message.GetDescriptor()->FindFieldByName(field));
}

void httpOptions(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        if (isSetIn(cluster.message, "http_protocol_options") && isSetIn(cluster.message, "http2_protocol_options") &&
            !isSetIn(cluster.message, "protocol_selection"))
            report.error(path::field(cluster.path, "http2_protocol_options"),
                         "Both HTTP1 and HTTP2 options may only be configured with non-default 'protocol_selection' "
                         "values");
        const std::string list = path::field(cluster.path, "typed_extension_protocol_options");
        const google::protobuf::Message& whole = cluster.message; // the field is deprecated
        const bool here = whole.GetReflection()->HasField(
            whole, whole.GetDescriptor()->FindFieldByName("max_requests_per_connection"));
        for (const auto& [key, any] : cluster.message.typed_extension_protocol_options()) {
            const auto options = unpack<HttpProtocolOptions>(any);
            const std::string at = path::key(list, key);
            if (options == nullptr && key == HttpProtocolOptions::descriptor()->full_name() &&
                !typeOf(any).ends_with(".TypedStruct"))
                report.error(at, fmt::format("Unable to unpack as {}: '{}' is given", key, typeOf(any)));
            if (options == nullptr) continue;
            if (key != "envoy.extensions.upstreams.http.v3.HttpProtocolOptions")
                report.error(at, "The key must be 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'");
            if (here && options->common_http_protocol_options().has_max_requests_per_connection())
                report.error(path::field(cluster.path, "max_requests_per_connection"),
                             "'max_requests_per_connection' must stand in one place only");
            const std::string_view socket = typeOf(cluster.message.transport_socket().typed_config());
            const bool wraps =
                socket.ends_with("QuicUpstreamTransport") || socket.ends_with("Http11ProxyUpstreamTransport");
            const auto& automatic = options->auto_config();
            if (automatic.has_http3_protocol_options() && !automatic.has_alternate_protocols_cache_options())
                report.error(path::field(at, "auto_config"),
                             "HTTP/3 by itself needs 'alternate_protocols_cache_options'");
            if (options->explicit_http_config().has_http3_protocol_options() && !wraps)
                report.error(path::field(at, "explicit_http_config"),
                             "HTTP/3 needs the transport socket QuicUpstreamTransport");
        }
    }
}

/// Clusters that some route of a listener with a gRPC condition, or a gRPC service, means.
bool isForGrpc(const Facts& facts, const Cluster& cluster)
{
    const auto checks = [](const auto& check) { return check.has_grpc_health_check(); };
    if (std::ranges::any_of(cluster.health_checks(), checks)) return true;
    for (const Table& table : facts.tables)
        for (const auto& host : table.message->virtual_hosts())
            for (const auto& route : host.routes())
                if (route.match().has_grpc() && route.route().cluster() == cluster.name()) return true;
    return false;
}

void upstreamProtocol(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters)
        for (const auto& [key, any] : cluster.message.typed_extension_protocol_options()) {
            const auto options = unpack<HttpProtocolOptions>(any);
            if (options == nullptr) continue;
            const std::string at = path::key(path::field(cluster.path, "typed_extension_protocol_options"), key);
            if (options->use_downstream_protocol_config().has_http2_protocol_options())
                report.usual(
                    path::field(at, "use_downstream_protocol_config"),
                    "What the client speaks is spoken to the upstream: a client of HTTP/1.1 makes it HTTP/1.1");
            if (options->explicit_http_config().has_http2_protocol_options() && report.showsUsual() &&
                !cluster.message.has_transport_socket() && !isForGrpc(facts, cluster.message))
                report.usual(
                    path::field(at, "explicit_http_config"),
                    "HTTP/2 is spoken to every endpoint; one that knows HTTP/1.1 alone makes 502 of each request");
        }
}

void connecting(const Facts& facts, Report& report)
{
    const bool reportsLoad =
        facts.config.bootstrap && facts.config.bootstrap->cluster_manager().has_load_stats_config();
    for (const Placed& cluster : facts.config.clusters)
        if (reportsLoad && cluster.message.track_cluster_stats().per_endpoint_stats())
            report.error(path::field(cluster.path, "track_cluster_stats"),
                         "'per_endpoint_stats' must not stand beside 'load_stats_config' of the cluster manager");
}

void breakers(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const auto& thresholds = cluster.message.circuit_breakers().thresholds();
        std::set<int> seen;
        for (int i = 0; i < thresholds.size(); ++i) {
            const std::string at = item(path::field(cluster.path, "circuit_breakers"), "thresholds", i);
            const auto zero = [&](bool isSet, std::uint32_t value, const char* field) {
                if (isSet && value == 0 && thresholds[i].priority() == envoy::config::core::v3::DEFAULT)
                    report.warning(path::field(at, field), fmt::format("'{}' of 0 refuses requests", field));
            };
            zero(thresholds[i].has_max_connections(), thresholds[i].max_connections().value(), "max_connections");
            zero(thresholds[i].has_max_requests(), thresholds[i].max_requests().value(), "max_requests");
            zero(thresholds[i].has_max_pending_requests(), thresholds[i].max_pending_requests().value(),
                 "max_pending_requests");
            if (thresholds[i].has_max_retries() && thresholds[i].has_retry_budget())
                report.warning(path::field(at, "max_retries"), "'max_retries' is ignored beside 'retry_budget'");
            if (!seen.insert(thresholds[i].priority()).second)
                report.warning(at, "Only the first thresholds of a priority count");
        }
        if (seen == std::set<int>{envoy::config::core::v3::HIGH})
            report.warning(item(path::field(cluster.path, "circuit_breakers"), "thresholds", 0),
                           "Only routes of priority HIGH are limited; the usual one is DEFAULT");
    }
}

void dnsOfStatic(const Facts& facts, Report& report)
{
    constexpr std::array fields = {"dns_lookup_family", "dns_refresh_rate", "respect_dns_ttl", "dns_resolvers",
                                   "dns_failure_refresh_rate"};
    for (const Placed& cluster : facts.config.clusters) {
        if (!isOf(cluster.message, Cluster::STATIC) || cluster.message.has_load_balancing_policy()) continue;
        const google::protobuf::Message& whole = cluster.message;
        for (const char* field : fields) {
            const auto* found = whole.GetDescriptor()->FindFieldByName(field);
            const bool isSet = found->is_repeated() ? whole.GetReflection()->FieldSize(whole, found) > 0
                                                    : whole.GetReflection()->HasField(whole, found);
            if (isSet)
                report.warning(path::field(cluster.path, field),
                               fmt::format("'{}' is ignored: a STATIC cluster asks no DNS", field));
        }
    }
}

void originalDestination(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.project.hasListenerDiscovery || facts.isDump()) return;
    const bool known = std::ranges::any_of(facts.config.listeners, [](const auto& listener) {
        return listener.message.use_original_dst().value() || listener.message.has_internal_listener() ||
               std::ranges::any_of(listener.message.listener_filters(), [](const auto& f) {
                   return typeOf(f.typed_config()).ends_with("OriginalDst") ||
                          f.name().find("original_dst") != std::string::npos || f.has_config_discovery();
               });
    });
    for (const Placed& cluster : facts.config.clusters)
        if (isOf(cluster.message, Cluster::ORIGINAL_DST) && !known &&
            !cluster.message.original_dst_lb_config().use_http_header() &&
            !cluster.message.original_dst_lb_config().has_metadata_key())
            report.warning(
                path::field(cluster.path, "type"),
                "No listener keeps the original destination (listener filter original_dst); requests get 503");
}

/// Aggregate clusters name others, which must exist.
void aggregate(const View& cluster, const Facts& facts, Report& report)
{
    const View config = cluster.in("cluster_type.typed_config");
    if (config.type() != "envoy.extensions.clusters.aggregate.v3.ClusterConfig") return;
    int i = 0;
    for (const std::string& name : config.texts("clusters")) {
        const std::string at = path::index(config.at("clusters"), i++);
        if (name == cluster.text("name"))
            report.warning(at, fmt::format("The cluster '{}' must not hold itself", name));
        else if (facts.project.isMissing(name))
            report.warning(at, fmt::format("There must be a cluster '{}'; none is defined", name));
    }
}

void statisticsName(const Facts& facts, Report& report)
{
    if (facts.isDump()) return;
    std::map<std::string, std::string> seen;
    for (const Placed& cluster : facts.config.clusters) {
        std::string name =
            cluster.message.alt_stat_name().empty() ? cluster.message.name() : cluster.message.alt_stat_name();
        std::ranges::replace(name, ':', '_');
        const auto [first, isNew] = seen.emplace(name, cluster.message.name());
        if (!isNew && first->second != cluster.message.name())
            report.warning(
                path::field(cluster.path, "name"),
                fmt::format("'{}' and '{}' have one statistics name, '{}': their counters are added together",
                            cluster.message.name(), first->second, name));
    }
}

constexpr std::array rules = {
    Rule{"C01", duplicateName},
    Rule{"C02", staticNameByDiscovery},
    Rule{"C06", edsConfig},
    Rule{"C09", loadBalancing},
    Rule{"C09", subsets},
    Rule{"C09", localityWeights},
    Rule{"C10", ringSizes},
    Rule{"C10", settingsOfAnother},
    Rule{"C10", tableSize},
    Rule{"C11", healthChecks},
    Rule{"C12", outlierTimes},
    Rule{"C12", neverEjected},
    Rule{"C13", httpOptions},
    Rule{"C13", upstreamProtocol},
    Rule{"C14", connecting},
    Rule{"C17", breakers},
    Rule{"C21", originalDestination},
    Rule{"C24", statisticsName},
    Rule{"C25", dnsOfStatic},
};

void ringOfPolicy(const View& policy, const Facts&, Report& report)
{
    const std::int64_t least = policy.has("minimum_ring_size") ? policy.number("minimum_ring_size") : 1024;
    const std::int64_t most = policy.has("maximum_ring_size") ? policy.number("maximum_ring_size") : 8388608;
    if (least > most)
        report.error(policy.at("minimum_ring_size"),
                     fmt::format("ring hash: minimum_ring_size ({}) > maximum_ring_size ({})", least, most));
}

void tableOfPolicy(const View& policy, const Facts&, Report& report)
{
    if (policy.has("table_size") && !isPrime(static_cast<std::uint64_t>(policy.number("table_size"))))
        report.error(policy.at("table_size"), "The table size of maglev must be a prime number");
}

void perHost(const View& breakers, const Facts&, Report& report)
{
    for (const View& one : breakers.all("per_host_thresholds"))
        for (const char* field : {"max_pending_requests", "max_requests", "max_retries", "retry_budget",
                                  "track_remaining", "max_connection_pools"})
            if (one.has(field))
                report.error(one.at(field),
                             "Unsupported field in per_host_thresholds: it takes 'max_connections' only");
}

void payload(const View& payload, const Facts&, Report& report)
{
    const std::string text = payload.text("text");
    const auto isHex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (text.size() % 2 != 0 || !std::ranges::all_of(text, isHex))
        report.error(payload.at("text"), fmt::format("Invalid hex string '{}': each byte is two digits", text));
}

void sentPayload(const View& check, const Facts&, Report& report)
{
    constexpr std::array<std::string_view, 4> methods = {"POST", "PUT", "PATCH", "OPTIONS"};
    const std::string method = check.text("method") == "METHOD_UNSPECIFIED" ? "GET" : check.text("method");
    if (check.has("send") && std::ranges::find(methods, method) == methods.end())
        report.error(check.at("send"),
                     fmt::format("HTTP health check cannot specify a request payload with method '{}', only with POST, "
                                 "PUT, PATCH and OPTIONS",
                                 method));
}

/// How long to wait after DNS failed, of clusters that ask it.
void failureRefresh(const View& owner, const Facts&, Report& report)
{
    const std::string type = owner.text("type");
    if (owner.type() == "envoy.config.cluster.v3.Cluster" && type != "STRICT_DNS" && type != "LOGICAL_DNS") return;
    const View rate = owner.in("dns_failure_refresh_rate");
    const auto base = rate.nanoseconds("base_interval"), most = rate.nanoseconds("max_interval");
    if (base && most && *most < *base)
        report.error(rate.at("max_interval"),
                     "dns_failure_refresh_rate must have max_interval greater than or equal to the base_interval");
}

constexpr const char* healthCheck = "envoy.config.core.v3.HealthCheck.HttpHealthCheck";
constexpr std::array typeRules = {
    TypeRule{"C05", "envoy.config.cluster.v3.Cluster", failureRefresh},
    TypeRule{"C05", "envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig", failureRefresh},
    TypeRule{"C10", "envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash", ringOfPolicy},
    TypeRule{"C10", "envoy.extensions.load_balancing_policies.maglev.v3.Maglev", tableOfPolicy},
    TypeRule{"C11", "envoy.config.core.v3.HealthCheck.Payload", payload},
    TypeRule{"C11", healthCheck, sentPayload},
    TypeRule{"C17", "envoy.config.cluster.v3.CircuitBreakers", perHost},
    TypeRule{"C23", "envoy.config.cluster.v3.Cluster", aggregate},
};

} // namespace

std::span<const Rule> clusterRules() { return rules; }
std::span<const TypeRule> clusterTypeRules() { return typeRules; }

} // namespace model::check
