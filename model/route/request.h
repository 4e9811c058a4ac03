// What route matching looks at: a view of one request, without copies.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

namespace model::route {

/// A callable that returns bool for a header value, held by reference; lives no longer than the call it is passed to.
class ValueTest {
public:
    template <std::predicate<std::string_view> F>
    ValueTest(const F& call)
        : m_call(&call)
        , m_run([](const void* f, std::string_view v) -> bool { return (*static_cast<const F*>(f))(v); })
    {}
    bool operator()(std::string_view value) const { return m_run(m_call, value); }

private:
    const void* m_call;
    bool (*m_run)(const void*, std::string_view);
};

/// The request's header fields. Implemented by the proxy over its parsed head and by the simulator over a list.
class Headers {
public:
    virtual ~Headers() = default;
    /// Calls `test` with each value of the field `name` (lower case; never a pseudo header), in order, until it returns
    /// true. Returns whether it did.
    virtual bool anyValue(std::string_view name, ValueTest test) const = 0;
};

/// One request as the matcher sees it. Views must outlive the call only.
struct Request {
    std::string_view authority;
    std::string_view path; ///< With query.
    std::string_view method = "GET";
    std::string_view scheme = "http"; ///< x-forwarded-proto; empty: no route, as in Envoy.
    const Headers* headers = nullptr; ///< nullptr: no header fields.
    std::uint64_t random = 0;         ///< The stream's random number: runtime fractions and weighted clusters.
    bool isInternal = false;          ///< x-envoy-internal, for require_tls EXTERNAL_ONLY.
    bool presentedCertificate = false;
    bool validatedCertificate = false;
    /// Set: the rule of Envoy's router_check tool, by which a runtime_fraction matches if its key is this one and its
    /// numerator is not below `random`.
    std::optional<std::string_view> onlyRuntimeKey;

    /// Path without query and fragment, which is what prefix, path and regex look at.
    std::string_view barePath() const { return path.substr(0, path.find_first_of("?#")); }
};

} // namespace model::route
