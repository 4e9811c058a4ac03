// From a parsed head to a request on its way: the checks and changes of reference C5 in Envoy's order, then the route.
#include "proxy/filter/http_connection.h"

#include "proxy/net/socket.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace proxy::filter {
namespace {

using http::Field;
using http::Known;

/// Looks like the route matcher's view of header fields.
class HeaderView final : public model::route::Headers {
public:
    explicit HeaderView(const http::Head& head) : m_head(head) {}
    bool anyValue(std::string_view name, model::route::ValueTest test) const override
    {
        for (const Field& field : m_head.fields)
            if (field.nameLength == name.size() && m_head.name(field) == name && test(m_head.value(field))) return true;
        return false;
    }

private:
    const http::Head& m_head;
};

/// What Envoy appends to x-forwarded-for for a loopback client (source/common/http/conn_manager_utility.cc).
const std::string& ownAddress()
{
    static const std::string ip = net::firstOwnAddress().ip();
    return ip;
}

/// RFC 3986 authority: unreserved, sub-delims, percent, colon, at, brackets.
constexpr std::array<bool, 256> authorityTable()
{
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[c] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
    for (char c : std::string_view("-._~%!$&'()*+,;=:[]@")) table[static_cast<unsigned char>(c)] = true;
    return table;
}

bool isFineAuthority(std::string_view authority)
{
    static constexpr auto table = authorityTable();
    return std::all_of(authority.begin(), authority.end(), [](unsigned char c) { return table[c]; });
}

} // namespace

void HttpConnection::beginRequest()
{
    ++m_served;
    m_info.status = 0;
    m_headRequest = m_head.methodText() == "HEAD";
    m_responseStarted = m_chunkedOut = false;
    m_action = nullptr;
    m_target = nullptr;
    m_tried.clear();
    m_bodyKept.clear();
    m_chunk.clear();
    m_request.clear();
    m_originalPath.clear();
    m_originalHost.clear();
    m_requestId.clear();
    m_routeName = {};
    m_pool = nullptr;
    if (m_requestDone) m_info.requestEnd = m_info.start;
    if (m_slot.listener.get() != m_listener.get() &&
        m_slot.listener->http) { // Changed: this request is the first under it.
        m_listener = m_slot.listener;
        m_manager = m_listener->http.get();
    }
    if (m_routes.get() != m_slot.routes.get()) m_routes = m_slot.routes;
    m_scheme.clear();
    m_lengthDropped = false;
    if (m_head.hasConnectionTokens && !dropNominated()) return refuse(http::Failure::ConnectionHeader);
    if (m_head.mayRepeat) joinRepeated();
    if (!checkRequest()) return;
    m_upgrade = wantsUpgrade();
    m_chunkedUp = m_head.framing == http::Framing::Chunked || m_lengthDropped;
    cleanHeaders();
    route();
}

/// False: a reply has been made.
bool HttpConnection::checkRequest()
{
    if (m_head.versionMinor != 1) {
        forgetRequest();
        return reply({426, "Upgrade Required", "DPE", "low_version", true}), false;
    }
    if (!takeTarget()) return false;
    if (!isFineAuthority(m_authority)) {
        forgetRequest();
        return reply({400, "Bad Request", "DPE", "http.invalid_authority", true}), false;
    }
    if (m_path.find('#') != std::string::npos)
        return count().downstream_rq_failed_path_normalization.add(),
               reply({400, "", "", "path_normalization_failed", true}), false;
    if (m_head.methodText() != "CONNECT") return true;
    m_path.clear();
    m_scheme = "http";
    reply({404, "", "NR", "route_not_found", true});
    return false;
}

/// Host and path of the request, from the target or the Host fields.
bool HttpConnection::takeTarget()
{
    std::string_view target = m_head.targetText();
    m_authority.clear();
    if (m_head.host >= 0) {
        m_authority = m_head.value(m_head.fields[static_cast<std::size_t>(m_head.host)]);
        for (std::size_t i = static_cast<std::size_t>(m_head.host) + 1; i < m_head.fields.size(); ++i)
            if (m_head.fields[i].known == Known::Host) m_authority.append(",").append(m_head.value(m_head.fields[i]));
    }
    m_path = target;
    bool absolute = target[0] != '/' && target[0] != '*' && m_head.methodText() != "CONNECT";
    if (absolute) {
        std::size_t begin = target.find("://") + 3;
        std::size_t end = std::min(target.find_first_of("/?#", begin), target.size());
        std::string_view authority = target.substr(begin, end - begin);
        m_authority = authority.substr(authority.rfind('@') + 1);
        m_path = target.substr(end);
        if (m_path.empty()) m_path = "/";
    }
    if (m_head.methodText() == "CONNECT") m_authority = target;
    if (m_head.host < 0 && !absolute && m_head.methodText() != "CONNECT")
        return reply({400, "", "", "missing_host_header", true}), false;
    if (m_path[0] != '/' && m_head.methodText() != "CONNECT")
        return count().downstream_rq_non_relative_path.add(), reply({404, "", "", "absolute_path_rejected"}), false;
    if (m_manager->stripAnyPort) {
        std::size_t colon = m_authority.rfind(':');
        if (colon != std::string::npos && m_authority.find(']', colon) == std::string::npos) m_authority.resize(colon);
    }
    return true;
}

