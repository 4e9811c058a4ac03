// Rules about addresses, wherever they stand (anchors.md 4.3: L16, R40).
#include "model/check/rule.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <array>

namespace model::check {
namespace {

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

constexpr const char* socketAddress = "envoy.config.core.v3.SocketAddress";
constexpr std::array rules = {TypeRule{"L16", socketAddress, ipv4Compatibility},
                              TypeRule{"R40", socketAddress, shellVariable}};

} // namespace

std::span<const TypeRule> addressTypeRules() { return rules; }

} // namespace model::check
