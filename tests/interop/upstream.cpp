#include "tests/interop/upstream.h"

#include <sys/socket.h>
#include <poll.h>

#include <array>
#include <chrono>
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
        const std::size_t end = bytes.find("\r\n0\r\n\r\n", head) != std::string::npos ? bytes.find("\r\n0\r\n\r\n", head) + 7
                                : bytes.compare(head + 4, 5, "0\r\n\r\n") == 0        ? head + 9
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
    return "HTTP/1.1 " + status + "\r\n" + headers + "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Bytes to send for that last path segment; "" for none.
std::string answerFor(const std::string& what, bool head)
{
    const std::string body = head ? "" : "hello\n";
    if (head) return "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nx-up: 1\r\n\r\n";
    if (what.starts_with("status-")) {
        const std::string code = what.substr(7);
        if (code == "204" || code == "304") return "HTTP/1.1 " + code + " X\r\nx-up: 1\r\n\r\n";
        return answer(code + " X", "x-up: 1\r\n", "code " + code + "\n");
    }
    if (what == "garbage") return "this is no HTTP\r\n\r\n";
    if (what == "cut") return "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    if (what == "chunked") return "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
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
    if (what == "hop") return answer("200 OK", "Keep-Alive: timeout=5\r\nX-Up: 1\r\n", body);
    return answer("200 OK", "x-up: 1\r\n", body);
}

bool endsConnection(const std::string& what)
{
    return what == "close" || what == "cut" || what == "garbage" || what == "http10" || what == "untilclose" ||
           what == "connectionclose" || what == "badlength";
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
            if (what.starts_with("slow-")) std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(what.substr(5))));
            sendAll(socket, answerFor(what, head));
            if (endsConnection(what) && !head) return;
        }
    }
}

} // namespace interop