/// No upgrade is configured, so one that is asked for is refused (403), except h2c, which is ignored.
bool HttpConnection::wantsUpgrade() const
{
    return m_head.has(Known::Upgrade) && m_head.has(Known::Connection) &&
           contains(m_head.first(Known::Connection), "upgrade") && !contains(m_head.first(Known::Upgrade), "h2c");
}

/// What is wrong before the request is one: the access log says nothing about it.
void HttpConnection::forgetRequest()
{
    m_head.clear();
    m_authority.clear();
    m_path.clear();
    m_originalPath.clear();
    m_requestId.clear();
    m_routeName = {};
    m_pool = nullptr;
}

std::string HttpConnection::requestId()
{
    std::uint64_t a = m_context.shared.random(), b = m_context.shared.random();
    char text[37];
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(a >> 32),
                  static_cast<unsigned>(a >> 16 & 0xffff), static_cast<unsigned>(a & 0xfff),
                  static_cast<unsigned>(0x8000 | (b >> 48 & 0x3fff)),
                  static_cast<unsigned long long>(b & 0xffffffffffff));
    return text;
}

void HttpConnection::route()
{
    std::string_view scheme = m_manager->useRemoteAddress ? std::string_view() : m_head.first(Known::XForwardedProto);
    m_scheme = scheme.empty() ? "http" : scheme;
    HeaderView headers(m_head);
    model::route::Request request;
    request.authority = m_authority;
    request.path = m_path;
    request.method = m_head.methodText();
    request.scheme = m_scheme;
    request.headers = &headers;
    request.random = m_context.shared.random();
    auto match = m_routes ? m_routes->table->find(request) : model::route::Match();
    count().rq_total.add();
    if (match.tlsRedirect)
        return reply({301, "", "", "direct_response", false, "location: https://" + m_authority + m_path + "\r\n"});
    if (!match.route) return count().no_route.add(), reply({404, "", "NR", "route_not_found", m_upgrade});
    m_routeName = match.route->config().name();
    m_action = &m_routes->actions[match.route->ordinal()];
    if (m_upgrade && m_action->kind != runtime::RouteAction::Kind::Forward)
        return count().downstream_rq_ws_on_non_ws_route.add(), reply({403, "", "", "upgrade_failed", true});
    m_target = m_action->targets.data();
    if (m_action->kind != runtime::RouteAction::Kind::Forward) count().rq_direct_response.add();
    if (m_action->kind == runtime::RouteAction::Kind::Redirect) return redirect();
    if (m_action->kind == runtime::RouteAction::Kind::Direct) {
        std::string extra;
        if (m_action->status == 201 || m_action->status / 100 == 3)
            extra = "location: " + m_scheme + "://" + m_authority + m_path + "\r\n";
        return reply({m_action->status, m_action->body, "", "direct_response", false, std::move(extra)});
    }
    if (int weighted = match.route->weightedIndex(request.random); weighted >= 0)
        m_target = &m_action->targets[static_cast<std::size_t>(weighted)];
    m_pool = m_action->clusterByHeader ? nullptr : m_context.pool(m_target->cluster);
    if (m_action->clusterByHeader) {
        auto cluster = m_context.config->clusters.find(match.route->clusterName(request));
        if (cluster != m_context.config->clusters.end()) m_pool = m_context.pool(cluster->second->id);
    }
    if (m_upgrade) return count().downstream_rq_ws_on_non_ws_route.add(), reply({403, "", "", "upgrade_failed", true});
    if (!m_pool) return count().no_cluster.add(), reply({m_action->notFoundStatus, "", "NC", "cluster_not_found"});
    forward();
}

void HttpConnection::forward()
{
    m_info.attempts = 1;
    m_retryable = m_action->retry.has_value();
    m_host = m_pool->pick(m_tried, 0);
    buildRequest(); // Without a host, too: the access log sees what the rules made of the request.
    if (!m_host) return countUpstreamResponse(503), reply({503, "no healthy upstream", "UH", "no_healthy_upstream"});
    attempt();
}

