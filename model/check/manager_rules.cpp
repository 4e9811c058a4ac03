// Rules about what connection managers and their route tables mean together (anchors.md 4.3: F06, F09, F12, F17, F23, F25, R21,
// R29, R44). Only tables that stand inside their manager are looked at: others may serve several.
#include "model/check/each_route.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>

namespace model::check {
namespace {

namespace path = source::path;
using envoy::extensions::transport_sockets::tls::v3::DownstreamTlsContext;
using Any = google::protobuf::Any;

std::string filterPlace(const Unpacked<HttpConnectionManager>& manager, int index)
{
    return item(manager.path, "http_filters", index);
}

/// Index of the first filter of a type that ends so; -1 when there is none.
int find(const HttpConnectionManager& manager, std::string_view ending)
{
    for (int i = 0; i < manager.http_filters_size(); ++i)
        if (typeOf(manager.http_filters(i).typed_config()).ends_with(ending)) return i;
    return -1;
}

/// Calls `use(map, path)` for every typed_per_filter_config of a table.
void eachPerFilter(const Table& table,
                   const std::function<void(const google::protobuf::Map<std::string, Any>&, const std::string&)>& use)
{
    const char* const field = "typed_per_filter_config";
    use(table.message->typed_per_filter_config(), path::field(table.path, field));
    for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
        const auto& host = table.message->virtual_hosts(h);
        const std::string at = item(table.path, "virtual_hosts", h);
        use(host.typed_per_filter_config(), path::field(at, field));
        for (int r = 0; r < host.routes_size(); ++r) {
            const std::string route = item(at, "routes", r);
            use(host.routes(r).typed_per_filter_config(), path::field(route, field));
            const auto& members = host.routes(r).route().weighted_clusters().clusters();
            for (int m = 0; m < members.size(); ++m)
                use(members[m].typed_per_filter_config(),
                    path::field(item(route, "route.weighted_clusters.clusters", m), field));
        }
    }
}

void corsAfterGuard(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers) {
        const int cors = find(*manager.message, "cors.v3.Cors");
        for (const char* guard : {"rbac.v3.RBAC", "ext_authz.v3.ExtAuthz", "jwt_authn.v3.JwtAuthentication"})
            if (const int at = find(*manager.message, guard); cors > at && at >= 0)
                return report.warning(
                    path::field(filterPlace(manager, cors), "typed_config"),
                    fmt::format("Preflight requests carry no credentials: '{}' stands before and refuses them",
                                manager.message->http_filters(at).name()));
    }
}

void corsWithoutPolicy(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        const int cors = table.manager == nullptr ? -1 : find(*table.manager->message, "cors.v3.Cors");
        if (cors < 0) continue;
        bool has = false;
        eachPerFilter(table, [&](const auto& map, const std::string&) {
            has = has || std::ranges::any_of(map, [](const auto& entry) {
                      const std::string_view type = typeOf(entry.second);
                      return type.ends_with("CorsPolicy") || type.ends_with("FilterConfig");
                  });
        });
        for (const auto& host : table.message->virtual_hosts()) { // the field 'cors' is deprecated
            const auto hasCors = [](const google::protobuf::Message& m) {
                return m.GetReflection()->HasField(m, m.GetDescriptor()->FindFieldByName("cors"));
            };
            has = has || hasCors(host) ||
                  std::ranges::any_of(host.routes(), [&](const auto& route) { return hasCors(route.route()); });
        }
        if (!has)
            report.warning(path::field(filterPlace(*table.manager, cors), "typed_config"),
                           "The filter does nothing: no route has a CorsPolicy");
    }
}

/// Types of filters that take no settings per route at all (each was tried on Envoy 1.40).
bool takesNone(std::string_view type)
{
    constexpr std::array<std::string_view, 21> types = {"router.v3.Router",
                                                        "health_check.v3.HealthCheck",
                                                        "original_src.v3.OriginalSrc",
                                                        "a2a.v3.A2a",
                                                        "alternate_protocols_cache.v3.FilterConfig",
                                                        "body_size_limit.v3.BodySizeLimit",
                                                        "cache.v3.CacheConfig",
                                                        "cache_v2.v3.CacheV2Config",
                                                        "connect_grpc_bridge.v3.FilterConfig",
                                                        "gcp_authn.v3.GcpAuthnFilterConfig",
                                                        "grpc_http1_bridge.v3.Config",
                                                        "grpc_stats.v3.FilterConfig",
                                                        "grpc_web.v3.GrpcWeb",
                                                        "ip_tagging.v3.IPTagging",
                                                        "mcp_router.v3.McpRouter",
                                                        "proto_api_scrubber.v3.ProtoApiScrubberConfig",
                                                        "proto_message_extraction.v3.ProtoMessageExtractionConfig",
                                                        "rate_limit_quota.v3.RateLimitQuotaFilterConfig",
                                                        "rate_limit_quota.v3.RateLimitQuotaOverride",
                                                        "thrift_to_metadata.v3.ThriftToMetadata",
                                                        "filters.http.wasm.v3.Wasm"};
    return std::ranges::any_of(types, [&](std::string_view one) { return type.ends_with(one); });
}

