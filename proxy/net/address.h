// Socket addresses: IPv4, IPv6, with Envoy's spelling ("127.0.0.1:80", "[::1]:80").
#pragma once

#include "model/base/result.h"

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace proxy::net {

/// A TCP address. A value; compares by content.
class Address {
public:
    Address() = default;
    /// Reads a numeric address. Errors: Invalid ("malformed IP address: x").
    static model::Result<Address> parse(std::string_view ip, std::uint16_t port);
    static Address of(const sockaddr* raw);

    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&m_storage); }
    socklen_t length() const { return isV6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }
    int family() const { return m_storage.sin6_family; }
    bool isV6() const { return family() == AF_INET6; }
    bool isLoopback() const;
    std::uint16_t port() const { return ntohs(m_storage.sin6_port); } // Same place in both families.
    void setPort(std::uint16_t port) { m_storage.sin6_port = htons(port); }
    std::string ip() const;
    /// "1.2.3.4:80", "[::1]:80".
    std::string text() const;
    friend bool operator==(const Address& a, const Address& b) { return a.text() == b.text(); }

private:
    sockaddr_in6 m_storage{};
};

} // namespace proxy::net
