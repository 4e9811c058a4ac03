#include "model/check/value_rules.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>

namespace model::check {
namespace {

using validate::StringRules;

std::size_t codePoints(const std::string& text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string plural(std::uint64_t count, const char* unit)
{
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

/// Lengths of strings (in code points) and bytes alike.
template <class R> std::string lengthBreach(const R& rules, std::uint64_t length, const char* unit)
{
    if (rules.has_len() && length != rules.len()) return "must have exactly " + plural(rules.len(), unit);
    if (rules.has_min_len() && length < rules.min_len())
        return rules.min_len() == 1 ? "must not be empty" : "must have at least " + plural(rules.min_len(), unit);
    if (rules.has_max_len() && length > rules.max_len()) return "must have at most " + plural(rules.max_len(), unit);
    return {};
}

std::string byteBreach(const StringRules& rules, std::uint64_t length)
{
    if (rules.has_len_bytes() && length != rules.len_bytes())
        return "must have exactly " + plural(rules.len_bytes(), "byte");
    if (rules.has_min_bytes() && length < rules.min_bytes())
        return rules.min_bytes() == 1 ? "must not be empty" : "must have at least " + plural(rules.min_bytes(), "byte");
    if (rules.has_max_bytes() && length > rules.max_bytes())
        return "must have at most " + plural(rules.max_bytes(), "byte");
    return {};
}

template <class R> std::string contentBreach(const R& rules, const RE2* pattern, const std::string& text)
{
    if (rules.has_const_() && text != rules.const_()) return fmt::format("must be '{}'", rules.const_());
    if (pattern != nullptr && !RE2::FullMatch(text, *pattern))
        return fmt::format("must match the regular expression {}", rules.pattern());
    if (rules.has_prefix() && !text.starts_with(rules.prefix()))
        return fmt::format("must begin with '{}'", rules.prefix());
    if (rules.has_suffix() && !text.ends_with(rules.suffix())) return fmt::format("must end with '{}'", rules.suffix());
    if (rules.has_contains() && text.find(rules.contains()) == std::string::npos)
        return fmt::format("must contain '{}'", rules.contains());
    if (rules.in_size() > 0 && std::ranges::find(rules.in(), text) == rules.in().end()) {
        std::string list;
        for (const std::string& one : rules.in()) list += (list.empty() ? "'" : ", '") + one + "'";
        return "must be one of " + list;
    }
    if (std::ranges::find(rules.not_in(), text) != rules.not_in().end()) return fmt::format("must not be '{}'", text);
    return {};
}

bool isAddress(int family, const std::string& text)
{
    unsigned char buffer[16];
    return ::inet_pton(family, text.c_str(), buffer) == 1;
}

bool isIp(const std::string& text) { return isAddress(AF_INET, text) || isAddress(AF_INET6, text); }

/// RFC 1034 as validate.proto's hostname rule has it.
bool isHostName(std::string text)
{
    if (text.ends_with('.')) text.pop_back();
    static const RE2 name(
        "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    return text.size() <= 253 && RE2::FullMatch(text, name);
}

/// HTTP_HEADER_NAME and HTTP_HEADER_VALUE; the patterns are those of protoc-gen-validate.
std::string headerBreach(const StringRules& rules, const std::string& text)
{
    static const RE2 name("^:?[0-9a-zA-Z!#$%&'*+\\-.^_|~\\x60]+$", RE2::Latin1);
    static const RE2 value("^[^\\x00-\\x08\\x0A-\\x1F\\x7F]*$", RE2::Latin1);
    static const RE2 loose("^[^\\x00\\x0A\\x0D]*$", RE2::Latin1);
    if (rules.has_strict() && !rules.strict())
        return RE2::FullMatch(text, loose) ? "" : "must not contain line breaks or zero bytes";
    if (rules.well_known_regex() == validate::HTTP_HEADER_NAME)
        return RE2::FullMatch(text, name) ? "" : "must be the name of an HTTP header";
    return RE2::FullMatch(text, value) ? "" : "must be the value of an HTTP header, without control characters";
}

std::string wellKnownBreach(const StringRules& rules, const std::string& text)
{
    static const RE2 uuid("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
    static const RE2 uri("[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+");
    static const RE2 reference("[^\\s]*");
    static const RE2 email("[^@\\s]+@[^@\\s]+");
    switch (rules.well_known_case()) {
    case StringRules::kEmail: return !rules.email() || RE2::FullMatch(text, email) ? "" : "must be an e-mail address";
    case StringRules::kHostname: return !rules.hostname() || isHostName(text) ? "" : "must be a host name";
    case StringRules::kIp: return !rules.ip() || isIp(text) ? "" : "must be an IP address";
    case StringRules::kIpv4: return !rules.ipv4() || isAddress(AF_INET, text) ? "" : "must be an IPv4 address";
    case StringRules::kIpv6: return !rules.ipv6() || isAddress(AF_INET6, text) ? "" : "must be an IPv6 address";
    case StringRules::kUri: return !rules.uri() || RE2::FullMatch(text, uri) ? "" : "must be an absolute URI";
    case StringRules::kUriRef: return !rules.uri_ref() || RE2::FullMatch(text, reference) ? "" : "must be a URI";
    case StringRules::kAddress:
        return !rules.address() || isHostName(text) || isIp(text) ? "" : "must be a host name or an IP address";
    case StringRules::kUuid: return !rules.uuid() || RE2::FullMatch(text, uuid) ? "" : "must be a UUID";
    case StringRules::kWellKnownRegex: return headerBreach(rules, text);
    case StringRules::WELL_KNOWN_NOT_SET: return {};
    }
    return {};
}

} // namespace

std::string textBreach(const StringRules& rules, const RE2* pattern, const std::string& text)
{
    if (rules.ignore_empty() && text.empty()) return {};
    std::string breach = lengthBreach(rules, codePoints(text), "character");
    if (breach.empty()) breach = byteBreach(rules, text.size());
    if (breach.empty()) breach = contentBreach(rules, pattern, text);
    if (breach.empty() && rules.has_not_contains() && text.find(rules.not_contains()) != std::string::npos)
        breach = fmt::format("must not contain '{}'", rules.not_contains());
    return breach.empty() ? wellKnownBreach(rules, text) : breach;
}

std::string bytesBreach(const validate::BytesRules& rules, const RE2* pattern, const std::string& bytes)
{
    if (rules.ignore_empty() && bytes.empty()) return {};
    std::string breach = lengthBreach(rules, bytes.size(), "byte");
    if (breach.empty()) breach = contentBreach(rules, pattern, bytes);
    const std::size_t size = bytes.size();
    if (breach.empty() &&
        ((rules.ip() && size != 4 && size != 16) || (rules.ipv4() && size != 4) || (rules.ipv6() && size != 16)))
        breach = "must be an IP address of 4 or 16 bytes";
    return breach;
}

} // namespace model::check