/// Whether the type is known, and is none of an HTTP filter nor a wrapper of one.
bool isOfNoHttpFilter(const Facts& facts, std::string_view type)
{
    if (type.ends_with(".TypedStruct") || type == "envoy.config.route.v3.FilterConfig") return false;
    bool isKnown = false;
    for (const api::Extension& extension : facts.revision.schema()->extensions())
        if (std::ranges::find(extension.typeUrls, type) != extension.typeUrls.end()) {
            if (extension.category.starts_with("envoy.filters.http")) return false;
            isKnown = true;
        }
    return isKnown;
}

/// Settings that no HTTP filter takes, whatever its name.
void checkType(const Facts& facts, const std::string& key, const Any& given, const std::string& at, Report& report)
{
    const auto wrapper = unpack<envoy::config::route::v3::FilterConfig>(given);
    const std::string_view type = wrapper != nullptr ? typeOf(wrapper->config()) : typeOf(given);
    if (type.empty() && typeOf(given).empty())
        report.error(at, fmt::format("Didn't find a registered implementation for '{}' with type URL: '': \"@type\" is "
                                     "missing",
                                     key));
    else if (isOfNoHttpFilter(facts, type))
        report.error(at + ".@type",
                     fmt::format("Didn't find a registered implementation for '{}' with type URL '{}': it "
                                 "is no type of an HTTP filter",
                                 key, type));
    else if (takesNone(type))
        report.error(at + ".@type",
                     fmt::format("The filter {} doesn't support virtual host or route specific configurations", key));
}

/// One entry of typed_per_filter_config in the light of the manager's filters.
void checkEntry(const Facts& facts, const HttpConnectionManager& manager, const std::string& key, const Any& any,
                const std::string& at, Report& report)
{
    const auto filter = std::ranges::find(manager.http_filters(), key, [](const auto& f) { return f.name(); });
    if (filter == manager.http_filters().end())
        return report.warning(
            at, fmt::format("No HTTP filter of this listener is named '{}'; the settings are ignored", key));
    const std::string_view type = typeOf(filter->typed_config()), given = typeOf(any);
    const std::string perRoute = std::string(type) + "PerRoute";
    if (given != type || facts.revision.schema()->message(perRoute) == nullptr) return;
    const std::string text = fmt::format("Settings of a route have the type {}, not that of the filter",
                                         perRoute.substr(perRoute.rfind('.') + 1));
    if (any.value().empty()) report.warning(at + ".@type", text);
    else report.error(at + ".@type", text);
}

void perFilterSettings(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables)
        eachPerFilter(table, [&](const auto& map, const std::string& place) {
            for (const auto& [key, any] : map) {
                const std::string at = path::key(place, key);
                const auto wrapper = unpack<envoy::config::route::v3::FilterConfig>(any);
                if (wrapper != nullptr && !wrapper->has_config() && !wrapper->disabled())
                    report.error(at, fmt::format("The settings for '{}' are empty", key));
                checkType(facts, key, any, at, report);
                if (table.manager != nullptr) checkEntry(facts, *table.manager->message, key, any, at, report);
            }
        });
}

/// The manager's chain, when it has a TLS context.
std::unique_ptr<DownstreamTlsContext> tlsOf(const Facts& facts, const std::string& managerPath, std::string& place)
{
    const std::string owner = managerPath.substr(0, managerPath.rfind(".filters["));
    for (const Chain& chain : facts.chains)
        if (chain.path == owner) {
            place = path::field(chain.path, "transport_socket.typed_config");
            return unpack<DownstreamTlsContext>(chain.message->transport_socket().typed_config());
        }
    return nullptr;
}

void protocols(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers) {
        std::string place;
        const auto tls = tlsOf(facts, manager.path, place);
        if (tls == nullptr) continue;
        const auto& offered = tls->common_tls_context().alpn_protocols();
        const bool offersHttp2 = std::ranges::find(offered, "h2") != offered.end();
        if (manager.message->codec_type() == HttpConnectionManager::HTTP1 && offersHttp2)
            report.warning(path::field(manager.path, "codec_type"),
                           "The TLS context offers h2, which the codec HTTP1 does not speak");
        if (manager.message->codec_type() != HttpConnectionManager::HTTP1 && offered.empty())
            report.advice(path::field(place, "common_tls_context.alpn_protocols"),
                          "Without 'alpn_protocols' every client speaks HTTP/1.1");
    }
}

