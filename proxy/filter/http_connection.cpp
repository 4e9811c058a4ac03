#include "proxy/filter/http_connection.h"

#include "proxy/net/socket.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace proxy::filter {

void Batch::addToChunk(std::string_view piece)
{
    if (piece.empty()) return;
    if (m_chunkSize == 0) m_chunkBegin = m_count++;
    m_chunkSize += piece.size();
    add(piece);
}

void Batch::endChunk()
{
    if (m_chunkSize == 0) return;
    m_parts[m_chunkBegin] = {m_chunkHeader.data(), http::chunkHeader(m_chunkSize, m_chunkHeader.data())};
    m_chunkSize = 0;
    add("\r\n");
}

std::size_t Batch::dropChunk()
{
    if (m_chunkSize) m_count = m_chunkBegin;
    return std::exchange(m_chunkSize, 0);
}

HttpConnection::HttpConnection(Context& context, ListenerSlot& slot, int fd, const net::Address& peer)
    : Session(context)
    , m_context(context)
    , m_slot(slot)
    , m_listener(slot.listener)
    , m_manager(slot.listener->http.get())
    , m_counts(slot.counts)
    , m_fd(fd)
    , m_peer(peer)
    , m_timer(context.loop, [this] { onTimer(); })
    , m_routeTimer(context.loop, [this] { onRouteTimer(); })
    , m_tryTimer(context.loop, [this] { onTryTimer(); })
{
    m_slot.sessions.insert(this);
    m_context.loop.add(fd, this);
    countOpened();
    armIdle();
}

HttpConnection::~HttpConnection()
{
    if (m_fd >= 0) close(m_fd);
}

void HttpConnection::armIdle()
{
    std::int64_t limit = m_state == State::Head && m_phase == Phase::None && m_in.empty()
                             ? m_manager->idleTimeout
                             : m_manager->streamIdleTimeout;
    if (m_action && m_action->idleTimeout) limit = *m_action->idleTimeout;
    limit ? m_timer.start(limit) : m_timer.stop();
}

void HttpConnection::onEvents(std::uint32_t events)
{
    if (m_state == State::Closed) return;
    if ((events & EPOLLOUT) && m_out.size() > m_written) flush();
    if (m_state == State::Closed) return;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) m_hungUp = true;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        m_readable = true;
        readLoop();
    }
    if (m_hungUp && (m_state == State::Waiting || m_state == State::Body) && m_readable && !mayRead()) clientGone();
}

bool HttpConnection::mayRead() const
{
    if (m_state == State::Head || m_state == State::Closing) return m_out.size() - m_written < m_manager->bufferLimit;
    if (m_state != State::Body) return false;
    if (m_upstream && m_upstream->isConnected()) return m_upstream->queued() < m_manager->bufferLimit;
    return m_bodyKept.size() < m_manager->bufferLimit;
}

void HttpConnection::readLoop()
{
    auto& buffer = m_context.buffer;
    while (m_readable && mayRead()) {
        ssize_t n = recv(m_fd, buffer.data(), buffer.size(), 0);
        if (n < 0 && errno == EAGAIN) {
            m_readable = false;
            return;
        }
        if (n <= 0) return clientGone();
        if (static_cast<std::size_t>(n) < buffer.size() && !m_hungUp) m_readable = false;
        count().downstream_cx_rx_bytes_total.add(static_cast<std::size_t>(n));
        consume(buffer.data(), static_cast<std::size_t>(n));
    }
}

/// Keeps what a complete request does not need for the next one.
void HttpConnection::consume(char* data, std::size_t size)
{
    bool stored = !m_in.empty();
    if (stored) {
        m_in.append(data, size);
        data = m_in.data();
        size = m_in.size();
    }
    m_processing = true;
    std::size_t used = process(data, size);
    m_processing = false;
    if (m_state == State::Closed) return;
    if (stored) m_in.erase(0, used);
    else if (used < size) m_in.assign(data + used, size - used);
    endChunk();
    flushUpstream();
}

std::size_t HttpConnection::process(char* data, std::size_t size)
{
    std::size_t used = 0;
    while (used < size) {
        std::size_t step = 0;
        if (m_state == State::Head) step = takeHead(data + used, size - used);
        else if (m_state == State::Body) step = takeBody(data + used, size - used);
        else if (m_state == State::Closing || m_state == State::Closed) return size;
        if (step == 0) break;
        used += step;
    }
    return used;
}

std::size_t HttpConnection::takeHead(char* data, std::size_t size)
{
    if (m_info.start == 0) {
        m_info = RequestInfo();
        m_info.start = m_context.loop.now();
        countRequestBegin();
        std::int64_t limit =
            m_manager->requestHeadersTimeout ? m_manager->requestHeadersTimeout : m_manager->requestTimeout;
        if (limit) m_routeTimer.start(limit);
    }
    switch (http::parseRequest(data, size, m_manager->limits, m_head)) {
    case http::ParseStatus::Incomplete:
        m_timer.start(std::max<std::int64_t>(m_manager->streamIdleTimeout, 1));
        return 0;
    case http::ParseStatus::Failed: refuse(m_head.failure); return size;
    case http::ParseStatus::Complete: break;
    }
    headersReceived();
    m_headBytes.assign(data, m_head.size);
    m_head.base = m_headBytes.data();
    std::size_t used = m_head.size;
    m_body.start(m_head.framing, m_head.length);
    m_requestDone = m_body.isDone();
    m_state = m_requestDone ? State::Waiting : State::Body;
    beginRequest();
    if (m_requestDone && m_phase != Phase::None) requestComplete();
    return used;
}

