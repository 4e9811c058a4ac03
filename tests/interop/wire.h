// Blocking sockets for tests: connect, listen, send, read with a limit of time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace interop {

/// An owned file descriptor.
class Socket {
public:
    explicit Socket(int fd = -1) : m_fd(fd) {}
    Socket(Socket&& other) noexcept : m_fd(other.release()) {}
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();
    bool isOpen() const { return m_fd >= 0; }
    int fd() const { return m_fd; }
    int release();

private:
    int m_fd;
};

/// Listens on 127.0.0.1, a free port. `portOf` tells which.
Socket listenLoopback();
std::uint16_t portOf(const Socket& socket);
/// A port of 127.0.0.1 that was free a moment ago; never the same twice, since proxies would share it. One thread only.
std::uint16_t freePort();
Socket connectTo(std::uint16_t port);
void sendAll(const Socket& socket, std::string_view bytes);

/// Reads until the peer closes, or nothing came for `quietMs` (after the first byte) or `firstMs` (before it).
/// `closed` tells which end it was.
struct Read {
    std::string bytes;
    bool closed = false;
};
Read readUntilQuiet(const Socket& socket, int firstMs, int quietMs);
/// Closes with a reset instead of an orderly end.
void reset(Socket socket);

} // namespace interop
