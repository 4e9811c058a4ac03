#include "proxy/log/time_format.h"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <iterator>

namespace proxy::log {
namespace {

/// Broken-down time of a whole second, kept until the second changes.
const std::tm& brokenDown(std::time_t seconds, bool local)
{
    struct Kept {
        std::time_t seconds = -1;
        std::tm time{};
    };
    thread_local std::array<Kept, 2> kept;
    Kept& entry = kept[local ? 1 : 0];
    if (entry.seconds != seconds) {
        entry.seconds = seconds;
        if (local) localtime_r(&seconds, &entry.time);
        else gmtime_r(&seconds, &entry.time);
    }
    return entry.time;
}

void appendFraction(std::string& out, long nanoseconds, int digits)
{
    const std::string all = fmt::format("{:09}", nanoseconds);
    out.append(all, 0, static_cast<std::size_t>(digits));
}

void appendDefault(std::string& out, const std::tm& t, long nanoseconds)
{
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900,
                   t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, nanoseconds / 1'000'000);
}

} // namespace

void appendTime(std::string& out, std::chrono::system_clock::time_point time, std::string_view format, bool local)
{
    using namespace std::chrono;
    const auto whole = floor<seconds>(time);
    const std::time_t second = system_clock::to_time_t(whole);
    const long fraction = static_cast<long>(duration_cast<nanoseconds>(time - whole).count());
    const std::tm& broken = brokenDown(second, local);
    if (format == defaultTimeFormat) return appendDefault(out, broken, fraction);
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%' || at + 1 == format.size()) {
            out += format[at];
            continue;
        }
        const char letter = format[++at];
        if (letter >= '1' && letter <= '9' && at + 1 < format.size() && format[at + 1] == 'f') {
            appendFraction(out, fraction, letter - '0');
            ++at;
        } else if (letter == 'f') {
            appendFraction(out, fraction, 9);
        } else if (letter == 's') {
            out += std::to_string(second);
        } else {
            const char one[] = {'%', letter, '\0'};
            std::array<char, 128> text{};
            out.append(text.data(), std::strftime(text.data(), text.size(), one, &broken));
        }
    }
}

} // namespace proxy::log
