#include "model/api/running.h"

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <spawn.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace model::api {
namespace {

using Clock = std::chrono::steady_clock;

/// A temporary folder, gone with this value.
class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "meshwright-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) m_path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        if (!m_path.empty()) std::filesystem::remove_all(m_path, ignored);
    }
    const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

/// A child process with silent output, terminated and waited for at the end.
class Child {
public:
    explicit Child(std::vector<std::string> arguments)
    {
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        if (::posix_spawn(&m_pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) m_pid = -1;
        posix_spawn_file_actions_destroy(&actions);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child()
    {
        if (!isRunning()) return;
        ::kill(m_pid, SIGTERM);
        for (int i = 0; i < 100 && isRunning(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (!isRunning()) return;
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
    }
    bool isRunning()
    {
        if (m_pid > 0 && ::waitpid(m_pid, nullptr, WNOHANG) != 0) m_pid = -1;
        return m_pid > 0;
    }

private:
    pid_t m_pid = -1;
};

/// One TCP connection to an IPv4 address and port; closed with this value.
class Connection {
public:
    Connection(const std::string& host, int port) : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
        const timeval wait{30, 0};
        ::setsockopt(m_fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        m_open = ::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { ::close(m_fd); }

    /// Sends `request` and returns all that comes back until the peer closes.
    std::string ask(std::string_view request) const
    {
        std::string answer;
        if (!m_open ||
            ::send(m_fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
            return answer;
        char buffer[65536];
        for (ssize_t n = 0; (n = ::recv(m_fd, buffer, sizeof buffer, 0)) > 0;)
            answer.append(buffer, static_cast<std::size_t>(n));
        return answer;
    }

private:
    int m_fd;
    bool m_open = false;
};

/// Undoes HTTP/1.1 chunked coding (RFC 9112 section 7.1).
std::string joinChunks(std::string_view body)
{
    std::string joined;
    while (!body.empty()) {
        const std::size_t size = std::strtoul(std::string(body.substr(0, 16)).c_str(), nullptr, 16);
        const std::size_t begin = body.find("\r\n");
        if (size == 0 || begin == std::string_view::npos || body.size() < begin + 2 + size) break;
        joined += body.substr(begin + 2, size);
        body.remove_prefix(std::min(body.size(), begin + 2 + size + 2));
    }
    return joined;
}

Result<std::string> get(const std::string& address, const std::string& path)
{
    const std::size_t colon = address.rfind(':');
    const Connection connection(address.substr(0, colon), std::atoi(address.c_str() + colon + 1));
    const std::string answer =
        connection.ask("GET " + path + " HTTP/1.1\r\nhost: " + address + "\r\nconnection: close\r\n\r\n");
    const std::size_t head = answer.find("\r\n\r\n");
    if (head == std::string::npos || !answer.starts_with("HTTP/1.1 200"))
        return fail(ErrorCode::Unreachable, address, "did not answer " + path);
    const std::string body = answer.substr(head + 4);
    return answer.substr(0, head).find("chunked") == std::string::npos ? body : joinChunks(body);
}

std::string contentOf(const std::string& file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

Result<std::string> configDumpOf(const std::string& binary, std::chrono::seconds patience)
{
    const Folder folder;
    const std::string addressFile = folder.path() + "/address";
    Child envoy({binary, "--config-yaml", "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}",
                 "--admin-address-path", addressFile, "-l", "off", "--disable-hot-restart"});
    for (const auto end = Clock::now() + patience; Clock::now() < end;) {
        if (!envoy.isRunning()) return fail(ErrorCode::Unreadable, binary, "does not run on this machine");
        if (const std::string address = contentOf(addressFile); address.find(':') != std::string::npos)
            return get(address, "/config_dump");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return fail(ErrorCode::TimedOut, binary, "did not open its admin address");
}

} // namespace model::api
