// Rules about listeners (anchors.md 4.3: L01 to L06, L16 to L20).
#include "model/check/address.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

namespace model::check {
namespace {

using envoy::config::core::v3::Address;
using envoy::config::core::v3::SocketAddress;
namespace path = source::path;

/// Text of an address by which two listeners can clash; empty for port 0, names of ports, and internal ones.
std::string bindKey(const Address& address, bool binds)
{
    const std::string mark = binds ? "" : "unbound ";
    if (address.has_pipe()) return mark + address.pipe().path();
    const SocketAddress& socket = address.socket_address();
    if (!address.has_socket_address() || socket.port_value() == 0) return {};
    return fmt::format("{}{}:{}/{}{}", mark, socket.address(), socket.port_value(),
                       socket.protocol() == SocketAddress::UDP ? "udp" : "tcp", socket.network_namespace_filepath());
}

/// The key of a listener on every IPv4 address of the same port; empty when this is none of one address.
std::string anyAddressKey(const Address& address)
{
    const SocketAddress& socket = address.socket_address();
    if (!address.has_socket_address() || socket.address().find(':') != std::string::npos) return {};
    Address any = address;
    any.mutable_socket_address()->set_address("0.0.0.0");
    return bindKey(any, true);
}

bool binds(const Listener& listener) { return !listener.has_bind_to_port() || listener.bind_to_port().value(); }

void duplicateAddress(const Facts& facts, Report& report)
{
    if (facts.isDump()) return;
    std::map<std::string, const source::Placed<Listener>*> seen;
    for (const auto& listener : facts.config.listeners) {
        const std::string key = bindKey(listener.message.address(), binds(listener.message));
        if (key.empty()) continue;
        const auto [first, isNew] = seen.emplace(key, &listener);
        const std::string any = anyAddressKey(listener.message.address());
        if (const auto wide = seen.find(any); isNew && !any.empty() && wide != seen.end() && wide->second != &listener)
            report.warning(
                path::field(listener.path, "address"),
                fmt::format("Listener '{}' takes connections from '{}', which listens on every address of that port",
                            listener.message.name(), wide->second->message.name()));
        if (!isNew)
            report.error(path::field(listener.path, "address"),
                         fmt::format("Listener '{}' must have an address of its own; '{}' is that of '{}'",
                                     listener.message.name(), key, first->second->message.name()));
    }
}

void duplicateName(const Facts& facts, Report& report)
{
    if (facts.isDump()) return;
    std::map<std::string, bool> seen;
    for (const auto& listener : facts.config.listeners) {
        const std::string& name = listener.message.name();
        const std::string place = path::field(listener.path, "name");
        if (name.empty()) {
            if (listener.isStatic)
                report.advice(place, "The listener should have a name; Envoy invents another at each start");
        } else if (!seen.emplace(name, true).second)
            report.error(place, fmt::format("Two listeners must not be named '{}'; Envoy keeps only the first", name));
    }
}

void noAddress(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        const bool other = message.has_internal_listener() || message.has_api_listener();
        if (!message.has_address() && !other)
            report.error(listener.path, fmt::format("Listener '{}' must have an 'address'", message.name()));
        else if (message.has_address() && message.has_internal_listener())
            report.error(path::field(listener.path, "internal_listener"),
                         "A listener must not have both 'address' and 'internal_listener'");
        if (message.has_internal_listener() && message.has_api_listener())
            report.error(path::field(listener.path, "internal_listener"),
                         "A listener must not have both 'api_listener' and 'internal_listener'");
        if (message.address().has_envoy_internal_address())
            report.error(path::field(listener.path, "address"),
                         "An internal listener must have 'internal_listener', no internal address");
        for (int i = 0; i < message.additional_addresses_size(); ++i)
            if (message.additional_addresses(i).address().has_envoy_internal_address())
                report.error(item(listener.path, "additional_addresses", i),
                             "An internal listener must have no additional address");
    }
}

bool hasListenerFilter(const Listener& listener, std::string_view ending)
{
    return std::ranges::any_of(listener.listener_filters(),
                               [&](const auto& filter) { return typeOf(filter.typed_config()).ends_with(ending); });
}

bool isUdp(const Listener& listener) { return listener.address().socket_address().protocol() == SocketAddress::UDP; }

void noFilterChain(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        if (message.filter_chains_size() > 0 || message.has_default_filter_chain() || message.has_api_listener() ||
            isUdp(message) || message.has_filter_chain_matcher() || message.has_fcds_config())
            continue;
        report.error(listener.path, fmt::format("Listener '{}' must have at least one filter chain", message.name()));
    }
}

