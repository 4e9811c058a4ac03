// Rules about listeners and filter chains (anchors.md 4.3, L codes).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <arpa/inet.h>
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

bool binds(const Listener& listener)
{
    return !listener.has_bind_to_port() || listener.bind_to_port().value();
}

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
            report.warning(path::field(listener.path, "address"),
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
            if (listener.isStatic) report.advice(place, "The listener should have a name; Envoy invents another at each start");
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
            report.error(path::field(listener.path, "internal_listener"), "A listener must not have both 'address' and 'internal_listener'");
    }
}

bool isUdp(const Listener& listener)
{
    return listener.address().socket_address().protocol() == SocketAddress::UDP;
}

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

void sameMatch(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        if (listener.message.has_filter_chain_matcher()) continue;
        std::map<std::string, int> seen;
        for (int i = 0; i < listener.message.filter_chains_size(); ++i) {
            auto match = listener.message.filter_chains(i).filter_chain_match();
            for (std::string& name : *match.mutable_server_names())
                std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            const auto [first, isNew] = seen.emplace(match.SerializeAsString(), i);
            const std::string place = item(listener.path, "filter_chains", i);
            if (!isNew)
                report.error(listener.message.filter_chains(i).has_filter_chain_match() ? path::field(place, "filter_chain_match") : place,
                             fmt::format("Filter chain {} must not match the same connections as filter chain {}", i + 1,
                                         first->second + 1));
        }
    }
}

void partialServerName(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains) {
        const auto& names = chain.message->filter_chain_match().server_names();
        for (int i = 0; i < names.size(); ++i) {
            const std::string& name = names.Get(i);
            const std::size_t star = name.find('*');
            if (star == std::string::npos || (name.starts_with("*.") && name.find('*', 1) == std::string::npos)) continue;
            report.error(item(chain.path, "filter_chain_match.server_names", i),
                         fmt::format("Server name '{}' may have '*' only as its whole first label, as in '*.example.com'", name));
        }
    }
}

void serverNamesWithoutInspector(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains) {
        const auto& match = chain.message->filter_chain_match();
        const auto& filters = chain.listener->message.listener_filters();
        const bool wantsTls = match.server_names_size() > 0 || match.transport_protocol() == "tls" || match.application_protocols_size() > 0;
        const bool inspects = std::ranges::any_of(filters, [](const auto& filter) {
            return typeOf(filter.typed_config()).ends_with("Inspector") || filter.has_config_discovery();
        });
        const bool isQuic = isUdp(chain.listener->message);
        if (!wantsTls || inspects || isQuic) continue;
        const char* field = match.server_names_size() > 0        ? "filter_chain_match.server_names"
                            : match.transport_protocol() == "tls" ? "filter_chain_match.transport_protocol"
                                                                  : "filter_chain_match.application_protocols";
        report.warning(path::field(chain.path, field),
                       "The listener needs the listener filter 'envoy.filters.listener.tls_inspector'; without it this never matches");
    }
}

void noNetworkFilter(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains)
        if (chain.message->filters_size() == 0 && !isUdp(chain.listener->message))
            report.warning(chain.path, "The filter chain should have a network filter; without one every connection is closed");
}

bool isIp(const std::string& text)
{
    unsigned char buffer[16];
    return ::inet_pton(AF_INET, text.c_str(), buffer) == 1 ||
           ::inet_pton(AF_INET6, text.substr(0, text.find('%')).c_str(), buffer) == 1;
}

void hostNameAsAddress(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const SocketAddress& socket = listener.message.address().socket_address();
        if (socket.address().empty() || !socket.resolver_name().empty() || isIp(socket.address())) continue;
        report.error(path::field(listener.path, "address.socket_address.address"),
                     fmt::format("A listener's address must be an IP address, not the name '{}'", socket.address()));
    }
}

bool isEmpty(const envoy::config::listener::v3::FilterChainMatch& match) { return match.ByteSizeLong() == 0; }

void defaultNeverChosen(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        if (!message.has_default_filter_chain() || message.has_filter_chain_matcher()) continue;
        if (std::ranges::any_of(message.filter_chains(), [](const auto& chain) { return isEmpty(chain.filter_chain_match()); }))
            report.warning(path::field(listener.path, "default_filter_chain"),
                           "This chain is never chosen: another chain of the listener matches every connection");
    }
}

constexpr std::array rules = {
    Rule{"L01", duplicateAddress},   Rule{"L02", duplicateName},     Rule{"L04", noAddress},
    Rule{"L05", noFilterChain},      Rule{"L07", sameMatch},         Rule{"L08", partialServerName},
    Rule{"L10", serverNamesWithoutInspector}, Rule{"L13", noNetworkFilter}, Rule{"L19", hostNameAsAddress},
    Rule{"L24", defaultNeverChosen},
};

} // namespace

std::span<const Rule> listenerRules() { return rules; }

} // namespace model::check
