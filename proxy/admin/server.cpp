#include "proxy/admin/server.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace proxy::admin {
namespace {

constexpr std::size_t headLimit = 60 * 1024; // As Envoy's default for request heads.
constexpr auto flushInterval = std::chrono::seconds(5);

const char* reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 426: return "Upgrade Required";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
    }
}

std::string decoded(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int value = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(&text[i + 1], &text[i + 1] + 2, value, 16).ptr == &text[i + 1] + 2) {
            result += static_cast<char>(value);
            i += 2;
        } else result += text[i];
    }
    return result;
}

/// Reads "GET /stats?filter=x HTTP/1.1".
bool parseLine(std::string_view line, Request& request)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || line.substr(last + 1) != "HTTP/1.1") return false;
    request.method = line.substr(0, first);
    std::string_view target = line.substr(first + 1, last - first - 1);
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark == std::string_view::npos) return true;
    std::string_view rest = target.substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const auto equals = pair.find('=');
        request.query.emplace(decoded(pair.substr(0, equals)),
                              equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1)));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return true;
}

/// The value of a header field of a head, or nothing.
std::string_view fieldOf(std::string_view head, std::string_view name)
{
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size();
         at = head.find("\r\n", at + 2)) {
        const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        if (line.size() <= name.size() || line[name.size()] != ':') continue;
        if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
        std::string_view value = line.substr(name.size() + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        return value;
    }
    return {};
}

std::string printed(const Response& response, bool close)
{
    const std::time_t now = std::time(nullptr);
    std::tm broken{};
    gmtime_r(&now, &broken);
    char date[40];
    std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &broken);
    std::string out = fmt::format(
        "HTTP/1.1 {} {}\r\ncontent-type: {}\r\ncache-control: no-cache, max-age=0\r\n"
        "x-content-type-options: nosniff\r\ndate: {}\r\nserver: envoy\r\n{}transfer-encoding: chunked\r\n\r\n",
        response.status, reason(response.status), response.type, date, close ? "connection: close\r\n" : "");
    if (!response.body.empty()) out += fmt::format("{:x}\r\n", response.body.size()) + response.body + "\r\n";
    return out + "0\r\n\r\n";
}

} // namespace

/// One client: what came in and what has to go out.
struct Server::Connection {
    Connection(int descriptor, stats::ListenerStats& listenerStats, stats::HttpStats& httpStats)
        : fd(descriptor)
        , listener(listenerStats)
        , http(httpStats)
    {
        for (stats::Counter* counter :
             {&listener.downstream_cx_total, &listener.downstream_cx_active, &http.downstream_cx_total,
              &http.downstream_cx_active, &http.downstream_cx_http1_total, &http.downstream_cx_http1_active})
            counter->add();
    }
    ~Connection()
    {
        ::close(fd);
        for (stats::Counter* gauge :
             {&listener.downstream_cx_active, &http.downstream_cx_active, &http.downstream_cx_http1_active})
            gauge->sub();
        for (stats::Counter* counter :
             {&listener.downstream_cx_destroy, &http.downstream_cx_destroy,
              closing ? &http.downstream_cx_destroy_local : &http.downstream_cx_destroy_remote})
            counter->add();
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    void countRequest()
    {
        http.downstream_rq_total.add();
        http.downstream_rq_http1_total.add();
        http.downstream_rq_active.add();
    }
    void countResponse(int status)
    {
        http.downstream_rq_active.sub();
        http.downstream_rq_completed.add();
        http.downstream_rq.add(static_cast<unsigned>(status));
        listener.http_downstream_rq_completed.add();
        listener.http_downstream_rq.add(static_cast<unsigned>(status));
    }
    int fd;
    stats::ListenerStats& listener;
    stats::HttpStats& http;
    std::string in, out;
    std::size_t bodyToSkip = 0;
    bool closing = false;
};

model::Result<std::unique_ptr<Server>> Server::listen(const net::Address& address, Actions actions,
                                                      stats::Registry& registry, Process process)
{
    const int socket = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(socket, address.raw(), address.length()) != 0 || ::listen(socket, 64) != 0) {
        const std::string what = std::strerror(errno);
        ::close(socket);
        return model::fail(model::ErrorCode::Unreachable, "admin", "cannot bind '" + address.text() + "': " + what);
    }
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &length);
    return std::unique_ptr<Server>(new Server(socket, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                                              net::Address::of(reinterpret_cast<sockaddr*>(&bound)), std::move(actions),
                                              registry, std::move(process)));
}

