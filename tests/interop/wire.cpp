#include "tests/interop/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <set>
#include <utility>

namespace interop {
namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

Socket& Socket::operator=(Socket&& other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

Socket::~Socket()
{
    if (m_fd >= 0) ::close(m_fd);
}

int Socket::release() { return std::exchange(m_fd, -1); }

Socket listenLoopback()
{
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(0);
    if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return Socket();
    ::listen(socket.fd(), 128);
    return socket;
}

std::uint16_t portOf(const Socket& socket)
{
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
}

std::uint16_t freePort()
{
    static std::set<std::uint16_t> given;
    std::uint16_t port = portOf(listenLoopback());
    while (!given.insert(port).second) port = portOf(listenLoopback());
    return port;
}

Socket connectTo(std::uint16_t port)
{
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return Socket();
    return socket;
}

void sendAll(const Socket& socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

Read readUntilQuiet(const Socket& socket, int firstMs, int quietMs)
{
    Read result;
    std::array<char, 16384> buffer{};
    while (true) {
        pollfd event{socket.fd(), POLLIN, 0};
        if (::poll(&event, 1, result.bytes.empty() ? firstMs : quietMs) <= 0) return result;
        const ssize_t got = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            result.closed = true;
            return result;
        }
        result.bytes.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

void reset(Socket socket)
{
    const linger hard{1, 0};
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

} // namespace interop
