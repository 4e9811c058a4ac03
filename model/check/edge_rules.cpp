// Rules about what a listener does with clients that nobody chose, as at the edge of a network (anchors.md 4.3: B09, F12, F13, L18,
// L21, L23, L27, T05; Envoy docs, configuration/best_practices/edge). Most of it is a usual and right way to write
// things, so it is told as information.
#include "model/check/rule.h"
#include "model/check/runtime.h"
#include "model/source/path.h"

#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace model::check {
namespace {

namespace path = source::path;
using envoy::config::core::v3::SocketAddress;
using envoy::extensions::transport_sockets::tls::v3::DownstreamTlsContext;

/// Whether anybody may connect: it opens a port, and is not one of the listeners of a sidecar.
bool isAtEdge(const Listener& listener)
{
    const bool opens = !listener.has_bind_to_port() || listener.bind_to_port().value();
    return opens && listener.has_address() && !listener.has_api_listener() && !listener.has_internal_listener() &&
           listener.traffic_direction() == envoy::config::core::v3::UNSPECIFIED;
}

bool isTcp(const Listener& listener)
{
    return listener.address().has_socket_address() &&
           listener.address().socket_address().protocol() == SocketAddress::TCP;
}

bool hasListenerFilter(const Listener& listener, std::string_view ending)
{
    return std::ranges::any_of(listener.listener_filters(), [&](const auto& filter) {
        return typeOf(filter.typed_config()).ends_with(ending) || filter.has_config_discovery();
    });
}

/// Envoy itself warns of this when it starts.
void connectionLimit(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const bool accepts =
        facts.project.hasListenerDiscovery ||
        std::ranges::any_of(facts.config.listeners, [](const auto& one) { return isAtEdge(one.message); });
    const auto& monitors = facts.config.bootstrap->overload_manager().resource_monitors();
    const bool limits =
        std::ranges::any_of(
            monitors,
            [](const auto& m) { return typeOf(m.typed_config()).ends_with("DownstreamConnectionsConfig"); }) ||
        std::ranges::any_of(runtimeKeys(facts), [](const auto& entry) {
            return entry.first == "overload.global_downstream_max_connections" ||
                   entry.first.starts_with("envoy.resource_limits.listener.");
        });
    if (accepts && !limits)
        report.usual("overload_manager",
                     "There is no limit to the number of downstream connections: the overload manager has no monitor "
                     "'envoy.resource_monitors.global_downstream_max_connections'");
}

bool knowsClients(const HttpConnectionManager& manager)
{
    return manager.has_use_remote_address() || manager.xff_num_trusted_hops() > 0 ||
           manager.original_ip_detection_extensions_size() > 0;
}

/// What Envoy's guide for the edge sets and this manager does not.
std::string unsetAtEdge(const HttpConnectionManager& manager)
{
    const auto& options = manager.common_http_protocol_options();
    const std::array<std::pair<bool, const char*>, 6> settings = {{
        {manager.has_normalize_path(), "normalize_path"},
        {manager.merge_slashes(), "merge_slashes"},
        {manager.path_with_escaped_slashes_action() != 0, "path_with_escaped_slashes_action"},
        {options.headers_with_underscores_action() != 0, "headers_with_underscores_action"},
        {options.has_idle_timeout(), "idle_timeout"},
        {manager.has_request_timeout() || manager.has_request_headers_timeout(), "request_timeout"},
    }};
    std::string unset;
    for (const auto& [isSet, name] : settings)
        if (!isSet) unset += fmt::format("{}'{}'", unset.empty() ? "" : ", ", name);
    return unset;
}

void strangers(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers) {
        if (manager.listener == nullptr || !isAtEdge(manager.listener->message)) continue;
        if (!knowsClients(*manager.message))
            report.usual(path::field(manager.path, "use_remote_address"),
                         "'use_remote_address' is not set: x-forwarded-for is taken from the client, who may forge it; "
                         "at the edge it should be true");
        else if (const std::string unset = unsetAtEdge(*manager.message);
                 manager.message->use_remote_address().value() && !unset.empty())
            report.usual(manager.path, fmt::format("Envoy's guide for the edge sets {} too", unset));
    }
}

void bufferLimit(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners)
        if (isAtEdge(listener.message) && isTcp(listener.message) &&
            !listener.message.has_per_connection_buffer_limit_bytes())
            report.usual(
                path::field(listener.path, "per_connection_buffer_limit_bytes"),
                "'per_connection_buffer_limit_bytes' is not set: each connection may buffer 1 MiB; at the edge "
                "32768 is advised");
}

/// Where a chain's traffic is logged; empty when nowhere.
std::string logOf(const Facts& facts, const Chain& chain)
{
    for (const auto& manager : facts.managers)
        if (manager.message->access_log_size() > 0 && path::isWithin(manager.path, chain.path))
            return path::field(manager.path, "access_log");
    for (const auto& proxy : facts.tcpProxies)
        if (proxy.message->access_log_size() > 0 && path::isWithin(proxy.path, chain.path))
            return path::field(proxy.path, "access_log");
    return {};
}

void silentHandshakes(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains)
        if (chain.message->has_transport_socket() && chain.listener->message.access_log_size() == 0)
            if (const std::string log = logOf(facts, chain); !log.empty())
                report.usualAt(log, path::field(chain.listener->path, "access_log"),
                               "TLS handshakes that fail leave no line: the listener has no 'access_log' of its own");
}

