#include "proxy/net/journal.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <mutex>

#include <fcntl.h>
#include <unistd.h>

namespace proxy::journal {
namespace {

constexpr std::string_view loggers[] = {"admin", "config", "conn_handler", "main", "upstream"};
constexpr std::string_view levels[] = {"trace", "debug", "info", "warning", "error", "critical", "off"};

/// What is set at the start, and the levels, which may change any time.
struct Output {
    std::array<std::atomic<Level>, LoggerCount> levels{Level::Info, Level::Info, Level::Info, Level::Info, Level::Info};
    std::mutex mutex;                                        ///< Guards the rest.
    std::string pattern = "[%Y-%m-%d %T.%e][%t][%l][%n] %v"; // Envoy's default without the place in the source.
    int fd = STDERR_FILENO;
};

Output& output()
{
    static Output single;
    return single;
}

std::string printed(const std::string& pattern, Logger logger, Level level, std::string_view text)
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    tm local{};
    localtime_r(&now.tv_sec, &local);
    std::string line;
    char part[16];
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%' || i + 1 == pattern.size()) {
            line += pattern[i];
            continue;
        }
        const char letter = pattern[++i];
        const std::string_view calendar = "YmdHMST";
        if (calendar.find(letter) != std::string_view::npos) {
            const char format[] = {'%', letter, 0};
            line.append(part, std::strftime(part, sizeof part, format, &local));
        } else if (letter == 'e')
            line.append(part, static_cast<std::size_t>(
                                  std::snprintf(part, sizeof part, "%03d", static_cast<int>(now.tv_nsec / 1'000'000))));
        else if (letter == 't') line += std::to_string(gettid());
        else if (letter == 'l') line += nameOf(level);
        else if (letter == 'n') line += nameOf(logger);
        else if (letter == 'v') line += text;
        else if (letter == '%') line += '%';
    }
    return line + '\n';
}

} // namespace

std::string_view nameOf(Logger logger) { return loggers[logger]; }
std::string_view nameOf(Level level) { return levels[static_cast<std::size_t>(level)]; }

bool parse(std::string_view text, Level& level)
{
    if (text == "warn") text = "warning";
    for (std::size_t i = 0; i < std::size(levels); ++i)
        if (levels[i] == text) return level = static_cast<Level>(i), true;
    return false;
}

bool parse(std::string_view text, Logger& logger)
{
    for (std::size_t i = 0; i < LoggerCount; ++i)
        if (loggers[i] == text) return logger = static_cast<Logger>(i), true;
    return false;
}

void setLevel(Logger logger, Level level) { output().levels[logger].store(level, std::memory_order_relaxed); }
Level levelOf(Logger logger) { return output().levels[logger].load(std::memory_order_relaxed); }

void setFormat(std::string pattern)
{
    const std::lock_guard lock(output().mutex);
    output().pattern = std::move(pattern);
}

bool openFile(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const std::lock_guard lock(output().mutex);
    if (fd >= 0) output().fd = fd;
    return fd >= 0;
}

void say(Logger logger, Level level, std::string_view text)
{
    if (level < levelOf(logger)) return;
    Output& out = output();
    const std::lock_guard lock(out.mutex);
    const std::string line = printed(out.pattern, logger, level, text);
    [[maybe_unused]] const auto written = ::write(out.fd, line.data(), line.size());
}

} // namespace proxy::journal
