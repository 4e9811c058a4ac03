// Rules about route tables, virtual hosts and what routes refer to (anchors.md 4.3, R codes; single routes: action_rules.cpp,
// reach_rules.cpp, match_rules.cpp).
#include "model/check/each_route.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace model::check {
namespace {

using envoy::config::route::v3::Route;
using envoy::config::route::v3::RouteAction;
using envoy::config::route::v3::VirtualHost;
using envoy::config::route::v3::WeightedCluster;
namespace path = source::path;

/// Whether a chain of the table's listener has a transport socket.
bool hasTls(const Table& table)
{
    const auto& chains = table.listener->message.filter_chains();
    return std::ranges::any_of(chains, [](const auto& chain) { return chain.has_transport_socket(); });
}

/// True when a cluster of that name can be missing for certain: a whole proxy is known, and the name is not.
bool isUnknown(const Facts& facts, const std::string& cluster)
{
    return !cluster.empty() && facts.project.hasBootstrap && !facts.project.clusters.contains(cluster);
}

/// Envoy looks at inline tables of static listeners before CDS has brought anything.
bool isUnknownFor(const Facts& facts, const Table& table, const std::string& cluster)
{
    const bool isEarly =
        table.isInline() && table.listener->isStatic && facts.config.bootstrap && table.validatesClusters();
    if (isEarly) return !cluster.empty() && !facts.project.staticClusters.contains(cluster);
    return isUnknown(facts, cluster) && !facts.project.hasClusterDiscovery;
}

void tellUnknown(const Facts& facts, const Table& table, const std::string& cluster, std::string place, Report& report)
{
    if (!isUnknownFor(facts, table, cluster)) return;
    const bool late = facts.project.clusters.contains(cluster);
    const std::string text =
        late ? fmt::format("Cluster '{}' must be static: it comes by CDS after this table is checked", cluster)
             : fmt::format("There must be a cluster '{}'; none is defined", cluster);
    report.add(table.validatesClusters() ? Severity::Error : Severity::Warning, std::move(place), text);
}

void unknownCluster(const Facts& facts, Report& report, bool isInline)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table& table, const VirtualHost&) {
        if (table.isInline() == isInline && route.route().has_cluster())
            tellUnknown(facts, table, route.route().cluster(), path::field(place, "route.cluster"), report);
    });
}

void unknownClusterInline(const Facts& facts, Report& report) { unknownCluster(facts, report, true); }
void unknownClusterByDiscovery(const Facts& facts, Report& report) { unknownCluster(facts, report, false); }

void unknownTcpCluster(const Facts& facts, Report& report)
{
    const auto tell = [&](const std::string& cluster, std::string place) {
        if (isUnknown(facts, cluster) && !facts.project.hasClusterDiscovery)
            report.error(std::move(place),
                         fmt::format("There must be a cluster '{}'; connections fail without it", cluster));
    };
    for (const auto& proxy : facts.tcpProxies) {
        tell(proxy.message->cluster(), path::field(proxy.path, "cluster"));
        const auto& members = proxy.message->weighted_clusters().clusters();
        for (int i = 0; i < members.size(); ++i)
            tell(members[i].name(), item(proxy.path, "weighted_clusters.clusters", i));
    }
}

/// One member by itself: a name or a header, and a weight.
void checkMember(const WeightedCluster::ClusterWeight& member, const std::string& place, Report& report)
{
    if (!member.name().empty() && !member.cluster_header().empty())
        report.error(path::field(place, "cluster_header"),
                     "A member must have either 'name' or 'cluster_header', not both");
    if (member.name().empty() && member.cluster_header().empty())
        report.error(place, "A member must have a 'name' or a 'cluster_header'");
    if (!member.has_weight()) report.error(place, fmt::format("Member '{}' must have a 'weight'", member.name()));
}