std::int64_t nanoseconds(const google::protobuf::Duration& d) { return d.seconds() * 1'000'000'000 + d.nanos(); }

void shorterLimits(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        if (table.manager == nullptr) continue;
        const auto& options = table.manager->message->common_http_protocol_options();
        const std::int64_t most = options.has_max_stream_duration() ? nanoseconds(options.max_stream_duration()) : 0;
        bool told = false;
        eachRoute(table, [&](const auto& route, const RoutePlace&, const auto&) {
            if (!route.has_route() || told || most == 0 || route.route().has_max_stream_duration()) return;
            const std::int64_t timeout = route.route().has_timeout() ? nanoseconds(route.route().timeout()) : 0;
            told = timeout > most;
        });
        if (told)
            report.warning(path::field(table.manager->path, "common_http_protocol_options.max_stream_duration"),
                           "A route has a longer 'timeout', which never comes: this one ends the request first");
    }
}

void idleFirst(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        if (table.manager == nullptr || !table.manager->message->has_stream_idle_timeout()) continue;
        const std::int64_t idle = nanoseconds(table.manager->message->stream_idle_timeout());
        eachRoute(table, [&](const auto& route, const RoutePlace& at, const auto&) {
            const bool own = route.route().has_idle_timeout();
            if (route.has_route() && route.route().has_timeout() && !own && idle > 0 &&
                nanoseconds(route.route().timeout()) > idle)
                report.warning(
                    path::field(at, "route.timeout"),
                    "The connection manager's 'stream_idle_timeout' is shorter and ends a waiting request first");
        });
    }
}

bool limits(const envoy::config::route::v3::Route& route) { return route.route().rate_limits_size() > 0; }

void nothingLimited(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        if (table.manager == nullptr || find(*table.manager->message, "ratelimit.v3.RateLimit") < 0) continue;
        bool any = false;
        std::string first;
        eachRoute(table, [&](const auto& route, const RoutePlace& at, const auto& host) {
            any = any || limits(route) || host.rate_limits_size() > 0 || !route.typed_per_filter_config().empty();
            if (first.empty() && route.has_route()) first = at;
        });
        if (!any && !first.empty())
            report.warning(path::field(first, "route"), "The service is never asked: no route has 'rate_limits'");
    }
}

void limitsWithoutFilter(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        if (table.manager == nullptr) continue;
        const bool limiter = find(*table.manager->message, "RateLimit") >= 0 ||
                             find(*table.manager->message, "RateLimitQuotaFilterConfig") >= 0;
        const bool cors = find(*table.manager->message, "cors.v3.Cors") >= 0;
        eachRoute(table, [&](const auto& route, const RoutePlace& at, const auto&) {
            const google::protobuf::Message& action = route.route(); // 'cors' is deprecated
            if (limits(route) && !limiter)
                report.warning(path::field(at, "route.rate_limits"),
                               "Nothing is limited: the listener has no rate limit filter");
            if (route.has_route() && !cors &&
                action.GetReflection()->HasField(action, action.GetDescriptor()->FindFieldByName("cors")))
                report.warning(path::field(at, "route.cors"), "The policy is ignored: the listener has no cors filter");
        });
    }
}

void unknownUpgrade(const Facts& facts, Report& report)
{
    constexpr std::array<std::string_view, 5> misspelt = {"web-socket", "web_socket", "websockets", "ws", "wss"};
    for (const auto& manager : facts.managers)
        for (int i = 0; i < manager.message->upgrade_configs_size(); ++i) {
            std::string type = manager.message->upgrade_configs(i).upgrade_type();
            std::ranges::transform(type, type.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            if (std::ranges::find(misspelt, type) != misspelt.end())
                report.warning(path::field(item(manager.path, "upgrade_configs", i), "upgrade_type"),
                               "No client asks for this upgrade: 'websocket' is meant");
        }
}

void websocketsOff(const Facts& facts, Report& report)
{
    for (const Table& table : facts.tables) {
        if (table.manager == nullptr) continue;
        const bool enabled = table.manager->message->upgrade_configs_size() > 0;
        eachRoute(table, [&](const auto& route, const RoutePlace& at, const auto&) {
            std::string text = route.match().prefix() + route.match().path() + route.match().path_separated_prefix();
            const bool named = text == "/ws" || text.starts_with("/ws/") || text.starts_with("/websocket") ||
                               text.ends_with("/ws") || text.ends_with("/ws/");
            if (named && route.has_route() && !enabled && route.route().upgrade_configs_size() == 0)
                report.advice(
                    path::field(at, "route"),
                    "WebSockets are refused: neither the route nor the connection manager has 'upgrade_configs'");
        });
    }
}

constexpr std::array rules = {
    Rule{"F06", corsAfterGuard}, Rule{"F09", perFilterSettings},   Rule{"F12", protocols},
    Rule{"F17", nothingLimited}, Rule{"F23", shorterLimits},       Rule{"F25", corsWithoutPolicy},
    Rule{"R21", idleFirst},      Rule{"R29", limitsWithoutFilter}, Rule{"R44", unknownUpgrade},
    Rule{"R44", websocketsOff},
};

} // namespace

std::span<const Rule> managerRules() { return rules; }

} // namespace model::check
