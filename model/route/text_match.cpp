#include "model/route/text_match.h"

#include <re2/re2.h>

#include <algorithm>

namespace model::route {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool containsIgnoringCase(std::string_view text, std::string_view lowered)
{
    return std::search(text.begin(), text.end(), lowered.begin(), lowered.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

} // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string lowerCase(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

Result<Regex> Regex::compile(const std::string& pattern, const std::string& where)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto compiled = std::make_shared<const re2::RE2>(pattern, options);
    if (!compiled->ok()) return fail(ErrorCode::Invalid, where, compiled->error());
    Regex result;
    result.m_pattern = std::move(compiled);
    return result;
}

bool Regex::matches(std::string_view text) const
{
    return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *m_pattern);
}

Result<TextMatch> TextMatch::compile(const envoy::type::matcher::v3::StringMatcher& matcher, const std::string& where)
{
    using Matcher = envoy::type::matcher::v3::StringMatcher;
    const bool ignoreCase = matcher.ignore_case();
    switch (matcher.match_pattern_case()) {
    case Matcher::kExact: return of(Kind::Exact, matcher.exact(), ignoreCase);
    case Matcher::kPrefix: return of(Kind::Prefix, matcher.prefix(), ignoreCase);
    case Matcher::kSuffix: return of(Kind::Suffix, matcher.suffix(), ignoreCase);
    case Matcher::kContains: return of(Kind::Contains, matcher.contains(), ignoreCase);
    case Matcher::kSafeRegex: {
        auto regex = Regex::compile(matcher.safe_regex().regex(), where);
        if (!regex) return regex.unexpected();
        return of(std::move(*regex), matcher.safe_regex().regex());
    }
    case Matcher::kCustom:
        return fail(ErrorCode::Unsupported, where,
                    "custom string matcher '" + matcher.custom().name() + "' is not supported");
    case Matcher::MATCH_PATTERN_NOT_SET: break;
    }
    return fail(ErrorCode::Invalid, where, "field: \"match_pattern\", reason: is required");
}

TextMatch TextMatch::of(Kind kind, std::string text, bool ignoreCase)
{
    TextMatch result;
    result.m_kind = kind;
    result.m_ignoreCase = ignoreCase;
    result.m_text = ignoreCase ? lowerCase(text) : std::move(text);
    return result;
}

TextMatch TextMatch::of(Regex regex, std::string pattern)
{
    TextMatch result = of(Kind::Regex, std::move(pattern));
    result.m_regex = std::move(regex);
    return result;
}

bool TextMatch::matches(std::string_view text) const
{
    const std::size_t size = m_text.size();
    const auto same = [this](std::string_view part) {
        return m_ignoreCase ? equalIgnoringCase(part, m_text) : part == m_text;
    };
    switch (m_kind) {
    case Kind::Exact: return same(text);
    case Kind::Prefix: return text.size() >= size && same(text.substr(0, size));
    case Kind::Suffix: return text.size() >= size && same(text.substr(text.size() - size));
    case Kind::Contains:
        return m_ignoreCase ? containsIgnoringCase(text, m_text) : text.find(m_text) != std::string_view::npos;
    case Kind::Regex: return m_regex.matches(text);
    }
    return false;
}

std::string TextMatch::describe() const
{
    constexpr const char* verbs[] = {"is", "begins with", "ends with", "contains", "matches"};
    return std::string(verbs[static_cast<int>(m_kind)]) + " '" + m_text + "'" + (m_ignoreCase ? " (any case)" : "");
}

} // namespace model::route
