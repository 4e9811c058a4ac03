#include "proxy/filter/tcp_session.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace proxy::filter {

using upstream::ClusterPool;

TcpSession::TcpSession(Context& context, ListenerSlot& slot, int fd)
    : Session(context)
    , m_context(context)
    , m_slot(slot)
    , m_listener(slot.listener)
    , m_counts(slot.counts)
    , m_opened(context.loop.now())
    , m_fd(fd)
    , m_idle(context.loop, [this] {
        m_counts->tcp->idle_timeout.add();
        closeNow();
    })
{
    m_slot.sessions.insert(this);
    m_context.loop.add(fd, this);
    m_counts->opened();
    m_counts->tcp->downstream_cx_total.add();
    const auto& targets = m_listener->tcp->targets;
    std::uint64_t chosen = m_context.shared.random() % targets.back().weightEnd;
    auto at =
        std::find_if(targets.begin(), targets.end(), [&](const auto& target) { return chosen < target.weightEnd; });
    m_pool = m_context.pool(at->cluster);
    if (!m_pool) m_counts->tcp->downstream_cx_no_route.add();
    touch();
    connect();
}

TcpSession::~TcpSession()
{
    if (m_fd >= 0) ::close(m_fd);
}

void TcpSession::touch()
{
    if (m_listener->tcp->idleTimeout) m_idle.start(m_listener->tcp->idleTimeout);
}

void TcpSession::connect()
{
    m_host = m_pool ? m_pool->pick({}, 0) : nullptr;
    if (!m_host || ++m_attempts > m_listener->tcp->connectAttempts) return closeNow();
    m_counted = m_pool->beginRequest(*m_host);
    auto outcome = m_counted ? m_pool->acquire(m_host, *this, m_upstream, false) : ClusterPool::Outcome::Overflow;
    if (outcome == ClusterPool::Outcome::Overflow || outcome == ClusterPool::Outcome::Failed) closeNow();
}

void TcpSession::onEvents(std::uint32_t events)
{
    if (m_closed) return;
    if (events & (EPOLLERR | EPOLLHUP)) return closeNow();
    if ((events & EPOLLOUT) && m_out.size() > m_written) flush();
    if (events & (EPOLLIN | EPOLLRDHUP)) {
        m_readable = true;
        read();
    }
}

void TcpSession::upstreamConnected(upstream::Connection& connection)
{
    m_upstream = &connection;
    m_connected = true;
    m_pool->attach(connection);
    read();
}

void TcpSession::read()
{
    auto& buffer = m_context.shared.buffer;
    while (!m_closed && m_readable && m_connected && !m_clientEnded && m_upstream && m_upstream->queued() == 0) {
        ssize_t n = recv(m_fd, buffer.data(), buffer.size(), 0);
        if (n < 0 && errno == EAGAIN) {
            m_readable = false;
            return;
        }
        if (n < 0) return closeNow();
        if (n == 0) {
            m_clientEnded = true;
            m_upstream->shutdownWrite();
            return;
        }
        touch();
        ssize_t sent =
            std::max<ssize_t>(send(m_upstream->fd(), buffer.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL), 0);
        m_counts->tcp->downstream_cx_rx_bytes_total.add(static_cast<std::size_t>(n));
        m_pool->stats().upstream_cx_tx_bytes_total.add(static_cast<std::size_t>(sent));
        if (sent < n) m_upstream->queue({buffer.data() + sent, static_cast<std::size_t>(n - sent)});
    }
}

void TcpSession::upstreamDrained() { read(); }

void TcpSession::upstreamReceived(char* data, std::size_t size)
{
    touch();
    ssize_t sent = m_out.empty() ? std::max<ssize_t>(send(m_fd, data, size, MSG_NOSIGNAL), 0) : 0;
    m_counts->tcp->downstream_cx_tx_bytes_total.add(static_cast<std::size_t>(sent));
    if (static_cast<std::size_t>(sent) == size) return;
    m_out.append(data + sent, size - static_cast<std::size_t>(sent));
    m_upstream->pause();
}

void TcpSession::flush()
{
    while (m_written < m_out.size()) {
        ssize_t n = send(m_fd, m_out.data() + m_written, m_out.size() - m_written, MSG_NOSIGNAL);
        if (n < 0) return;
        m_written += static_cast<std::size_t>(n);
        m_counts->tcp->downstream_cx_tx_bytes_total.add(static_cast<std::size_t>(n));
    }
    m_written = 0;
    m_out.clear();
    if (m_upstreamDone) return closeNow();
    if (m_upstream) m_upstream->resume();
}

void TcpSession::upstreamEnded(upstream::Ending ending, int)
{
    m_upstream = nullptr;
    if (ending != upstream::Ending::Closed) {
        if (m_counted) m_pool->endRequest(*m_host);
        m_counted = false;
        return connect();
    }
    m_upstreamDone = true;
    if (m_out.empty()) closeNow();
}

void TcpSession::closeNow()
{
    if (m_closed) return;
    m_closed = true;
    m_counts->closed(m_context.loop.now() - m_opened);
    m_idle.stop();
    if (m_counted) m_pool->endRequest(*m_host);
    if (m_upstream) std::exchange(m_upstream, nullptr)->release(false);
    else if (m_pool) m_pool->forget(*this);
    ::close(m_fd);
    m_fd = -1;
    m_slot.sessions.erase(this);
    m_context.loop.retire(this);
}

} // namespace proxy::filter