void weightedClusters(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table& table, const VirtualHost&) {
        if (!route.route().has_weighted_clusters()) return;
        const auto& members = route.route().weighted_clusters().clusters();
        const std::string list = path::field(place, "route.weighted_clusters");
        std::uint64_t sum = 0;
        for (int i = 0; i < members.size(); ++i) {
            const std::string at = item(list, "clusters", i);
            checkMember(members[i], at, report);
            tellUnknown(facts, table, members[i].name(), path::field(at, "name"), report);
            const std::uint64_t before = sum;
            sum += members[i].weight().value();
            if (before <= 0xFFFFFFFFU && sum > 0xFFFFFFFFU)
                report.error(path::field(at, "weight"), "The sum of the weights must not exceed 4294967295");
        }
        const bool allWeighted = std::ranges::all_of(members, [](const auto& member) { return member.has_weight(); });
        if (allWeighted && sum == 0 && !members.empty())
            report.error(path::field(item(list, "clusters", 0), "weight"),
                         "The sum of the weights must be greater than 0");
        const google::protobuf::Message& whole = route.route().weighted_clusters(); // the field is deprecated
        if (whole.GetReflection()->HasField(whole, whole.GetDescriptor()->FindFieldByName("total_weight")))
            report.warning(path::field(list, "total_weight"),
                           fmt::format("'total_weight' is ignored; the weights add up to {}", sum));
    });
}

void weightsOfNoUse(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const auto& members = route.route().weighted_clusters().clusters();
        const std::string list = path::field(place, "route.weighted_clusters");
        if (members.size() == 1)
            report.advice(item(list, "clusters", 0), "A single member could be written as 'cluster'");
        std::map<std::string, int> seen;
        for (int i = 0; i < members.size(); ++i) {
            const std::string at = item(list, "clusters", i);
            if (members.size() > 1 && members[i].has_weight() && members[i].weight().value() == 0)
                report.advice(path::field(at, "weight"),
                              fmt::format("Cluster '{}' gets no request: its weight is 0", members[i].name()));
            if (!members[i].name().empty() && !seen.emplace(members[i].name(), i).second)
                report.warning(path::field(at, "name"),
                               fmt::format("Cluster '{}' should be a member only once", members[i].name()));
        }
    });
}

void mirrorClusters(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table& table, const VirtualHost&) {
        const auto& mirrors = route.route().request_mirror_policies();
        for (int i = 0; i < mirrors.size(); ++i) {
            const std::string at = item(place, "route.request_mirror_policies", i);
            if (mirrors[i].cluster().empty() == mirrors[i].cluster_header().empty())
                report.error(at, "A mirror policy must have either 'cluster' or 'cluster_header'");
            tellUnknown(facts, table, mirrors[i].cluster(), path::field(at, "cluster"), report);
        }
    });
}

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

void duplicateDomain(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        std::map<std::string, std::string> seen; // value: virtual host
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            for (int i = 0; i < host.domains_size(); ++i) {
                const auto [first, isNew] = seen.emplace(lower(host.domains(i)), host.name());
                if (isNew) continue;
                report.error(
                    item(item(table.path, "virtual_hosts", h), "domains", i),
                    fmt::format("Domain '{}' must stand only once in a route table; virtual host '{}' has it already",
                                host.domains(i), first->second));
            }
        }
    }
}

/// What is taken literally in a domain although it was hardly meant so; empty when all is well.
std::string literalIn(const std::string& domain)
{
    const std::size_t star = domain.find('*', 1);
    if (domain.size() > 1 && star != std::string::npos && star + 1 < domain.size()) return "A '*' in the middle";
    if (domain.find("://") != std::string::npos) return "A scheme";
    if (domain.find('/') != std::string::npos) return "A path";
    if (domain.starts_with('*') && domain.find(':') != std::string::npos) return "A port behind a '*'";
    return {};
}

