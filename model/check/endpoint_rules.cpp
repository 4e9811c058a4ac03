// Rules about endpoints (anchors.md 4.3: C03 to C05, C08, C15, C16, C18 to C20, C22, C26).
#include "model/check/address.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace model::check {
namespace {

namespace path = source::path;
using Placed = source::Placed<Cluster>;
using envoy::config::core::v3::HealthStatus;
using LocalityEndpoints = envoy::config::endpoint::v3::LocalityLbEndpoints;

bool isOf(const Cluster& cluster, Cluster::DiscoveryType type)
{
    return !cluster.has_cluster_type() && cluster.type() == type;
}

/// Calls `use(endpoint, path)` for every endpoint of an assignment whose path is `place`.
template <class F> void eachEndpoint(const ClusterLoadAssignment& assignment, const std::string& place, F&& use)
{
    for (int l = 0; l < assignment.endpoints_size(); ++l)
        for (int e = 0; e < assignment.endpoints(l).lb_endpoints_size(); ++e)
            use(assignment.endpoints(l).lb_endpoints(e), item(item(place, "endpoints", l), "lb_endpoints", e));
}

/// Calls `use(assignment, path, cluster)` for every assignment; `cluster` is nullptr where it comes by EDS.
template <class F> void eachAssignment(const Facts& facts, F&& use)
{
    for (const Placed& cluster : facts.config.clusters)
        if (cluster.message.has_load_assignment())
            use(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"), &cluster.message);
    for (const auto& assignment : facts.config.assignments)
        use(assignment.message, assignment.path, facts.project.cluster(assignment.message.cluster_name()));
}

void noEndpoint(const Facts& facts, Report& report)
{
    constexpr std::array types = {Cluster::STATIC, Cluster::STRICT_DNS};
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        if (std::ranges::none_of(types, [&](auto type) { return isOf(message, type); })) continue;
        int count = 0;
        eachEndpoint(message.load_assignment(), {}, [&](const auto&, const std::string&) { ++count; });
        const bool byCollection = std::ranges::any_of(
            message.load_assignment().endpoints(), [](const auto& l) { return l.has_leds_cluster_locality_config(); });
        if (count == 0 && !byCollection)
            report.warning(message.has_load_assignment() ? path::field(cluster.path, "load_assignment") : cluster.path,
                           fmt::format("Cluster '{}' should have an endpoint; requests get 503", message.name()));
    }
}

void checkAddress(const Facts& facts, const envoy::config::core::v3::Address& address, const std::string& at,
                  Report& report)
{
    const auto& socket = address.socket_address();
    if (const std::string fault = resolutionFault(socket, *facts.revision.schema()); !fault.empty())
        report.error(path::field(at, "socket_address"), fault);
    if (socket.address().empty() || isIpAddress(socket.address()) || !socket.resolver_name().empty()) return;
    report.error(
        path::field(at, "socket_address.address"),
        fmt::format("Malformed IP address: the address must be an IP address, not the name '{}'; a cluster of type "
                    "STRICT_DNS or LOGICAL_DNS takes names",
                    socket.address()));
}

void checkAddresses(const Facts& facts, const ClusterLoadAssignment& assignment, const std::string& place,
                    Report& report)
{
    eachEndpoint(assignment, place, [&](const auto& one, const std::string& at) {
        const auto& endpoint = one.endpoint();
        checkAddress(facts, endpoint.address(), path::field(at, "endpoint.address"), report);
        for (int i = 0; i < endpoint.additional_addresses_size(); ++i)
            checkAddress(facts, endpoint.additional_addresses(i).address(),
                         path::field(item(at, "endpoint.additional_addresses", i), "address"), report);
    });
}

void hostNameInStatic(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters)
        if (isOf(cluster.message, Cluster::STATIC))
            checkAddresses(facts, cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"),
                           report);
    for (const auto& assignment : facts.config.assignments)
        checkAddresses(facts, assignment.message, assignment.path, report);
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
    report.error(
        count == 0 ? path::field(place, "type") : last,
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

void endpointAddresses(const LocalityEndpoints& group, const std::string& place, Report& report)
{
    std::map<std::string, int> seen;
    for (int e = 0; e < group.lb_endpoints_size(); ++e) {
        const auto& address = group.lb_endpoints(e).endpoint().address();
        const auto& socket = address.socket_address();
        const std::string at = path::field(item(place, "lb_endpoints", e), "endpoint.address.socket_address");
        if (!address.has_socket_address()) continue;
        if (socket.port_specifier_case() == envoy::config::core::v3::SocketAddress::kPortValue &&
            socket.port_value() == 0)
            report.warning(path::field(at, "port_value"), "The port should not be 0; connections to it fail");
        if (!seen.emplace(fmt::format("{}:{}", socket.address(), socket.port_value()), e).second &&
            isIpAddress(socket.address()))
            report.warning(at, fmt::format("{}:{} stands twice in one locality and counts twice", socket.address(),
                                           socket.port_value()));
    }
}

/// Of endpoints in a locality: hashing policies refuse a sum beyond 32 bits, others do not look.
void endpointWeights(const LocalityEndpoints& group, const std::string& place, bool hashes, Report& report)
{
    std::uint64_t sum = 0;
    for (int e = 0; e < group.lb_endpoints_size(); ++e) {
        const auto& endpoint = group.lb_endpoints(e);
        const std::uint64_t before = sum;
        sum += endpoint.has_load_balancing_weight() ? endpoint.load_balancing_weight().value() : 1;
        if (before <= 0xFFFFFFFFU && sum > 0xFFFFFFFFU)
            report.add(hashes ? Severity::Error : Severity::Advice,
                       path::field(item(place, "lb_endpoints", e), "load_balancing_weight"),
                       "The sum of the weights of a locality should not exceed 4294967295");
    }
}

void endpoints(const Facts& facts, Report& report)
{
    eachAssignment(
        facts, [&](const ClusterLoadAssignment& assignment, const std::string& place, const Cluster* cluster) {
            const bool hashes = cluster != nullptr && !cluster->has_load_balancing_policy() &&
                                (cluster->lb_policy() == Cluster::RING_HASH || cluster->lb_policy() == Cluster::MAGLEV);
            std::map<std::uint32_t, std::uint64_t> sums;
            for (int l = 0; l < assignment.endpoints_size(); ++l) {
                const auto& group = assignment.endpoints(l);
                const std::string at = item(place, "endpoints", l);
                endpointAddresses(group, at, report);
                endpointWeights(group, at, hashes, report);
                std::uint64_t& sum = sums[group.priority()];
                const std::uint64_t before = sum;
                sum += group.load_balancing_weight().value();
                if (hashes && before <= 0xFFFFFFFFU && sum > 0xFFFFFFFFU)
                    report.error(path::field(at, "load_balancing_weight"),
                                 "The sum of the weights of the localities of a priority must not exceed 4294967295");
            }
        });
}

void noAddress(const Facts& facts, Report& report)
{
    eachAssignment(facts,
                   [&](const ClusterLoadAssignment& assignment, const std::string& place, const Cluster* cluster) {
                       const bool byDns = cluster != nullptr &&
                                          (isOf(*cluster, Cluster::STRICT_DNS) || isOf(*cluster, Cluster::LOGICAL_DNS));
                       eachEndpoint(assignment, place, [&](const auto& endpoint, const std::string& at) {
                           if (!endpoint.endpoint().has_address() && endpoint.endpoint_name().empty())
                               report.add(byDns ? Severity::Warning : Severity::Error,
                                          path::field(at, "endpoint"), // DNS is asked for ''
                                          "Address must be set: an endpoint needs an 'address'");
                       });
                   });
}

void otherName(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const std::string& name = cluster.message.load_assignment().cluster_name();
        if (!name.empty() && name != cluster.message.name() && !isOf(cluster.message, Cluster::EDS))
            report.add(Severity::Info, path::field(cluster.path, "load_assignment.cluster_name"),
                       fmt::format("'{}' is not the name of the cluster, '{}'; that does no harm", name,
                                   cluster.message.name()));
    }
}

void drops(const Facts& facts, Report& report)
{
    constexpr std::uint32_t whole[] = {100, 10'000, 1'000'000}; // by envoy.type.v3.FractionalPercent.DenominatorType
    eachAssignment(facts, [&](const ClusterLoadAssignment& assignment, const std::string& place, const Cluster*) {
        const auto& list = assignment.policy().drop_overloads();
        const std::string at = path::field(place, "policy.drop_overloads");
        if (list.size() > 1) report.error(at, "There must be at most one drop category");
        for (int i = 0; i < list.size(); ++i) {
            const auto denominator = static_cast<unsigned>(list[i].drop_percentage().denominator());
            if (denominator < 3 && list[i].drop_percentage().numerator() >= whole[denominator])
                report.warning(path::index(at, i), fmt::format("'{}' drops every request", list[i].category()));
        }
    });
}

bool isDown(HealthStatus status)
{
    return status == envoy::config::core::v3::UNHEALTHY || status == envoy::config::core::v3::DRAINING ||
           status == envoy::config::core::v3::TIMEOUT;
}

void allDown(const Facts& facts, Report& report)
{
    eachAssignment(
        facts, [&](const ClusterLoadAssignment& assignment, const std::string& place, const Cluster* cluster) {
            std::string first;
            bool down = true;
            eachEndpoint(assignment, place, [&](const auto& endpoint, const std::string& at) {
                down = down && isDown(endpoint.health_status());
                if (first.empty()) first = at;
            });
            if (first.empty() || !down) return;
            const bool panics = cluster == nullptr || !cluster->common_lb_config().has_healthy_panic_threshold() ||
                                cluster->common_lb_config().healthy_panic_threshold().value() > 0;
            if (panics)
                report.warning(path::field(first, "health_status"),
                               "All endpoints are marked as down: in panic they get requests all the same");
            else
                report.warning(path::field(path::parent(place), "common_lb_config.healthy_panic_threshold"),
                               "All endpoints are marked as down, and there is no panic: every request gets 503");
        });
}

/// Names of clusters that a listener's own tables and TCP proxies send to.
std::map<std::string, std::set<std::string>> targetsByAddress(const Facts& facts)
{
    std::map<std::string, std::set<std::string>> targets;
    const auto addressOf = [](const source::Placed<Listener>& listener) {
        const auto& socket = listener.message.address().socket_address();
        return fmt::format("{}:{}", socket.address(), socket.port_value());
    };
    for (const Table& table : facts.tables)
        for (const auto& host : table.message->virtual_hosts())
            for (const auto& route : host.routes())
                if (table.listener != nullptr && !route.route().cluster().empty())
                    targets[addressOf(*table.listener)].insert(route.route().cluster());
    for (const auto& proxy : facts.tcpProxies)
        if (proxy.listener != nullptr && !proxy.message->cluster().empty())
            targets[addressOf(*proxy.listener)].insert(proxy.message->cluster());
    return targets;
}

void loops(const Facts& facts, Report& report)
{
    const auto targets = targetsByAddress(facts);
    for (const Placed& cluster : facts.config.clusters)
        eachEndpoint(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"),
                     [&](const auto& endpoint, const std::string& at) {
                         const auto& socket = endpoint.endpoint().address().socket_address();
                         const auto found = targets.find(fmt::format("{}:{}", socket.address(), socket.port_value()));
                         if (found != targets.end() && found->second.contains(cluster.message.name()))
                             report.warning(path::field(at, "endpoint.address"),
                                            "This is the listener that sends here: requests go round in a circle");
                     });
}

void subsetNamespace(const Facts& facts, Report& report)
{
    eachAssignment(facts, [&](const ClusterLoadAssignment& assignment, const std::string& place, const Cluster*) {
        eachEndpoint(assignment, place, [&](const auto& endpoint, const std::string& at) {
            for (const auto& [name, value] : endpoint.metadata().filter_metadata())
                if (name == "envoy-lb" || name == "envoy_lb" || name == "envoy.Lb" || name == "envoylb" ||
                    name == "envoy.lb.subset" || name == "lb")
                    report.warning(path::key(path::field(at, "metadata.filter_metadata"), name),
                                   fmt::format("'{}' is no subset: 'envoy.lb' is meant", name));
        });
    });
}

void noSubsetForRoute(const Facts& facts, Report& report)
{
    std::set<std::string> without;
    for (const Table& table : facts.tables)
        for (const auto& host : table.message->virtual_hosts())
            for (const auto& route : host.routes())
                if (!route.route().has_metadata_match()) without.insert(route.route().cluster());
    for (const Placed& cluster : facts.config.clusters)
        if (cluster.message.has_lb_subset_config() &&
            cluster.message.lb_subset_config().fallback_policy() == Cluster::LbSubsetConfig::NO_FALLBACK &&
            without.contains(cluster.message.name()))
            report.warning(path::field(cluster.path, "lb_subset_config"),
                           "A route without 'metadata_match' gets 503: there is no 'fallback_policy'");
}

/// Whether an endpoint's metadata asks for one of the transport sockets.
bool asksForSocket(const Cluster& cluster)
{
    for (const auto& group : cluster.load_assignment().endpoints()) {
        if (group.metadata().filter_metadata().contains("envoy.transport_socket_match")) return true;
        for (const auto& endpoint : group.lb_endpoints())
            if (endpoint.metadata().filter_metadata().contains("envoy.transport_socket_match")) return true;
    }
    return false;
}

void plainInsteadOfTls(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const Cluster& message = cluster.message;
        if (message.transport_socket_matches_size() == 0 || message.has_transport_socket() ||
            isOf(message, Cluster::EDS) || asksForSocket(message))
            continue;
        const bool forAll = std::ranges::any_of(message.transport_socket_matches(),
                                                [](const auto& match) { return match.match().fields().empty(); });
        if (!forAll)
            report.warning(item(cluster.path, "transport_socket_matches", 0),
                           "No endpoint matches, so plain text is spoken: there is no 'transport_socket'");
    }
}

void ignoredWeights(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        const bool isRandom =
            cluster.message.lb_policy() == Cluster::RANDOM && !cluster.message.has_load_balancing_policy();
        const auto& groups = cluster.message.load_assignment().endpoints();
        const std::string place = path::field(cluster.path, "load_assignment");
        bool told = false;
        eachEndpoint(cluster.message.load_assignment(), place, [&](const auto& endpoint, const std::string& at) {
            if (isRandom && !told && endpoint.load_balancing_weight().value() > 1) {
                report.warning(path::field(at, "load_balancing_weight"),
                               "The lb_policy RANDOM does not look at weights");
                told = true;
            }
        });
        for (int i = 0; i < groups.size(); ++i) {
            const bool alone = std::ranges::count(groups, groups[i].priority(), &LocalityEndpoints::priority) == 1;
            if (groups.size() > 1 && groups[i].priority() > 0 && groups[i].has_load_balancing_weight() && alone)
                report.warning(
                    item(place, "endpoints", i),
                    "Endpoints of a later priority are spares: the weight shares nothing with the first ones");
        }
    }
}

