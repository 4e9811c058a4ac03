// Rules about filter chains and what chooses them (anchors.md 4.3: L07 to L13, L22, L24, L26).
#include "model/check/rule.h"
#include "model/source/path.h"

#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

namespace model::check {
namespace {

using envoy::config::core::v3::SocketAddress;
using envoy::config::listener::v3::FilterChainMatch;
using envoy::extensions::transport_sockets::tls::v3::DownstreamTlsContext;
namespace path = source::path;

bool isUdp(const Listener& listener) { return listener.address().socket_address().protocol() == SocketAddress::UDP; }

void mask(envoy::config::core::v3::CidrRange& range);

/// Whether an address lies in a range.
bool isIn(const std::string& address, const envoy::config::core::v3::CidrRange& range)
{
    envoy::config::core::v3::CidrRange one = range, other = range;
    one.set_address_prefix(address);
    mask(one);
    mask(other);
    return one.address_prefix() == other.address_prefix();
}

bool rangesHold(const FilterChainMatch& match, const std::string& address)
{
    if (address == "0.0.0.0" || address == "::") return true; // the destination may be any address of the machine
    return std::ranges::any_of(match.prefix_ranges(), [&](const auto& range) { return isIn(address, range); });
}

/// Whether the chain ends in a connection manager.
bool servesHttp(const Facts& facts, const Chain& chain)
{
    return std::ranges::any_of(facts.managers,
                               [&](const auto& manager) { return path::isWithin(manager.path, chain.path); });
}

/// Zeroes what the prefix length leaves out, so that equal ranges are equal texts; Envoy compares them masked.
void mask(envoy::config::core::v3::CidrRange& range)
{
    unsigned char bytes[16];
    const bool v4 = ::inet_pton(AF_INET, range.address_prefix().c_str(), bytes) == 1;
    if (!v4 && ::inet_pton(AF_INET6, range.address_prefix().c_str(), bytes) != 1) return;
    for (std::size_t bit = range.prefix_len().value(); bit < (v4 ? 32U : 128U); ++bit)
        bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
    char text[INET6_ADDRSTRLEN];
    if (::inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text, sizeof text) != nullptr) range.set_address_prefix(text);
}

/// The match in the form in which Envoy compares it.
std::string normalMatch(FilterChainMatch match)
{
    for (std::string& name : *match.mutable_server_names())
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (auto* ranges : {match.mutable_prefix_ranges(), match.mutable_source_prefix_ranges(),
                         match.mutable_direct_source_prefix_ranges()})
        for (auto& range : *ranges) mask(range);
    return match.SerializeAsString();
}

/// One line per combination of values: two chains that share one are told apart by nothing.
std::vector<std::string> combinations(const FilterChainMatch& match)
{
    std::vector<FilterChainMatch> all{match};
    const auto split = [&](const auto& values, auto&& keep) {
        if (values.size() < 2) return;
        std::vector<FilterChainMatch> more;
        for (const auto& one : all)
            for (const auto& value : values) keep(more.emplace_back(one), value);
        all = std::move(more);
    };
    const auto only = [](auto* list, const auto& value) {
        list->Clear();
        *list->Add() = value;
    };
    split(match.server_names(), [&](auto& one, const auto& value) { only(one.mutable_server_names(), value); });
    split(match.application_protocols(),
          [&](auto& one, const auto& value) { only(one.mutable_application_protocols(), value); });
    split(match.prefix_ranges(), [&](auto& one, const auto& value) { only(one.mutable_prefix_ranges(), value); });
    split(match.source_prefix_ranges(),
          [&](auto& one, const auto& value) { only(one.mutable_source_prefix_ranges(), value); });
    split(match.source_ports(), [&](auto& one, const auto& value) { only(one.mutable_source_ports(), value); });
    std::vector<std::string> keys;
    for (const auto& one : all) keys.push_back(normalMatch(one));
    return keys;
}

void sameMatch(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        if (listener.message.has_filter_chain_matcher()) continue;
        std::map<std::string, int> seen;
        for (int i = 0; i < listener.message.filter_chains_size(); ++i) {
            const std::string place = item(listener.path, "filter_chains", i);
            const FilterChainMatch& match = listener.message.filter_chains(i).filter_chain_match();
            if (!match.address_suffix().empty() || match.has_suffix_len())
                report.error(path::field(place, "filter_chain_match"),
                             "The filter chain contains unimplemented fields: 'address_suffix' and 'suffix_len'");
            int clash = -1;
            for (const std::string& key : combinations(match))
                if (const auto [first, isNew] = seen.emplace(key, i); !isNew) clash = first->second;
            if (clash == i)
                report.error(path::field(place, "filter_chain_match"),
                             fmt::format("Filter chain {} must not ask for the same thing twice (overlapping matching "
                                         "rules)",
                                         i + 1));
            else if (clash >= 0)
                report.error(listener.message.filter_chains(i).has_filter_chain_match()
                                 ? path::field(place, "filter_chain_match")
                                 : place,
                             fmt::format("Filter chain {} must not match the same connections as filter chain {}",
                                         i + 1, clash + 1));
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
            if (star == std::string::npos || (name.starts_with("*.") && name.find('*', 1) == std::string::npos))
                continue;
            report.error(
                item(chain.path, "filter_chain_match.server_names", i),
                fmt::format("Server name '{}' may have '*' only as its whole first label, as in '*.example.com'",
                            name));
        }
    }
}

