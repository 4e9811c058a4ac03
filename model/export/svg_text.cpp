#include "model/export/svg_text.h"

#include <cmath>
#include <cstdint>
#include <vector>

namespace model::graph {
namespace {

constexpr const char* replacement = "\xEF\xBF\xBD"; // U+FFFD

/// Length of the valid UTF-8 sequence at `at` (RFC 3629 section 4), or 0.
std::size_t sequence(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xF0 && first <= 0xF4 ? 4
                                                                : 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    const unsigned second = byte(1);
    const bool isWrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                         (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return isWrong ? 0 : length;
}

std::vector<std::string_view> characters(std::string_view text)
{
    std::vector<std::string_view> result;
    for (std::size_t at = 0; at < text.size(); at += result.back().size()) {
        const std::size_t length = sequence(text, at);
        result.push_back(text.substr(at, length == 0 ? 1 : length));
    }
    return result;
}

/// Width in em.
double characterWidth(std::string_view character)
{
    if (character.size() >= 3) return static_cast<unsigned char>(character[0]) >= 0xE3 ? 1 : 0.7; // CJK from U+3000
    if (character.size() == 2) return 0.6;
    constexpr std::string_view narrow = "iljtfrI.,:;|!'()[]/\\ ";
    constexpr std::string_view wide = "mwMW@%";
    if (narrow.find(character[0]) != std::string_view::npos) return 0.33;
    return wide.find(character[0]) != std::string_view::npos ? 0.9 : 0.58;
}

} // namespace

std::string cleaned(std::string_view text)
{
    std::string result;
    for (const std::string_view character : characters(text)) {
        const bool isBad = character.size() == 1 && (static_cast<unsigned char>(character[0]) >= 0x80 ||
                                                     static_cast<unsigned char>(character[0]) < 0x20);
        if (isBad) result += replacement;
        else result += character;
    }
    return result;
}

std::string xml(std::string_view text)
{
    std::string result;
    for (const char c : cleaned(text)) {
        switch (c) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&quot;"; break;
        default: result += c;
        }
    }
    return result;
}

double textWidth(std::string_view text, double size, bool bold)
{
    double width = 0;
    for (const std::string_view character : characters(text)) width += characterWidth(character);
    return width * size * (bold ? 1.07 : 1);
}

std::string elided(const std::string& text, double width, double size, bool bold)
{
    if (textWidth(text, size, bold) <= width) return text;
    const auto all = characters(text);
    for (std::size_t keep = all.size(); keep-- > 1;) {
        std::string shorter;
        const std::size_t head = (keep + 1) / 2;
        for (std::size_t i = 0; i < head; ++i) shorter += all[i];
        shorter += "…";
        for (std::size_t i = all.size() - (keep - head); i < all.size(); ++i) shorter += all[i];
        if (textWidth(shorter, size, bold) <= width) return shorter;
    }
    return "…";
}

std::string number(double value)
{
    const auto hundredths = static_cast<std::int64_t>(std::llround(value * 100));
    const std::int64_t size = std::abs(hundredths);
    std::string text = (hundredths < 0 ? "-" : "") + std::to_string(size / 100);
    const std::int64_t rest = size % 100;
    if (rest == 0) return text;
    text += '.';
    text += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) text += static_cast<char>('0' + rest % 10);
    return text;
}

std::string quoted(const std::string& text)
{
    std::string result = "\"";
    for (const char c : cleaned(text)) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

} // namespace model::graph
