// Rules about route tables, virtual hosts and what routes refer to (anchors.md 4.3, R codes but R12).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

namespace model::check {
namespace {

using envoy::config::route::v3::Route;
using envoy::config::route::v3::RouteAction;
using envoy::config::route::v3::VirtualHost;
using envoy::config::route::v3::WeightedCluster;
namespace path = source::path;

/// Calls `use(route, path, table)` for every route of every virtual host.
template <class F> void eachRoute(const Facts& facts, F&& use)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            const std::string place = item(table.path, "virtual_hosts", h);
            for (int i = 0; i < host.routes_size(); ++i) use(host.routes(i), item(place, "routes", i), table);
        }
}

/// True when a cluster of that name can be missing for certain: a whole proxy is known, and the name is not.
bool isUnknown(const Facts& facts, const std::string& cluster)
{
    return !cluster.empty() && facts.project.hasBootstrap && !facts.project.clusters.contains(cluster);
}

/// Envoy looks at inline tables of static listeners before CDS has brought anything.
bool isUnknownFor(const Facts& facts, const Table& table, const std::string& cluster)
{
    const bool isEarly = table.isInline() && table.listener->isStatic && facts.config.bootstrap && table.validatesClusters();
    if (isEarly) return !cluster.empty() && !facts.project.staticClusters.contains(cluster);
    return isUnknown(facts, cluster) && !facts.project.hasClusterDiscovery;
}

void tellUnknown(const Facts& facts, const Table& table, const std::string& cluster, std::string place, Report& report)
{
    if (!isUnknownFor(facts, table, cluster)) return;
    const bool late = facts.project.clusters.contains(cluster);
    const std::string text = late ? fmt::format("Cluster '{}' must be static: it comes by CDS after this table is checked", cluster)
                                  : fmt::format("There must be a cluster '{}'; none is defined", cluster);
    report.add(table.validatesClusters() ? Severity::Error : Severity::Warning, std::move(place), text);
}

void unknownCluster(const Facts& facts, Report& report, bool isInline)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table& table) {
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
            report.error(std::move(place), fmt::format("There must be a cluster '{}'; connections fail without it", cluster));
    };
    for (const auto& proxy : facts.tcpProxies) {
        tell(proxy.message->cluster(), path::field(proxy.path, "cluster"));
        const auto& members = proxy.message->weighted_clusters().clusters();
        for (int i = 0; i < members.size(); ++i) tell(members[i].name(), item(proxy.path, "weighted_clusters.clusters", i));
    }
}

/// One member by itself: a name or a header, and a weight.
void checkMember(const WeightedCluster::ClusterWeight& member, const std::string& place, Report& report)
{
    if (!member.name().empty() && !member.cluster_header().empty())
        report.error(path::field(place, "cluster_header"), "A member must have either 'name' or 'cluster_header', not both");
    if (member.name().empty() && member.cluster_header().empty())
        report.error(place, "A member must have a 'name' or a 'cluster_header'");
    if (!member.has_weight()) report.error(place, fmt::format("Member '{}' must have a 'weight'", member.name()));
}

void weightedClusters(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table& table) {
        if (!route.route().has_weighted_clusters()) return;
        const auto& members = route.route().weighted_clusters().clusters();
        const std::string list = path::field(place, "route.weighted_clusters");
        std::uint64_t sum = 0;
        for (int i = 0; i < members.size(); ++i) {
            const std::string at = item(list, "clusters", i);
            checkMember(members[i], at, report);
            tellUnknown(facts, table, members[i].name(), path::field(at, "name"), report);
            sum += members[i].weight().value();
        }
        const bool allWeighted = std::ranges::all_of(members, [](const auto& member) { return member.has_weight(); });
        if (allWeighted && (sum == 0 || sum > 0xFFFFFFFFU))
            report.error(path::field(list, "clusters"), "The sum of the weights must be between 1 and 4294967295");
        const google::protobuf::Message& whole = route.route().weighted_clusters(); // the field is deprecated
        if (whole.GetReflection()->HasField(whole, whole.GetDescriptor()->FindFieldByName("total_weight")))
            report.warning(path::field(list, "total_weight"), fmt::format("'total_weight' is ignored; the weights add up to {}", sum));
    });
}

void weightsOfNoUse(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table&) {
        const auto& members = route.route().weighted_clusters().clusters();
        const std::string list = path::field(place, "route.weighted_clusters");
        if (members.size() == 1) report.advice(item(list, "clusters", 0), "A single member could be written as 'cluster'");
        std::map<std::string, int> seen;
        for (int i = 0; i < members.size(); ++i) {
            const std::string at = item(list, "clusters", i);
            if (members.size() > 1 && members[i].has_weight() && members[i].weight().value() == 0)
                report.advice(path::field(at, "weight"), fmt::format("Cluster '{}' gets no request: its weight is 0", members[i].name()));
            if (!members[i].name().empty() && !seen.emplace(members[i].name(), i).second)
                report.warning(path::field(at, "name"), fmt::format("Cluster '{}' should be a member only once", members[i].name()));
        }
    });
}

void mirrorClusters(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table& table) {
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
                report.error(item(item(table.path, "virtual_hosts", h), "domains", i),
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

void literalDomain(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            for (int i = 0; i < host.domains_size(); ++i)
                if (const std::string what = literalIn(host.domains(i)); !what.empty())
                    report.warning(item(item(table.path, "virtual_hosts", h), "domains", i),
                                   fmt::format("{} is taken literally: '{}' hardly ever matches a host", what, host.domains(i)));
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
            report.warning(item(table.path, "virtual_hosts", h),
                           fmt::format("Virtual host '{}' should have a route; every request gets 404", host.name()));
        }
    }
}

