// Matchers of one text: Envoy's StringMatcher and the older spellings of header matching.
#pragma once

#include "model/base/result.h"

#include "envoy/type/matcher/v3/string.pb.h"

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace model::route {

bool equalIgnoringCase(std::string_view a, std::string_view b);
std::string lowerCase(std::string_view text);

/// A regular expression that must match the whole text; Envoy's `safe_regex`. Immutable, any thread.
class Regex {
public:
    /// The error is RE2's own text, "missing ): a(".
    static Result<Regex> compile(const std::string& pattern, const std::string& where);
    bool matches(std::string_view text) const;

private:
    std::shared_ptr<const re2::RE2> m_pattern;
};

/// Exact, prefix, suffix, contains or regex, with or without case.
class TextMatch {
public:
    enum class Kind { Exact, Prefix, Suffix, Contains, Regex };

    static Result<TextMatch> compile(const envoy::type::matcher::v3::StringMatcher& matcher, const std::string& where);
    static TextMatch of(Kind kind, std::string text, bool ignoreCase = false);
    static TextMatch of(Regex regex, std::string pattern);

    bool matches(std::string_view text) const;
    /// "is 'x'", "begins with 'x'": for explanations.
    std::string describe() const;

private:
    Kind m_kind = Kind::Exact;
    bool m_ignoreCase = false;
    std::string m_text; ///< Lower-cased if case is ignored.
    Regex m_regex;
};

} // namespace model::route
