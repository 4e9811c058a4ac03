// The service behind the proxies: records what it receives and answers as the request's path asks.
#pragma once

#include "tests/interop/wire.h"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace interop {

/// Serves on a free loopback port until destroyed; one thread per connection.
/// Last path segment decides: status-NNN, reset, garbage, close, cut (half a body), chunked, big, slow-MS, headers-only,
/// early (answers before the body), noreply; anything else: 200 with a short body.
class Upstream {
public:
    Upstream();
    ~Upstream();
    std::uint16_t port() const { return portOf(m_listener); }
    /// All bytes received since the last call.
    std::string takeReceived();

private:
    void accept();
    void serve(Socket socket);

    Socket m_listener;
    std::mutex m_mutex;
    std::string m_received;
    std::atomic<bool> m_stopping = false;
    std::atomic<bool> m_slowOnce = true; ///< Every second request of that kind is slow.
    std::vector<std::jthread> m_connections;
    std::jthread m_acceptor; ///< Last: ends before what it uses is gone.
};

} // namespace interop
