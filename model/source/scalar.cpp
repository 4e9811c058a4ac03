#include "model/source/scalar.h"

#include <charconv>
#include <limits>

namespace model::source {
namespace {

/// yaml-cpp's convert<bool>: these words, in lower case, capitals, or with a capital first.
std::optional<bool> booleanOf(std::string_view text)
{
    if (text.empty() || text.size() > 5) return std::nullopt;
    std::string lower;
    int capitals = 0;
    for (const char c : text) {
        const bool capital = c >= 'A' && c <= 'Z';
        capitals += capital;
        lower += capital ? static_cast<char>(c + 32) : c;
    }
    const bool first = text[0] >= 'A' && text[0] <= 'Z';
    const bool flexible = capitals == 0 || capitals == static_cast<int>(text.size()) || (capitals == 1 && first);
    if (!flexible) return std::nullopt;
    for (const char* word : {"y", "yes", "true", "on"})
        if (lower == word) return true;
    for (const char* word : {"n", "no", "false", "off"})
        if (lower == word) return false;
    return std::nullopt;
}

/// What a C++ stream with automatic base reads as a whole: sign, then 0x…, 0…, or decimal digits.
std::optional<std::int64_t> integerOf(std::string_view text, bool& octal)
{
    std::string_view digits = text;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    int base = 10;
    if (digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x') {
        base = 16;
        digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits[0] == '0') {
        base = 8;
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
    if (value > limit + (negative ? 1 : 0)) return std::nullopt;
    octal = base == 8;
    return negative ? static_cast<std::int64_t>(0 - value) : static_cast<std::int64_t>(value);
}

bool looksLikeDouble(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !text.empty() &&
           text.find_first_of("0123456789") != std::string_view::npos;
}

ScalarValue jsonScalar(const Node& scalar)
{
    ScalarValue value;
    value.text = scalar.value;
    if (scalar.quoted) return value;
    value.isString = false;
    if (scalar.value == "true" || scalar.value == "false") {
        value.type = ScalarType::Boolean;
        value.boolean = scalar.value == "true";
    } else {
        const bool whole = scalar.value.find_first_of(".eE") == std::string::npos;
        value.type = whole ? ScalarType::Integer : ScalarType::Double;
    }
    return value;
}

} // namespace

ScalarValue scalarOf(const Node& scalar)
{
    if (scalar.kind == Node::Kind::Null) return {ScalarType::Null, false, false, false, {}};
    if (scalar.json) return jsonScalar(scalar);
    ScalarValue value;
    value.text = scalar.value;
    if ((scalar.quoted && scalar.tag.empty()) || scalar.tag == "!") return value;
    if (const auto boolean = booleanOf(scalar.value)) {
        value.type = ScalarType::Boolean;
        value.boolean = *boolean;
        value.isString = false;
        value.text = *boolean ? "true" : "false";
    } else if (const auto integer = integerOf(scalar.value, value.octal)) {
        value.type = ScalarType::Integer;
        value.text = std::to_string(*integer);
        value.isString =
            *integer < std::numeric_limits<std::int32_t>::min() || *integer > std::numeric_limits<std::int32_t>::max();
    } else if (looksLikeDouble(scalar.value)) {
        value.type = ScalarType::Double;
    }
    return value;
}

} // namespace model::source
