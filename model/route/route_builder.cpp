#include "model/route/route_builder.h"

#include <limits>

namespace model::route {
namespace {

constexpr std::size_t fewRoutes = 6; // Below this, trying one by one is faster than the index (tests/bench).

/// The first part of the message that this matcher would silently get wrong.
std::string unsupportedPart(const envoy::config::route::v3::RouteConfiguration& config)
{
    if (config.has_vhds()) return "vhds";
    if (!config.vhost_header().empty()) return "vhost_header";
    if (config.ignore_path_parameters_in_path_matching()) return "ignore_path_parameters_in_path_matching";
    return {};
}

} // namespace

RouteTableBuilder::RouteTableBuilder(const envoy::config::route::v3::RouteConfiguration& config)
    : m_table(std::make_shared<RouteTable>())
{
    m_table->m_config = std::make_unique<envoy::config::route::v3::RouteConfiguration>(config);
}

Result<std::shared_ptr<const RouteTable>> RouteTableBuilder::build()
{
    if (const std::string part = unsupportedPart(*m_table->m_config); !part.empty())
        return fail(ErrorCode::Unsupported, part, "'" + part + "' is not supported");
    for (const auto& host : m_table->m_config->virtual_hosts())
        if (auto added = addHost(host); !added) return added.unexpected();
    return std::shared_ptr<const RouteTable>(std::move(m_table));
}

Result<void> RouteTableBuilder::addHost(const envoy::config::route::v3::VirtualHost& config)
{
    auto host = std::make_unique<VirtualHost>();
    host->m_config = &config;
    host->m_index = static_cast<std::uint32_t>(m_table->m_hosts.size());
    const std::string where = "virtual_hosts[" + std::to_string(host->m_index) + "]";
    if (config.has_matcher()) return fail(ErrorCode::Unsupported, where + ".matcher", "'matcher' is not supported");
    for (const std::string& domain : config.domains())
        if (auto added = addDomain(domain, *host); !added) return added.unexpected();
    host->m_routes.reserve(static_cast<std::size_t>(config.routes_size()));
    for (int i = 0; i < config.routes_size(); ++i) {
        auto added = addRoute(*host, config.routes(i), where + ".routes[" + std::to_string(i) + "]");
        if (!added) return added.unexpected();
    }
    index(*host);
    m_table->m_hosts.push_back(std::move(host));
    return {};
}

// A domain is lower-cased, as hosts are compared; "*" alone is the default (Envoy's RouteMatcher).
Result<void> RouteTableBuilder::addDomain(const std::string& domain, const VirtualHost& host)
{
    const std::string where = "virtual_hosts[" + std::to_string(host.m_index) + "].domains";
    const std::string lowered = lowerCase(domain);
    const RouteTable::Domain entry{&host, &domain};
    const std::string& table = m_table->m_config->name();
    if (lowered == "*") {
        if (m_table->m_any.host)
            return fail(ErrorCode::Invalid, where, "Only a single wildcard domain is permitted in route " + table);
        m_table->m_any = entry;
        return {};
    }
    const bool isSuffix = lowered.starts_with('*');
    const bool isPrefix = !isSuffix && lowered.ends_with('*');
    const std::string key = isSuffix ? lowered.substr(1) : isPrefix ? lowered.substr(0, lowered.size() - 1) : lowered;
    auto& domains = isSuffix   ? m_table->m_suffixes[key.size()]
                    : isPrefix ? m_table->m_prefixes[key.size()]
                               : m_table->m_exact;
    if (!domains.emplace(key, entry).second)
        return fail(ErrorCode::Invalid, where,
                    "Only unique values for domains are permitted. Duplicate entry of domain " + lowered +
                        " in route " + table);
    return {};
}

Result<void> RouteTableBuilder::addRoute(VirtualHost& host, const envoy::config::route::v3::Route& config,
                                         const std::string& where)
{
    Route route;
    route.m_config = &config;
    route.m_host = &host;
    route.m_index = static_cast<std::uint32_t>(host.m_routes.size());
    route.m_ordinal = m_table->m_routeCount++;
    if (auto set = setPath(route, config.match(), where + ".match"); !set) return set;
    auto conditions = Conditions::compile(config.match(), where + ".match");
    if (!conditions) return conditions.unexpected();
    route.m_conditions = std::move(*conditions);
    if (auto set = setWeights(route, where); !set) return set;
    host.m_routes.push_back(std::move(route));
    return {};
}

Result<void> RouteTableBuilder::setPath(Route& route, const envoy::config::route::v3::RouteMatch& match,
                                        const std::string& where)
{
    using envoy::config::route::v3::RouteMatch;
    route.m_caseSensitive = !match.has_case_sensitive() || match.case_sensitive().value();
    const auto take = [&](Route::PathKind kind, const std::string& text) {
        route.m_pathKind = kind;
        route.m_path = route.m_caseSensitive ? text : lowerCase(text);
    };
    switch (match.path_specifier_case()) {
    case RouteMatch::kPrefix: take(Route::PathKind::Prefix, match.prefix()); break;
    case RouteMatch::kPath: take(Route::PathKind::Exact, match.path()); break;
    case RouteMatch::kPathSeparatedPrefix: take(Route::PathKind::Separated, match.path_separated_prefix()); break;
    case RouteMatch::kSafeRegex: {
        auto regex = Regex::compile(match.safe_regex().regex(), where + ".safe_regex");
        if (!regex) return regex.unexpected();
        route.m_pathKind = Route::PathKind::Regex;
        route.m_path = match.safe_regex().regex();
        route.m_regex = std::move(*regex);
        break;
    }
    case RouteMatch::kConnectMatcher: return fail(ErrorCode::Unsupported, where, "'connect_matcher' is not supported");
    case RouteMatch::kPathMatchPolicy:
        return fail(ErrorCode::Unsupported, where, "'path_match_policy' is not supported");
    case RouteMatch::PATH_SPECIFIER_NOT_SET:
        return fail(ErrorCode::Invalid, where, "field: \"path_specifier\", reason: is required");
    }
    return {};
}

Result<void> RouteTableBuilder::setWeights(Route& route, const std::string& where)
{
    if (!route.m_config->route().has_weighted_clusters()) return {};
    std::uint64_t total = 0;
    for (const auto& cluster : route.m_config->route().weighted_clusters().clusters())
        route.m_weightEnds.push_back(total += cluster.weight().value());
    const std::string place = where + ".route.weighted_clusters";
    if (total == 0)
        return fail(ErrorCode::Invalid, place, "Sum of weights in the weighted_cluster must be greater than 0.");
    if (total > std::numeric_limits<std::uint32_t>::max())
        return fail(ErrorCode::Invalid, place,
                    "The sum of weights of all weighted clusters of route " + route.m_config->name() + " exceeds " +
                        std::to_string(std::numeric_limits<std::uint32_t>::max()));
    return {};
}

void RouteTableBuilder::index(VirtualHost& host)
{
    host.m_indexed = host.m_routes.size() > fewRoutes;
    if (!host.m_indexed) return;
    for (const Route& route : host.m_routes) {
        PathIndex& paths = route.m_caseSensitive ? host.m_sensitive : host.m_insensitive;
        switch (route.m_pathKind) {
        case Route::PathKind::Prefix:
        case Route::PathKind::Separated: paths.addPrefix(route.m_path, route.m_index); break;
        case Route::PathKind::Exact: paths.addExact(route.m_path, route.m_index); break;
        case Route::PathKind::Regex: host.m_unindexed.push_back(route.m_index); break;
        }
    }
    host.m_sensitive.finish();
    host.m_insensitive.finish();
}

} // namespace model::route