void literalDomain(const std::string& domain, const std::string& place, Report& report)
{
    if (const std::string what = literalIn(domain); !what.empty())
        report.warning(place, fmt::format("{} is taken literally: '{}' hardly ever matches a host", what, domain));
    else if (domain.size() > 1 && domain[0] == '*' && domain[1] != '.' && domain[1] != '-')
        report.warning(
            place, fmt::format("'{}' takes 'evil{}' too; '*.{}' does not", domain, domain.substr(1), domain.substr(1)));
    else if (domain.size() > 1 && domain.ends_with('*') && domain[domain.size() - 2] != '.' &&
             domain[domain.size() - 2] != ':')
        report.warning(place, fmt::format("'{}' takes '{}.evil.org' too", domain, domain.substr(0, domain.size() - 1)));
    else if (std::ranges::any_of(domain, [](unsigned char c) { return std::isupper(c) != 0; }))
        report.advice(place, fmt::format("'{}' is compared in small letters; that does no harm", domain));
}

void domains(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            for (int i = 0; i < host.domains_size(); ++i)
                literalDomain(host.domains(i), item(item(table.path, "virtual_hosts", h), "domains", i), report);
        }
}

void emptyHost(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        const RouteConfiguration& message = *table.message;
        const bool more = message.has_vhds();
        if (message.virtual_hosts_size() == 0 && !more)
            report.warning(table.path, "The route table should have a virtual host; every request gets 404");
        for (int h = 0; h < message.virtual_hosts_size(); ++h) {
            const VirtualHost& host = message.virtual_hosts(h);
            if (host.routes_size() > 0 || host.has_matcher() || host.require_tls() != VirtualHost::NONE) continue;
            report.warning(path::field(item(table.path, "virtual_hosts", h), "routes"),
                           fmt::format("Virtual host '{}' should have a route; every request gets 404", host.name()));
        }
    }
}

void sameNameTwice(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        std::map<std::string, int> hosts;
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            const std::string place = item(table.path, "virtual_hosts", h);
            if (!hosts.emplace(host.name(), h).second)
                report.warning(path::field(place, "name"),
                               fmt::format("Two virtual hosts should not both be named '{}'", host.name()));
            std::map<std::string, int> routes;
            for (int i = 0; i < host.routes_size(); ++i)
                if (!host.routes(i).name().empty() && !routes.emplace(host.routes(i).name(), i).second)
                    report.warning(path::field(item(place, "routes", i), "name"),
                                   fmt::format("Two routes should not both be named '{}'", host.routes(i).name()));
        }
    }
}

void tables(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        std::set<std::string> plugins;
        for (const auto& plugin : table.message->cluster_specifier_plugins()) plugins.insert(plugin.extension().name());
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            const std::string at = item(table.path, "virtual_hosts", h);
            if (host.has_matcher() && host.routes_size() > 0)
                report.error(path::field(at, "matcher"),
                             fmt::format("Virtual host '{}' must not have both 'matcher' and 'routes'", host.name()));
            for (int v = 0; v < host.virtual_clusters_size(); ++v)
                if (host.virtual_clusters(v).headers_size() == 0)
                    report.error(
                        item(at, "virtual_clusters", v),
                        fmt::format("The virtual cluster '{}' must have 'headers'", host.virtual_clusters(v).name()));
            for (int r = 0; r < host.routes_size(); ++r)
                if (const std::string& plugin = host.routes(r).route().cluster_specifier_plugin();
                    !plugin.empty() && !plugins.contains(plugin))
                    report.error(
                        path::field(item(at, "routes", r), "route.cluster_specifier_plugin"),
                        fmt::format("There must be a cluster specifier plugin '{}' in the route table", plugin));
        }
    }
}

