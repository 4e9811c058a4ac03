#include "model/source/wellknown.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

namespace model::source {
namespace {

/// Reads all of `text` as a number of that type.
template <class T> std::optional<T> whole(std::string_view text, [[maybe_unused]] int base = 10)
{
    T value = 0;
    const auto read = [&] {
        if constexpr (std::is_floating_point_v<T>)
            return std::from_chars(text.data(), text.data() + text.size(), value);
        else return std::from_chars(text.data(), text.data() + text.size(), value, base);
    };
    const auto [end, error] = read();
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool isDigits(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Up to nine digits behind the point, as nanoseconds.
std::int32_t fraction(std::string_view digits)
{
    std::string padded(digits);
    padded.resize(9, '0');
    return whole<std::int32_t>(padded).value_or(0);
}

bool isHex(std::string_view digits) { return digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x'; }

} // namespace

std::optional<Time> durationOf(std::string_view text, std::string& why)
{
    if (!text.ends_with('s')) return why = "a duration ends with a single 's'", std::nullopt;
    std::string_view number = text.substr(0, text.size() - 1);
    const bool negative = number.starts_with('-');
    if (negative) number.remove_prefix(1);
    const std::size_t point = number.find('.');
    const std::string_view seconds = number.substr(0, point);
    if (seconds.empty()) return why = "a duration begins with a whole number", std::nullopt;
    if (!isDigits(seconds)) return why = "a duration is a number of seconds that ends with a single 's'", std::nullopt;
    Time time;
    if (point != std::string_view::npos) {
        const std::string_view digits = number.substr(point + 1);
        if (!isDigits(digits) || digits.size() > 9)
            return why = "a duration has one to nine digits behind the point", std::nullopt;
        time.nanos = fraction(digits);
    }
    constexpr std::int64_t longest = 315'576'000'000; // google/protobuf/duration.proto
    const auto value = whole<std::int64_t>(seconds);
    if (!value || *value > longest) return why = "a duration is at most 315576000000s", std::nullopt;
    time.seconds = negative ? -*value : *value;
    if (negative) time.nanos = -time.nanos;
    return time;
}

namespace {

/// Days since 1970-01-01 of a date of the Gregorian calendar (H. Hinnant, days_from_civil).
std::int64_t daysOf(std::int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    const std::int64_t era = year / 400;
    const unsigned yearOfEra = static_cast<unsigned>(year - era * 400);
    const unsigned dayOfYear = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;
    const unsigned dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146097 + static_cast<std::int64_t>(dayOfEra) - 719468;
}

} // namespace

std::optional<Time> timestampOf(std::string_view text)
{
    constexpr std::string_view form = "0000-00-00T00:00:00";
    if (text.size() <= form.size()) return std::nullopt;
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t size) { return whole<int>(text.substr(at, size)).value_or(0); };
    const int month = part(5, 2), day = part(8, 2), hour = part(11, 2), minute = part(14, 2), second = part(17, 2);
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 || part(0, 4) < 1)
        return std::nullopt;
    Time time;
    time.seconds = daysOf(part(0, 4), static_cast<unsigned>(month), static_cast<unsigned>(day)) * 86400 + hour * 3600 +
                   minute * 60 + second;
    std::string_view rest = text.substr(form.size());
    if (rest.starts_with('.')) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        if (end < 2 || end > 10) return std::nullopt;
        time.nanos = fraction(rest.substr(1, end - 1));
        rest.remove_prefix(end);
    }
    if (rest == "Z") return time;
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
    const auto hours = whole<int>(rest.substr(1, 2)), minutes = whole<int>(rest.substr(4, 2));
    if (!hours || !minutes) return std::nullopt;
    time.seconds -= (rest[0] == '+' ? 1 : -1) * (*hours * 3600 + *minutes * 60);
    return time;
}

std::optional<std::string> bytesOf(std::string_view base64)
{
    for (int padding = 0; padding < 2 && base64.ends_with('='); ++padding) base64.remove_suffix(1);
    if (base64.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : base64) {
        unsigned value = 0;
        if (c >= 'A' && c <= 'Z') value = static_cast<unsigned>(c - 'A');
        else if (c >= 'a' && c <= 'z') value = static_cast<unsigned>(c - 'a') + 26;
        else if (c >= '0' && c <= '9') value = static_cast<unsigned>(c - '0') + 52;
        else if (c == '+' || c == '-') value = 62;
        else if (c == '/' || c == '_') value = 63;
        else return std::nullopt;
        bits = (bits << 6) | value;
        if ((count += 6) >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> count) & 0xFF);
        }
    }
    return bytes;
}

std::string fieldMaskOf(std::string_view text)
{
    std::string paths;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z') (paths += '_') += static_cast<char>(c + 32);
        else paths += c;
    }
    return paths;
}

std::optional<std::int64_t> signedOf(std::string_view text)
{
    if (text.starts_with('+')) text.remove_prefix(1);
    if (const auto value = whole<std::int64_t>(text)) return value;
    const bool negative = text.starts_with('-');
    if (const std::string_view digits = text.substr(negative ? 1 : 0); isHex(digits)) {
        const auto value = whole<std::int64_t>(digits.substr(2), 16);
        return value && negative ? std::optional(-*value) : value;
    }
    const auto real = doubleOf(text);
    if (!real || *real != std::floor(*real) || std::abs(*real) >= 9.2e18) return std::nullopt;
    return static_cast<std::int64_t>(*real);
}

std::optional<std::uint64_t> unsignedOf(std::string_view text)
{
    if (const auto value = whole<std::uint64_t>(text.substr(text.starts_with('+') ? 1 : 0))) return value;
    const auto value = signedOf(text);
    if (!value || *value < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
}

std::optional<double> doubleOf(std::string_view text)
{
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
    return whole<double>(text);
}

std::optional<bool> booleanWord(std::string_view text)
{
    std::string word;
    for (const char c : text.substr(0, 6)) word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (word == "true" || word == "t" || word == "yes" || word == "y" || word == "1") return true;
    if (word == "false" || word == "f" || word == "no" || word == "n" || word == "0") return false;
    return std::nullopt;
}

} // namespace model::source
