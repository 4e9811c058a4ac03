#include "model/graph/describe.h"

#include <algorithm>
#include <string_view>

namespace model::graph {
namespace {

std::string joined(const std::vector<std::string>& parts, const char* separator = ", ")
{
    std::string text;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        if (!text.empty()) text += separator;
        text += part;
    }
    return text;
}

std::string counted(int n, const std::string& noun) { return std::to_string(n) + ' ' + noun + (n == 1 ? "" : "s"); }

/// The first of several, and how many more there are.
template <class Strings> std::string firstOf(const Strings& strings)
{
    if (strings.empty()) return {};
    const auto more = strings.size() - 1;
    return strings[0] + (more > 0 ? " +" + std::to_string(more) : "");
}

bool isTls(const envoy::config::core::v3::TransportSocket& socket)
{
    const std::string& url = socket.typed_config().type_url();
    return url.find("transport_sockets.tls.") != std::string::npos ||
           url.find("transport_sockets.quic.") != std::string::npos;
}

std::string prefixText(const envoy::config::core::v3::CidrRange& range)
{
    return range.address_prefix() + '/' + std::to_string(range.prefix_len().value());
}

std::vector<std::string> conditionsOf(const api_listener::FilterChainMatch& match)
{
    std::vector<std::string> facts;
    for (const auto& server : match.server_names()) facts.push_back("SNI " + server);
    if (match.has_destination_port()) facts.push_back("port " + std::to_string(match.destination_port().value()));
    for (const auto& range : match.prefix_ranges()) facts.push_back("to " + prefixText(range));
    for (const auto& range : match.source_prefix_ranges()) facts.push_back("from " + prefixText(range));
    for (const auto port : match.source_ports()) facts.push_back("source port " + std::to_string(port));
    if (!match.transport_protocol().empty()) facts.push_back("transport " + match.transport_protocol());
    for (const auto& protocol : match.application_protocols()) facts.push_back("ALPN " + protocol);
    return facts;
}

struct PathText {
    std::string value;
    const char* kind;
};

PathText pathOf(const api_route::RouteMatch& match)
{
    switch (match.path_specifier_case()) {
    case api_route::RouteMatch::kPrefix: return {match.prefix(), "prefix"};
    case api_route::RouteMatch::kPath: return {match.path(), "path"};
    case api_route::RouteMatch::kSafeRegex: return {match.safe_regex().regex(), "regex"};
    case api_route::RouteMatch::kPathSeparatedPrefix: return {match.path_separated_prefix(), "path prefix"};
    case api_route::RouteMatch::kConnectMatcher: return {"CONNECT", "connect"};
    case api_route::RouteMatch::kPathMatchPolicy: return {match.path_match_policy().name(), "template"};
    case api_route::RouteMatch::PATH_SPECIFIER_NOT_SET: break;
    }
    return {"(no path)", ""};
}

std::string headerText(const api_route::HeaderMatcher& header)
{
    std::string text = header.name();
    if (header.string_match().has_exact()) text += " = " + header.string_match().exact();
    else if (header.string_match().has_prefix()) text += " = " + header.string_match().prefix() + "…";
    return header.invert_match() ? "not " + text : text;
}

std::string redirectText(const api_route::RedirectAction& redirect)
{
    std::string target;
    if (redirect.https_redirect()) target = "https";
    else target = redirect.scheme_redirect();
    if (!redirect.host_redirect().empty()) target += (target.empty() ? "" : "://") + redirect.host_redirect();
    target += redirect.path_redirect() + redirect.prefix_rewrite();
    return target.empty() ? "redirect" : "redirect to " + target;
}

void addRouteAction(const api_route::RouteAction& action, Words& words)
{
    if (action.has_retry_policy()) words.badges.emplace_back("retry");
    if (action.has_timeout()) words.badges.emplace_back("timeout");
    if (action.has_weighted_clusters()) words.badges.emplace_back("weighted");
    if (action.request_mirror_policies_size() > 0) words.badges.emplace_back("mirror");
    const bool rewrites =
        !action.prefix_rewrite().empty() || action.has_regex_rewrite() || action.has_path_rewrite_policy() ||
        action.host_rewrite_specifier_case() != api_route::RouteAction::HOST_REWRITE_SPECIFIER_NOT_SET;
    if (rewrites) words.badges.emplace_back("rewrite");
    if (action.rate_limits_size() > 0) words.badges.emplace_back("rateLimit");
}

/// What a route does, where that is not an edge.
std::string actionText(const api_route::Route& route)
{
    switch (route.action_case()) {
    case api_route::Route::kRedirect: return redirectText(route.redirect());
    case api_route::Route::kDirectResponse: return "answers " + std::to_string(route.direct_response().status());
    case api_route::Route::kNonForwardingAction: return "not forwarded";
    case api_route::Route::kFilterAction: return "filter action";
    case api_route::Route::kRoute: break;
    case api_route::Route::ACTION_NOT_SET: return "no action";
    }
    const auto& action = route.route();
    switch (action.cluster_specifier_case()) {
    case api_route::RouteAction::kClusterHeader: return "cluster from " + action.cluster_header();
    case api_route::RouteAction::kClusterSpecifierPlugin: return "plugin " + action.cluster_specifier_plugin();
    case api_route::RouteAction::kInlineClusterSpecifierPlugin: return "cluster by plugin";
    default: return {};
    }
}

std::string typeText(const api_cluster::Cluster& cluster)
{
    if (!cluster.has_cluster_type()) return api_cluster::Cluster::DiscoveryType_Name(cluster.type());
    const std::string& name = cluster.cluster_type().name();
    constexpr std::string_view prefix = "envoy.clusters.";
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string policyText(const api_cluster::Cluster& cluster)
{
    if (cluster.has_load_balancing_policy() && cluster.load_balancing_policy().policies_size() > 0) {
        const std::string& name = cluster.load_balancing_policy().policies(0).typed_extension_config().name();
        return name.substr(name.rfind('.') + 1);
    }
    switch (cluster.lb_policy()) {
    case api_cluster::Cluster::ROUND_ROBIN: return "RR";
    case api_cluster::Cluster::LEAST_REQUEST: return "LR";
    case api_cluster::Cluster::RING_HASH: return "ring hash";
    case api_cluster::Cluster::RANDOM: return "random";
    case api_cluster::Cluster::MAGLEV: return "Maglev";
    default: return {};
    }
}

} // namespace

std::string addressText(const envoy::config::core::v3::Address& address)
{
    using Address = envoy::config::core::v3::Address;
    switch (address.address_case()) {
    case Address::kSocketAddress: {
        const auto& socket = address.socket_address();
        const bool isV6 = socket.address().find(':') != std::string::npos;
        const std::string port =
            socket.named_port().empty() ? std::to_string(socket.port_value()) : socket.named_port();
        return (isV6 ? '[' + socket.address() + ']' : socket.address()) + ':' + port;
    }
    case Address::kPipe: return address.pipe().path();
    case Address::kEnvoyInternalAddress: return "internal:" + address.envoy_internal_address().server_listener_name();
    case Address::ADDRESS_NOT_SET: break;
    }
    return {};
}

std::string durationText(const google::protobuf::Duration& duration)
{
    const std::int64_t milliseconds = duration.seconds() * 1000 + duration.nanos() / 1000000;
    if (milliseconds % 1000 != 0) return std::to_string(milliseconds) + " ms";
    const std::int64_t seconds = milliseconds / 1000;
    if (seconds != 0 && seconds % 3600 == 0) return std::to_string(seconds / 3600) + " h";
    if (seconds != 0 && seconds % 60 == 0) return std::to_string(seconds / 60) + " min";
    return std::to_string(seconds) + " s";
}

Words describe(const api_listener::Listener& listener)
{
    Words words;
    const std::string address = addressText(listener.address());
    const std::size_t colon = address.rfind(':');
    if (listener.has_internal_listener() || listener.has_api_listener() || address.empty()) {
        words.title = listener.name().empty() ? "listener" : listener.name();
        words.subtitle = listener.has_api_listener() ? "API listener" : address.empty() ? "internal" : address;
    } else if (listener.address().has_socket_address() && colon != std::string::npos) {
        words.title = address.substr(colon);
        words.subtitle = address.substr(0, colon);
    } else {
        words.title = address;
        words.subtitle = listener.name();
    }
    if (listener.address().socket_address().protocol() == envoy::config::core::v3::SocketAddress::UDP)
        words.subtitle += " UDP";
    const bool anyTls = std::ranges::any_of(listener.filter_chains(),
                                            [](const auto& chain) { return isTls(chain.transport_socket()); });
    if (anyTls || isTls(listener.default_filter_chain().transport_socket())) words.badges.emplace_back("lock");
    return words;
}

Words describe(const api_listener::FilterChain& chain, int number, bool isOnly)
{
    Words words;
    words.facts = conditionsOf(chain.filter_chain_match());
    if (!chain.name().empty()) words.title = chain.name();
    else if (number == 0 || (isOnly && words.facts.empty())) words.title = "default";
    else words.title = "chain " + std::to_string(number);
    const bool tls = isTls(chain.transport_socket());
    words.subtitle = !words.facts.empty() ? firstOf(words.facts) : tls ? "TLS" : "no TLS";
    if (tls) words.badges.emplace_back("lock");
    return words;
}

Words describe(const HttpManager& manager)
{
    Words words;
    words.title = manager.stat_prefix().empty() ? "HTTP" : manager.stat_prefix();
    const bool isAuto = manager.codec_type() == HttpManager::AUTO;
    words.subtitle = joined({isAuto ? "" : HttpManager::CodecType_Name(manager.codec_type()),
                             counted(manager.http_filters_size(), "filter")});
    for (const auto& filter : manager.http_filters()) words.facts.push_back(filter.name());
    const auto isLimit = [](const std::string& name) { return name.find("ratelimit") != std::string::npos; };
    if (std::ranges::any_of(words.facts, isLimit)) words.badges.emplace_back("rateLimit");
    if (manager.has_request_timeout() || manager.has_stream_idle_timeout()) words.badges.emplace_back("timeout");
    return words;
}

Words describe(const TcpForwarder& proxy)
{
    Words words;
    words.title = proxy.stat_prefix().empty() ? "TCP" : proxy.stat_prefix();
    words.subtitle = proxy.has_idle_timeout() ? "idle " + durationText(proxy.idle_timeout()) : "TCP";
    if (proxy.has_weighted_clusters()) words.badges.emplace_back("weighted");
    return words;
}

Words describe(const api_route::VirtualHost& host)
{
    Words words;
    words.title = host.name();
    words.facts.assign(host.domains().begin(), host.domains().end());
    words.subtitle = firstOf(words.facts);
    if (host.require_tls() != api_route::VirtualHost::NONE) words.badges.emplace_back("lock");
    if (host.has_retry_policy()) words.badges.emplace_back("retry");
    if (host.rate_limits_size() > 0) words.badges.emplace_back("rateLimit");
    return words;
}

Words describe(const api_route::Route& route)
{
    const PathText path = pathOf(route.match());
    Words words;
    words.title = path.value;
    words.facts.push_back(joined({path.kind, path.value}, " "));
    for (const auto& header : route.match().headers()) words.facts.push_back(headerText(header));
    for (const auto& query : route.match().query_parameters()) words.facts.push_back("?" + query.name());
    if (route.match().has_grpc()) words.facts.emplace_back("gRPC");
    const int conditions = static_cast<int>(words.facts.size()) - 1;
    const std::string action = actionText(route);
    if (route.has_redirect()) words.badges.emplace_back("redirect");
    if (route.has_route()) addRouteAction(route.route(), words);
    words.subtitle = joined({action.empty() ? path.kind : action,
                             conditions == 1  ? words.facts[1]
                             : conditions > 1 ? counted(conditions, "condition")
                                              : "",
                             route.route().has_timeout() ? durationText(route.route().timeout()) : ""});
    return words;
}

Words describe(const api_cluster::Cluster& cluster)
{
    Words words;
    words.title = cluster.name();
    words.subtitle = joined({typeText(cluster), policyText(cluster)});
    const bool matchesTls = std::ranges::any_of(cluster.transport_socket_matches(),
                                                [](const auto& match) { return isTls(match.transport_socket()); });
    if (isTls(cluster.transport_socket()) || matchesTls) words.badges.emplace_back("lock");
    if (cluster.has_circuit_breakers()) words.badges.emplace_back("breaker");
    if (cluster.health_checks_size() > 0) words.badges.emplace_back("healthCheck");
    if (cluster.has_outlier_detection()) words.badges.emplace_back("outlier");
    return words;
}

Words describe(const api_endpoint::LocalityLbEndpoints& locality, const api_endpoint::LbEndpoint& endpoint)
{
    Words words;
    words.title = addressText(endpoint.endpoint().address());
    if (words.title.empty()) words.title = endpoint.endpoint_name().empty() ? "endpoint" : endpoint.endpoint_name();
    const auto& zone = locality.locality();
    words.facts = {endpoint.endpoint().hostname(), joined({zone.region(), zone.zone(), zone.sub_zone()}, "/"),
                   locality.priority() > 0 ? "priority " + std::to_string(locality.priority()) : "",
                   endpoint.has_load_balancing_weight()
                       ? "weight " + std::to_string(endpoint.load_balancing_weight().value())
                       : ""};
    std::erase(words.facts, std::string());
    if (!words.facts.empty()) words.subtitle = words.facts.front();
    return words;
}

} // namespace model::graph