Server::Server(int socket, int wake, net::Address address, Actions actions, stats::Registry& registry, Process process)
    : m_socket(socket)
    , m_wake(wake)
    , m_address(address)
    , m_registry(registry)
    , m_listenerStats(registry.listener("admin", "admin"))
    , m_httpStats(registry.http("admin"))
    , m_pages(std::move(actions), registry, std::move(process))
    , m_nextFlush(std::chrono::steady_clock::now() + flushInterval)
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{}

Server::~Server()
{
    m_thread.request_stop();
    ::eventfd_write(m_wake, 1);
    m_thread.join();
    ::close(m_socket);
    ::close(m_wake);
}

void Server::flushWhenDue()
{
    const auto now = std::chrono::steady_clock::now();
    if (now < m_nextFlush) return;
    m_pages.publishProcess();
    m_registry.flush();
    m_nextFlush = now + flushInterval;
}

void Server::accept(std::vector<std::unique_ptr<Connection>>& connections)
{
    const int fd = ::accept4(m_socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    connections.push_back(std::make_unique<Connection>(fd, m_listenerStats->main(), m_httpStats->main()));
}

void Server::run(const std::stop_token& stop)
{
    std::vector<std::unique_ptr<Connection>> connections;
    while (!stop.stop_requested()) {
        std::vector<pollfd> polled = {{m_wake, POLLIN, 0}, {m_socket, POLLIN, 0}};
        for (const auto& connection : connections)
            polled.push_back({connection->fd, static_cast<short>(connection->out.empty() ? POLLIN : POLLOUT), 0});
        ::poll(polled.data(), polled.size(), 1000);
        flushWhenDue();
        for (std::size_t i = connections.size(); i-- > 0;)
            if (polled[i + 2].revents != 0 && !serve(*connections[i]))
                connections.erase(connections.begin() + static_cast<long>(i));
        if (polled[1].revents != 0) accept(connections);
    }
}

/// Reads, answers and writes as far as it goes. False when the connection is over.
bool Server::serve(Connection& c)
{
    char buffer[16384];
    if (c.out.empty()) {
        const ssize_t got = ::recv(c.fd, buffer, sizeof buffer, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
        if (got > 0) c.http.downstream_cx_rx_bytes_total.add(static_cast<std::size_t>(got));
        if (got > 0) c.in.append(buffer, static_cast<std::size_t>(got));
    }
    while (!c.closing && c.out.empty()) {
        const std::size_t skipped = std::min(c.bodyToSkip, c.in.size());
        c.in.erase(0, skipped);
        c.bodyToSkip -= skipped;
        const auto end = c.in.find("\r\n\r\n");
        if (end == std::string::npos && c.in.size() <= headLimit) break;
        Request request;
        const std::string_view head = std::string_view(c.in).substr(0, end);
        const bool good = end != std::string::npos && parseLine(head.substr(0, head.find("\r\n")), request);
        const std::string_view length = fieldOf(head, "content-length");
        std::from_chars(length.data(), length.data() + length.size(), c.bodyToSkip);
        c.closing = !good || fieldOf(head, "connection") == "close";
        c.countRequest();
        const Response response =
            good ? m_pages.answer(request) : plain("Bad Request", end == std::string::npos ? 431 : 400);
        c.countResponse(response.status);
        c.out = printed(response, c.closing);
        c.in.erase(0, end == std::string::npos ? c.in.size() : end + 4);
    }
    while (!c.out.empty()) {
        const ssize_t sent = ::send(c.fd, c.out.data(), c.out.size(), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        c.http.downstream_cx_tx_bytes_total.add(static_cast<std::size_t>(sent));
        c.out.erase(0, static_cast<std::size_t>(sent));
    }
    return !c.closing;
}

} // namespace proxy::admin