bool hasListenerFilter(const Listener& listener, std::string_view ending)
{
    return std::ranges::any_of(listener.listener_filters(), [&](const auto& filter) {
        return typeOf(filter.typed_config()).ends_with(ending) || filter.has_config_discovery();
    });
}

/// The first field of a match that only an inspector of TLS or HTTP can tell; nullptr when there is none.
const char* inspectedField(const FilterChainMatch& match)
{
    if (match.server_names_size() > 0) return "filter_chain_match.server_names";
    if (match.transport_protocol() == "tls") return "filter_chain_match.transport_protocol";
    return match.application_protocols_size() > 0 ? "filter_chain_match.application_protocols" : nullptr;
}

void neverInspected(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains) {
        const Listener& listener = chain.listener->message;
        const char* field = inspectedField(chain.message->filter_chain_match());
        if (field == nullptr || isUdp(listener)) continue;
        const bool isPlainProtocol =
            std::string_view(field).ends_with("application_protocols") && !chain.message->has_transport_socket();
        if (!hasListenerFilter(listener, "Inspector"))
            report.warning(path::field(chain.path, field),
                           fmt::format("The listener needs the listener filter 'envoy.filters.listener.{}_inspector'; "
                                       "without it this never matches",
                                       isPlainProtocol ? "http" : "tls"));
        else if (chain.message->filter_chain_match().server_names_size() > 0 &&
                 !chain.message->has_transport_socket() && servesHttp(facts, chain))
            report.warning(path::field(chain.path, field),
                           "Connections in plain text carry no server name, and the chain has no TLS: "
                           "only TLS that passes through would come here");
    }
}

void redirectedOnly(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains) {
        const Listener& listener = chain.listener->message;
        const FilterChainMatch& match = chain.message->filter_chain_match();
        const bool redirects = listener.use_original_dst().value() || hasListenerFilter(listener, "OriginalDst") ||
                               hasListenerFilter(listener, "ProxyProtocol");
        if (redirects || isUdp(listener)) continue;
        if (match.has_destination_port() &&
            match.destination_port().value() != listener.address().socket_address().port_value())
            report.warning(path::field(chain.path, "filter_chain_match.destination_port"),
                           "Without the listener filter original_dst only the listener's own port is ever seen");
        if (match.prefix_ranges_size() > 0 && !rangesHold(match, listener.address().socket_address().address()))
            report.warning(path::field(chain.path, "filter_chain_match.prefix_ranges"),
                           "'prefix_ranges' is about the destination; clients are matched by 'source_prefix_ranges'");
    }
}

void noNetworkFilter(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains)
        if (chain.message->filters_size() == 0 && !isUdp(chain.listener->message))
            report.warning(chain.path,
                           "The filter chain should have a network filter; without one every connection is closed");
}

bool isEmpty(const envoy::config::listener::v3::FilterChainMatch& match) { return match.ByteSizeLong() == 0; }

void defaultNeverChosen(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        if (!message.has_default_filter_chain() || message.has_filter_chain_matcher()) continue;
        if (std::ranges::any_of(message.filter_chains(),
                                [](const auto& chain) { return isEmpty(chain.filter_chain_match()); }))
            report.warning(path::field(listener.path, "default_filter_chain"),
                           "This chain is never chosen: another chain of the listener matches every connection");
    }
}

void chainNames(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        if (!listener.message.has_filter_chain_matcher()) continue;
        std::map<std::string, int> names;
        for (int i = 0; i < listener.message.filter_chains_size(); ++i) {
            const std::string& name = listener.message.filter_chains(i).name();
            const std::string place = item(listener.path, "filter_chains", i);
            if (name.empty())
                report.addAt(Severity::Error, path::field(listener.path, "filter_chain_matcher.on_no_match.action"),
                             path::field(place, "name"),
                             "The chain must have a name: 'filter_chain_matcher' chooses by names");
            else if (!names.emplace(name, i).second)
                report.error(
                    path::field(place, "name"),
                    fmt::format("Two filter chains must not be named '{}' where 'filter_chain_matcher' chooses", name));
        }
    }
}

