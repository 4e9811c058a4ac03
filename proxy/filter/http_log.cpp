// What the access log sees of a finished request.
#include "proxy/filter/http_connection.h"

#include "proxy/net/socket.h"

#include <deque>

namespace proxy::filter {

/// A view of the connection's state, finished or in the making; lives while one text is written.
class LogEntry final : public log::Entry {
public:
    enum class Moment {
        Request,
        Response,
        End
    }; ///< Heads are in the making, in Context::lines, or there as they were sent.

    LogEntry(const HttpConnection& connection, Moment moment) : m_connection(connection), m_moment(moment)
    {
        const RequestInfo& info = connection.m_info;
        std::int64_t now = connection.m_context.loop.now();
        readTimes(info, now);
        responseCode = static_cast<unsigned>(info.status);
        responseCodeDetails = info.details;
        responseFlags = info.flags;
        bytesReceived = info.bytesReceived;
        bytesSent = info.bytesSent;
        attempts = info.attempts;
        routeName = connection.m_routeName;
        protocol = "HTTP/1.1"; // Nothing else is served; Envoy says so of refused versions too.
        if (connection.m_pool) upstreamCluster = connection.m_pool->cluster()->name;
        if (connection.m_host) {
            upstreamHost = connection.m_host->host->text;
            upstreamHostName = connection.m_host->host->hostname;
            if (info.connected) upstreamProtocol = "HTTP/1.1";
        }
        upstreamFailure = info.failure;
        filterChainName = connection.m_listener->chainName;
        downstreamRemoteAddress = downstreamDirectRemoteAddress = connection.m_peerText;
        downstreamLocalAddress = connection.m_localText;
    }

    std::string_view requestHeader(std::string_view name) const override
    {
        const auto& c = m_connection;
        if (!c.m_head.base) return {};
        if (name == ":method") return c.m_head.methodText();
        if (name.starts_with(':')) return pseudoHeader(name);
        if (m_moment == Moment::Request) return fromLines(name);
        if (!c.m_request.empty()) return fromHead(c.m_request, name);
        if (name == "x-forwarded-proto" && !c.m_head.has(http::Known::XForwardedProto)) return pseudoHeader(":scheme");
        Values values;
        for (const http::Field& field : c.m_head.fields)
            if (field.nameLength && c.m_head.name(field) == name) values.add(c.m_head.value(field));
        return keep(std::move(values));
    }

    std::string_view responseHeader(std::string_view name) const override
    {
        if (m_moment == Moment::Response) return fromLines(name);
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
    void readTimes(const RequestInfo& info, std::int64_t now)
    {
        durationUs = info.start ? (now - info.start) * 1000 : 0;
        start = Clock::now() - std::chrono::microseconds(durationUs);
        if (info.requestEnd) requestDurationUs = (info.requestEnd - info.start) * 1000;
        if (!info.responseBegin) return;
        responseDurationUs = (info.responseBegin - info.start) * 1000;
        responseLastDurationUs = durationUs;
    }

    /// What Envoy's rules see: path and host before the rewrite while the request is in the making.
    std::string_view pseudoHeader(std::string_view name) const
    {
        const auto& c = m_connection;
        if (name == ":scheme") return c.m_scheme.empty() ? std::string_view() : c.m_scheme;
        bool isPath = name == ":path";
        if (!isPath && name != ":authority") return {};
        const std::string& original = isPath ? c.m_originalPath : c.m_originalHost;
        const std::string& now = isPath ? c.m_path : c.m_authority;
        if (m_moment == Moment::Request && !original.empty()) return original;
        bool known = !now.empty() || (!isPath && c.m_head.host >= 0);
        return known ? std::string_view(now) : std::string_view();
    }

    std::string_view fromLines(std::string_view name) const
    {
        Values values;
        for (const Line& line : m_connection.m_context.lines)
            if (line.name == name) values.add(line.value);
        return keep(std::move(values));
    }

    /// From "name: value" lines behind a first line.
    std::string_view fromHead(std::string_view head, std::string_view name) const
    {
        Values values;
        for (std::size_t at = head.find('\n') + 1; at < head.size(); at = head.find('\n', at) + 1) {
            std::string_view line = head.substr(at, head.find('\r', at) - at);
            if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
                values.add(line.substr(name.size() + 2));
        }
        return keep(std::move(values));
    }

    std::string_view keep(Values values) const
    {
        return values.any ? std::string_view(m_kept.emplace_back(std::move(values.joined))) : std::string_view();
    }

    const HttpConnection& m_connection;
    const Moment m_moment;
    mutable std::deque<std::string> m_kept;
};

/// The value of a header that a rule makes of the request or response; valid until the lines are cleared.
std::string_view HttpConnection::formatted(const log::Format& format)
{
    nameEnds();
    std::string& text = m_context.formatted.emplace_back();
    format.print(LogEntry(*this, m_building ? LogEntry::Moment::Request : LogEntry::Moment::Response), text);
    return text;
}

void HttpConnection::keepResponseLines()
{
    m_responseLines.clear();
    for (const Line& line : m_context.lines) m_responseLines.emplace_back(line.name, line.value);
}

/// Spells both ends of the connection, once.
void HttpConnection::nameEnds()
{
    if (!m_peerText.empty()) return;
    m_peerText = m_peer.text();
    m_localText = net::localAddress(m_fd).text();
}

void HttpConnection::writeLog()
{
    nameEnds();
    LogEntry entry(*this, LogEntry::Moment::End);
    for (const auto& accessLog : m_manager->logs) {
        auto& buffer = m_context.logs[accessLog.file.get()];
        if (!buffer) buffer = std::make_unique<log::Buffer>(accessLog.file);
        accessLog.format.print(entry, buffer->text());
        buffer->written();
    }
    m_responseLines.clear();
}

} // namespace proxy::filter