void addressIsNoName(const Facts& facts, Report& report)
{
    for (const Placed& cluster : facts.config.clusters) {
        if (!isOf(cluster.message, Cluster::LOGICAL_DNS) && !isOf(cluster.message, Cluster::STRICT_DNS)) continue;
        eachEndpoint(cluster.message.load_assignment(), path::field(cluster.path, "load_assignment"),
                     [&](const auto& endpoint, const std::string& at) {
                         const std::string& name = endpoint.endpoint().address().socket_address().address();
                         const std::string field = path::field(at, "endpoint.address.socket_address.address");
                         if (name.ends_with(".invalid")) // RFC 6761, 6.4
                             report.warning(field, fmt::format("The name '{}' never resolves; requests get 503", name));
                         if (isIpAddress(name) || name.find_first_of("/:") == std::string::npos) return;
                         report.warning(
                             field,
                             fmt::format("'{}' should be a host name alone, without scheme, port or path", name));
                     });
    }
}

/// Clusters that HTTP requests are sent to.
std::set<std::string> httpTargets(const Facts& facts)
{
    std::set<std::string> targets;
    for (const Table& table : facts.tables)
        for (const auto& host : table.message->virtual_hosts())
            for (const auto& route : host.routes()) {
                targets.insert(route.route().cluster());
                for (const auto& member : route.route().weighted_clusters().clusters()) targets.insert(member.name());
            }
    return targets;
}

