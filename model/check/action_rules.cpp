// Rules about single routes: what they match and what they do (anchors.md 4.3: C20, R13 to R39).
#include "model/check/each_route.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace model::check {
namespace {

using envoy::config::route::v3::RetryPolicy;
using envoy::config::route::v3::Route;
using envoy::config::route::v3::RouteAction;
using envoy::config::route::v3::VirtualHost;
namespace path = source::path;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::int64_t nanoseconds(const google::protobuf::Duration& d) { return d.seconds() * 1'000'000'000 + d.nanos(); }

void severalRewrites(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const RouteAction& action = route.route();
        const int count = !action.prefix_rewrite().empty() + action.has_regex_rewrite() +
                          action.has_path_rewrite_policy() + !action.path_rewrite().empty();
        const bool byExtension = route.match().has_path_match_policy() && !action.prefix_rewrite().empty();
        const char* field = action.prefix_rewrite().empty() ? "route.regex_rewrite" : "route.prefix_rewrite";
        if (count > 1 || byExtension)
            report.error(path::field(place, field),
                         "Only one kind of path rewrite may be set, and no prefix_rewrite with a path_match_policy");
    });
}

void slashesOfRewrite(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const std::string& from = route.match().prefix();
        const std::string& to = route.route().prefix_rewrite();
        if (from.size() < 2 || to.empty() || from.ends_with('/') == to.ends_with('/')) return;
        const std::string rest = from.ends_with('/') ? "y" : "/y";
        report.warning(path::field(place, "route.prefix_rewrite"),
                       fmt::format("'{}' and '{}' should both end with a slash or both not: '{}{}' becomes '{}{}'",
                                   from, to, from, rest, to, rest));
    });
}

void rewriteOfWholePath(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const bool isWhole = route.match().has_path() || route.match().has_safe_regex();
        const std::string& to = route.route().prefix_rewrite();
        if (to.empty()) return;
        if (isWhole)
            report.advice(path::field(place, "route.prefix_rewrite"),
                          fmt::format("The whole path is replaced by '{}': the match is no prefix", to));
        if (!to.starts_with('/'))
            report.warning(path::field(place, "route.prefix_rewrite"),
                           fmt::format("'{}' begins with no '/', and so does the path that is sent", to));
    });
}

/// A pattern that begins with "^" and plain text which no path of the route begins with.
void rewriteOfNothing(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const std::string& pattern = route.route().regex_rewrite().pattern().regex();
        const std::string& prefix = route.match().prefix();
        if (!pattern.starts_with("^/") || prefix.size() < 2) return;
        const std::string head = pattern.substr(1, pattern.find_first_of("\\^$.[]()*+?{}|", 1) - 1);
        const std::size_t shared = std::min(head.size(), prefix.size());
        const bool optional = pattern.size() > head.size() + 1 &&
                              std::string_view("*?{|").find(pattern[head.size() + 1]) != std::string_view::npos;
        if (!optional && head.compare(0, shared, prefix, 0, shared) != 0)
            report.warning(path::field(place, "route.regex_rewrite"),
                           fmt::format("Nothing is rewritten: paths of this route begin with '{}'", prefix));
    });
}

// ---- retries ---------------------------------------------------------------------------------------------------------

std::vector<std::string> tokensOf(const std::string& retryOn)
{
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at <= retryOn.size();) {
        const std::size_t end = std::min(retryOn.find(',', at), retryOn.size());
        const std::size_t first = retryOn.find_first_not_of(" \t", at),
                          last = retryOn.find_last_not_of(" \t", end == 0 ? 0 : end - 1);
        if (first < end && last != std::string::npos && last >= first)
            tokens.push_back(retryOn.substr(first, last - first + 1));
        at = end + 1;
    }
    return tokens;
}

/// Words of retry_on (Envoy docs, router filter, x-envoy-retry-on and x-envoy-retry-grpc-on).
constexpr std::array<std::string_view, 16> retryWords = {"5xx",
                                                         "gateway-error",
                                                         "reset",
                                                         "reset-before-request",
                                                         "connect-failure",
                                                         "envoy-ratelimited",
                                                         "retriable-4xx",
                                                         "refused-stream",
                                                         "retriable-status-codes",
                                                         "retriable-headers",
                                                         "http3-post-connect-failure",
                                                         "cancelled",
                                                         "deadline-exceeded",
                                                         "internal",
                                                         "resource-exhausted",
                                                         "unavailable"};