/// Ports of protocols in which the server speaks first (IANA: FTP, SSH, SMTP, POP3, IMAP, submission, MySQL).
bool isServerFirstPort(std::uint32_t port)
{
    constexpr std::array<std::uint32_t, 8> ports = {21, 22, 25, 110, 143, 587, 3306, 33060};
    return std::ranges::find(ports, port) != ports.end();
}

/// Whether the chain passes on bytes of any protocol.
bool passesAnything(const Facts& facts, const Chain& chain)
{
    const auto& match = chain.message->filter_chain_match();
    return !chain.message->has_transport_socket() && match.server_names_size() == 0 &&
           match.application_protocols_size() == 0 && match.transport_protocol() != "tls" &&
           std::ranges::any_of(facts.tcpProxies,
                               [&](const auto& proxy) { return path::isWithin(proxy.path, chain.path); });
}

void serverFirst(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        const auto inspector = std::ranges::find_if(message.listener_filters(), [](const auto& filter) {
            return typeOf(filter.typed_config()).ends_with("Inspector") && !filter.has_filter_disabled();
        });
        const bool passes = std::ranges::any_of(facts.chains, [&](const Chain& chain) {
            return chain.listener == &listener && passesAnything(facts, chain);
        });
        if (inspector == message.listener_filters().end() || !passes || message.continue_on_listener_filters_timeout())
            continue;
        const int index = static_cast<int>(inspector - message.listener_filters().begin());
        report.add(isServerFirstPort(message.address().socket_address().port_value()) ? Severity::Warning
                                                                                      : Severity::Advice,
                   message.has_listener_filters_timeout() ? path::field(listener.path, "listener_filters_timeout")
                                                          : item(listener.path, "listener_filters", index),
                   fmt::format("'{}' waits for the client to speak: where the server speaks first (SMTP, SSH, MySQL) "
                               "the connection is cut, unless 'continue_on_listener_filters_timeout' is set",
                               inspector->name()));
    }
}

void proxyHeader(const View& filter, const Facts&, Report& report)
{
    if (!filter.flag("allow_requests_without_proxy_protocol"))
        report.add(Severity::Info, filter.at("allow_requests_without_proxy_protocol"),
                   "Connections that begin with no PROXY header are closed ('allow_requests_without_proxy_protocol')");
}

/// The TLS context of the chain that a filter's configuration stands in.
std::unique_ptr<DownstreamTlsContext> tlsOf(const Facts& facts, const std::string& filter, bool& isPlain)
{
    const auto chain =
        std::ranges::find_if(facts.chains, [&](const Chain& one) { return path::isWithin(filter, one.path); });
    if (chain == facts.chains.end()) return nullptr;
    isPlain = !chain->message->has_transport_socket();
    return unpack<DownstreamTlsContext>(chain->message->transport_socket().typed_config());
}

/// The codec HTTP2 speaks nothing else; who begins with HTTP/1.1 gets an empty reply.
void onlyHttp2(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers) {
        if (manager.message->codec_type() != HttpConnectionManager::HTTP2) continue;
        bool isPlain = false;
        const auto tls = tlsOf(facts, manager.path, isPlain);
        const std::string place = path::field(manager.path, "codec_type");
        if (isPlain)
            report.advice(place, "Clients that speak HTTP/1.1 get an empty reply: the codec HTTP2 speaks HTTP/2 alone, "
                                 "AUTO both");
        if (tls == nullptr) continue;
        const auto& offered = tls->common_tls_context().alpn_protocols();
        if (std::ranges::find(offered, "http/1.1") != offered.end())
            report.warning(place, "The TLS context offers http/1.1, which the codec HTTP2 does not speak");
        else if (std::ranges::find(offered, "h2") == offered.end())
            report.warning(place, "The TLS context does not offer h2 ('alpn_protocols'), and the codec HTTP2 speaks "
                                  "nothing else");
    }
}

/// 443, and what is usually taken for it: 8443, 10443.
bool isTlsPort(std::uint32_t port) { return port % 1000 == 443; }

void plainAtTlsPort(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        const bool hasTls = message.default_filter_chain().has_transport_socket() ||
                            std::ranges::any_of(message.filter_chains(),
                                                [](const auto& chain) { return chain.has_transport_socket(); });
        const std::uint32_t port = message.address().socket_address().port_value();
        if (isAtEdge(message) && isTcp(message) && isTlsPort(port) && !hasTls && message.filter_chains_size() > 0 &&
            !hasListenerFilter(message, "Inspector"))
            report.usual(path::field(listener.path, "address"),
                         fmt::format("Port {} is usually one of TLS, and no chain has a 'transport_socket'", port));
    }
}

constexpr std::array rules = {
    Rule{"B09", connectionLimit},  Rule{"F12", onlyHttp2},   Rule{"F13", strangers},      Rule{"L18", bufferLimit},
    Rule{"L27", silentHandshakes}, Rule{"L21", serverFirst}, Rule{"T05", plainAtTlsPort},
};

constexpr std::array typeRules = {
    TypeRule{"L23", "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol", proxyHeader}};

} // namespace

std::span<const Rule> edgeRules() { return rules; }
std::span<const TypeRule> edgeTypeRules() { return typeRules; }

} // namespace model::check
