// Text forms of the well-known types (protocols D4), as the JSON mapping of Envoy 1.40 reads them. For load.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace model::source {

/// Seconds and nanoseconds of a Duration or Timestamp.
struct Time {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
};

/// "1.5s". On failure returns nothing and says in `why` what is wrong.
std::optional<Time> durationOf(std::string_view text, std::string& why);
/// RFC 3339: "2026-01-02T03:04:05.5Z", "…+01:00".
std::optional<Time> timestampOf(std::string_view text);
/// Base64, standard or URL-safe, padding optional.
std::optional<std::string> bytesOf(std::string_view base64);
/// "fooBar.baz,b" -> paths with snake_case names, still separated by commas.
std::string fieldMaskOf(std::string_view text);
/// Whole numbers as the mapping takes them, also out of strings: "80", "+80", "8e1", "80.0", "0x50".
std::optional<std::int64_t> signedOf(std::string_view text);
std::optional<std::uint64_t> unsignedOf(std::string_view text);
std::optional<double> doubleOf(std::string_view text);
/// Text in quotes for a boolean: true, t, yes, y, 1 and their opposites in any case.
std::optional<bool> booleanWord(std::string_view text);

} // namespace model::source