void retryWord(const RetryPolicy& policy, const std::string& at, Report& report)
{
    const auto tokens = tokensOf(policy.retry_on());
    const auto has = [&](std::string_view word) { return std::ranges::find(tokens, word) != tokens.end(); };
    for (const std::string& token : tokens)
        if (std::ranges::find(retryWords, token) == retryWords.end())
            report.warning(path::field(at, "retry_on"),
                           token.find(' ') == std::string::npos
                               ? fmt::format("'{}' is no condition of retry_on; it is ignored", token)
                               : fmt::format("'{}': conditions are separated by commas", token));
    if (has("retriable-status-codes") && policy.retriable_status_codes_size() == 0)
        report.warning(path::field(at, "retry_on"), "'retriable-status-codes' needs 'retriable_status_codes'");
    if (!policy.retry_on().empty() && !has("retriable-status-codes") && policy.retriable_status_codes_size() > 0)
        report.warning(path::field(at, "retriable_status_codes"),
                       "The codes are ignored: 'retry_on' has no 'retriable-status-codes'");
    if (policy.has_per_try_timeout() && !policy.retry_on().empty() && !has("5xx") && !has("gateway-error") &&
        !has("reset") && !has("retriable-status-codes"))
        report.warning(
            path::field(at, "per_try_timeout"),
            "A try that runs out of time is not repeated: 'retry_on' has none of 5xx, gateway-error and reset");
}

void retryTimes(const Route& route, const RetryPolicy& policy, const std::string& at, Report& report)
{
    const std::int64_t whole = route.route().has_timeout() ? nanoseconds(route.route().timeout()) : 15'000'000'000;
    const std::int64_t one = nanoseconds(policy.per_try_timeout());
    const std::int64_t tries = 1 + (policy.has_num_retries() ? policy.num_retries().value() : 1);
    if (!policy.has_per_try_timeout() || whole == 0) return;
    if (one >= whole)
        report.warning(path::field(at, "per_try_timeout"),
                       "'per_try_timeout' should be less than the route's 'timeout'");
    else if (one * tries > whole)
        report.warning(path::field(at, "per_try_timeout"),
                       fmt::format("There is no time for {} tries before the route's 'timeout'", tries));
}

void retries(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost& host) {
        if (!route.route().has_retry_policy()) return;
        const RetryPolicy& policy = route.route().retry_policy();
        const auto& backOff = policy.retry_back_off();
        const std::string at = path::field(place, "route.retry_policy");
        if (backOff.has_max_interval() && backOff.has_base_interval() &&
            nanoseconds(backOff.max_interval()) < nanoseconds(backOff.base_interval()))
            report.error(path::field(at, "retry_back_off.max_interval"),
                         "'max_interval' must not be less than 'base_interval'");
        if (policy.has_num_retries() && policy.num_retries().value() == 0)
            report.warning(path::field(at, "num_retries"), "'num_retries' of 0 repeats nothing");
        if (policy.retry_on().empty() && policy.retriable_status_codes_size() == 0 && !host.has_retry_policy())
            report.warning(at, "'retry_on' should say when to retry; without it nothing is tried again");
        retryWord(policy, at, report);
        retryTimes(route, policy, at, report);
    });
}

void replacedRetries(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost& host) {
        if (host.has_retry_policy() && route.route().has_retry_policy() &&
            route.route().retry_policy().retry_on().empty())
            report.warning(path::field(place, "route.retry_policy"),
                           "The policy takes the place of the virtual host's as a whole: without 'retry_on' nothing is "
                           "tried again");
    });
}

void duplicateUpgrade(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const auto& upgrades = route.route().upgrade_configs();
        std::map<std::string, int> seen;
        for (int i = 0; i < upgrades.size(); ++i) {
            const std::string type = lower(upgrades[i].upgrade_type());
            const std::string at = item(place, "route.upgrade_configs", i);
            if (!seen.emplace(type, i).second)
                report.error(at, fmt::format("The upgrade '{}' must be listed only once", upgrades[i].upgrade_type()));
            if (upgrades[i].has_connect_config() && type != "connect" && type != "connect-udp")
                report.error(path::field(at, "connect_config"),
                             "'connect_config' must stand only beside the upgrade type CONNECT");
        }
    });
}

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

bool isNever(const envoy::config::core::v3::RuntimeFractionalPercent& fraction)
{
    return fraction.default_value().numerator() == 0 && fraction.runtime_key().empty();
}

