// The conditions of a route beside its path: headers, query parameters, cookies, gRPC, TLS and a random fraction.
#pragma once

#include "model/route/request.h"
#include "model/route/text_match.h"

#include "envoy/config/route/v3/route_components.pb.h"

#include <optional>
#include <string>
#include <vector>

namespace model::route {

/// One HeaderMatcher, compiled. Each value of a repeated field is tried by itself (reference C6).
class HeaderCondition {
public:
    static Result<HeaderCondition> compile(const envoy::config::route::v3::HeaderMatcher& matcher,
                                           const std::string& where);
    bool matches(const Request& request) const;
    std::string describe() const;

private:
    enum class Kind { Present, Text, Range };
    bool valueMatches(std::string_view value) const;
    static bool visit(const Request& request, const std::string& name, ValueTest test);

    std::string m_name; ///< Lower case; "host" is ":authority".
    Kind m_kind = Kind::Present;
    bool m_present = true;
    bool m_invert = false;
    bool m_missingIsEmpty = false;
    TextMatch m_text;
    std::int64_t m_begin = 0;
    std::int64_t m_end = 0;
};

/// One QueryParameterMatcher: the first value of that name, not percent-decoded.
class QueryCondition {
public:
    static Result<QueryCondition> compile(const envoy::config::route::v3::QueryParameterMatcher& matcher,
                                          const std::string& where);
    bool matches(std::string_view path) const;
    std::string describe() const;

private:
    std::string m_name;
    std::optional<bool> m_present;
    std::optional<TextMatch> m_text;
};

/// All conditions of a route beside its path; all must hold.
class Conditions {
public:
    static Result<Conditions> compile(const envoy::config::route::v3::RouteMatch& match, const std::string& where);
    bool hold(const Request& request) const;
    /// Says which condition fails; empty when all hold.
    std::string firstFailure(const Request& request) const;

private:
    bool isDrawn(const Request& request) const;
    bool tlsHolds(const Request& request) const;

    std::vector<HeaderCondition> m_headers;
    std::vector<QueryCondition> m_query;
    bool m_grpc = false;
    std::optional<bool> m_presented;
    std::optional<bool> m_validated;
    bool m_hasFraction = false;
    std::string m_runtimeKey;
    std::uint64_t m_numerator = 0;
    std::uint64_t m_denominator = 100;
};

} // namespace model::route
