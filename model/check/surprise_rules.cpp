// Rules about routes that are written in a usual and right way, and still do what not everybody expects (anchors.md 4.3: C17, R09,
// R14, R21, R25, R32, R39, R46). All of it is information, but for hosts that certainly come with a port.
#include "model/check/each_route.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace model::check {
namespace {

namespace path = source::path;
using envoy::config::route::v3::RetryPolicy;
using envoy::config::route::v3::Route;
using envoy::config::route::v3::RouteAction;
using envoy::config::route::v3::VirtualHost;

/// Calls `use(host, path, table)` for every virtual host.
template <class F> void eachHost(const Facts& facts, F&& use)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h)
            use(table.message->virtual_hosts(h), item(table.path, "virtual_hosts", h), table);
}

// ---- hosts and paths that nothing takes ------------------------------------------------------------------------------

bool hasPort(const std::string& domain)
{
    const std::size_t colon = domain.rfind(':');
    return colon != std::string::npos && domain.find(']', colon) == std::string::npos;
}

/// The port that clients have to write into the host; 0 when they need not, or when it does not matter.
std::uint32_t writtenPort(const Table& table)
{
    if (table.manager == nullptr || table.listener == nullptr || table.message->ignore_port_in_host_matching())
        return 0;
    const HttpConnectionManager& manager = *table.manager->message;
    if (manager.strip_any_host_port() || manager.strip_matching_host_port()) return 0;
    const std::uint32_t port = table.listener->message.address().socket_address().port_value();
    return port == 80 || port == 443 ? 0 : port;
}

/// Whether some domain of the table begins with the host and a colon.
bool hasWithPort(const std::set<std::string>& domains, const std::string& host)
{
    const auto next = domains.lower_bound(host + ":");
    return next != domains.end() && next->starts_with(host + ":");
}

void portInHost(const Table& table, const std::set<std::string>& domains, const VirtualHost& host,
                const std::string& place, Report& report)
{
    const std::uint32_t port = writtenPort(table);
    const bool strips = table.message->ignore_port_in_host_matching() ||
                        (table.manager != nullptr && table.manager->message->strip_any_host_port());
    for (int i = 0; i < host.domains_size(); ++i) {
        const std::string& domain = host.domains(i);
        const std::string at = item(place, "domains", i);
        if (domain.empty() || domain.front() == '*' || domain.back() == '*') continue;
        if (const std::size_t colon = domain.rfind(':'); hasPort(domain)) {
            if (!strips && !domains.contains(domain.substr(0, colon)) && table.manager != nullptr)
                report.usual(at, fmt::format("'{}' takes the host with that port only, not '{}' nor another port",
                                             domain, domain.substr(0, colon)));
        } else if (port != 0 && !hasWithPort(domains, domain))
            report.usual(at, fmt::format("'{0}' takes neither '{0}:{1}', as clients of port {1} write it, nor '{0}.' "
                                         "('strip_any_host_port', 'strip_trailing_host_dot')",
                                         domain, port));
    }
}

void hostsWithPort(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        std::set<std::string> domains;
        for (const VirtualHost& host : table.message->virtual_hosts())
            domains.insert(host.domains().begin(), host.domains().end());
        for (int h = 0; h < table.message->virtual_hosts_size() && report.showsUsual(); ++h)
            portInHost(table, domains, table.message->virtual_hosts(h), item(table.path, "virtual_hosts", h), report);
    }
}

bool isGeneral(const VirtualHost& host) { return std::ranges::find(host.domains(), "*") != host.domains().end(); }

bool catches(const VirtualHost& host)
{
    return host.has_matcher() || std::ranges::any_of(host.routes(), takesEverything);
}

/// "'/a', '/b' and 3 more": what the routes of a host ask of the path.
std::string pathsOf(const VirtualHost& host)
{
    std::string text;
    int count = 0;
    for (const Route& route : host.routes()) {
        const auto& match = route.match();
        const std::string& one = match.has_path()         ? match.path()
                                 : match.has_safe_regex() ? match.safe_regex().regex()
                                 : match.has_prefix()     ? match.prefix()
                                                          : match.path_separated_prefix();
        if (!one.empty() && ++count <= 3) text += fmt::format("{}'{}'", text.empty() ? "" : ", ", one);
    }
    return count > 3 ? fmt::format("{} and {} more", text, count - 3) : text;
}