bool isPlain(const Cluster& cluster)
{
    return !cluster.has_transport_socket() && cluster.transport_socket_matches_size() == 0;
}

bool speaksTls(const Cluster& cluster)
{
    return typeOf(cluster.transport_socket().typed_config()).ends_with("UpstreamTlsContext");
}

/// Ports that say what is spoken there: 443, 8443, 9443 TLS; 80, 8080 plain text. A TCP proxy may pass TLS on as it is.
void portsOfTls(const Facts& facts, Report& report)
{
    const std::set<std::string> targets = httpTargets(facts);
    eachAssignment(facts, [&](const ClusterLoadAssignment& assignment, const std::string& place,
                              const Cluster* cluster) {
        if (cluster == nullptr || (isPlain(*cluster) ? !targets.contains(cluster->name()) : !speaksTls(*cluster)))
            return;
        const bool wantsTls = isPlain(*cluster);
        eachEndpoint(assignment, place, [&](const auto& endpoint, const std::string& at) {
            const std::uint32_t port = endpoint.endpoint().address().socket_address().port_value();
            const std::string field = "endpoint.address.socket_address.port_value";
            if (wantsTls && port % 1000 == 443)
                report.warning(
                    path::field(at, field),
                    fmt::format("Port {} usually speaks TLS; cluster '{}' has no 'transport_socket' and speaks "
                                "plain text",
                                port, cluster->name()));
            if (!wantsTls && (port == 80 || port == 8080))
                report.warning(path::field(at, field),
                               fmt::format("Port {} usually speaks plain text; the 'transport_socket' of cluster '{}' "
                                           "speaks TLS",
                                           port, cluster->name()));
        });
    });
}