void discovery(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        const auto& source = table.message->vhds().config_source();
        const bool isDelta = source.has_ads() || source.api_config_source().api_type() ==
                                                     envoy::config::core::v3::ApiConfigSource::DELTA_GRPC;
        if (table.message->has_vhds() && !isDelta)
            report.error(path::field(table.path, "vhds.config_source"),
                         "Virtual hosts come only by ADS or a source of the type DELTA_GRPC");
    }
    for (const auto& manager : facts.managers) {
        const auto& scopes =
            manager.message->scoped_routes().scoped_route_configurations_list().scoped_route_configurations();
        for (int i = 0; i < scopes.size(); ++i)
            if (!scopes[i].route_configuration_name().empty())
                report.error(
                    path::field(item(manager.path,
                                     "scoped_routes.scoped_route_configurations_list.scoped_route_configurations", i),
                                "route_configuration_name"),
                    "A scope that stands here must hold its route table, not name one");
    }
}

void emptyDomain(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h)
            for (int i = 0; i < table.message->virtual_hosts(h).domains_size(); ++i)
                if (table.message->virtual_hosts(h).domains(i).empty())
                    report.warning(item(item(table.path, "virtual_hosts", h), "domains", i),
                                   "An empty domain never matches: no host is empty");
}

/// Headers that the table sets by overwriting, and a route sets too.
void outerHeaders(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        if (table.message->most_specific_header_mutations_wins()) continue;
        std::set<std::string> outer;
        for (const auto& option : table.message->request_headers_to_add()) outer.insert(lower(option.header().key()));
        if (outer.empty()) continue;
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h)
            for (int r = 0; r < table.message->virtual_hosts(h).routes_size(); ++r) {
                const auto& options = table.message->virtual_hosts(h).routes(r).request_headers_to_add();
                for (int i = 0; i < options.size(); ++i)
                    if (outer.contains(lower(options[i].header().key())))
                        report.warning(
                            item(item(item(table.path, "virtual_hosts", h), "routes", r), "request_headers_to_add", i),
                            fmt::format(
                                "The route table sets '{}' last, unless 'most_specific_header_mutations_wins' is set",
                                options[i].header().key()));
            }
    }
}

/// The host is chosen first; there is no way back to '*'.
void noWayToOthers(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        const auto& hosts = table.message->virtual_hosts();
        const auto catches = [](const VirtualHost& host) {
            return host.has_matcher() || std::ranges::any_of(host.routes(), takesEverything);
        };
        const auto isGeneral = [](const VirtualHost& host) {
            return std::ranges::find(host.domains(), "*") != host.domains().end();
        };
        if (std::ranges::none_of(hosts, [&](const auto& host) { return isGeneral(host) && catches(host); })) continue;
        for (int h = 0; h < hosts.size(); ++h)
            if (!isGeneral(hosts[h]) && !catches(hosts[h]) && hosts[h].routes_size() > 0)
                report.add(Severity::Info, path::field(item(table.path, "virtual_hosts", h), "routes"),
                           fmt::format("Other paths of '{}' get 404: Envoy does not go on to the virtual host for '*'",
                                       hosts[h].name()));
    }
}

void alwaysTls(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h)
            if (table.message->virtual_hosts(h).require_tls() == VirtualHost::ALL && table.listener != nullptr &&
                !hasTls(table))
                report.advice(path::field(item(table.path, "virtual_hosts", h), "require_tls"),
                              "Behind a terminator of TLS that sends no 'x-forwarded-proto: https' every request is "
                              "redirected for ever");
}

constexpr std::array rules = {
    Rule{"R01", unknownClusterInline},
    Rule{"R02", unknownClusterByDiscovery},
    Rule{"R03", unknownTcpCluster},
    Rule{"R04", weightedClusters},
    Rule{"R05", weightsOfNoUse},
    Rule{"R06", mirrorClusters},
    Rule{"R07", duplicateDomain},
    Rule{"R08", domains},
    Rule{"R10", emptyHost},
    Rule{"R26", tables},
    Rule{"R30", discovery},
    Rule{"R33", emptyDomain},
    Rule{"R35", outerHeaders},
    Rule{"R41", noWayToOthers},
    Rule{"R42", sameNameTwice},
    Rule{"R45", alwaysTls},
};

} // namespace

std::span<const Rule> routeRules() { return rules; }

} // namespace model::check