void nothingCatches(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        const auto& hosts = table.message->virtual_hosts();
        const bool general = std::ranges::any_of(hosts, isGeneral);
        const bool told =
            std::ranges::any_of(hosts, [](const auto& host) { return isGeneral(host) && catches(host); }); // by R41
        if (!general && !hosts.empty() && !table.message->has_vhds())
            report.usual(path::field(item(table.path, "virtual_hosts", 0), "domains"),
                         "Other hosts get 404: no virtual host of the table has the domain '*'");
        for (int h = 0; h < hosts.size(); ++h) {
            if (hosts[h].routes_size() == 0 || catches(hosts[h]) || told) continue;
            const int last = hosts[h].routes_size() - 1;
            const std::string place = item(item(table.path, "virtual_hosts", h), "routes", last);
            const std::string paths = pathsOf(hosts[h]);
            report.usualAt(actionOf(hosts[h].routes(last), place), place,
                           paths.empty()
                               ? fmt::format("Other requests to '{}' get 404: no route takes them", hosts[h].name())
                               : fmt::format("Paths beside {} get 404: no route of '{}' takes every path", paths,
                                             hosts[h].name()));
        }
    }
}

bool endsInWord(const std::string& text)
{
    const auto last = static_cast<unsigned char>(text.empty() ? '/' : text.back());
    return std::isalnum(last) != 0 || last == '-' || last == '_';
}

/// Paths with a slash at the end that a route of the host takes by name.
std::set<std::string> withSlash(const VirtualHost& host)
{
    std::set<std::string> paths;
    for (const Route& route : host.routes()) {
        if (route.match().path().ends_with('/')) paths.insert(route.match().path());
        if (route.match().prefix().ends_with('/')) paths.insert(route.match().prefix());
        if (route.match().has_path_separated_prefix()) paths.insert(route.match().path_separated_prefix() + "/");
    }
    return paths;
}

void neighbours(const Facts& facts, Report& report)
{
    eachHost(facts, [&](const VirtualHost& host, const std::string& place, const Table&) {
        const std::set<std::string> slashed = withSlash(host);
        for (int r = 0; r < host.routes_size(); ++r) {
            const Route& route = host.routes(r);
            const auto& match = route.match();
            const std::string text = match.has_prefix() ? match.prefix() : match.path();
            const bool isFile =
                text.find('.', text.rfind('/') == std::string::npos ? 0 : text.rfind('/')) != std::string::npos;
            if (text.size() < 2 || text[0] != '/' || !endsInWord(text) || match.has_grpc()) continue;
            const std::string at = item(place, "routes", r);
            if (match.has_prefix())
                report.usualAt(
                    actionOf(route, at), path::field(at, "match.prefix"),
                    fmt::format("'{0}' takes '{0}x' too; 'path_separated_prefix' takes '{0}' and '{0}/…' alone", text));
            else if (!isFile && !slashed.contains(text + "/"))
                report.usualAt(actionOf(route, at), path::field(at, "match.path"),
                               fmt::format("'{0}' takes '{0}/' as little as the same in other letter case", text));
        }
    });
}

// ---- what the route does --------------------------------------------------------------------------------------------

void timeouts(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const RouteAction& action = route.route();
        if (!route.has_route()) return;
        const bool streams = route.match().has_grpc() || action.upgrade_configs_size() > 0;
        const bool isOff = action.has_timeout() && action.timeout().seconds() == 0 && action.timeout().nanos() == 0;
        if (isOff && !action.has_max_stream_duration())
            report.usual(report.showsUsual() ? path::field(place, "route.timeout") : std::string(),
                         "A 'timeout' of 0s is none: a request may wait for its upstream for ever");
        if (action.has_timeout() || action.has_max_stream_duration()) return;
        report.usual(report.showsUsual() ? path::field(place, "route") : std::string(),
                     streams ? "No 'timeout' is set: streams are cut after 15 s; 'timeout: 0s' lets them run"
                             : "No 'timeout' is set: a response that takes longer than 15 s is cut");
    });
}

/// What chooses the cluster when the request is there; nullptr when the route names it.
const char* chooserOf(const Route& route)
{
    switch (route.route().cluster_specifier_case()) {
    case RouteAction::kClusterHeader: return "cluster_header";
    case RouteAction::kClusterSpecifierPlugin: return "cluster_specifier_plugin";
    case RouteAction::kInlineClusterSpecifierPlugin: return "inline_cluster_specifier_plugin";
    default: return nullptr;
    }
}

void chosenLate(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const char* chooser = chooserOf(route);
        if (chooser == nullptr) return;
        const std::string& header = route.route().cluster_header();
        report.usual(path::field(place, std::string("route.") + chooser),
                     header.empty()
                         ? std::string("The cluster is known only when a request is there: the plugin chooses it")
                         : fmt::format("The cluster is known only when a request is there: its header '{}' names it, "
                                       "and without one of an existing cluster it gets 503",
                                       header));
    });
    eachHost(facts, [&](const VirtualHost& host, const std::string& place, const Table&) {
        if (host.has_matcher())
            report.usual(path::field(place, "matcher"),
                         "The routes are known only when a request is there: the matcher chooses them");
    });
}

std::vector<std::string> wordsOf(const std::string& list)
{
    std::vector<std::string> words(1);
    for (const char c : list)
        if (c == ',') words.emplace_back();
        else if (c != ' ') words.back() += c;
    return words;
}

