// What the access log sees of a finished request.
#include "proxy/filter/http_connection.h"

#include <deque>

namespace proxy::filter {

/// A view of the connection's state; lives while one line is written.
class LogEntry final : public log::Entry {
public:
    explicit LogEntry(const HttpConnection& connection) : m_connection(connection)
    {
        const RequestInfo& info = connection.m_info;
        std::int64_t now = connection.m_context.loop.now();
        durationUs = info.start ? (now - info.start) * 1000 : 0;
        start = Clock::now() - std::chrono::microseconds(durationUs);
        responseCode = static_cast<unsigned>(info.status);
        responseCodeDetails = info.details;
        responseFlags = info.flags;
        bytesReceived = info.bytesReceived;
        bytesSent = info.bytesSent;
        attempts = info.attempts;
        routeName = connection.m_routeName;
        protocol = "HTTP/1.1"; // Nothing else is served; Envoy says so of refused versions too.
        if (connection.m_pool) upstreamCluster = connection.m_pool->cluster()->name;
        upstreamHost = info.upstreamHost;
        m_peer = connection.m_peer.text();
        downstreamRemoteAddress = downstreamDirectRemoteAddress = m_peer;
        m_local = connection.m_listener->address.text();
        downstreamLocalAddress = m_local;
    }

    std::string_view requestHeader(std::string_view name) const override
    {
        const auto& c = m_connection;
        if (!c.m_head.base) return {};
        if (name == ":method") return c.m_head.methodText();
        if (name == ":path") return c.m_path.empty() ? std::string_view() : c.m_path;
        if (name == ":authority") return c.m_authority.empty() && c.m_head.host < 0 ? std::string_view() : c.m_authority;
        if (name == ":scheme" || (name == "x-forwarded-proto" && !c.m_head.has(http::Known::XForwardedProto))) return c.m_scheme;
        if (name == "x-envoy-original-path") return c.m_originalPath.empty() ? std::string_view() : c.m_originalPath;
        if (name == "x-request-id" && !c.m_requestId.empty()) return c.m_requestId;
        Values values;
        for (const http::Field& field : c.m_head.fields)
            if (field.nameLength && c.m_head.name(field) == name) values.add(c.m_head.value(field));
        return keep(std::move(values));
    }

    std::string_view responseHeader(std::string_view name) const override
    {
        Values values;
        for (const auto& [present, value] : m_connection.m_responseLines)
            if (present == name) values.add(value);
        return keep(std::move(values));
    }

private:
    /// The values of one header, joined.
    struct Values {
        std::string joined;
        bool any = false;
        void add(std::string_view value)
        {
            if (std::exchange(any, true)) joined += ',';
            joined += value;
        }
    };
    std::string_view keep(Values values) const
    {
        return values.any ? std::string_view(m_kept.emplace_back(std::move(values.joined))) : std::string_view();
    }

    const HttpConnection& m_connection;
    std::string m_peer, m_local;
    mutable std::deque<std::string> m_kept;
};

void HttpConnection::keepResponseLines()
{
    m_responseLines.clear();
    for (const Line& line : m_context.lines) m_responseLines.emplace_back(line.name, line.value);
}

void HttpConnection::writeLog()
{
    LogEntry entry(*this);
    for (const auto& accessLog : m_manager->logs) {
        auto& buffer = m_context.logs[accessLog.file.get()];
        if (!buffer) buffer = std::make_unique<log::Buffer>(accessLog.file);
        accessLog.format.print(entry, buffer->text());
        buffer->written();
    }
    m_responseLines.clear();
}

} // namespace proxy::filter
