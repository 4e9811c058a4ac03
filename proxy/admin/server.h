// The admin server: HTTP/1.1 on a thread of its own.
#pragma once

#include "proxy/admin/pages.h"

#include <thread>

namespace proxy::admin {

/// Listens and answers until destroyed. One request at a time: pages are made in this thread, never by workers.
class Server {
public:
    /// `address` with port 0 lets the system choose. Errors: the address is taken or not this machine's.
    static model::Result<std::unique_ptr<Server>> listen(const net::Address& address, Actions actions,
                                                         stats::Registry& registry, Process process);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Where it really listens.
    const net::Address& address() const { return m_address; }

private:
    struct Connection;
    Server(int socket, int wake, net::Address address, Actions actions, stats::Registry& registry, Process process);
    void run(const std::stop_token& stop);
    void accept(std::vector<std::unique_ptr<Connection>>& connections);
    bool serve(Connection& connection);
    void flushWhenDue();

    const int m_socket;
    const int m_wake; ///< eventfd: written to stop.
    const net::Address m_address;
    stats::Registry& m_registry;
    const std::shared_ptr<stats::PerWorker<stats::ListenerStats>>
        m_listenerStats;                                                   ///< listener.admin.*, counted by m_thread.
    const std::shared_ptr<stats::PerWorker<stats::HttpStats>> m_httpStats; ///< http.admin.*, likewise.
    Pages m_pages;
    std::chrono::steady_clock::time_point m_nextFlush;
    std::jthread m_thread; ///< Last: joined before anything it uses is gone.
};

} // namespace proxy::admin
