// Where connections and requests are counted; the names are Envoy's (reference B6). One writer per copy: the worker.
#include "proxy/filter/http_connection.h"

namespace proxy::filter {

Counts::Counts(stats::Registry& registry, unsigned worker, const runtime::Listener& from)
{
    const std::string prefix = from.http ? from.http->statPrefix : std::string();
    const std::string& own = from.message.stat_prefix();
    listeners = registry.listener(own.empty() ? from.address.text() : own, prefix);
    listener = &(*listeners)[worker];
    if (from.http) {
        https = registry.http(prefix);
        http = &(*https)[worker];
    } else {
        tcps = registry.tcp(from.tcp->statPrefix);
        tcp = &(*tcps)[worker];
    }
}

void Counts::opened() const
{
    listener->downstream_cx_total.add();
    listener->downstream_cx_active.add();
}

void Counts::closed(std::int64_t milliseconds) const
{
    listener->downstream_cx_destroy.add();
    listener->downstream_cx_active.sub();
    listener->downstream_cx_length_ms.record(static_cast<std::uint64_t>(milliseconds));
}

void HttpConnection::countOpened()
{
    m_opened = m_context.loop.now();
    m_counts->opened();
    count().downstream_cx_total.add();
    count().downstream_cx_active.add();
}

void HttpConnection::countClosed()
{
    const std::int64_t age = m_context.loop.now() - m_opened;
    m_counts->closed(age);
    stats::HttpStats& mine = count();
    mine.downstream_cx_active.sub();
    if (m_codec) mine.downstream_cx_http1_active.sub();
    mine.downstream_cx_destroy.add();
    (m_peerClosed ? mine.downstream_cx_destroy_remote : mine.downstream_cx_destroy_local).add();
    mine.downstream_cx_length_ms.record(static_cast<std::uint64_t>(age));
    if (!m_info.start) return;
    mine.downstream_cx_destroy_active_rq.add();
    mine.downstream_cx_destroy_local_active_rq.add();
    countRequestEnd();
}

/// At a request's first byte; the codec is made, and counted, with the first request.
void HttpConnection::countRequestBegin()
{
    stats::HttpStats& mine = count();
    if (!std::exchange(m_codec, true)) {
        mine.downstream_cx_http1_total.add();
        mine.downstream_cx_http1_active.add();
    }
    mine.downstream_rq_total.add();
    mine.downstream_rq_http1_total.add();
    mine.downstream_rq_active.add();
}

void HttpConnection::countRequestEnd()
{
    if (!m_info.start) return;
    count().downstream_rq_active.sub();
    count().downstream_rq_time.record(static_cast<std::uint64_t>(m_context.loop.now() - m_info.start));
    m_info.start = 0;
}

/// A response's head goes to the client.
void HttpConnection::countResponse(int status)
{
    count().downstream_rq_completed.add();
    count().downstream_rq.add(static_cast<unsigned>(status));
    m_counts->listener->http_downstream_rq_completed.add();
    m_counts->listener->http_downstream_rq.add(static_cast<unsigned>(status));
}

/// The router's final answer for a cluster, be it the upstream's or its own.
void HttpConnection::countUpstreamResponse(int status)
{
    m_pool->stats().upstream_rq_completed.add();
    m_pool->stats().upstream_rq.add(static_cast<unsigned>(status));
    if (!m_host || !m_host->zone) return;
    stats::ZoneStats& zone = (*m_host->zone)[m_context.shared.worker];
    zone.upstream_rq_completed.add();
    zone.upstream_rq.add(static_cast<unsigned>(status));
}

/// The upstream's answer is complete; its time counts from the end of the request.
void HttpConnection::countUpstreamTime()
{
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - m_sent);
    (*m_host->latencies)[m_context.shared.worker].latency_us.record(static_cast<std::uint64_t>(taken.count()));
    if (!m_requestDone) return;
    const auto milliseconds = static_cast<std::uint64_t>(m_context.loop.now() - m_info.requestEnd);
    m_pool->stats().upstream_rq_time.record(milliseconds);
    if (m_host->zone) (*m_host->zone)[m_context.shared.worker].upstream_rq_time.record(milliseconds);
}

} // namespace proxy::filter