std::string HttpConnection::rewrittenPath() const
{
    std::string_view path = m_path;
    std::size_t end = std::min(path.find_first_of("?#"), path.size());
    std::string_view bare = path.substr(0, end), query = path.substr(end);
    if (m_action->hasPrefixRewrite) {
        std::size_t matched = m_action->matchesWhole ? bare.size() : m_action->prefixLength;
        return m_action->prefixRewrite + std::string(path.substr(std::min(matched, path.size())));
    }
    std::string rewritten(bare);
    re2::RE2::GlobalReplace(&rewritten, *m_action->regex, m_action->substitution);
    return rewritten + std::string(query);
}

void HttpConnection::buildRequest()
{
    if (m_action->hasPrefixRewrite || m_action->regex) {
        m_originalPath = m_path;
        m_path = rewrittenPath();
    }
    std::string host = m_target->hostRewrite;
    if (host.empty() && !m_action->hostRewriteHeader.empty())
        host = m_head.first(std::string_view(m_action->hostRewriteHeader));
    if (host.empty() && m_action->autoHostRewrite && m_host) host = m_host->host->hostname;
    if (!host.empty()) {
        m_originalHost = m_authority;
        m_authority = std::move(host);
    }
    m_request.assign(m_head.methodText());
    m_request.append(" ").append(m_path).append(" HTTP/1.1\r\nhost: ").append(m_authority).append("\r\n");
    clearLines();
    m_building = true;
    addRequestLines();
    m_building = false;
    appendLines(m_request);
    bool bodyless = m_head.framing == http::Framing::None && !m_head.has(Known::ContentLength);
    std::string_view method = m_head.methodText();
    if (m_chunkedUp) m_request += "transfer-encoding: chunked\r\n";
    else if (bodyless && method != "GET" && method != "HEAD" && method != "DELETE" && method != "TRACE")
        m_request += "content-length: 0\r\n";
    m_request += "\r\n";
}

/// The client's fields, then the router's, in Envoy's order.
void HttpConnection::addRequestLines()
{
    static thread_local std::string timeout, forwardedFor, peer, external, attempts, forwardedHost;
    auto& lines = m_context.lines;
    bool hasFor = false, hasId = m_head.has(Known::XRequestId);
    // With use_remote_address every client is an external one: no address is trusted without internal_address_config.
    bool replacesId = hasId && m_manager->useRemoteAddress && !m_manager->keepsRequestId;
    if (m_requestId.empty() && m_manager->generateRequestId && (!hasId || replacesId)) m_requestId = requestId();
    replacesId = replacesId && !m_requestId.empty();
    if (m_manager->useRemoteAddress && !m_manager->skipXffAppend)
        peer = m_peer.isLoopback() ? ownAddress() : m_peer.ip();
    for (const Field& field : m_head.fields) {
        if (!field.nameLength) continue;
        if (field.known == Known::XRequestId && replacesId) {
            lines.push_back({m_head.name(field), m_requestId});
        } else if (field.known == Known::XForwardedProto && m_manager->useRemoteAddress) {
            lines.push_back({m_head.name(field), m_scheme});
        } else if (field.known == Known::XForwardedFor && m_manager->useRemoteAddress && !m_manager->skipXffAppend &&
                   !hasFor) {
            forwardedFor = std::string(m_head.value(field)) + "," + peer;
            lines.push_back({"x-forwarded-for", forwardedFor});
            hasFor = true;
        } else lines.push_back({m_head.name(field), m_head.value(field)});
    }
    if (m_manager->useRemoteAddress && !m_manager->skipXffAppend && !hasFor) lines.push_back({"x-forwarded-for", peer});
    if (!m_head.has(Known::XForwardedProto)) lines.push_back({"x-forwarded-proto", m_scheme});
    if (m_manager->useRemoteAddress) setLine("x-envoy-external-address", external = m_peer.ip());
    if (!m_requestId.empty() && !hasId) lines.push_back({"x-request-id", m_requestId});
    if (m_action->attemptCountInRequest)
        lines.push_back({"x-envoy-attempt-count", attempts = std::to_string(m_info.attempts)});
    std::int64_t expected =
        m_deadline ? std::max<std::int64_t>(m_deadline - m_context.loop.now(), 1) : m_action->timeout;
    if (m_action->retry && m_action->retry->perTryTimeout)
        expected = expected ? std::min(expected, m_action->retry->perTryTimeout) : m_action->retry->perTryTimeout;
    if (expected && !m_manager->suppressEnvoyHeaders)
        lines.push_back({"x-envoy-expected-rq-timeout-ms", timeout = std::to_string(expected)});
    applyOps(m_target->request);
    if (!m_originalPath.empty() && !m_manager->suppressEnvoyHeaders)
        lines.push_back({"x-envoy-original-path", m_originalPath});
    if (!m_originalHost.empty() && m_action->appendForwardedHost)
        lines.push_back({"x-forwarded-host", forwardedHost = m_originalHost});
    if (!m_originalHost.empty() && !m_manager->suppressEnvoyHeaders)
        lines.push_back({"x-envoy-original-host", m_originalHost});
}

} // namespace proxy::filter
