// R12, the unreachable route (and R13, the same match twice): told only when it is proven that every request that the later route matches was taken by one
// and the same earlier route.
//
// Terms: `earlier` covers `later` when (1) its path condition holds for every path that fits later's, and (2) each of its other
// conditions also stands at `later` (or is implied by one there). Two regular expressions are compared as texts only, but
// the literal head of a regular expression tells that a prefix covers it.
// To find candidates without comparing all pairs, earlier routes are kept by the lower-case text of their path condition; a
// later route asks for every head of its own text. Cost: the length of the paths, plus real candidates.
#include "model/check/each_route.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace model::check {
namespace {

using envoy::config::route::v3::HeaderMatcher;
using envoy::config::route::v3::RouteMatch;
using envoy::config::route::v3::VirtualHost;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Text that every match of the expression begins with.
std::string literalHead(const std::string& regex)
{
    if (regex.find('|') != std::string::npos || regex.starts_with("(?")) return {};
    std::size_t end = regex.find_first_of("\\^$.[]()*+?{}");
    if (end == std::string::npos) return regex;
    if (end > 0 && (regex[end] == '*' || regex[end] == '?' || regex[end] == '{')) --end;
    return regex.substr(0, end);
}

/// A path condition, reduced to what the proof needs.
struct PathCondition {
    enum class Kind { Prefix, Exact, Separated, Regex, Template, Other } kind = Kind::Other;
    std::string text; ///< In lower case when case does not matter.
    bool ignoresCase = false;

