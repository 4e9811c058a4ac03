#include "tests/interop/upstream.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <utility>

namespace interop {
namespace {

/// Length of the first complete request in `bytes`, or 0.
std::size_t requestLength(const std::string& bytes)
{
    const std::size_t head = bytes.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    std::string lower = bytes.substr(0, head);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower.find("transfer-encoding: chunked") != std::string::npos) {
        const std::size_t end = bytes.find("\r\n0\r\n\r\n", head) != std::string::npos
                                    ? bytes.find("\r\n0\r\n\r\n", head) + 7
                                : bytes.compare(head + 4, 5, "0\r\n\r\n") == 0 ? head + 9
                                                                               : 0;
        return end;
    }
    const std::size_t length = lower.find("content-length: ");
    const std::size_t body = length == std::string::npos ? 0 : std::stoul(lower.substr(length + 16));
    return bytes.size() >= head + 4 + body ? head + 4 + body : 0;
}

std::string lastSegment(const std::string& request)
{
    const std::size_t begin = request.find(' ') + 1;
    std::string path = request.substr(begin, request.find(' ', begin) - begin);
    path = path.substr(0, path.find('?'));
    return path.substr(path.rfind('/') + 1);
}

std::string answer(const std::string& status, const std::string& headers, const std::string& body)
{
    return "HTTP/1.1 " + status + "\r\n" + headers + "content-length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

/// Answers that no good service gives, and some that are merely rare.
const std::map<std::string, std::string>& strange()
{
    static const std::string head = "HTTP/1.1 200 OK\r\n", five = "content-length: 5\r\n";
    static const std::map<std::string, std::string> table = {
        {"linefeeds", "HTTP/1.1 200 OK\nx-up: 1\ncontent-length: 5\n\nhello"},
        {"fold", head + "x-a: b\r\n c\r\n" + five + "\r\nhello"},
        {"twolengths", head + five + five + "\r\nhello"},
        {"lengthandchunked", head + five + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
        {"tegzip", head + "transfer-encoding: gzip\r\n\r\nhello"},
        {"techunkedtwice", head + "transfer-encoding: chunked, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
        {"nocolon", head + "nonsense\r\n" + five + "\r\nhello"},
        {"blankbeforecolon", head + "x-a : b\r\n" + five + "\r\nhello"},
        {"nul", head + std::string("x-a: b\0c\r\n", 10) + five + "\r\nhello"},
        {"control", head + "x-a: b\x01z\r\n" + five + "\r\nhello"},
        {"highbytes", head + "x-a: \xc3\xa4\r\n" + five + "\r\nhello"},
        {"bighead", head + "x-big: " + std::string(70000, 'h') + "\r\n" + five + "\r\nhello"},
        {"hugehead", head + "x-big: " + std::string(90000, 'h') + "\r\n" + five + "\r\nhello"},
        {"badchunk", head + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"},
        {"cutchunk", head + "transfer-encoding: chunked\r\n\r\n5\r\nhel"},
        {"chunkextension", head + "transfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n"},
        {"trailers", head + "trailer: x-t\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n"},
        {"surplus", head + five + "\r\nhellosurplus"},
        {"noreason", "HTTP/1.1 200\r\n" + five + "\r\nhello"},
        {"emptyreason", "HTTP/1.1 200 \r\n" + five + "\r\nhello"},
        {"version2", "HTTP/2.0 200 OK\r\n" + five + "\r\nhello"},
        {"version12", "HTTP/1.2 200 OK\r\n" + five + "\r\nhello"},
        {"lowerversion", "http/1.1 200 OK\r\n" + five + "\r\nhello"},
        {"code99", "HTTP/1.1 99 X\r\n" + five + "\r\nhello"},
        {"code600", "HTTP/1.1 600 X\r\n" + five + "\r\nhello"},
        {"code1000", "HTTP/1.1 1000 X\r\n" + five + "\r\nhello"},
        {"codeletters", "HTTP/1.1 2x0 X\r\n" + five + "\r\nhello"},
        {"earlyhints", "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\n" + five + "\r\nhello"},
        {"processing", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n" + five + "\r\nhello"},
        {"switching", "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nhello"},
        {"halfhead", "HTTP/1.1 200 OK\r\nx-up"},
        {"headonly", head + five + "\r\n"},
        {"nocontent-length", "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"},
        {"nocontent-body", "HTTP/1.1 204 No Content\r\n" + five + "\r\nhello"},
        {"nocontent-chunked", "HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
        {"notmodified-length", "HTTP/1.1 304 Not Modified\r\n" + five + "etag: x\r\n\r\n"},
        {"notmodified-body", "HTTP/1.1 304 Not Modified\r\n" + five + "\r\nhello"},
        {"headersdouble",
         head +
             "x-a: 1\r\nset-cookie: a=b\r\nx-a: 2\r\nset-cookie: c=d\r\nvary: a\r\nvary: b\r\ncontent-type: a/b\r\n"
             "content-type: c/d\r\ncache-control: x\r\ncache-control: y\r\n" +
             five + "\r\nhello"},
        {"twice",
         [] {
             std::string all = head;
             for (const char* name : {"age",
                                      "etag",
                                      "expires",
                                      "last-modified",
                                      "location",
                                      "via",
                                      "content-encoding",
                                      "content-language",
                                      "accept-ranges",
                                      "access-control-allow-origin",
                                      "access-control-allow-methods",
                                      "www-authenticate",
                                      "retry-after",
                                      "link",
                                      "warning",
                                      "x-request-id",
                                      "grpc-status",
                                      "grpc-message",
                                      "pragma",
                                      "allow",
                                      "strict-transport-security",
                                      "x-envoy-attempt-count",
                                      "x-envoy-ratelimited",
                                      "x-envoy-decorator-operation",
                                      "access-control-expose-headers",
                                      "access-control-max-age",
                                      "access-control-allow-credentials",
                                      "x-forwarded-for",
                                      "user-agent",
                                      "accept",
                                      "proxy-status",
                                      "alt-svc",
                                      "content-security-policy"})
                 all += std::string(name) + ": 1\r\nx-between: x\r\n" + name + ": 2\r\n";
             return all + five + "\r\nhello";
         }()},
        {"datetwice",
         head + "date: Thu, 01 Jan 1970 00:00:00 GMT\r\ndate: Fri, 02 Jan 1970 00:00:00 GMT\r\n" + five + "\r\nhello"},
        {"servertwice", head + "server: a\r\nserver: b\r\n" + five + "\r\nhello"},
        {"emptyvalue", head + "x-empty:\r\n" + five + "\r\nhello"},
        {"badlengthplus", head + "content-length: +5\r\n\r\nhello"},
        {"lengthtwovalues", head + "content-length: 5, 5\r\n\r\nhello"},
        {"connectiontokens", head + "connection: keep-alive, x-hop\r\nx-hop: 1\r\n" + five + "\r\nhello"},
        {"viaandupgrade", head + "upgrade: h2c\r\nvia: 1.1 x\r\n" + five + "\r\nhello"},
        {"xenvoy", head + "x-envoy-upstream-service-time: 77\r\nx-envoy-overloaded: true\r\n" + five + "\r\nhello"},
        {"nothing", ""},
        {"emptylines", "\r\n\r\nHTTP/1.1 200 OK\r\n" + five + "\r\nhello"},
    };
    return table;
}

/// Bytes to send for that last path segment; "" for none.
std::string answerFor(const std::string& what, bool head)
{
    const std::string body = head ? "" : "hello\n";
    if (head && what == "chunked") return "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    if (head && what == "nolength") return "HTTP/1.1 200 OK\r\nx-up: 1\r\n\r\n";
    if (head) return "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nx-up: 1\r\n\r\n";
    if (what.starts_with("status-")) {
        const std::string code = what.substr(7);
        if (code == "204" || code == "304") return "HTTP/1.1 " + code + " X\r\nx-up: 1\r\n\r\n";
        return answer(code + " X", "x-up: 1\r\n", "code " + code + "\n");
    }
    if (what == "garbage") return "this is no HTTP\r\n\r\n";
    if (what == "cut") return "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    if (what == "chunked")
        return "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    if (what == "big") return answer("200 OK", "", std::string(200000, 'x'));
    if (what == "manyheaders") {
        std::string headers;
        for (int i = 0; i < 60; ++i) headers += "x-h" + std::to_string(i) + ": v" + std::to_string(i) + "\r\n";
        return answer("200 OK", headers, body);
    }
    if (what == "badlength") return "HTTP/1.1 200 OK\r\ncontent-length: abc\r\n\r\n";
    if (what == "http10") return "HTTP/1.0 200 OK\r\nx-up: 1\r\n\r\nold body\n";
    if (what == "untilclose") return "HTTP/1.1 200 OK\r\nx-up: 1\r\n\r\nuntil close\n";
    if (what == "connectionclose") return answer("200 OK", "Connection: close\r\nX-Up: 1\r\n", body);
    if (what == "continue") return "HTTP/1.1 100 Continue\r\n\r\n" + answer("200 OK", "", body);
    if (what == "server") return answer("200 OK", "Server: mine\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n", body);
    if (const auto at = strange().find(what); at != strange().end()) return at->second;
    if (what == "hop") return answer("200 OK", "Keep-Alive: timeout=5\r\nX-Up: 1\r\n", body);
    return answer("200 OK", "x-up: 1\r\n", body);
}

bool endsConnection(const std::string& what)
{
    static const std::set<std::string> others = {"cutchunk", "halfhead", "headonly", "tegzip",
                                                 "nothing",  "surplus",  "badchunk"};
    return others.contains(what) || what == "close" || what == "cut" || what == "garbage" || what == "http10" ||
           what == "untilclose" || what == "connectionclose" || what == "badlength";
}

} // namespace

Upstream::Upstream() : m_listener(listenLoopback()), m_acceptor([this] { accept(); }) {}

Upstream::~Upstream()
{
    m_stopping = true;
    ::shutdown(m_listener.fd(), SHUT_RDWR);
    m_acceptor.join();
    m_connections.clear();
}

std::string Upstream::takeReceived()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_received, {});
}

void Upstream::accept()
{
    while (!m_stopping) {
        Socket socket(::accept(m_listener.fd(), nullptr, nullptr));
        if (!socket.isOpen()) return;
        m_connections.emplace_back([this, fd = socket.release()] { serve(Socket(fd)); });
    }
}

void Upstream::serve(Socket socket)
{
    std::string pending;
    std::array<char, 65536> buffer{};
    while (!m_stopping) {
        pollfd event{socket.fd(), POLLIN, 0};
        if (::poll(&event, 1, 50) <= 0) continue;
        const ssize_t got = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
        if (got <= 0) return;
        pending.append(buffer.data(), static_cast<std::size_t>(got));
        {
            const std::lock_guard lock(m_mutex);
            m_received.append(buffer.data(), static_cast<std::size_t>(got));
        }
        for (std::size_t length = requestLength(pending); length != 0; length = requestLength(pending)) {
            const std::string what = lastSegment(pending);
            const bool head = pending.starts_with("HEAD ");
            pending.erase(0, length);
            if (what == "reset") return reset(std::move(socket));
            if (what == "close") return;
            if (what == "noreply") continue;
            if (what.starts_with("slowonce-") && m_slowOnce.exchange(!m_slowOnce))
                std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(what.substr(9))));
            if (what.starts_with("slow-"))
                std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(what.substr(5))));
            sendAll(socket, answerFor(what, head));
            if (endsConnection(what) && !head) return;
        }
    }
}

} // namespace interop
