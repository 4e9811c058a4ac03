// Answers that the proxy gives itself (reference C2), and the end of every request.
#include "proxy/filter/http_connection.h"

#include <re2/re2.h>

#include <algorithm>

namespace proxy::filter {

using http::Known;

void HttpConnection::refuse(http::Failure failure)
{
    count().downstream_cx_protocol_error.add();
    count().downstream_rq_response_before_rq_complete.add();
    count().downstream_rq_rx_reset.add();
    if (m_state == State::Head || failure == http::Failure::ConnectionHeader) forgetRequest();
    m_headRequest = false;
    reply({http::statusOf(failure), http::bodyOf(failure), "DPE", http::detailsOf(failure), true});
}

namespace {

/// gRPC's code for an HTTP status (Envoy: source/common/grpc/status.cc, httpToGrpcStatus).
int grpcStatus(int status)
{
    switch (status) {
    case 400: return 13;
    case 401: return 16;
    case 403: return 7;
    case 404: return 12;
    case 429:
    case 502:
    case 503:
    case 504: return 14;
    default: return 2;
    }
}

std::string percentEncoded(std::string_view text)
{
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (unsigned char c : text) {
        if (c >= 0x20 && c < 0x7f && c != '%') out += static_cast<char>(c);
        else out.append({'%', hex[c >> 4], hex[c & 15]});
    }
    return out;
}

} // namespace

bool HttpConnection::wantsGrpc() const
{
    const std::string_view type = m_state == State::Head ? std::string_view() : m_head.first(Known::ContentType);
    return type.starts_with("application/grpc") && (type.size() == 16 || type[16] == '+');
}

void HttpConnection::reply(const Reply& reply)
{
    const bool drains = m_idleDrain || drainsNow(m_context, m_slot), isGrpc = wantsGrpc();
    if (drains) count().downstream_cx_drain_close.add();
    const bool closes = reply.close || m_head.close || !m_requestDone || drains || m_state == State::Head;
    m_info.status = isGrpc ? 200 : reply.status;
    m_info.flags = reply.flags;
    m_info.details = reply.details;
    replyLines(reply, closes);
    countResponse(m_info.status);
    if (!m_manager->logs.empty()) keepResponseLines();
    auto& out = m_context.head;
    out.assign("HTTP/1.1 ").append(std::to_string(m_info.status)).append(" ");
    out.append(http::reasonPhrase(m_info.status)).append("\r\n");
    appendLines(out);
    out.append("\r\n");
    if (!m_headRequest && !isGrpc) {
        out.append(reply.body);
        m_info.bytesSent = reply.body.size();
    }
    m_closeAfter = m_lateClose = closes;
    write(out);
    finish();
}

/// The head's fields in Envoy's order (reference C2). Values that no other place holds live in Context::formatted.
void HttpConnection::replyLines(const Reply& reply, bool closes)
{
    auto& lines = m_context.lines;
    const auto add = [&](std::string_view name, std::string value) {
        lines.push_back({name, m_context.formatted.emplace_back(std::move(value))});
    };
    const bool isGrpc = wantsGrpc();
    clearLines();
    for (std::string_view rest = reply.extra; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
        std::size_t colon = rest.find(": ");
        lines.push_back({rest.substr(0, colon), rest.substr(colon + 2, rest.find('\r') - colon - 2)});
    }
    if (m_target) applyOps(m_target->response);
    if (isGrpc) {
        lines.push_back({"content-type", "application/grpc"});
        add("grpc-status", std::to_string(grpcStatus(reply.status)));
        if (!reply.body.empty()) add("grpc-message", percentEncoded(reply.body));
    } else if (!reply.body.empty()) {
        add("content-length", std::to_string(reply.body.size()));
        lines.push_back({"content-type", "text/plain"});
    }
    addDate();
    setLine("server", m_manager->serverName);
    addRequestId();
    if (closes) lines.push_back({"connection", "close"});
    const bool framed = isGrpc || !reply.body.empty() || reply.status == 204 || reply.status == 304;
    if (!framed && m_headRequest) lines.push_back({"transfer-encoding", "chunked"});
    if (isGrpc || (reply.body.empty() && reply.status != 204 && !m_headRequest))
        lines.push_back({"content-length", "0"});
}

void HttpConnection::redirect()
{
    std::string extra = "location: " + location() + "\r\n";
    reply({m_action->status, "", "", "direct_response", false, std::move(extra)});
}

std::string HttpConnection::location() const
{
    const auto& redirect = *m_action->redirect;
    std::string scheme = redirect.https_redirect()             ? "https"
                         : !redirect.scheme_redirect().empty() ? redirect.scheme_redirect()
                                                               : m_scheme;
    std::string host = redirect.host_redirect().empty() ? m_authority : redirect.host_redirect();
    if (std::size_t colon = host.rfind(':');
        redirect.host_redirect().empty() && colon != std::string::npos && host.find(']', colon) == std::string::npos) {
        std::string port = host.substr(colon + 1);
        bool isDefault = (m_scheme == "http" && port == "80") || (m_scheme == "https" && port == "443");
        if (redirect.port_redirect() || (scheme != m_scheme && isDefault)) host.resize(colon);
    }
    if (redirect.port_redirect()) host += ":" + std::to_string(redirect.port_redirect());
    std::string path = m_path;
    std::size_t question = path.find('?');
    if (!redirect.path_redirect().empty()) {
        std::string query = question == std::string::npos || redirect.path_redirect().find('?') != std::string::npos
                                ? ""
                                : path.substr(question);
        path = redirect.path_redirect() + query;
    } else if (m_action->hasPrefixRewrite || m_action->regex) path = rewrittenPath();
    if (redirect.strip_query()) path.resize(std::min(path.find('?'), path.size()));
    return scheme + "://" + host + path;
}

/// Ends the request: the state goes back to reading a head, or the connection closes.
void HttpConnection::finish()
{
    if (!m_manager->logs.empty()) writeLog();
    countRequestEnd();
    m_routeTimer.stop();
    m_tryTimer.stop();
    m_info.start = 0;
    m_action = nullptr;
    m_target = nullptr;
    m_host = nullptr;
    m_phase = Phase::None;
    m_deadline = 0;
    m_responseStarted = false;
    if (m_state == State::Closed || m_info.status == 0) return;
    if (m_closeAfter) return closeSoon();
    m_state = State::Head;
    armIdle();
    if (m_processing) return;
    if (!m_in.empty()) {
        std::string waiting = std::exchange(m_in, {});
        consume(waiting.data(), waiting.size());
    }
    if (m_state == State::Head && m_readable) readLoop();
}

} // namespace proxy::filter
