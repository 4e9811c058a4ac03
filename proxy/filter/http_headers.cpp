// Header fields of requests and responses: what is dropped, joined, added by rules; and how a head is written.
#include "proxy/filter/http_connection.h"

#include <algorithm>
#include <cstring>

namespace proxy::filter {
namespace {

using http::Field;
using http::Known;

/// Control headers that only trusted clients may send; no client is trusted without internal_address_config, which this
/// proxy refuses (Envoy: source/common/http/conn_manager_utility.cc, mutateRequestHeaders).
bool isControl(std::string_view name)
{
    static constexpr std::string_view rest[] = {"decorator-operation",
                                                "downstream-service-cluster",
                                                "downstream-service-node",
                                                "expected-rq-timeout-ms",
                                                "external-address",
                                                "force-trace",
                                                "hedge-on-per-try-timeout",
                                                "internal",
                                                "ip-tags",
                                                "max-retries",
                                                "original-url",
                                                "retriable-header-names",
                                                "retriable-status-codes",
                                                "retry-grpc-on",
                                                "retry-on",
                                                "upstream-alt-stat-name",
                                                "upstream-rq-per-try-timeout-ms",
                                                "upstream-rq-timeout-alt-response",
                                                "upstream-rq-timeout-ms"};
    return std::binary_search(std::begin(rest), std::end(rest), name.substr(8));
}

} // namespace

bool contains(std::string_view list, std::string_view lowerToken)
{
    auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
    while (!list.empty()) {
        std::size_t comma = std::min(list.find(','), list.size());
        std::string_view token = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        token.remove_prefix(std::min(token.find_first_not_of(" \t"), token.size()));
        token = token.substr(0, token.find_last_not_of(" \t") + 1);
        if (token.size() == lowerToken.size() && std::equal(token.begin(), token.end(), lowerToken.begin(), same))
            return true;
    }
    return false;
}

/// Drops what Connection fields name; "host" among them leaves the request without one. False: refused, because they name
/// what says where the request came from (Envoy: source/common/http/utility.cc, sanitizeConnectionHeader).
bool HttpConnection::dropNominated()
{
    for (const Field& connection : m_head.fields) {
        if (connection.known != Known::Connection) continue;
        std::string_view tokens = m_head.value(connection);
        for (std::string_view name : {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"})
            if (contains(tokens, name)) return false;
        if (tokens.find(':') != std::string_view::npos) return false;
        for (Field& field : m_head.fields) {
            bool trailers = field.known == Known::Te && contains(m_head.value(field), "trailers");
            bool framing = field.known == Known::TransferEncoding || field.known == Known::Connection ||
                           field.known == Known::Upgrade;
            if (!field.nameLength || trailers || framing || !contains(tokens, m_head.name(field))) continue;
            if (field.known == Known::Host) m_head.host = -1;
            if (field.known == Known::ContentLength) m_lengthDropped = m_head.framing == http::Framing::Length;
            field.nameLength = 0;
        }
    }
    return true;
}

/// Joins repeated fields where Envoy has one place for them; the joined value goes behind the head's bytes.
void HttpConnection::joinRepeated()
{
    auto& fields = m_head.fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (!fields[i].nameLength || !http::hasOnePlace(m_head.name(fields[i]), http::Side::Request)) continue;
        std::string joined;
        for (std::size_t j = i + 1; j < fields.size(); ++j) {
            if (m_head.name(fields[j]) != m_head.name(fields[i])) continue;
            if (joined.empty()) joined = m_head.value(fields[i]);
            joined.append(",").append(m_head.value(fields[j]));
            fields[j].nameLength = 0;
        }
        if (joined.empty()) continue;
        fields[i].value = static_cast<std::uint32_t>(m_headBytes.size());
        fields[i].valueLength = static_cast<std::uint32_t>(joined.size());
        m_headBytes += joined;
        m_head.base = m_headBytes.data();
    }
}

/// Drops hop-by-hop and control fields by giving them empty names; answers Expect.
void HttpConnection::cleanHeaders()
{
    for (Field& field : m_head.fields) {
        if (!field.nameLength) continue;
        switch (field.known) {
        case Known::Connection:
        case Known::KeepAlive:
        case Known::ProxyConnection:
        case Known::TransferEncoding:
        case Known::Upgrade:
        case Known::Http2Settings:
        case Known::XForwardedClientCert: // forward_client_cert_details: SANITIZE.
        case Known::Host: field.nameLength = 0; break;
        case Known::Te:
            if (contains(m_head.value(field), "trailers")) {
                std::memcpy(m_head.base + field.value, "trailers", 8);
                field.valueLength = 8;
            } else field.nameLength = 0;
            break;
        case Known::Expect:
            if (!contains(m_head.value(field), "100-continue")) break;
            field.nameLength = 0;
            write("HTTP/1.1 100 Continue\r\n\r\n");
            break;
        case Known::XEnvoy:
            // The external address gets its true value where it stands.
            if (m_manager->useRemoteAddress && m_head.name(field) == "x-envoy-external-address") break;
            if (isControl(m_head.name(field))) field.nameLength = 0;
            break;
        default: break;
        }
    }
}

void HttpConnection::clearLines()
{
    m_context.lines.clear();
    m_context.formatted.clear();
}

bool HttpConnection::hasLine(std::string_view name) const
{
    const auto& lines = m_context.lines;
    return std::any_of(lines.begin(), lines.end(), [&](const Line& line) { return line.name == name; });
}

/// Gives the line a new value where it stands, or adds it.
void HttpConnection::setLine(std::string_view name, std::string_view value)
{
    auto& lines = m_context.lines;
    auto at = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.name == name; });
    if (at != lines.end()) at->value = value;
    else lines.push_back({name, value});
}

