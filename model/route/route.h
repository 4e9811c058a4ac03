// Compiled virtual hosts and routes: what the proxy routes with and the simulator explains with.
#pragma once

#include "model/base/result.h"
#include "model/route/conditions.h"
#include "model/route/path_index.h"
#include "model/route/request.h"

#include "envoy/config/route/v3/route.pb.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace model::route {

class VirtualHost;

/// One compiled route. Lives in its RouteTable.
class Route {
public:
    const envoy::config::route::v3::Route& config() const { return *m_config; }
    const VirtualHost& host() const { return *m_host; }
    std::uint32_t index() const { return m_index; }     ///< In its virtual host.
    std::uint32_t ordinal() const { return m_ordinal; } ///< In the whole table, from 0: key for per-route state.

    bool pathMatches(std::string_view barePath) const;
    bool matches(const Request& request) const { return pathMatches(request.barePath()) && m_conditions.hold(request); }
    /// Why the request does not match; empty when it does.
    std::string mismatch(const Request& request) const;

    /// The chosen entry of weighted_clusters.clusters, or -1 when the route has none.
    int weightedIndex(std::uint64_t random) const;
    /// Name of the target cluster; from cluster_header the header's value. Empty: none (no such header, or no route action).
    std::string_view clusterName(const Request& request) const;

private:
    friend class RouteTableBuilder;
    friend class VirtualHost;
    enum class PathKind { Prefix, Exact, Separated, Regex };

    const envoy::config::route::v3::Route* m_config = nullptr;
    const VirtualHost* m_host = nullptr;
    std::uint32_t m_index = 0;
    std::uint32_t m_ordinal = 0;
    PathKind m_pathKind = PathKind::Prefix;
    bool m_caseSensitive = true;
    std::string m_path; ///< Lower case if case does not matter.
    Regex m_regex;
    Conditions m_conditions;
    std::vector<std::uint64_t> m_weightEnds; ///< Cumulative.
};

/// One compiled virtual host. Lives in its RouteTable.
class VirtualHost {
public:
    const envoy::config::route::v3::VirtualHost& config() const { return *m_config; }
    const std::vector<Route>& routes() const { return m_routes; }
    std::uint32_t index() const { return m_index; }

    /// First route that matches, or nullptr. Does not look at require_tls.
    const Route* match(const Request& request) const;
    /// Whether require_tls sends this request to https first.
    bool redirectsToTls(const Request& request) const;

private:
    friend class RouteTableBuilder;
    const envoy::config::route::v3::VirtualHost* m_config = nullptr;
    std::uint32_t m_index = 0;
    std::vector<Route> m_routes;
    bool m_indexed = false; ///< Few routes are faster tried one by one.
    PathIndex m_sensitive;
    PathIndex m_insensitive;          ///< Keys in lower case.
    PathIndex::Positions m_unindexed; ///< Regular expressions.
};

/// How a request is routed: host absent: no such domain; route absent: 404, or a redirect to https if `tlsRedirect`.
struct Match {
    const VirtualHost* host = nullptr;
    const Route* route = nullptr;
    bool tlsRedirect = false;
};

/// Why a request goes where it goes.
struct Explanation {
    struct Step {
        const Route* route = nullptr;
        std::string mismatch; ///< Empty: this one matched.
    };
    const VirtualHost* host = nullptr;
    std::string domain;      ///< The domain of the host that matched, as written.
    std::string hostWhy;     ///< "exact domain", "longest suffix wildcard", …; or why there is none.
    std::vector<Step> steps; ///< Routes in order, up to the one that matched.
    const Route* route = nullptr;
    std::string cluster; ///< Chosen with the request's random value.
    bool tlsRedirect = false;
};

/// A RouteConfiguration made for matching; owns its copy of the message. Immutable, any thread.
class RouteTable {
public:
    /// Errors have Envoy's text (reference A12); what is not supported is refused by name (ErrorCode::Unsupported).
    static Result<std::shared_ptr<const RouteTable>>
    compile(const envoy::config::route::v3::RouteConfiguration& config);

    const envoy::config::route::v3::RouteConfiguration& config() const { return *m_config; }
    const std::vector<std::unique_ptr<VirtualHost>>& hosts() const { return m_hosts; }
    std::uint32_t routeCount() const { return m_routeCount; }

    const VirtualHost* host(std::string_view authority) const;
    /// As Envoy: no route when x-forwarded-proto (`scheme`) is missing.
    Match find(const Request& request) const;
    const Route* match(const Request& request) const { return find(request).route; }
    Explanation explain(const Request& request) const;

private:
    friend class RouteTableBuilder;
    struct Domain {
        const VirtualHost* host = nullptr;
        const std::string* text = nullptr;
    };
    using Domains = std::unordered_map<std::string, Domain, TextHash, std::equal_to<>>;
    /// Wildcards by length, longest first.
    using Wildcards = std::map<std::size_t, Domains, std::greater<>>;
    struct Found {
        Domain domain;
        const char* why = "no domain matches";
    };
    Found findHost(std::string_view authority) const;

    std::unique_ptr<envoy::config::route::v3::RouteConfiguration> m_config;
    std::vector<std::unique_ptr<VirtualHost>> m_hosts;
    std::uint32_t m_routeCount = 0;
    Domains m_exact;
    Wildcards m_suffixes;
    Wildcards m_prefixes;
    Domain m_any;
};

} // namespace model::route