    explicit PathCondition(const RouteMatch& match)
        : ignoresCase(match.has_case_sensitive() && !match.case_sensitive().value())
    {
        switch (match.path_specifier_case()) {
        case RouteMatch::kPrefix:
            kind = Kind::Prefix;
            text = match.prefix();
            break;
        case RouteMatch::kPath:
            kind = Kind::Exact;
            text = match.path();
            break;
        case RouteMatch::kPathSeparatedPrefix:
            kind = Kind::Separated;
            text = match.path_separated_prefix();
            break;
        case RouteMatch::kSafeRegex:
            kind = Kind::Regex;
            text = match.safe_regex().regex();
            break;
        case RouteMatch::kPathMatchPolicy:
            kind = Kind::Template;
            text = match.path_match_policy().typed_config().SerializeAsString();
            break;
        default: break;
        }
        if (kind == Kind::Regex || kind == Kind::Template || kind == Kind::Other) ignoresCase = false;
        if (ignoresCase) text = lower(text);
    }
    /// What a path that fits begins with.
    std::string head() const
    {
        if (kind == Kind::Regex) return literalHead(text);
        return kind == Kind::Template ? "/" : kind == Kind::Other ? "" : text;
    }
    bool takesEverything() const
    {
        return (kind == Kind::Prefix && (text.empty() || text == "/")) ||
               (kind == Kind::Regex && (text == ".*" || text == "/.*"));
    }
    /// Text under which the condition is kept for later routes.
    std::string key() const { return takesEverything() ? std::string() : lower(text); }
};

bool coversPath(const PathCondition& earlier, const PathCondition& later)
{
    using Kind = PathCondition::Kind;
    if (later.kind == Kind::Other || earlier.kind == Kind::Other) return false;
    std::string head = later.head();
    if (earlier.takesEverything()) return head.starts_with('/') || earlier.text == ".*";
    if (earlier.kind == later.kind && earlier.text == later.text && earlier.ignoresCase == later.ignoresCase)
        return true;
    if (later.ignoresCase && !earlier.ignoresCase) return false;
    if (earlier.ignoresCase) head = lower(head);
    switch (earlier.kind) {
    case Kind::Prefix: return head.starts_with(earlier.text);
    case Kind::Exact: return later.kind == Kind::Exact && head == earlier.text;
    case Kind::Separated:
        return head.starts_with(earlier.text + "/") ||
               (head == earlier.text && (later.kind == Kind::Exact || later.kind == Kind::Separated));
    default: return false;
    }
}

bool implies(const HeaderMatcher& later, const HeaderMatcher& earlier)
{
    if (later.SerializeAsString() == earlier.SerializeAsString()) return true;
    const bool asksPresence = earlier.present_match() ||
                              earlier.header_match_specifier_case() == HeaderMatcher::HEADER_MATCH_SPECIFIER_NOT_SET;
    return asksPresence && !earlier.invert_match() && later.name() == earlier.name() && !later.invert_match() &&
           !later.treat_missing_header_as_empty() && later.has_string_match();
}

/// Each of `earlier` is found in `later`.
template <class List> bool within(const List& earlier, const List& later)
{
    return std::ranges::all_of(earlier, [&](const auto& one) {
        return std::ranges::any_of(
            later, [&](const auto& other) { return one.SerializeAsString() == other.SerializeAsString(); });
    });
}

bool takesAll(const envoy::config::core::v3::RuntimeFractionalPercent& fraction)
{
    constexpr unsigned whole[] = {100, 10'000, 1'000'000}; // by envoy.type.v3.FractionalPercent.DenominatorType
    const auto denominator = static_cast<unsigned>(fraction.default_value().denominator());
    return fraction.runtime_key().empty() && denominator < 3 &&
           fraction.default_value().numerator() >= whole[denominator];
}

bool coversConditions(const RouteMatch& earlier, const RouteMatch& later)
{
    if (earlier.has_runtime_fraction() && !takesAll(earlier.runtime_fraction())) return false;
    if (earlier.has_grpc() && !later.has_grpc()) return false;
    if (earlier.has_tls_context() &&
        earlier.tls_context().SerializeAsString() != later.tls_context().SerializeAsString())
        return false;
    const bool headers = std::ranges::all_of(earlier.headers(), [&](const HeaderMatcher& one) {
        return std::ranges::any_of(later.headers(), [&](const HeaderMatcher& other) { return implies(other, one); });
    });
    return headers && within(earlier.query_parameters(), later.query_parameters()) &&
           within(earlier.cookies(), later.cookies()) && within(earlier.dynamic_metadata(), later.dynamic_metadata()) &&
           within(earlier.filter_state(), later.filter_state());
}

/// The routes of one virtual host that were seen so far.
class Earlier {
public:
    explicit Earlier(const VirtualHost& host) : m_host(host) {}

    /// Returns the index of a route that covers route `i`, or -1; keeps route `i`.
    int coveringOrAdd(int i)
    {
        const RouteMatch& match = m_host.routes(i).match();
        const PathCondition path(match);
        const std::string text = lower(path.kind == PathCondition::Kind::Regex ? path.head() : path.text);
        int found = -1;
        for (std::size_t n = 0; n <= text.size() && found < 0; ++n) found = among(text.substr(0, n), path, match);
        if (found < 0 && path.kind == PathCondition::Kind::Regex) found = among(lower(path.text), path, match);
        m_paths.push_back(path);
        if (path.kind != PathCondition::Kind::Other) m_byKey[path.key()].push_back(i);
        return found;
    }

private:
    int among(const std::string& key, const PathCondition& path, const RouteMatch& match) const
    {
        const auto candidates = m_byKey.find(key);
        if (candidates == m_byKey.end()) return -1;
        for (const int i : candidates->second)
            if (coversPath(m_paths[static_cast<std::size_t>(i)], path) &&
                coversConditions(m_host.routes(i).match(), match))
                return i;
        return -1;
    }

    const VirtualHost& m_host;
    std::vector<PathCondition> m_paths;
    std::unordered_map<std::string, std::vector<int>> m_byKey;
};

void unreachableRoute(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            Earlier earlier(host);
            for (int i = 0; i < host.routes_size(); ++i)
                if (const int by = earlier.coveringOrAdd(i); by >= 0)
                    report.addAt(
                        Severity::Warning,
                        actionOf(host.routes(i), item(item(table.path, "virtual_hosts", h), "routes", i)),
                        item(item(table.path, "virtual_hosts", h), "routes", i),
                        fmt::format("Route {} of virtual host '{}' is never reached: route {} takes all its requests",
                                    i + 1, host.name(), by + 1));
        }
}

/// The same condition twice: hardly meant.
void sameMatchTwice(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables)
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
            const VirtualHost& host = table.message->virtual_hosts(h);
            std::unordered_map<std::string, int> seen;
            for (int i = 0; i < host.routes_size(); ++i) {
                const std::string place = item(item(table.path, "virtual_hosts", h), "routes", i);
                const bool partly = host.routes(i).match().has_runtime_fraction(); // shares of the same requests
                if (const auto [first, isNew] = seen.emplace(host.routes(i).match().SerializeAsString(), i);
                    !isNew && !partly)
                    report.addAt(Severity::Advice, actionOf(host.routes(i), place), source::path::field(place, "match"),
                                 fmt::format("Route {} has the same match as route {}", i + 1, first->second + 1));
            }
        }
}

constexpr std::array rules = {Rule{"R12", unreachableRoute}, Rule{"R13", sameMatchTwice}};

} // namespace

std::span<const Rule> reachRules() { return rules; }

} // namespace model::check
