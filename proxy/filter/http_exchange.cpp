// The upstream side of one request: connection, request out, response back, failures and retries (reference C2, C8).
#include "proxy/filter/http_connection.h"

#include <algorithm>
#include <cstring>

namespace proxy::filter {

using http::Known;
using runtime::HostCounters;
using runtime::RetryPolicy;
using upstream::ClusterPool;

/// What Envoy calls such a failure, and the answer to it.
struct HttpConnection::Kind {
    std::string_view reason, flag;
    unsigned retries; ///< Bits of RetryPolicy::On that it is.
    int status;
};

const HttpConnection::Kind& HttpConnection::kindOf(Reset reset)
{
    constexpr unsigned onReset = RetryPolicy::FiveXx | RetryPolicy::Reset | RetryPolicy::GatewayError;
    constexpr unsigned onConnect = onReset | RetryPolicy::ConnectFailure | RetryPolicy::ResetBeforeRequest;
    static constexpr Kind kinds[] = {{"remote connection failure", "UF", onConnect, 503},
                                     {"connection timeout", "UF", onConnect, 503},
                                     {"connection termination", "UC", onReset, 503},
                                     {"overflow", "UO", 0, 503},
                                     {"protocol error", "UPE", onReset, 502},
                                     {"", "UT", onReset, 504}};
    return kinds[static_cast<int>(reset)];
}

void HttpConnection::attempt()
{
    m_phase = Phase::Connecting;
    m_upstreamIn.clear();
    m_info.connected = false;
    m_upstreamClose = false;
    if (!m_pool->beginRequest(*m_host)) return failed(Reset::Overflow);
    m_counted = true;
    upstream::Connection* connection = nullptr;
    switch (m_pool->acquire(m_host, *this, connection)) {
    case ClusterPool::Outcome::Ready: upstreamConnected(*connection); break;
    case ClusterPool::Outcome::Waiting: m_upstream = connection; break;
    case ClusterPool::Outcome::Overflow: failed(Reset::Overflow); break;
    case ClusterPool::Outcome::Failed: failed(Reset::ConnectFailure, ECONNREFUSED); break;
    }
}

void HttpConnection::upstreamConnected(upstream::Connection& connection)
{
    m_upstream = &connection;
    m_phase = Phase::Sent;
    m_info.connected = true;
    m_pool->attach(connection);
    sendRequest();
    if (!m_processing) flushUpstream();
    if (!m_processing && m_readable && m_state == State::Body) readLoop();
}

void HttpConnection::sendRequest()
{
    ++m_upstream->served;
    m_sent = std::chrono::steady_clock::now();
    m_upstream->queue(m_request);
    if (m_bodyKept.empty()) return;
    m_upstream->queue(m_bodyKept);
    if (!m_retryable) m_bodyKept = std::string();
}

void HttpConnection::queueBody(std::string_view piece)
{
    if (!m_chunkedUp) return putBody(piece);
    m_chunk.append(piece);
    if (!m_body.isDone()) return;
    endChunk();
    putBody("0\r\n\r\n");
}

/// Frames what has arrived together as one chunk, as Envoy does.
void HttpConnection::endChunk()
{
    if (m_chunk.empty()) return;
    char header[20];
    putBody({header, http::chunkHeader(m_chunk.size(), header)});
    putBody(m_chunk);
    putBody("\r\n");
    m_chunk.clear();
}

/// Sends bytes of the body, and keeps them while they may be needed again.
void HttpConnection::putBody(std::string_view bytes)
{
    bool keep = m_retryable || m_phase != Phase::Sent;
    if (m_retryable && m_bodyKept.size() + bytes.size() > m_manager->bufferLimit) {
        m_retryable = false;
        if (m_phase == Phase::Sent) m_bodyKept = std::string(), keep = false;
    }
    if (keep) m_bodyKept.append(bytes);
    if (m_phase == Phase::Sent || (m_phase == Phase::Responding && m_upstream)) m_upstream->queue(bytes);
}

void HttpConnection::flushUpstream()
{
    if (m_upstream && (m_phase == Phase::Sent || m_phase == Phase::Responding)) m_upstream->flush();
}

void HttpConnection::upstreamDrained()
{
    if (m_readable && !m_processing && m_state == State::Body) readLoop();
}

void HttpConnection::upstreamReceived(char* data, std::size_t size)
{
    if (m_state != State::Closed) armIdle();
    bool stored = !m_upstreamIn.empty();
    if (stored) {
        m_upstreamIn.append(data, size);
        data = m_upstreamIn.data();
        size = m_upstreamIn.size();
    }
    upstream::Connection* connection = m_upstream;
    m_context.batch.clear();
    std::size_t used = 0;
    while (used < size && m_upstream == connection) {
        std::size_t step = takeResponse(data + used, size - used);
        if (step == 0) break;
        used += step;
    }
    if (m_upstream != connection) return; // Done with it, or failed.
    if (m_context.batch.count()) writeBatch();
    if (stored) m_upstreamIn.erase(0, used);
    else if (used < size) m_upstreamIn.assign(data + used, size - used);
}

/// Takes a head or a piece of the body; 0: more is needed. May end the exchange.
std::size_t HttpConnection::takeResponse(char* data, std::size_t size)
{
    if (m_phase == Phase::Sent) {
        switch (http::parseResponse(data, size, {.bytes = 80 * 1024, .fields = m_pool->cluster()->maxHeaders},
                                    m_headRequest, m_responseHead)) {
        case http::ParseStatus::Incomplete: return 0;
        case http::ParseStatus::Failed: failed(Reset::Protocol); return size;
        case http::ParseStatus::Complete: break;
        }
        std::size_t used = m_responseHead.size;
        if (m_responseHead.status < 200) {
            if (m_responseHead.status == 101) failed(Reset::Protocol);
            return used;
        }
        if (!beginResponse(m_responseHead)) return used;
        if (m_responseBody.isDone()) {
            m_upstreamClose = m_upstreamClose || used < size; // Bytes that nobody asked for.
            responseDone();
        }
        return used;
    }
    auto piece = m_responseBody.next({data, size});
    if (piece.failed) {
        m_info.bytesSent -= m_context.batch.dropChunk(); // What came with the fault is not passed on, as in Envoy.
        failed(Reset::Protocol);
        return size;
    }
    m_info.bytesSent += piece.data.size();
    m_chunkedOut ? m_context.batch.addToChunk(piece.data) : m_context.batch.add(piece.data);
    if (piece.done) {
        m_upstreamClose = m_upstreamClose || piece.used < size;
        responseDone();
    } else if (m_context.batch.isFull()) writeBatch();
    return piece.used;
}

/// False: the response will not be forwarded, a retry is on its way.
bool HttpConnection::beginResponse(const http::Head& head)
{
    m_upstreamClose = head.close;
    m_responseBody.start(head.framing, head.length);
    auto counted = head.status >= 500 ? &HostCounters::rqError : &HostCounters::rqSuccess;
    HostCounters::add(m_host->counters->*counted);
    if (m_action->retry && retryOf(0, head.status)) {
        m_pool->stats().retry_upstream_rq.add(static_cast<unsigned>(head.status));
        leaveUpstream(false);
        retry();
        return false;
    }
    m_phase = Phase::Responding;
    m_responseStarted = true;
    m_tryTimer.stop();
    m_routeTimer.stop();
    m_info.status = head.status;
    m_info.responseBegin = m_context.loop.now();
    countResponse(head.status);
    countUpstreamResponse(head.status);
    if (m_info.details.empty()) m_info.details = "via_upstream";
    responseLines(head);
    if (!m_manager->logs.empty()) keepResponseLines();
    auto& out = m_context.head;
    out.assign("HTTP/1.1 ")
        .append(std::to_string(head.status))
        .append(" ")
        .append(http::reasonPhrase(head.status))
        .append("\r\n");
    appendLines(out);
    out.append("\r\n");
    m_context.batch.add(out);
    return true;
}

/// The response is complete; the connection goes back to the pool and the next request begins.
void HttpConnection::responseDone()
{
    m_context.batch.endChunk();
    if (m_chunkedOut) m_context.batch.add("0\r\n\r\n");
    writeBatch();
    if (m_upstream) m_upstream->isAnswering = false;
    bool reusable = m_requestDone && !m_upstreamClose && !m_responseBody.endsWithConnection();
    countUpstreamTime();
    leaveUpstream(reusable);
    finish();
}

void HttpConnection::leaveUpstream(bool reusable)
{
    if (m_phase == Phase::None) return;
    Phase phase = std::exchange(m_phase, Phase::None);
    m_tryTimer.stop();
    if (m_holdsRetry) m_pool->endRetry();
    m_holdsRetry = false;
    if (phase == Phase::BackOff) return;
    if (m_counted) m_pool->endRequest(*m_host);
    m_counted = false;
    upstream::Connection* connection = std::exchange(m_upstream, nullptr);
    if (connection) connection->release(reusable);
    else if (phase == Phase::Connecting) m_pool->forget(*this);
}

void HttpConnection::upstreamEnded(upstream::Ending ending, int error)
{
    m_upstream = nullptr;
    if (ending == upstream::Ending::ConnectFailure) return failed(Reset::ConnectFailure, error);
    if (ending == upstream::Ending::ConnectTimeout) return failed(Reset::ConnectTimeout);
    if (m_phase == Phase::Responding && m_responseBody.endsWithConnection()) {
        m_context.batch.clear();
        return responseDone();
    }
    bool within = m_phase == Phase::Responding || !m_upstreamIn.empty(); // Cut short, were it only the head.
    failed(within ? Reset::Protocol : Reset::Termination);
}

/// Whether another try is due. `kinds`: bits of RetryPolicy::On that this failure is; `status`: of a response, or 0.
bool HttpConnection::retryOf(unsigned kinds, int status)
{
    const RetryPolicy& policy = *m_action->retry;
    if (status >= 500) kinds |= RetryPolicy::FiveXx;
    if (status >= 502 && status <= 504) kinds |= RetryPolicy::GatewayError;
    if (status == 409) kinds |= RetryPolicy::RetriableFourXx;
    bool listed = status && (policy.on & RetryPolicy::StatusCodes) &&
                  std::find(policy.statusCodes.begin(), policy.statusCodes.end(), static_cast<unsigned>(status)) !=
                      policy.statusCodes.end();
    stats::ClusterStats& counts = m_pool->stats();
    if (!listed && !(policy.on & kinds)) {
        if (m_info.attempts > 1) counts.upstream_rq_retry_success.add();
        return false;
    }
    if (m_info.attempts > policy.retries) {
        counts.upstream_rq_retry_limit_exceeded.add();
        m_info.flags = "URX";
        return false;
    }
    if (!m_retryable || !m_requestDone) return false;
    if (m_holdsRetry) m_pool->endRetry(), m_holdsRetry = false;
    if (!m_pool->beginRetry()) {
        counts.upstream_rq_retry_overflow.add();
        m_info.flags = "UO";
        return false;
    }
    counts.upstream_rq_retry.add();
    counts.upstream_rq_retry_backoff_exponential.add();
    m_holdsRetry = true;
    return true;
}

/// The try at hand failed: another one, or an answer that says why.
void HttpConnection::failed(Reset reset, int error)
{
    if (m_responseStarted) return cutShort(reset);
    HostCounters::add(m_host->counters->rqError);
    const Kind& kind = kindOf(reset);
    const bool again = m_action->retry && kind.retries && retryOf(kind.retries, 0);
    const bool held = std::exchange(m_holdsRetry, false);
    if (m_phase != Phase::None) leaveUpstream(false);
    if (again) {
        m_holdsRetry = held;
        return retry();
    }
    if (held) m_pool->endRetry();
    countUpstreamResponse(kind.status);
    const std::string flags = (m_info.flags == "URX" ? "URX," : "") + std::string(kind.flag);
    if (reset == Reset::PerTryTimeout)
        return reply({504, "upstream request timeout", flags, "upstream_per_try_timeout"});
    const std::string body = "upstream connect error or disconnect/reset before headers. " +
                             std::string(m_info.attempts > 1 ? "retried and the latest " : "") +
                             "reset reason: " + std::string(kind.reason);
    const std::string details = resetDetails(kind.reason, error);
    reply({kind.status, body, flags, details, false, reset == Reset::Overflow ? "x-envoy-overloaded: true\r\n" : ""});
}

/// The client has part of the answer already: all that is left is to end the connection.
void HttpConnection::cutShort(Reset reset)
{
    m_info.flags = reset == Reset::Termination ? "UC" : "UPE";
    m_info.details = "upstream_reset_after_response_started{protocol_error}";
    leaveUpstream(false);
    count().rq_reset_after_downstream_response_started.add();
    if (m_context.batch.count()) writeBatch();
    m_closeAfter = m_lateClose = true;
    finish();
}

/// RESPONSE_CODE_DETAILS of a reset, "upstream_reset_before_response_started{overflow}"; notes what connect said.
std::string HttpConnection::resetDetails(std::string_view reason, int error)
{
    std::string details = "upstream_reset_before_response_started{" + std::string(reason);
    if (error) m_info.failure = std::string("delayed connect error: ") + std::strerror(error);
    if (error) details += "|" + m_info.failure;
    std::replace(m_info.failure.begin(), m_info.failure.end(), ' ', '_');
    std::replace(details.begin(), details.end(), ' ', '_');
    return details + '}';
}

/// Waits a random time of the back-off, then tries again.
void HttpConnection::retry()
{
    m_phase = Phase::BackOff;
    m_tried.push_back(m_host.get());
    const RetryPolicy& policy = *m_action->retry;
    std::int64_t ceiling =
        std::min<std::int64_t>(((1ll << std::min(m_info.attempts, 20u)) - 1) * policy.baseInterval, policy.maxInterval);
    m_tryTimer.start(static_cast<std::int64_t>(m_context.shared.random() %
                                               static_cast<std::uint64_t>(std::max<std::int64_t>(ceiling, 1))));
}

void HttpConnection::onTryTimer()
{
    if (m_phase != Phase::BackOff) {
        HostCounters::add(m_host->counters->rqTimeout);
        m_pool->stats().upstream_rq_per_try_timeout.add();
        return failed(Reset::PerTryTimeout);
    }
    m_phase = Phase::None;
    ++m_info.attempts;
    auto host = m_pool->pick(m_tried, m_action->retry->avoidPrevious ? m_action->retry->hostAttempts : 0);
    if (!host) {
        countUpstreamResponse(503);
        return reply({503, "no healthy upstream", "UH", "no_healthy_upstream"});
    }
    m_host = host;
    if (!m_originalPath.empty()) m_path = std::exchange(m_originalPath, {});
    if (!m_originalHost.empty()) m_authority = std::exchange(m_originalHost, {});
    buildRequest();
    attempt();
    if (m_phase == Phase::Sent || m_phase == Phase::Connecting)
        if (m_action->retry->perTryTimeout) m_tryTimer.start(m_action->retry->perTryTimeout);
}

void HttpConnection::onRouteTimer()
{
    if (m_state == State::Head || m_state == State::Body)
        (m_state == State::Head && m_manager->requestHeadersTimeout ? count().downstream_rq_header_timeout
                                                                    : count().downstream_rq_timeout)
            .add();
    if (m_state == State::Head) forgetRequest();
    if (m_state == State::Head)
        return reply({408, m_manager->requestHeadersTimeout ? "request header timeout" : "request timeout", "",
                      m_manager->requestHeadersTimeout ? "request_header_timeout" : "request_overall_timeout", true});
    if (m_state == State::Body) {
        leaveUpstream(false);
        return reply({408, "request timeout", "", "request_overall_timeout", true});
    }
    if (m_host && m_phase != Phase::None && m_phase != Phase::BackOff) HostCounters::add(m_host->counters->rqTimeout);
    leaveUpstream(false);
    m_pool->stats().upstream_rq_timeout.add();
    countUpstreamResponse(504);
    reply({504, "upstream request timeout", "UT", "response_timeout"});
}

} // namespace proxy::filter
