// Rules about addresses, wherever they stand (anchors.md 4.3: L16, L19, R40). Where Envoy opens or dials an address without
// asking DNS, it must be an IP address.
#include "model/check/address.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace model::check {
namespace {

namespace path = source::path;

/// "::" and "::ffff:a.b.c.d" can stand for IPv4 too.
bool takesIpv4(const std::string& address)
{
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return false;
    return IN6_IS_ADDR_UNSPECIFIED(&parsed) || IN6_IS_ADDR_V4MAPPED(&parsed);
}

void ipv4Compatibility(const View& address, const Facts&, Report& report)
{
    if (address.flag("ipv4_compat") && !takesIpv4(address.text("address")))
        report.error(address.at("ipv4_compat"),
                     fmt::format("'ipv4_compat' needs the address '::' or an IPv4-mapped one, not '{}'",
                                 address.text("address")));
}

void shellVariable(const View& address, const Facts&, Report& report)
{
    if (address.text("address").find("${") != std::string::npos)
        report.warning(address.at("address"),
                       fmt::format("'{}' is taken as it is: Envoy puts no variables in", address.text("address")));
}

void ipOnly(const View& socket, Report& report)
{
    const std::string text = socket.text("address");
    const bool isLate = socket.path().starts_with("typed_dns_resolver_config"); // made when the first name is asked for
    if (socket && socket.text("resolver_name").empty() && !isIpAddress(text))
        report.add(isLate ? Severity::Warning : Severity::Error, socket.at("address"),
                   fmt::format("Malformed IP address: an IP address must stand here, not '{}'", text));
}

/// Addresses that the fields of a message hold, each one or in a list.
void ipAddresses(const View& owner, const Facts&, Report& report)
{
    for (const char* field : {"address", "source_address"})
        if (const View address = owner.in(field); address.type().ends_with(".SocketAddress")) ipOnly(address, report);
        else ipOnly(address.in("socket_address"), report);
    for (const char* list : {"resolvers", "dns_resolvers"})
        for (const View& one : owner.all(list)) ipOnly(one.in("socket_address"), report);
    for (const View& one : owner.all("extra_source_addresses")) ipOnly(one.in("address"), report);
}

/// The resolvers of a cluster that asks DNS; of another they are not looked at.
void resolvers(const View& cluster, const Facts& facts, Report& report)
{
    const std::string type = cluster.text("type");
    if (cluster.has("cluster_type") || (type != "STRICT_DNS" && type != "LOGICAL_DNS")) return;
    ipAddresses(cluster, facts, report);
    ipAddresses(cluster.in("dns_resolution_config"), facts, report);
}

void range(const View& range, const Facts&, Report& report)
{
    const std::string text = range.text("address_prefix");
    const bool isLoose = range.path().find("xff_trusted_cidrs") != std::string::npos; // there wrong ones are left out
    if (!isLoose && !isIpAddress(text))
        report.error(range.at("address_prefix"),
                     fmt::format("Malformed IP address: '{}' begins no range of addresses", text));
}

void socketPath(const View& pipe, const Facts&, Report& report)
{
    constexpr std::size_t most = 108; // sockaddr_un::sun_path, with the zero at its end
    const std::string file = pipe.text("path");
    if (file.size() >= most)
        report.error(pipe.at("path"),
                     fmt::format("Path exceeds maximum UNIX domain socket path size of {}: it has {} characters", most,
                                 file.size()));
    if (file.starts_with('@') && pipe.number("mode") != 0)
        report.error(pipe.at("mode"), "Cannot set mode for abstract AF_UNIX sockets");
}

constexpr const char* socketAddress = "envoy.config.core.v3.SocketAddress";
constexpr std::array rules = {
    TypeRule{"L16", socketAddress, ipv4Compatibility},
    TypeRule{"R40", socketAddress, shellVariable},
    TypeRule{"L19", "envoy.config.bootstrap.v3.Admin", ipAddresses},
    TypeRule{"L19", "envoy.config.core.v3.BindConfig", ipAddresses},
    TypeRule{"L19", "envoy.config.metrics.v3.StatsdSink", ipAddresses},
    TypeRule{"L19", "envoy.config.metrics.v3.DogStatsdSink", ipAddresses},
    TypeRule{"L19", "envoy.config.endpoint.v3.Endpoint.HealthCheckConfig", ipAddresses},
    TypeRule{"L19", "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig", ipAddresses},
    TypeRule{"L19", "envoy.config.cluster.v3.Cluster", resolvers},
    TypeRule{"L19", "envoy.config.core.v3.CidrRange", range},
    TypeRule{"L19", "xds.core.v3.CidrRange", range},
    TypeRule{"L19", "envoy.config.core.v3.Pipe", socketPath},
};

} // namespace

bool isIpAddress(const std::string& text)
{
    unsigned char buffer[16];
    return ::inet_pton(AF_INET, text.c_str(), buffer) == 1 ||
           ::inet_pton(AF_INET6, text.substr(0, text.find('%')).c_str(), buffer) == 1;
}

bool isKnownResolver(const api::Schema& schema, const std::string& name)
{
    const auto known = schema.extensionsOf("envoy.resolvers");
    return known.empty() || std::ranges::any_of(known, [&](const api::Extension* one) { return one->name == name; });
}

std::string resolutionFault(const envoy::config::core::v3::SocketAddress& socket, const api::Schema& schema)
{
    if (!socket.resolver_name().empty())
        return isKnownResolver(schema, socket.resolver_name())
                   ? std::string()
                   : fmt::format("Unknown address resolver: '{}'", socket.resolver_name());
    if (!socket.named_port().empty())
        return fmt::format("A port with a name ('{}') needs a resolver; 'port_value' must be set here",
                           socket.named_port());
    return {};
}

std::span<const TypeRule> addressTypeRules() { return rules; }

} // namespace model::check