using Mentions = std::unordered_map<std::string_view, int>;

/// Counts how often the names stand as values in the document; texts that may speak of them inside are kept.
void collect(const source::Node& node, Mentions& mentions, std::vector<const std::string*>& texts)
{
    if (node.isScalar()) {
        if (const auto found = mentions.find(node.value); found != mentions.end()) ++found->second;
        else if (node.quoted && node.value.find_first_of(" \n(") != std::string::npos) texts.push_back(&node.value);
    }
    for (const source::Node& one : node.items) collect(one, mentions, texts);
    for (const auto& entry : node.entries) collect(entry.value, mentions, texts);
}

void unused(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump() || facts.project.hasListenerDiscovery ||
        facts.revision.tree().root == nullptr)
        return;
    const bool moreTables =
        std::ranges::any_of(facts.managers, [](const auto& m) { return !m.message->has_route_config(); });
    const bool dynamic = std::ranges::any_of(facts.tables, [](const Table& t) {
        return std::ranges::any_of(t.message->virtual_hosts(), [](const auto& h) {
            return h.has_matcher() || std::ranges::any_of(h.routes(), [](const auto& r) {
                       return r.has_route() && r.route().cluster().empty();
                   });
        });
    });
    if (moreTables || dynamic || facts.config.listeners.empty()) return;
    Mentions mentions;
    for (const Placed& cluster : facts.config.clusters) mentions.emplace(cluster.message.name(), 0);
    std::vector<const std::string*> scripts;
    collect(*facts.revision.tree().root, mentions, scripts);
    for (const Placed& cluster : facts.config.clusters) {
        const std::string& name = cluster.message.name();
        const int own = 1 + (cluster.message.load_assignment().cluster_name() == name ? 1 : 0);
        const bool spoken = mentions[name] > own || std::ranges::any_of(scripts, [&](const std::string* s) {
                                return s->find(name) != std::string::npos;
                            });
        if (!name.empty() && !spoken)
            report.add(Severity::Info, path::field(cluster.path, "name"),
                       fmt::format("Nothing here refers to the cluster '{}'", name));
    }
}

constexpr std::array rules = {
    Rule{"C03", noEndpoint},
    Rule{"C03", unused},
    Rule{"C04", hostNameInStatic},
    Rule{"C04", noAddress},
    Rule{"C05", dnsEndpoints},
    Rule{"C08", otherName},
    Rule{"C15", endpoints},
    Rule{"C16", drops},
    Rule{"C16", allDown},
    Rule{"C18", addressIsNoName},
    Rule{"C19", loops},
    Rule{"C20", subsetNamespace},
    Rule{"C20", noSubsetForRoute},
    Rule{"C22", plainInsteadOfTls},
    Rule{"C26", ignoredWeights},
    Rule{"T05", portsOfTls},
};

} // namespace

std::span<const Rule> endpointRules() { return rules; }

} // namespace model::check