void hostNameAsAddress(const Facts& facts, Report& report)
{
    const auto look = [&](const Address& address, const std::string& place) {
        const SocketAddress& socket = address.socket_address();
        if (const std::string fault = resolutionFault(socket, *facts.revision.schema()); !fault.empty())
            report.error(path::field(place, "socket_address"), fault);
        if (socket.address().empty() || !socket.resolver_name().empty() || isIpAddress(socket.address())) return;
        report.error(path::field(place, "socket_address.address"),
                     fmt::format("Malformed IP address: a listener's address must be an IP address, not the name '{}'",
                                 socket.address()));
    };
    for (const auto& listener : facts.config.listeners) {
        look(listener.message.address(), path::field(listener.path, "address"));
        for (int i = 0; i < listener.message.additional_addresses_size(); ++i)
            look(listener.message.additional_addresses(i).address(),
                 path::field(item(listener.path, "additional_addresses", i), "address"));
    }
}

void nameByDiscovery(const Facts& facts, Report& report)
{
    if (facts.config.bootstrap || facts.isDump()) return;
    for (const auto& listener : facts.config.listeners)
        if (!listener.message.name().empty() && facts.project.staticListeners.contains(listener.message.name()))
            report.warning(path::field(listener.path, "name"),
                           fmt::format("A static listener is named '{}' too; Envoy keeps that one and drops this",
                                       listener.message.name()));
}

void datagrams(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        const bool isQuic = message.udp_listener_config().has_quic_options();
        if (!isUdp(message)) continue;
        if (!isQuic && message.filter_chains_size() > 0)
            report.error(path::field(listener.path, "address"),
                         "A UDP listener must have no filter chains; listener filters serve its datagrams");
        for (int i = 0; isQuic && i < message.filter_chains_size(); ++i)
            if (!typeOf(message.filter_chains(i).transport_socket().typed_config())
                     .ends_with("QuicDownstreamTransport"))
                report.error(path::field(listener.path, "udp_listener_config"),
                             "The chains of a QUIC listener must have the QUIC transport socket");
        if (message.has_enable_reuse_port() && !message.enable_reuse_port().value())
            report.error(path::field(listener.path, "enable_reuse_port"),
                         "A UDP listener must have 'enable_reuse_port' when there are several workers");
    }
}

void http3OverTcp(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers)
        if (manager.message->codec_type() == HttpConnectionManager::HTTP3 && manager.listener != nullptr &&
            !isUdp(manager.listener->message))
            report.error(path::field(manager.path, "codec_type"), "The codec HTTP3 needs a QUIC listener");
}

void sockets(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        if (message.enable_mptcp() && message.has_address() && !message.address().has_socket_address())
            report.error(path::field(listener.path, "enable_mptcp"), "'enable_mptcp' needs an IP address");
        const auto kind = [](const Address& address) { return address.socket_address().protocol(); };
        for (int i = 0; i < message.additional_addresses_size(); ++i) {
            const Address& other = message.additional_addresses(i).address();
            const std::string place = item(listener.path, "additional_addresses", i);
            if (kind(other) != kind(message.address()))
                report.error(place, "All addresses of a listener must be of one kind, TCP or UDP");
            const std::string key = bindKey(other, true);
            if (!key.empty() && key == bindKey(message.address(), true))
                report.add(Severity::Info, place, fmt::format("'{}' is the listener's own address already", key));
        }
    }
}

void portOfAdmin(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const std::string admin = bindKey(facts.config.bootstrap->admin().address(), true);
    for (const auto& listener : facts.config.listeners) {
        const SocketAddress& socket = listener.message.address().socket_address();
        if (!admin.empty() && bindKey(listener.message.address(), true) == admin)
            report.warning(path::field(listener.path, "address"),
                           "The admin page listens at the same address; Envoy would not start");
        if (listener.message.address().has_socket_address() && socket.port_value() == 0 && socket.named_port().empty())
            report.advice(path::field(listener.path, "address.socket_address.port_value"),
                          "Port 0 takes another port at each start");
    }
}

void unbound(const Facts& facts, Report& report)
{
    const bool handsOver = std::ranges::any_of(facts.config.listeners, [](const auto& listener) {
        return listener.message.use_original_dst().value() || hasListenerFilter(listener.message, "OriginalDst");
    });
    for (const auto& listener : facts.config.listeners)
        if (!binds(listener.message) && !handsOver && !facts.project.hasListenerDiscovery && facts.config.bootstrap)
            report.warning(path::field(listener.path, "bind_to_port"),
                           "Nothing hands connections over to this listener, and it opens no port");
}
constexpr std::array rules = {
    Rule{"L01", duplicateAddress}, Rule{"L02", duplicateName},     Rule{"L03", nameByDiscovery}, Rule{"L04", noAddress},
    Rule{"L05", noFilterChain},    Rule{"L06", datagrams},         Rule{"L06", http3OverTcp},    Rule{"L16", sockets},
    Rule{"L17", portOfAdmin},      Rule{"L19", hostNameAsAddress}, Rule{"L20", unbound},
};

} // namespace

std::span<const Rule> listenerRules() { return rules; }

} // namespace model::check
