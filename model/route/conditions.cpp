#include "model/route/conditions.h"

#include <charconv>

namespace model::route {
namespace {

using envoy::config::route::v3::HeaderMatcher;
using envoy::config::route::v3::QueryParameterMatcher;
using envoy::config::route::v3::RouteMatch;

/// The first value of a query parameter, or nothing when it is absent.
std::optional<std::string_view> queryValue(std::string_view path, std::string_view name)
{
    const std::size_t mark = path.find('?');
    if (mark == std::string_view::npos) return std::nullopt;
    std::string_view rest = path.substr(mark + 1);
    rest = rest.substr(0, rest.find('#'));
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) == name)
            return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return std::nullopt;
}

bool isGrpc(const Request& request)
{
    constexpr std::string_view grpc = "application/grpc";
    return request.headers && request.headers->anyValue("content-type", [&](std::string_view type) {
        return type.starts_with(grpc) && (type.size() == grpc.size() || type[grpc.size()] == '+');
    });
}

std::string unsupportedPart(const RouteMatch& match)
{
    if (match.dynamic_metadata_size() > 0) return "dynamic_metadata";
    if (match.filter_state_size() > 0) return "filter_state";
    if (match.cookies_size() > 0) return "cookies";
    return {};
}

// Before string_match each kind was a field of its own; Envoy still takes them.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
Result<TextMatch> compileOldSpelling(const HeaderMatcher& matcher, const std::string& where)
{
    switch (matcher.header_match_specifier_case()) {
    case HeaderMatcher::kExactMatch: return TextMatch::of(TextMatch::Kind::Exact, matcher.exact_match());
    case HeaderMatcher::kPrefixMatch: return TextMatch::of(TextMatch::Kind::Prefix, matcher.prefix_match());
    case HeaderMatcher::kSuffixMatch: return TextMatch::of(TextMatch::Kind::Suffix, matcher.suffix_match());
    case HeaderMatcher::kContainsMatch: return TextMatch::of(TextMatch::Kind::Contains, matcher.contains_match());
    default: break;
    }
    auto regex = Regex::compile(matcher.safe_regex_match().regex(), where + ".safe_regex_match");
    if (!regex) return regex.unexpected();
    return TextMatch::of(std::move(*regex), matcher.safe_regex_match().regex());
}
#pragma GCC diagnostic pop

} // namespace

Result<HeaderCondition> HeaderCondition::compile(const HeaderMatcher& matcher, const std::string& where)
{
    HeaderCondition result;
    result.m_name = lowerCase(matcher.name());
    if (result.m_name == "host") result.m_name = ":authority";
    result.m_invert = matcher.invert_match();
    result.m_missingIsEmpty = matcher.treat_missing_header_as_empty();
    result.m_kind = Kind::Text;
    switch (matcher.header_match_specifier_case()) {
    case HeaderMatcher::kStringMatch: {
        auto match = TextMatch::compile(matcher.string_match(), where + ".string_match");
        if (!match) return match.unexpected();
        result.m_text = std::move(*match);
        break;
    }
    case HeaderMatcher::kRangeMatch:
        result.m_kind = Kind::Range;
        result.m_begin = matcher.range_match().start();
        result.m_end = matcher.range_match().end();
        break;
    case HeaderMatcher::kPresentMatch:
        result.m_kind = Kind::Present;
        result.m_present = matcher.present_match();
        break;
    case HeaderMatcher::HEADER_MATCH_SPECIFIER_NOT_SET: result.m_kind = Kind::Present; break;
    default: {
        auto match = compileOldSpelling(matcher, where);
        if (!match) return match.unexpected();
        result.m_text = std::move(*match);
    }
    }
    return result;
}

bool HeaderCondition::visit(const Request& request, const std::string& name, ValueTest test)
{
    if (name[0] == ':') {
        if (name == ":path") return test(request.path);
        if (name == ":method") return test(request.method);
        if (name == ":authority") return test(request.authority);
        if (name == ":scheme") return test(request.scheme);
        return false;
    }
    if (name == "x-forwarded-proto" && !request.scheme.empty()) return test(request.scheme);
    return request.headers && request.headers->anyValue(name, test);
}