/// Names that a matcher gives, as StringValue actions, anywhere inside it.
void namedChains(const View& listener, const Facts&, Report& report)
{
    const View matcher = listener.in("filter_chain_matcher");
    if (!matcher || listener.has("fcds_config")) return;
    std::set<std::string> names;
    for (const View& chain : listener.all("filter_chains")) names.insert(chain.text("name"));
    const auto look = [&](const View& onMatch) {
        const View name = onMatch.in("action.typed_config");
        if (name.type() == "google.protobuf.StringValue" && !names.contains(name.text("value")))
            report.warning(
                name.path() + ".value",
                fmt::format("There is no filter chain '{}'; such connections are closed", name.text("value")));
    };
    look(matcher.in("on_no_match"));
    for (const View& one : matcher.all("matcher_list.matchers")) look(one.in("on_match"));
    for (const auto& [value, one] : matcher.entries("matcher_tree.exact_match_map.map")) look(one);
    for (const auto& [value, one] : matcher.entries("matcher_tree.prefix_match_map.map")) look(one);
}

void someUnmatched(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const Listener& message = listener.message;
        const bool all = std::ranges::any_of(
            message.filter_chains(), [](const auto& chain) { return chain.filter_chain_match().ByteSizeLong() == 0; });
        if (all || message.filter_chains_size() == 0 || message.has_default_filter_chain() ||
            message.has_filter_chain_matcher())
            continue;
        report.advice(path::field(item(listener.path, "filter_chains", 0), "filter_chain_match"),
                      "Connections that no chain matches are closed: there is no 'default_filter_chain'");
    }
}

/// Fields that Envoy looks at one after the other; the first in which two chains differ decides.
void withoutWayBack(const Facts& facts, Report& report)
{
    for (const auto& listener : facts.config.listeners) {
        const auto& chains = listener.message.filter_chains();
        if (listener.message.has_filter_chain_matcher() || listener.message.has_default_filter_chain()) continue;
        const bool general = std::ranges::any_of(
            chains, [](const auto& chain) { return chain.filter_chain_match().ByteSizeLong() == 0; });
        for (int i = 0; general && i < chains.size(); ++i) {
            const FilterChainMatch& match = chains[i].filter_chain_match();
            const bool early =
                match.has_destination_port() || match.prefix_ranges_size() > 0 || match.server_names_size() > 0;
            const bool late = match.source_ports_size() > 0 || match.source_prefix_ranges_size() > 0 ||
                              match.source_type() != FilterChainMatch::ANY ||
                              match.direct_source_prefix_ranges_size() > 0;
            if (early && late)
                report.warning(path::field(item(listener.path, "filter_chains", i), "filter_chain_match"),
                               "Who fits the first condition and not the others is cut off: Envoy does not go back to "
                               "the general chain");
        }
    }
}

/// ALPN names of the chain's TLS context.
void notOffered(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains) {
        const auto& wanted = chain.message->filter_chain_match().application_protocols();
        const auto context = unpack<DownstreamTlsContext>(chain.message->transport_socket().typed_config());
        if (!context || wanted.empty()) continue;
        const auto& offered = context->common_tls_context().alpn_protocols();
        for (const std::string& name : wanted)
            if (name != "http/1.1" && std::ranges::find(offered, name) == offered.end())
                return report.warning(
                    path::field(chain.path, "filter_chain_match.application_protocols"),
                    fmt::format("The chain's TLS context does not offer '{}' (alpn_protocols)", name));
    }
}

constexpr std::array rules = {
    Rule{"L07", sameMatch},       Rule{"L08", partialServerName}, Rule{"L09", chainNames},
    Rule{"L10", neverInspected},  Rule{"L11", redirectedOnly},    Rule{"L12", someUnmatched},
    Rule{"L13", noNetworkFilter}, Rule{"L22", withoutWayBack},    Rule{"L24", defaultNeverChosen},
    Rule{"L26", notOffered},
};

constexpr std::array typeRules = {TypeRule{"L09", "envoy.config.listener.v3.Listener", namedChains}};

} // namespace

std::span<const Rule> chainRules() { return rules; }
std::span<const TypeRule> chainTypeRules() { return typeRules; }

} // namespace model::check