// A match that no request fits is shown at the action, which is dead.
void neverMatches(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const auto& match = route.match();
        const std::string at = path::field(place, "match"), action = actionOf(route, place);
        const auto tell = [&](std::string field, std::string text) {
            report.addAt(Severity::Warning, action, std::move(field), std::move(text));
        };
        if (match.path().find('?') != std::string::npos)
            tell(path::field(at, "path"),
                 fmt::format("'{}' never matches: a path is compared without its query", match.path()));
        if (!match.prefix().empty() && !match.prefix().starts_with('/'))
            tell(path::field(at, "prefix"), fmt::format("'{}' never matches: a path begins with '/'", match.prefix()));
        if (!match.path().empty() && !match.path().starts_with('/') && match.path() != "*")
            tell(path::field(at, "path"), fmt::format("'{}' never matches: a path begins with '/'", match.path()));
        for (int i = 0; i < match.headers_size(); ++i) {
            const std::string& method = match.headers(i).string_match().exact();
            if (match.headers(i).name() == ":method" && method != upper(method))
                tell(item(at, "headers", i),
                     fmt::format("'{}' never matches: methods are written in capitals", method));
        }
        if (match.has_runtime_fraction() && isNever(match.runtime_fraction()))
            tell(path::field(at, "runtime_fraction"), "0 % of the requests match: 'default_value' has no 'numerator'");
        const auto& mirrors = route.route().request_mirror_policies();
        for (int i = 0; i < mirrors.size(); ++i)
            if (mirrors[i].has_runtime_fraction() && isNever(mirrors[i].runtime_fraction()))
                report.warning(path::field(item(place, "route.request_mirror_policies", i), "runtime_fraction"),
                               "0 % of the requests are mirrored: 'default_value' has no 'numerator'");
    });
}

void presenceOnly(const Facts& facts, Report& report)
{
    using envoy::config::route::v3::HeaderMatcher;
    using envoy::config::route::v3::QueryParameterMatcher;
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const std::string at = path::field(place, "match"), action = actionOf(route, place);
        for (int i = 0; i < route.match().headers_size(); ++i)
            if (const auto& one = route.match().headers(i);
                one.header_match_specifier_case() == HeaderMatcher::HEADER_MATCH_SPECIFIER_NOT_SET)
                report.addAt(Severity::Warning, action, item(at, "headers", i),
                             fmt::format("Any value of '{}' matches: there is no 'string_match'", one.name()));
        for (int i = 0; i < route.match().query_parameters_size(); ++i)
            if (const auto& one = route.match().query_parameters(i);
                one.query_parameter_match_specifier_case() ==
                QueryParameterMatcher::QUERY_PARAMETER_MATCH_SPECIFIER_NOT_SET)
                report.addAt(Severity::Warning, action, item(at, "query_parameters", i),
                             fmt::format("Any value of '{}' matches: there is no 'string_match'", one.name()));
    });
}

void expressionForPath(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const std::string& regex = route.match().safe_regex().regex();
        const std::string field = path::field(place, "match.safe_regex.regex");
        if (regex.empty()) return;
        if (regex.ends_with("/*"))
            report.addAt(Severity::Warning, actionOf(route, place), field,
                         fmt::format("'{}' is an expression, no glob: '/*' means any number of slashes", regex));
        else if (regex.find_first_of("\\^$.[]()*+?{}|") == std::string::npos)
            report.addAt(
                Severity::Advice, actionOf(route, place), field,
                fmt::format("The expression must match the whole path: it takes '{}' and nothing below it", regex));
    });
}

void bodyTooLarge(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table& table, const VirtualHost&) {
        const auto& body = route.direct_response().body();
        const std::size_t size = std::max(body.inline_string().size(), body.inline_bytes().size());
        const std::size_t most = table.message->has_max_direct_response_body_size_bytes()
                                     ? table.message->max_direct_response_body_size_bytes().value()
                                     : 4096;
        if (size > most)
            report.error(
                path::field(place, "direct_response.body"),
                fmt::format("The body has {} bytes; {} are allowed (max_direct_response_body_size_bytes)", size, most));
    });
}

bool isTls(const Table& table)
{
    return table.listener != nullptr &&
           std::ranges::any_of(table.listener->message.filter_chains(),
                               [&](const auto& chain) { return chain.has_transport_socket(); });
}

void redirectLoop(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table& table, const VirtualHost& host) {
        const auto& to = route.redirect();
        if (!route.has_redirect()) return;
        const bool samePath = to.path_rewrite_specifier_case() ==
                              envoy::config::route::v3::RedirectAction::PATH_REWRITE_SPECIFIER_NOT_SET;
        const bool sameScheme = to.scheme_rewrite_specifier_case() ==
                                envoy::config::route::v3::RedirectAction::SCHEME_REWRITE_SPECIFIER_NOT_SET;
        const bool sameHost =
            to.host_redirect().empty() || std::ranges::find(host.domains(), to.host_redirect()) != host.domains().end();
        if (samePath && sameHost && to.port_redirect() == 0 &&
            (sameScheme ? !to.host_redirect().empty() : to.https_redirect() && isTls(table)))
            report.warning(path::field(place, "redirect"),
                           "The redirect leads to the same URL: clients go round in a circle");
    });
}

