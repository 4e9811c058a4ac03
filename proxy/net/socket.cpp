#include "proxy/net/socket.h"

#include <ifaddrs.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace proxy::net {
namespace {

void setOption(int fd, int level, int name, int value) { setsockopt(fd, level, name, &value, sizeof value); }

} // namespace

model::Result<int> bindTcp(const Address& address, Address& bound, bool takesV4)
{
    int fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return model::fail(model::ErrorCode::Rejected, address.text(), std::strerror(errno));
    setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1); // Inherited by accepted sockets.
    if (address.isV6()) setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, takesV4 ? 0 : 1);
    if (bind(fd, address.raw(), address.length()) < 0) {
        std::string reason = std::strerror(errno);
        close(fd);
        return model::fail(model::ErrorCode::Rejected, address.text(),
                           "cannot bind '" + address.text() + "': " + reason);
    }
    bound = localAddress(fd);
    return fd;
}

model::Result<void> startListening(int fd, int backlog)
{
    if (listen(fd, backlog) == 0) return {};
    const std::string reason = std::strerror(errno), address = localAddress(fd).text();
    return model::fail(model::ErrorCode::Rejected, address, "cannot bind '" + address + "': " + reason);
}

int connectTcp(const Address& address)
{
    int fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (connect(fd, address.raw(), address.length()) < 0 && errno != EINPROGRESS) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

int acceptTcp(int listener, Address& peer)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    int fd = accept4(listener, reinterpret_cast<sockaddr*>(&storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) peer = Address::of(reinterpret_cast<sockaddr*>(&storage));
    return fd;
}

Address localAddress(int fd)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length);
    return Address::of(reinterpret_cast<sockaddr*>(&storage));
}

Address firstOwnAddress()
{
    Address found = *Address::parse("127.0.0.1", 0);
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) != 0) return found;
    for (const ifaddrs* item = all; item; item = item->ifa_next) {
        if (!item->ifa_addr || item->ifa_addr->sa_family != AF_INET || Address::of(item->ifa_addr).isLoopback())
            continue;
        found = Address::of(item->ifa_addr);
        break;
    }
    freeifaddrs(all);
    return found;
}

int socketError(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

void resetOnClose(int fd)
{
    linger hard{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

} // namespace proxy::net