/// Whether a try that has reached the upstream may be repeated.
bool repeatsAnswered(const RetryPolicy& policy)
{
    constexpr std::array<std::string_view, 8> late = {
        "5xx",      "gateway-error", "reset", "retriable-4xx", "retriable-status-codes", "retriable-headers",
        "internal", "unavailable"};
    return std::ranges::any_of(wordsOf(policy.retry_on()),
                               [&](const std::string& word) { return std::ranges::find(late, word) != late.end(); });
}

/// Whether only requests of some methods come here, or are repeated.
bool choosesMethods(const Route& route, const RetryPolicy& policy)
{
    const auto isMethod = [](const auto& header) { return header.name() == ":method"; };
    return std::ranges::any_of(policy.retriable_request_headers(), isMethod) ||
           std::ranges::any_of(route.match().headers(), [&](const auto& header) {
               return isMethod(header) && header.string_match().exact() != "POST";
           });
}

/// Calls `use(policy, path)` for the retry policies of routes, and of virtual hosts where a route has none.
template <class F> void eachRetryPolicy(const Facts& facts, F&& use)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost& host) {
        if (!route.has_route()) return;
        if (route.route().has_retry_policy()) use(route, route.route().retry_policy(), place, true);
        else if (host.has_retry_policy()) use(route, host.retry_policy(), place, false);
    });
}

std::string retryPlace(const RoutePlace& place, bool isOwn)
{
    return isOwn ? path::field(place, "route.retry_policy")
                 : path::field(path::parent(path::parent(place)), "retry_policy");
}

void retriedWrites(const Facts& facts, Report& report)
{
    std::set<std::string> told;
    eachRetryPolicy(facts, [&](const Route& route, const RetryPolicy& policy, const RoutePlace& place, bool isOwn) {
        if (!repeatsAnswered(policy) || choosesMethods(route, policy) || route.match().has_grpc()) return;
        if (const std::string at = retryPlace(place, isOwn); told.insert(at).second)
            report.usual(at, "Requests of every method are repeated, POST too, though the first try may have had its "
                             "effect ('retriable_request_headers' can name methods)");
    });
}

bool limitsRetries(const Cluster& cluster)
{
    return std::ranges::any_of(cluster.circuit_breakers().thresholds(), [](const auto& one) {
        return one.priority() == envoy::config::core::v3::DEFAULT && (one.has_max_retries() || one.has_retry_budget());
    });
}

void fewRetries(const Facts& facts, Report& report)
{
    std::set<std::string> told;
    eachRetryPolicy(facts, [&](const Route& route, const RetryPolicy& policy, const RoutePlace& place, bool isOwn) {
        const Cluster* cluster = facts.project.cluster(route.route().cluster());
        if (policy.retry_on().empty() || cluster == nullptr || limitsRetries(*cluster)) return;
        if (const std::string at = retryPlace(place, isOwn); told.insert(at).second)
            report.usual(at, fmt::format("Cluster '{}' repeats no more than 3 requests at once, the others not at all: "
                                         "'circuit_breakers' has no 'max_retries' and no 'retry_budget'",
                                         cluster->name()));
    });
}

/// The name by which a DNS cluster reaches a server out in the world; empty when there is none.
std::string publicName(const Cluster& cluster)
{
    if (cluster.has_cluster_type() || !cluster.has_transport_socket() ||
        (cluster.type() != Cluster::STRICT_DNS && cluster.type() != Cluster::LOGICAL_DNS))
        return {};
    for (const auto& group : cluster.load_assignment().endpoints())
        for (const auto& endpoint : group.lb_endpoints()) {
            const std::string& name = endpoint.endpoint().address().socket_address().address();
            const bool isInner = name.ends_with(".local") || name.ends_with(".internal") || name.ends_with(".svc");
            if (name.find('.') != std::string::npos && !isInner) return name;
        }
    return {};
}

bool rewritesHost(const RouteAction& action)
{
    return action.host_rewrite_specifier_case() != RouteAction::HOST_REWRITE_SPECIFIER_NOT_SET;
}

void clientsHost(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost& host) {
        const Cluster* cluster = facts.project.cluster(route.route().cluster());
        if (cluster == nullptr || rewritesHost(route.route())) return;
        const std::string name = publicName(*cluster);
        if (!name.empty() && std::ranges::find(host.domains(), name) == host.domains().end())
            report.usual(
                path::field(place, "route"),
                fmt::format("The upstream gets the client's Host, not '{}'; 'auto_host_rewrite' would set it", name));
    });
}

constexpr std::array rules = {
    Rule{"C17", fewRetries}, Rule{"R09", hostsWithPort}, Rule{"R14", nothingCatches}, Rule{"R21", timeouts},
    Rule{"R25", chosenLate}, Rule{"R32", neighbours},    Rule{"R39", clientsHost},    Rule{"R46", retriedWrites},
};

} // namespace

std::span<const Rule> surpriseRules() { return rules; }

} // namespace model::check
