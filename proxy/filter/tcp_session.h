// One TCP session of tcp_proxy: bytes both ways until both sides have ended.
#pragma once

#include "proxy/filter/context.h"

namespace proxy::filter {

/// Belongs to its worker and deletes itself.
class TcpSession final : public Session, public upstream::User {
public:
    TcpSession(Context& context, ListenerSlot& slot, int fd);
    ~TcpSession() override;

    void onEvents(std::uint32_t events) override;
    void closeNow() override;
    void upstreamConnected(upstream::Connection& connection) override;
    void upstreamReceived(char* data, std::size_t size) override;
    void upstreamDrained() override;
    void upstreamEnded(upstream::Ending ending, int error) override;

private:
    void connect();
    void read();
    void flush();
    void touch();

    Context& m_context;
    ListenerSlot& m_slot;
    runtime::ListenerPtr m_listener;
    std::shared_ptr<const Counts> m_counts;
    const std::int64_t m_opened; ///< Loop time.
    int m_fd;
    upstream::ClusterPool* m_pool = nullptr;
    upstream::HostPoolPtr m_host;
    upstream::Connection* m_upstream = nullptr;
    unsigned m_attempts = 0;
    bool m_counted = false, m_readable = true, m_connected = false, m_clientEnded = false, m_upstreamDone = false,
         m_closed = false;
    std::string m_out;
    std::size_t m_written = 0;
    net::Timer m_idle;
};

} // namespace proxy::filter
