// Result: a value or the reason why there is none. Member names are those of std::expected.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace model {

/// Why something could not be done; callers branch on this, never on the text.
enum class ErrorCode {
    NotFound,    ///< A file, name, schema or path does not exist.
    Unreadable,  ///< The operating system refused to read or write.
    Malformed,   ///< Bytes are not what they claim to be.
    Unsupported, ///< Understood, but not done by this program.
    Invalid,     ///< The argument breaks a rule.
    Unreachable, ///< A peer could not be connected to.
    Rejected,    ///< A peer understood and refused.
    TimedOut,    ///< A peer did not answer in time.
    Cancelled,   ///< The caller gave up.
    TooLarge,    ///< A limit that protects memory was hit.
};

/// One error: a code, where (file, field path, address), and a sentence for the user.
struct Error {
    ErrorCode code = ErrorCode::Invalid;
    std::string where; ///< "clusters/pay/endpoints/2", a file name, an address; may be empty.
    std::string what;  ///< One sentence, no trailing full stop needed.

    /// Returns "where: what", or only what.
    std::string text() const { return where.empty() ? what : where + ": " + what; }
    friend bool operator==(const Error&, const Error&) = default;
};

/// Wraps an error so that it converts to any Result.
struct Unexpected {
    Error error;
};
inline Unexpected fail(ErrorCode code, std::string where, std::string what)
{
    return {{code, std::move(where), std::move(what)}};
}

/// A value of T or an Error. Reading the one that is not there is a programming error.
template <class T> class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Unexpected failure) : m_state(std::in_place_index<1>, std::move(failure.error)) {}

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T& value() { return std::get<0>(m_state); }
    const T& value() const { return std::get<0>(m_state); }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const { return std::get<1>(m_state); }
    Unexpected unexpected() const { return {error()}; }

    template <class F> auto and_then(F&& next) && -> decltype(next(std::declval<T>()))
    {
        if (!has_value()) return Unexpected{error()};
        return std::forward<F>(next)(std::move(value()));
    }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Unexpected failure) : m_error(std::move(failure.error)), m_failed(true) {}
    bool has_value() const { return !m_failed; }
    explicit operator bool() const { return has_value(); }
    const Error& error() const { return m_error; }
    Unexpected unexpected() const { return {m_error}; }

private:
    Error m_error;
    bool m_failed = false;
};

} // namespace model
