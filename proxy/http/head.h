// A parsed HTTP/1 message head: offsets into the bytes it was parsed from, so that it survives their being moved.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proxy::http {

/// Header names that the proxy treats specially.
enum class Known : std::uint8_t {
    None,
    Host,
    Connection,
    ContentLength,
    TransferEncoding,
    Expect,
    Upgrade,
    Te,
    KeepAlive,
    ProxyConnection,
    Server,
    Date,
    UserAgent,
    XForwardedFor,
    XForwardedProto,
    XForwardedClientCert,
    XRequestId,
    Http2Settings,
    ContentType,
    XEnvoy, ///< Any other name that begins with "x-envoy-".
};

/// Returns what `name` (lower case) is.
Known classify(std::string_view name);
/// Whether Envoy has one place for a header of that name: values given twice, or appended, are joined by commas there
/// (envoy/http/header_map.h, INLINE_… lists, and what its filters register; tried on 1.40).
enum class Side : std::uint8_t { Request, Response };
bool hasOnePlace(std::string_view name, Side side);

struct Field {
    std::uint32_t name = 0, nameLength = 0, value = 0, valueLength = 0;
    Known known = Known::None;
};

/// Why a head or body was refused; the response code and details follow from it (reference C2, C5).
enum class Failure : std::uint8_t {
    None,
    CodecError,
    InvalidCharacters,
    HeadersTooLarge,
    TooManyHeaders,
    InvalidTransferEncoding,
    LengthAndChunked,
    BodyDisallowed,
    InvalidUrl,
    InvalidScheme,
    Underscore,
    ConnectionHeader,
};
int statusOf(Failure failure);
std::string_view detailsOf(Failure failure);
std::string_view bodyOf(Failure failure);

enum class Framing : std::uint8_t { None, Length, Chunked, UntilClose };

struct Limits {
    std::uint32_t bytes = 60 * 1024;
    std::uint32_t fields = 100;
};

/// Reused from message to message; the vector keeps its memory.
struct Head {
    char* base = nullptr; ///< What the offsets count from.
    std::uint32_t size = 0;
    std::uint32_t method = 0, methodLength = 0, target = 0, targetLength = 0;
    int versionMinor = 1; ///< 1 or 0; -1: not HTTP/1.0 or 1.1.
    int status = 0;       ///< Responses.
    Failure failure = Failure::None;
    Framing framing = Framing::None;
    std::uint64_t length = 0;         ///< With Framing::Length.
    bool close = false;               ///< "connection: close" was said.
    bool keepAlive = false;           ///< "connection: keep-alive" was said.
    bool mayRepeat = false;           ///< Two fields may have the same name; false is sure.
    bool hasConnectionTokens = false; ///< Connection names further fields to be removed.
    std::int32_t host = -1;           ///< Index of the first Host field.
    std::uint32_t seen = 0;           ///< Bit per Known.
    std::uint64_t nameBits = 0;       ///< Bit per hash of a name.
    std::vector<Field> fields;

    std::string_view view(std::uint32_t at, std::uint32_t n) const { return {base + at, n}; }
    std::string_view methodText() const { return view(method, methodLength); }
    std::string_view targetText() const { return view(target, targetLength); }
    std::string_view name(const Field& f) const { return view(f.name, f.nameLength); }
    std::string_view value(const Field& f) const { return view(f.value, f.valueLength); }
    bool has(Known known) const { return seen & (1u << static_cast<unsigned>(known)); }
    /// Value of the first field of that kind, or empty.
    std::string_view first(Known known) const;
    /// Value of the first field of that (lower-case) name, or nullptr data.
    std::string_view first(std::string_view name) const;
    void clear();
};

enum class ParseStatus { Incomplete, Complete, Failed };

/// Parses a head in place: names are lowered, folded lines joined. `size` bytes are there; on Complete `head.size` were
/// used. Incomplete changes nothing that a second try with more bytes would mind. Refuses what reference C5 says.
ParseStatus parseRequest(char* data, std::size_t size, const Limits& limits, Head& head);
/// `headRequest`: the response to HEAD, which has no body. 1xx come through as they are.
ParseStatus parseResponse(char* data, std::size_t size, const Limits& limits, bool headRequest, Head& head);

/// "OK" and the like, "Unknown" for codes without a phrase of Envoy's.
std::string_view reasonPhrase(int status);

} // namespace proxy::http
