#include "proxy/net/socket.h"
#include "proxy/upstream/pool.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace proxy::upstream {

using runtime::HostCounters;

Connection::Connection(Shared& shared, ClusterPool& cluster, HostPoolPtr host, int fd, User& user)
    : m_shared(shared)
    , m_cluster(&cluster)
    , m_host(std::move(host))
    , m_fd(fd)
    , m_user(&user)
    , m_opened(shared.loop.now())
    , m_timer(shared.loop, [this] {
        if (!m_connected) return end(Ending::ConnectTimeout, ETIMEDOUT);
        m_cluster->stats().upstream_cx_idle_timeout.add();
        close();
    })
{
    m_timer.start(cluster.cluster()->connectTimeout.count());
    m_shared.loop.add(fd, this);
}

Connection::~Connection()
{
    if (m_fd >= 0) ::close(m_fd);
}

void Connection::flush()
{
    if (!m_connected) return;
    while (m_written < m_out.size()) {
        ssize_t n = ::send(m_fd, m_out.data() + m_written, m_out.size() - m_written, MSG_NOSIGNAL);
        if (n < 0) return; // EAGAIN: EPOLLOUT will come. Errors: the read side tells.
        m_written += static_cast<std::size_t>(n);
        m_cluster->stats().upstream_cx_tx_bytes_total.add(static_cast<std::size_t>(n));
    }
    m_written = 0;
    if (m_out.capacity() > 256 * 1024) m_out = std::string();
    m_out.clear();
}

void Connection::pause()
{
    if (!m_paused) m_cluster->stats().upstream_flow_control_paused_reading_total.add();
    m_paused = true;
}

void Connection::resume()
{
    if (!m_paused) return;
    m_paused = false;
    m_cluster->stats().upstream_flow_control_resumed_reading_total.add();
    if (m_readable) read();
}

void Connection::shutdownWrite() { ::shutdown(m_fd, SHUT_WR); }

void Connection::release(bool reusable)
{
    if (std::exchange(m_attached, false)) m_cluster->detach(*this);
    if (!m_connected && m_user) m_cluster->noLongerPending(&m_cluster->stats().upstream_rq_cancelled);
    m_user = nullptr;
    m_paused = false;
    auto limit = m_cluster->cluster()->maxRequestsPerConnection;
    if (limit && served >= limit) m_cluster->stats().upstream_cx_max_requests.add();
    if (!reusable || m_hungUp || queued() || m_host->removed || m_cluster->isRetired() || (limit && served >= limit)) {
        close();
        return;
    }
    if (m_cluster->serveWaiter(*this)) return;
    m_host->idle.push_back(this);
    m_timer.start(m_cluster->cluster()->idleTimeout.count());
}

void Connection::close() { closedBy(false); }

void Connection::closedBy(bool peer)
{
    if (m_fd < 0) return;
    m_cluster->countEnd(*this, peer);
    m_timer.stop();
    ::close(m_fd);
    m_fd = -1;
    if (auto at = std::find(m_host->idle.begin(), m_host->idle.end(), this); at != m_host->idle.end())
        m_host->idle.erase(at);
    m_user = nullptr;
    m_shared.loop.retire(this);
    m_cluster->connectionEnded(*this);
}

void Connection::end(Ending ending, int error)
{
    User* user = m_user;
    if (std::exchange(m_attached, false)) m_cluster->detach(*this);
    if (!m_connected && user) m_cluster->noLongerPending(&m_cluster->stats().upstream_rq_pending_failure_eject);
    if (ending != Ending::Closed) HostCounters::add(m_host->counters->cxConnectFail);
    if (ending == Ending::ConnectTimeout) m_cluster->stats().upstream_cx_connect_timeout.add();
    closedBy(ending != Ending::ConnectTimeout);
    if (user) user->upstreamEnded(ending, error);
}

void Connection::onEvents(std::uint32_t events)
{
    if (m_fd < 0) return;
    if (!m_connected) {
        if (!(events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) return;
        if (int error = net::socketError(m_fd)) return end(Ending::ConnectFailure, error);
        m_connected = true;
        --m_cluster->m_connecting;
        m_timer.stop();
        m_cluster->stats().upstream_cx_connect_ms.record(static_cast<std::uint64_t>(m_shared.loop.now() - m_opened));
        if (m_user) {
            m_cluster->noLongerPending();
            m_user->upstreamConnected(*this);
        }
        if (m_fd < 0) return;
    }
    if ((events & EPOLLOUT) && queued()) {
        flush();
        if (!queued() && m_user) m_user->upstreamDrained();
        if (m_fd < 0) return;
    }
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) m_hungUp = true;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        m_readable = true;
        read();
    }
}

void Connection::read()
{
    auto& buffer = m_shared.buffer;
    while (m_fd >= 0 && m_readable && !m_paused) {
        ssize_t n = ::recv(m_fd, buffer.data(), buffer.size(), 0);
        if (n < 0 && errno == EAGAIN) {
            m_readable = false;
            return;
        }
        if (n <= 0) return end(Ending::Closed, n < 0 ? errno : 0);
        m_cluster->stats().upstream_cx_rx_bytes_total.add(static_cast<std::size_t>(n));
        if (!m_user) return close(); // Nothing was asked.
        if (static_cast<std::size_t>(n) < buffer.size() && !m_hungUp) m_readable = false;
        m_user->upstreamReceived(buffer.data(), static_cast<std::size_t>(n));
    }
}

} // namespace proxy::upstream