void severalRewrites(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table&) {
        const RouteAction& action = route.route();
        const int count = !action.prefix_rewrite().empty() + action.has_regex_rewrite() + action.has_path_rewrite_policy() +
                          !action.path_rewrite().empty();
        const bool byExtension = route.match().has_path_match_policy() && !action.prefix_rewrite().empty();
        const char* field = action.prefix_rewrite().empty() ? "route.regex_rewrite" : "route.prefix_rewrite";
        if (count > 1 || byExtension)
            report.error(path::field(place, field), "Only one kind of path rewrite may be set, and no prefix_rewrite with a path_match_policy");
    });
}

void slashesOfRewrite(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table&) {
        const std::string& from = route.match().prefix();
        const std::string& to = route.route().prefix_rewrite();
        if (from.size() < 2 || to.empty() || from.ends_with('/') == to.ends_with('/')) return;
        const std::string rest = from.ends_with('/') ? "y" : "/y";
        report.warning(path::field(place, "route.prefix_rewrite"),
                       fmt::format("'{}' and '{}' should both end with a slash or both not: '{}{}' becomes '{}{}'", from, to, from,
                                   rest, to, rest));
    });
}

void retryTimes(const Facts& facts, Report& report)
{
    const auto nanos = [](const google::protobuf::Duration& d) { return d.seconds() * 1'000'000'000 + d.nanos(); };
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table&) {
        if (!route.route().has_retry_policy()) return;
        const auto& policy = route.route().retry_policy();
        const auto& backOff = policy.retry_back_off();
        const std::string at = path::field(place, "route.retry_policy");
        if (backOff.has_max_interval() && backOff.has_base_interval() && nanos(backOff.max_interval()) < nanos(backOff.base_interval()))
            report.error(path::field(at, "retry_back_off.max_interval"), "'max_interval' must not be less than 'base_interval'");
        if (policy.retry_on().empty() && policy.retriable_status_codes_size() == 0)
            report.warning(at, "'retry_on' should say when to retry; without it nothing is tried again");
        const auto& timeout = route.route().timeout();
        if (policy.has_per_try_timeout() && route.route().has_timeout() && nanos(timeout) > 0 &&
            nanos(policy.per_try_timeout()) >= nanos(timeout))
            report.warning(path::field(at, "per_try_timeout"), "'per_try_timeout' should be less than the route's 'timeout'");
    });
}

void duplicateUpgrade(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table&) {
        const auto& upgrades = route.route().upgrade_configs();
        std::map<std::string, int> seen;
        for (int i = 0; i < upgrades.size(); ++i) {
            const std::string type = lower(upgrades[i].upgrade_type());
            const std::string at = item(place, "route.upgrade_configs", i);
            if (!seen.emplace(type, i).second)
                report.error(at, fmt::format("The upgrade '{}' must be listed only once", upgrades[i].upgrade_type()));
            if (upgrades[i].has_connect_config() && type != "connect" && type != "connect-udp")
                report.error(path::field(at, "connect_config"), "'connect_config' must stand only beside the upgrade type CONNECT");
        }
    });
}

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

void neverMatches(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const std::string& place, const Table&) {
        const auto& match = route.match();
        const std::string at = path::field(place, "match");
        if (match.path().find('?') != std::string::npos)
            report.warning(path::field(at, "path"), fmt::format("'{}' never matches: a path is compared without its query", match.path()));
        if (!match.prefix().empty() && !match.prefix().starts_with('/'))
            report.warning(path::field(at, "prefix"), fmt::format("'{}' never matches: a path begins with '/'", match.prefix()));
        for (int i = 0; i < match.headers_size(); ++i) {
            const std::string& method = match.headers(i).string_match().exact();
            if (match.headers(i).name() == ":method" && method != upper(method))
                report.warning(item(at, "headers", i), fmt::format("'{}' never matches: methods are written in capitals", method));
        }
        if (match.has_runtime_fraction() && match.runtime_fraction().default_value().numerator() == 0 &&
            match.runtime_fraction().runtime_key().empty())
            report.warning(path::field(at, "runtime_fraction"), "0 % of the requests match: 'default_value' has no 'numerator'");
    });
}

void sameNameTwice(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        std::map<std::string, int> hosts;
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            const std::string place = item(table.path, "virtual_hosts", h);
            if (!hosts.emplace(host.name(), h).second)
                report.warning(path::field(place, "name"), fmt::format("Two virtual hosts should not both be named '{}'", host.name()));
            std::map<std::string, int> routes;
            for (int i = 0; i < host.routes_size(); ++i)
                if (!host.routes(i).name().empty() && !routes.emplace(host.routes(i).name(), i).second)
                    report.warning(path::field(item(place, "routes", i), "name"),
                                   fmt::format("Two routes should not both be named '{}'", host.routes(i).name()));
        }
    }
}

constexpr std::array rules = {
    Rule{"R01", unknownClusterInline}, Rule{"R02", unknownClusterByDiscovery}, Rule{"R03", unknownTcpCluster},
    Rule{"R04", weightedClusters},     Rule{"R05", weightsOfNoUse},            Rule{"R06", mirrorClusters},
    Rule{"R07", duplicateDomain},      Rule{"R08", literalDomain},             Rule{"R10", emptyHost},
    Rule{"R16", severalRewrites},      Rule{"R17", slashesOfRewrite},          Rule{"R20", retryTimes},
    Rule{"R22", duplicateUpgrade},     Rule{"R33", neverMatches},              Rule{"R42", sameNameTwice},
};

} // namespace

std::span<const Rule> routeRules() { return rules; }

} // namespace model::check