/// request_headers_timeout ends with the head; what is left of request_timeout goes on.
void HttpConnection::headersReceived()
{
    if (!m_manager->requestHeadersTimeout) return;
    m_routeTimer.stop();
    if (m_manager->requestTimeout)
        m_routeTimer.start(
            std::max<std::int64_t>(m_manager->requestTimeout - (m_context.loop.now() - m_info.start), 1));
}

std::size_t HttpConnection::takeBody(char* data, std::size_t size)
{
    auto piece = m_body.next({data, size});
    if (piece.failed) {
        if (piece.whole) endChunk();
        m_chunk.clear();
        flushUpstream(); // The head has gone to the upstream by now, as in Envoy.
        leaveUpstream(false);
        if (m_responseStarted) {
            closeNow();
            return size;
        }
        refuse(http::Failure::CodecError);
        return size;
    }
    m_info.bytesReceived += piece.data.size();
    if (m_phase != Phase::None) queueBody(piece.data);
    if (m_state == State::Body && piece.done) {
        m_requestDone = true;
        m_state = State::Waiting;
        if (m_phase != Phase::None) requestComplete();
    }
    return piece.used;
}

/// The route's time begins when the request is complete (reference C3).
void HttpConnection::requestComplete()
{
    m_routeTimer.stop();
    m_info.requestEnd = m_context.loop.now();
    if (m_action && m_action->timeout) m_routeTimer.start(m_action->timeout);
    m_deadline = m_action && m_action->timeout ? m_context.loop.now() + m_action->timeout : 0;
    if (m_action && m_action->retry && m_action->retry->perTryTimeout &&
        (m_phase == Phase::Sent || m_phase == Phase::Connecting))
        m_tryTimer.start(m_action->retry->perTryTimeout);
    armIdle();
}

void HttpConnection::clientGone()
{
    bool mid = m_phase != Phase::None || !m_in.empty() || m_state == State::Body;
    m_peerClosed = true;
    if (mid && m_state != State::Closing) {
        if (m_state == State::Head) forgetRequest();
        m_info.status = m_responseStarted ? m_info.status : 0;
        m_closeAfter = true;
        m_lateClose = false;
        m_info.flags = "DC";
        m_info.details = "downstream_remote_disconnect";
        count().downstream_rq_rx_reset.add();
        count().downstream_cx_destroy_active_rq.add();
        count().downstream_cx_destroy_remote_active_rq.add();
        leaveUpstream(false);
        finish();
    }
    closeNow();
}

void HttpConnection::write(std::string_view bytes)
{
    m_context.batch.clear();
    m_context.batch.add(bytes);
    writeBatch();
}

void HttpConnection::writeBatch()
{
    m_context.batch.endChunk();
    iovec* parts = m_context.batch.parts();
    std::size_t count = m_context.batch.count();
    ssize_t n = 0;
    if (m_out.empty() && count > 0) {
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = count;
        n = std::max<ssize_t>(sendmsg(m_fd, &message, MSG_NOSIGNAL), 0);
    }
    auto written = static_cast<std::size_t>(n);
    m_counts->http->downstream_cx_tx_bytes_total.add(written);
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t skip = std::min(written, parts[i].iov_len);
        written -= skip;
        m_out.append(static_cast<char*>(parts[i].iov_base) + skip, parts[i].iov_len - skip);
    }
    m_context.batch.clear();
    if (m_out.size() - m_written > 65536 && m_upstream) m_upstream->pause();
}

void HttpConnection::flush()
{
    while (m_written < m_out.size()) {
        ssize_t n = send(m_fd, m_out.data() + m_written, m_out.size() - m_written, MSG_NOSIGNAL);
        if (n < 0) return;
        m_written += static_cast<std::size_t>(n);
        count().downstream_cx_tx_bytes_total.add(static_cast<std::size_t>(n));
    }
    m_written = 0;
    m_out = std::string();
    if (m_state == State::Closing && !m_lateClose) return closeNow();
    if (m_upstream) m_upstream->resume();
}

/// After the response that ends the connection: at once, or when the client has read a local reply (at most the delay).
void HttpConnection::closeSoon()
{
    m_state = State::Closing;
    m_routeTimer.stop();
    m_in.clear();
    if (!m_lateClose || m_manager->delayedCloseTimeout == 0) {
        m_lateClose = false;
        if (m_out.empty()) return closeNow();
        m_timer.start(std::max<std::int64_t>(m_manager->delayedCloseTimeout, 1));
        return;
    }
    m_timer.start(m_manager->delayedCloseTimeout);
}

void HttpConnection::closeNow()
{
    if (m_state == State::Closed) return;
    leaveUpstream(false);
    countClosed();
    m_state = State::Closed;
    m_timer.stop();
    m_routeTimer.stop();
    m_tryTimer.stop();
    close(m_fd);
    m_fd = -1;
    m_slot.sessions.erase(this);
    m_context.loop.retire(this);
}

void HttpConnection::onTimer()
{
    if (m_state == State::Closing) {
        count().downstream_cx_delayed_close_timeout.add();
        return closeNow();
    }
    if (m_state == State::Head && m_in.empty()) {
        if (std::exchange(m_idleDrain, true)) {
            m_lateClose = true;
            return closeSoon();
        }
        count().downstream_cx_idle_timeout.add();
        if (m_served == 0) return closeNow();
        return m_timer.start(std::max<std::int64_t>(m_manager->drainTimeout, 1));
    }
    count().downstream_rq_idle_timeout.add();
    if (m_responseStarted) {
        m_info.flags = "SI";
        m_info.details = "stream_idle_timeout";
        leaveUpstream(false);
        m_closeAfter = m_lateClose = true;
        return finish();
    }
    leaveUpstream(false);
    reply({m_requestDone ? 504 : 408, "stream timeout", "SI", "stream_idle_timeout", m_state == State::Head});
}

} // namespace proxy::filter