bool HeaderCondition::valueMatches(std::string_view value) const
{
    if (m_kind == Kind::Text) return m_text.matches(value);
    std::int64_t number = 0;
    const auto end = value.data() + value.size();
    const auto parsed = std::from_chars(value.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end && number >= m_begin && number < m_end;
}

// As in Envoy's HeaderUtility: an absent field fails even when inverted, except for presence and missing-as-empty.
bool HeaderCondition::matches(const Request& request) const
{
    if (m_name.empty()) return false;
    if (m_kind == Kind::Present) {
        if (m_missingIsEmpty) return m_invert != m_present;
        const bool present = visit(request, m_name, [](std::string_view) { return true; });
        return (present != m_invert) == m_present;
    }
    bool seen = false;
    const bool matched = visit(request, m_name, [&](std::string_view value) {
        seen = true;
        return valueMatches(value);
    });
    if (!seen) return m_missingIsEmpty && valueMatches({}) != m_invert;
    return matched != m_invert;
}

std::string HeaderCondition::describe() const
{
    std::string text = "header '" + m_name + "'" + (m_invert ? " not: " : " ");
    if (m_kind == Kind::Present) return text + (m_present ? "is present" : "is absent");
    if (m_kind == Kind::Text) return text + m_text.describe();
    return text + "in [" + std::to_string(m_begin) + ", " + std::to_string(m_end) + ")";
}

Result<QueryCondition> QueryCondition::compile(const QueryParameterMatcher& matcher, const std::string& where)
{
    QueryCondition result;
    result.m_name = matcher.name();
    if (matcher.has_present_match()) result.m_present = matcher.present_match();
    if (matcher.has_string_match()) {
        auto text = TextMatch::compile(matcher.string_match(), where + ".string_match");
        if (!text) return text.unexpected();
        result.m_text = std::move(*text);
    }
    return result;
}

bool QueryCondition::matches(std::string_view path) const
{
    const auto value = queryValue(path, m_name);
    if (m_present) return value.has_value() == *m_present;
    return value && (!m_text || m_text->matches(*value));
}

std::string QueryCondition::describe() const
{
    const std::string text = "query parameter '" + m_name + "' ";
    if (m_text) return text + m_text->describe();
    return text + (m_present.value_or(true) ? "is present" : "is absent");
}

Result<Conditions> Conditions::compile(const RouteMatch& match, const std::string& where)
{
    if (const std::string part = unsupportedPart(match); !part.empty())
        return fail(ErrorCode::Unsupported, where + "." + part, "'" + part + "' is not supported");
    Conditions result;
    for (int i = 0; i < match.headers_size(); ++i) {
        auto header = HeaderCondition::compile(match.headers(i), where + ".headers[" + std::to_string(i) + "]");
        if (!header) return header.unexpected();
        result.m_headers.push_back(std::move(*header));
    }
    for (int i = 0; i < match.query_parameters_size(); ++i) {
        auto query =
            QueryCondition::compile(match.query_parameters(i), where + ".query_parameters[" + std::to_string(i) + "]");
        if (!query) return query.unexpected();
        result.m_query.push_back(std::move(*query));
    }
    result.m_grpc = match.has_grpc();
    if (match.tls_context().has_presented()) result.m_presented = match.tls_context().presented().value();
    if (match.tls_context().has_validated()) result.m_validated = match.tls_context().validated().value();
    if (match.has_runtime_fraction()) {
        const auto& fraction = match.runtime_fraction().default_value();
        constexpr std::uint64_t denominators[] = {100, 10'000, 1'000'000}; // FractionalPercent.DenominatorType
        if (fraction.denominator() < 0 || fraction.denominator() > 2)
            return fail(ErrorCode::Invalid, where + ".runtime_fraction", "unknown denominator");
        result.m_hasFraction = true;
        result.m_runtimeKey = match.runtime_fraction().runtime_key();
        result.m_numerator = fraction.numerator();
        result.m_denominator = denominators[fraction.denominator()];
    }
    return result;
}

bool Conditions::isDrawn(const Request& request) const
{
    if (!m_hasFraction) return true;
    if (request.onlyRuntimeKey) return *request.onlyRuntimeKey == m_runtimeKey && request.random <= m_numerator;
    return request.random % m_denominator < m_numerator;
}

bool Conditions::tlsHolds(const Request& request) const
{
    return (!m_presented || *m_presented == request.presentedCertificate) &&
           (!m_validated || *m_validated == request.validatedCertificate);
}

bool Conditions::hold(const Request& request) const
{
    for (const HeaderCondition& header : m_headers)
        if (!header.matches(request)) return false;
    for (const QueryCondition& query : m_query)
        if (!query.matches(request.path)) return false;
    if (m_grpc && !isGrpc(request)) return false;
    return tlsHolds(request) && isDrawn(request);
}

std::string Conditions::firstFailure(const Request& request) const
{
    for (const HeaderCondition& header : m_headers)
        if (!header.matches(request)) return "needs " + header.describe();
    for (const QueryCondition& query : m_query)
        if (!query.matches(request.path)) return "needs " + query.describe();
    if (m_grpc && !isGrpc(request)) return "is for gRPC only";
    if (!tlsHolds(request)) return "needs another client certificate";
    if (!isDrawn(request))
        return "takes " + std::to_string(m_numerator) + " of " + std::to_string(m_denominator) +
               " requests, not this one";
    return {};
}

} // namespace model::route