/// Appends to a line that is there; false when there is none.
bool HttpConnection::joinInto(std::string_view name, std::string_view value)
{
    auto& lines = m_context.lines;
    auto at = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.name == name; });
    if (at == lines.end()) return false;
    at->value = m_context.formatted.emplace_back(at->value).append(",").append(value);
    return true;
}

/// Joins lines of the same name where Envoy has one place for them.
void HttpConnection::joinLines()
{
    auto lines = std::exchange(m_context.lines, {});
    for (const Line& line : lines)
        if (!http::hasOnePlace(line.name, http::Side::Response) || !joinInto(line.name, line.value))
            m_context.lines.push_back(line);
}

void HttpConnection::applyOps(const HeaderOps& ops)
{
    auto& lines = m_context.lines;
    for (const HeaderOp& op : ops.ops) {
        auto same = [&](const Line& line) { return line.name == op.name; };
        std::string_view value = op.format ? formatted(*op.format) : std::string_view(op.value);
        bool wanted = op.kind != HeaderOp::Kind::Remove && (!value.empty() || op.keepEmpty);
        switch (op.kind) {
        case HeaderOp::Kind::Append:
            if (wanted && op.onePlace && joinInto(op.name, value)) continue;
            break;
        case HeaderOp::Kind::AddIfAbsent: wanted = wanted && std::none_of(lines.begin(), lines.end(), same); break;
        case HeaderOp::Kind::Overwrite:
            if (wanted) std::erase_if(lines, same);
            break;
        case HeaderOp::Kind::OverwriteIfExists: wanted = wanted && std::erase_if(lines, same) > 0; break;
        case HeaderOp::Kind::Remove: std::erase_if(lines, same); break;
        }
        if (wanted) lines.push_back({op.name, value});
    }
}

void HttpConnection::appendLines(std::string& out) const
{
    std::size_t size = out.size();
    for (const Line& line : m_context.lines) size += line.name.size() + line.value.size() + 4;
    std::size_t at = out.size();
    out.resize(size);
    char* to = out.data() + at;
    for (const Line& line : m_context.lines) {
        std::memcpy(to, line.name.data(), line.name.size());
        to += line.name.size();
        *to++ = ':';
        *to++ = ' ';
        if (!line.value.empty()) std::memcpy(to, line.value.data(), line.value.size());
        to += line.value.size();
        *to++ = '\r';
        *to++ = '\n';
    }
}

void HttpConnection::responseLines(const http::Head& head)
{
    auto& lines = m_context.lines;
    clearLines();
    for (const http::Field& field : head.fields) {
        switch (field.known) {
        case Known::Connection:
        case Known::KeepAlive:
        case Known::ProxyConnection:
        case Known::TransferEncoding:
        case Known::Upgrade: continue;
        case Known::ContentLength:
            if (head.status == 204) continue;
            break;
        default: break;
        }
        lines.push_back({head.name(field), head.value(field)});
    }
    if (head.mayRepeat) joinLines();
    ownResponseLines(head);
    bool last = m_manager->maxRequestsPerConnection && m_served >= m_manager->maxRequestsPerConnection;
    if (last) count().downstream_cx_max_requests_reached.add();
    if (!m_requestDone) count().downstream_rq_response_before_rq_complete.add();
    const bool drains = m_idleDrain || drainsNow(m_context, m_slot);
    if (drains) count().downstream_cx_drain_close.add();
    m_closeAfter = m_head.close || last || drains || !m_requestDone;
    m_lateClose = drains || !m_requestDone;
    if (m_closeAfter) lines.push_back({"connection", "close"});
    m_chunkedOut = head.framing == http::Framing::Chunked || head.framing == http::Framing::UntilClose;
    // Envoy says so of a HEAD's answer that has no length, too (source/common/http/http1/codec_impl.cc, encodeHeadersBase).
    bool bodyless = m_headRequest && !head.has(Known::ContentLength) && head.status != 204 && head.status != 304;
    if (m_chunkedOut || bodyless) lines.push_back({"transfer-encoding", "chunked"});
}

/// What the router, the rules of the route and the connection manager add, in Envoy's order.
void HttpConnection::ownResponseLines(const http::Head& head)
{
    static thread_local std::string time, attempts;
    if (m_requestDone && !m_manager->suppressEnvoyHeaders)
        setLine("x-envoy-upstream-service-time", time = std::to_string(m_context.loop.now() - m_info.requestEnd));
    if (m_action->attemptCountInResponse) setLine("x-envoy-attempt-count", attempts = std::to_string(m_info.attempts));
    applyOps(m_target->response);
    if (!head.has(Known::Date)) addDate();
    using Mode = runtime::HttpManager::ServerHeader;
    if (m_manager->serverHeader == Mode::Overwrite ||
        (m_manager->serverHeader == Mode::AppendIfAbsent && !hasLine("server")))
        setLine("server", m_manager->serverName);
    addRequestId();
}

void HttpConnection::addDate()
{
    if (!hasLine("date")) m_context.lines.push_back({"date", m_context.loop.date()});
}

/// always_set_request_id_in_response.
void HttpConnection::addRequestId()
{
    if (!m_manager->alwaysSetRequestIdInResponse) return;
    std::string_view id = m_requestId.empty() ? m_head.first(Known::XRequestId) : std::string_view(m_requestId);
    if (!id.empty()) setLine("x-request-id", id);
}

} // namespace proxy::filter
