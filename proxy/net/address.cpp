#include "proxy/net/address.h"

#include <arpa/inet.h>

#include <cstring>

namespace proxy::net {

model::Result<Address> Address::parse(std::string_view ip, std::uint16_t port)
{
    Address address;
    std::string text(ip);
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.m_storage);
    if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) v4->sin_family = AF_INET;
    else if (inet_pton(AF_INET6, text.c_str(), &address.m_storage.sin6_addr) == 1)
        address.m_storage.sin6_family = AF_INET6;
    else return model::fail(model::ErrorCode::Invalid, "", "malformed IP address: " + text);
    address.setPort(port);
    return address;
}

Address Address::of(const sockaddr* raw)
{
    Address address;
    std::memcpy(&address.m_storage, raw, raw->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    if (!address.isV6() || !IN6_IS_ADDR_V4MAPPED(&address.m_storage.sin6_addr)) return address;
    Address plain; // An IPv4 peer of an IPv6 socket is spelt as what it is.
    auto* v4 = reinterpret_cast<sockaddr_in*>(&plain.m_storage);
    v4->sin_family = AF_INET;
    v4->sin_port = address.m_storage.sin6_port;
    std::memcpy(&v4->sin_addr, address.m_storage.sin6_addr.s6_addr + 12, 4);
    return plain;
}

bool Address::isLoopback() const
{
    if (isV6()) return IN6_IS_ADDR_LOOPBACK(&m_storage.sin6_addr);
    return (ntohl(reinterpret_cast<const sockaddr_in*>(&m_storage)->sin_addr.s_addr) >> 24) == 127;
}

std::string Address::ip() const
{
    char text[INET6_ADDRSTRLEN] = {};
    if (isV6()) inet_ntop(AF_INET6, &m_storage.sin6_addr, text, sizeof text);
    else inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&m_storage)->sin_addr, text, sizeof text);
    return text;
}

std::string Address::text() const
{
    std::string text = ip();
    if (isV6()) text.insert(0, 1, '[').push_back(']');
    return text.append(1, ':').append(std::to_string(port()));
}

} // namespace proxy::net