void keptPort(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table& table, const VirtualHost&) {
        if (!route.redirect().https_redirect() || route.redirect().port_redirect() != 0 || table.listener == nullptr ||
            isTls(table))
            return;
        const auto port = table.listener->message.address().socket_address().port_value();
        if (port != 80 && port != 0)
            report.warning(path::field(place, "redirect"),
                           fmt::format("The Location keeps the plain port {}: 'port_redirect' is not set", port));
    });
}

// ---- in the light of the cluster -------------------------------------------------------------------------------------

const Cluster* clusterOf(const Facts& facts, const Route& route)
{
    return facts.project.cluster(route.route().cluster());
}

void grpcOverHttp1(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const Cluster* cluster = clusterOf(facts, route);
        if (route.match().has_grpc() && cluster != nullptr && !speaksHttp2(*cluster))
            report.warning(path::field(place, "route"),
                           fmt::format("gRPC needs HTTP/2, which cluster '{}' does not speak", cluster->name()));
    });
}

void hashing(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const Cluster* cluster = clusterOf(facts, route);
        if (cluster == nullptr || cluster->has_load_balancing_policy() || cluster->has_lb_subset_config() ||
            cluster->has_cluster_type())
            return;
        const bool hashes = cluster->lb_policy() == Cluster::RING_HASH || cluster->lb_policy() == Cluster::MAGLEV;
        const bool hasPolicy = route.route().hash_policy_size() > 0;
        if (hashes && !hasPolicy)
            report.warning(path::field(place, "route"),
                           fmt::format("Requests are spread at random: '{}' hashes, and there is no 'hash_policy'",
                                       cluster->name()));
        if (!hashes && hasPolicy)
            report.warning(path::field(place, "route.hash_policy"),
                           fmt::format("The hash is not looked at: '{}' is {}", cluster->name(),
                                       Cluster::LbPolicy_Name(cluster->lb_policy())));
    });
}

void hostOfStatic(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const Cluster* cluster = clusterOf(facts, route);
        if (!route.route().auto_host_rewrite().value() || cluster == nullptr || cluster->has_cluster_type() ||
            cluster->type() != Cluster::STATIC)
            return;
        const bool named = std::ranges::any_of(cluster->load_assignment().endpoints(), [](const auto& group) {
            return std::ranges::any_of(group.lb_endpoints(),
                                       [](const auto& e) { return !e.endpoint().hostname().empty(); });
        });
        if (!named)
            report.warning(path::field(place, "route.auto_host_rewrite"),
                           fmt::format("Nothing is rewritten: the endpoints of the STATIC cluster '{}' have no name",
                                       cluster->name()));
    });
}

void subsetWithout(const Facts& facts, Report& report)
{
    eachRoute(facts, [&](const Route& route, const RoutePlace& place, const Table&, const VirtualHost&) {
        const Cluster* cluster = clusterOf(facts, route);
        if (route.route().metadata_match().filter_metadata().contains("envoy.lb") && cluster != nullptr &&
            !cluster->has_lb_subset_config() && !cluster->has_load_balancing_policy() && !cluster->has_cluster_type())
            report.warning(
                path::field(place, "route.metadata_match"),
                fmt::format("'metadata_match' is ignored: cluster '{}' has no 'lb_subset_config'", cluster->name()));
    });
}

constexpr std::array rules = {
    Rule{"C20", subsetWithout},    Rule{"R15", expressionForPath},  Rule{"R16", severalRewrites},
    Rule{"R17", slashesOfRewrite}, Rule{"R18", rewriteOfWholePath}, Rule{"R18", rewriteOfNothing},
    Rule{"R20", retries},          Rule{"R22", duplicateUpgrade},   Rule{"R23", bodyTooLarge},
    Rule{"R24", redirectLoop},     Rule{"R27", grpcOverHttp1},      Rule{"R28", hashing},
    Rule{"R31", presenceOnly},     Rule{"R33", neverMatches},       Rule{"R36", replacedRetries},
    Rule{"R38", keptPort},         Rule{"R39", hostOfStatic},
};

} // namespace

std::span<const Rule> actionRules() { return rules; }

} // namespace model::check
