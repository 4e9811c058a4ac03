#include "model/route/route.h"

#include "model/route/route_builder.h"

#include <algorithm>

namespace model::route {
namespace {

/// The host without ":port", as Envoy's HeaderUtility::getPortStart finds it (brackets of IPv6 respected).
std::string_view withoutPort(std::string_view authority)
{
    const std::size_t colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    if (colon == std::string_view::npos) return authority;
    if (bracket != std::string_view::npos ? bracket > colon : authority.find(':') != colon) return authority;
    const std::string_view port = authority.substr(colon + 1);
    if (port.empty() || port.find_first_not_of("0123456789") != std::string_view::npos) return authority;
    return authority.substr(0, colon);
}

bool hasUpperCase(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace

bool Route::pathMatches(std::string_view path) const
{
    const auto same = [this](std::string_view part) {
        return m_caseSensitive ? part == m_path : equalIgnoringCase(part, m_path);
    };
    const std::size_t size = m_path.size();
    switch (m_pathKind) {
    case PathKind::Prefix: return path.size() >= size && same(path.substr(0, size));
    case PathKind::Exact: return same(path);
    case PathKind::Separated:
        return path.size() >= size && same(path.substr(0, size)) && (path.size() == size || path[size] == '/');
    case PathKind::Regex: return m_regex.matches(path);
    }
    return false;
}

std::string Route::mismatch(const Request& request) const
{
    if (pathMatches(request.barePath())) return m_conditions.firstFailure(request);
    constexpr const char* kinds[] = {"prefix", "path", "path_separated_prefix", "safe_regex"};
    return "the path does not match " + std::string(kinds[static_cast<int>(m_pathKind)]) + " '" + m_path + "'";
}

int Route::weightedIndex(std::uint64_t random) const
{
    if (m_weightEnds.empty()) return -1;
    const std::uint64_t chosen = random % m_weightEnds.back();
    return static_cast<int>(std::upper_bound(m_weightEnds.begin(), m_weightEnds.end(), chosen) - m_weightEnds.begin());
}

std::string_view Route::clusterName(const Request& request) const
{
    if (!m_config->has_route()) return {};
    const auto& action = m_config->route();
    const std::string* header = &action.cluster_header();
    if (action.has_cluster()) return action.cluster();
    if (const int weighted = weightedIndex(request.random); weighted >= 0) {
        const auto& entry = action.weighted_clusters().clusters(weighted);
        if (!entry.name().empty()) return entry.name();
        header = &entry.cluster_header();
    }
    std::string_view name;
    if (*header == ":authority") return request.authority;
    if (!header->empty() && request.headers)
        request.headers->anyValue(lowerCase(*header), [&](std::string_view value) {
            name = value;
            return true;
        });
    return name;
}

const Route* VirtualHost::match(const Request& request) const
{
    const std::string_view path = request.barePath();
    const auto accepts = [&](const Route& route) {
        return route.pathMatches(path) && route.m_conditions.hold(request);
    };
    if (!m_indexed) {
        const auto found = std::find_if(m_routes.begin(), m_routes.end(), accepts);
        return found == m_routes.end() ? nullptr : &*found;
    }
    thread_local std::vector<const PathIndex::Positions*> lists;
    lists.clear();
    m_sensitive.collect(path, lists);
    if (!m_insensitive.isEmpty()) m_insensitive.collect(lowerCase(path), lists);
    if (!m_unindexed.empty()) lists.push_back(&m_unindexed);
    const std::int64_t found = firstAccepted(lists, [&](std::uint32_t at) { return accepts(m_routes[at]); });
    return found < 0 ? nullptr : &m_routes[static_cast<std::size_t>(found)];
}

bool VirtualHost::redirectsToTls(const Request& request) const
{
    using envoy::config::route::v3::VirtualHost;
    if (request.scheme.empty() || request.scheme == "https") return false;
    if (m_config->require_tls() == VirtualHost::ALL) return true;
    return m_config->require_tls() == VirtualHost::EXTERNAL_ONLY && !request.isInternal;
}

Result<std::shared_ptr<const RouteTable>>
RouteTable::compile(const envoy::config::route::v3::RouteConfiguration& config)
{
    return RouteTableBuilder(config).build();
}

// Envoy's order: exact, longest suffix wildcard, longest prefix wildcard, "*". A wildcard stands for at least one character.
RouteTable::Found RouteTable::findHost(std::string_view authority) const
{
    if (m_config->ignore_port_in_host_matching()) authority = withoutPort(authority);
    std::string lowered;
    if (hasUpperCase(authority)) {
        lowered = lowerCase(authority);
        authority = lowered;
    }
    if (const auto exact = m_exact.find(authority); exact != m_exact.end()) return {exact->second, "exact domain"};
    for (const auto& [size, domains] : m_suffixes) {
        if (size >= authority.size()) continue;
        const auto found = domains.find(authority.substr(authority.size() - size));
        if (found != domains.end()) return {found->second, "longest suffix wildcard"};
    }
    for (const auto& [size, domains] : m_prefixes) {
        if (size >= authority.size()) continue;
        const auto found = domains.find(authority.substr(0, size));
        if (found != domains.end()) return {found->second, "longest prefix wildcard"};
    }
    return {m_any, m_any.host ? "the domain '*'" : "no domain matches"};
}

const VirtualHost* RouteTable::host(std::string_view authority) const { return findHost(authority).domain.host; }

Match RouteTable::find(const Request& request) const
{
    Match result;
    result.host = host(request.authority);
    if (!result.host || request.scheme.empty()) return result;
    result.tlsRedirect = result.host->redirectsToTls(request);
    if (!result.tlsRedirect) result.route = result.host->match(request);
    return result;
}

Explanation RouteTable::explain(const Request& request) const
{
    Explanation result;
    const Found found = findHost(request.authority);
    result.host = found.domain.host;
    result.hostWhy = found.why;
    if (!result.host) return result;
    result.domain = *found.domain.text;
    result.tlsRedirect = result.host->redirectsToTls(request);
    if (result.tlsRedirect || request.scheme.empty()) return result;
    for (const Route& route : result.host->routes()) {
        result.steps.push_back({&route, route.mismatch(request)});
        if (!result.steps.back().mismatch.empty()) continue;
        result.route = &route;
        result.cluster = std::string(route.clusterName(request));
        break;
    }
    return result;
}

} // namespace model::route
