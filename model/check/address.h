// What an address is. For the rules.
#pragma once

#include "model/check/facts.h"

#include <string>

namespace model::check {

/// Of IPv4 or IPv6, the latter also with a zone ("fe80::1%eth0").
bool isIpAddress(const std::string& text);

/// Why Envoy's resolver for IP addresses cannot take the port or resolver of a socket address; empty when it can.
std::string resolutionFault(const envoy::config::core::v3::SocketAddress& socket, const api::Schema& schema);

} // namespace model::check
