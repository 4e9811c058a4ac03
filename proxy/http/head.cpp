#include "proxy/http/head.h"

#include <algorithm>
#include <array>
#include <utility>

namespace proxy::http {

Known classify(std::string_view name)
{
    switch (name.size()) {
    case 2: return name == "te" ? Known::Te : Known::None;
    case 4: return name == "host" ? Known::Host : name == "date" ? Known::Date : Known::None;
    case 6: return name == "expect" ? Known::Expect : name == "server" ? Known::Server : Known::None;
    case 7: return name == "upgrade" ? Known::Upgrade : Known::None;
    case 10:
        return name == "connection"   ? Known::Connection
               : name == "keep-alive" ? Known::KeepAlive
               : name == "user-agent" ? Known::UserAgent
                                      : Known::None;
    case 12:
        if (name == "content-type") return Known::ContentType;
        if (name == "x-request-id") return Known::XRequestId;
        break;
    case 14:
        if (name == "content-length") return Known::ContentLength;
        if (name == "http2-settings") return Known::Http2Settings;
        break;
    case 15:
        if (name == "x-forwarded-for") return Known::XForwardedFor;
        break;
    case 16:
        if (name == "proxy-connection") return Known::ProxyConnection;
        break;
    case 17:
        if (name == "transfer-encoding") return Known::TransferEncoding;
        if (name == "x-forwarded-proto") return Known::XForwardedProto;
        break;
    case 23:
        if (name == "x-forwarded-client-cert") return Known::XForwardedClientCert;
        break;
    default: break;
    }
    return name.starts_with("x-envoy-") ? Known::XEnvoy : Known::None;
}

bool hasOnePlace(std::string_view name, Side side)
{
    static constexpr std::string_view request[] = {"accept",
                                                   "accept-encoding",
                                                   "access-control-request-headers",
                                                   "access-control-request-method",
                                                   "authorization",
                                                   "cache-control",
                                                   "content-type",
                                                   "expect",
                                                   "grpc-accept-encoding",
                                                   "grpc-timeout",
                                                   "if-match",
                                                   "if-modified-since",
                                                   "if-none-match",
                                                   "if-range",
                                                   "if-unmodified-since",
                                                   "origin",
                                                   "pragma",
                                                   "referer",
                                                   "te",
                                                   "user-agent",
                                                   "via",
                                                   "x-client-trace-id",
                                                   "x-envoy-attempt-count",
                                                   "x-envoy-decorator-operation",
                                                   "x-envoy-downstream-service-cluster",
                                                   "x-envoy-downstream-service-node",
                                                   "x-envoy-expected-rq-timeout-ms",
                                                   "x-envoy-external-address",
                                                   "x-envoy-original-path",
                                                   "x-forwarded-client-cert",
                                                   "x-forwarded-for",
                                                   "x-forwarded-host",
                                                   "x-forwarded-port",
                                                   "x-forwarded-proto",
                                                   "x-request-id"};
    static constexpr std::string_view response[] = {"access-control-allow-credentials",
                                                    "access-control-allow-headers",
                                                    "access-control-allow-methods",
                                                    "access-control-allow-origin",
                                                    "access-control-expose-headers",
                                                    "access-control-max-age",
                                                    "age",
                                                    "cache-control",
                                                    "content-encoding",
                                                    "content-type",
                                                    "date",
                                                    "etag",
                                                    "expires",
                                                    "grpc-message",
                                                    "grpc-status",
                                                    "last-modified",
                                                    "location",
                                                    "proxy-status",
                                                    "server",
                                                    "vary",
                                                    "via",
                                                    "x-envoy-attempt-count",
                                                    "x-envoy-decorator-operation",
                                                    "x-envoy-degraded",
                                                    "x-envoy-immediate-health-check-fail",
                                                    "x-envoy-ratelimited",
                                                    "x-envoy-upstream-canary",
                                                    "x-envoy-upstream-healthchecked-cluster",
                                                    "x-envoy-upstream-service-time",
                                                    "x-request-id"};
    return side == Side::Request ? std::binary_search(std::begin(request), std::end(request), name)
                                 : std::binary_search(std::begin(response), std::end(response), name);
}

std::string_view Head::first(Known known) const
{
    if (!has(known)) return {};
    for (const Field& field : fields)
        if (field.known == known) return value(field);
    return {};
}

std::string_view Head::first(std::string_view wanted) const
{
    for (const Field& field : fields)
        if (name(field) == wanted) return value(field);
    return {};
}

void Head::clear()
{
    auto kept = std::move(fields);
    kept.clear();
    *this = Head();
    fields = std::move(kept);
}

int statusOf(Failure failure)
{
    switch (failure) {
    case Failure::HeadersTooLarge:
    case Failure::TooManyHeaders: return 431;
    case Failure::InvalidTransferEncoding: return 501;
    default: return 400;
    }
}

std::string_view bodyOf(Failure failure)
{
    switch (statusOf(failure)) {
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    default: return "Bad Request";
    }
}

std::string_view detailsOf(Failure failure)
{
    switch (failure) {
    case Failure::None: return "";
    case Failure::CodecError: return "http1.codec_error";
    case Failure::InvalidCharacters: return "http1.invalid_characters";
    case Failure::HeadersTooLarge: return "http1.headers_too_large";
    case Failure::TooManyHeaders: return "http1.too_many_headers";
    case Failure::InvalidTransferEncoding: return "http1.invalid_transfer_encoding";
    case Failure::LengthAndChunked: return "http1.content_length_and_chunked_not_allowed";
    case Failure::BodyDisallowed: return "http1.body_disallowed";
    case Failure::InvalidUrl: return "http1.invalid_url";
    case Failure::InvalidScheme: return "http1.invalid_scheme";
    case Failure::Underscore: return "http1.unexpected_underscore";
    case Failure::ConnectionHeader: return "http1.connection_header_rejected";
    }
    return "";
}

// Envoy: source/common/http/codes.cc, CodeUtility::toString.
std::string_view reasonPhrase(int status)
{
    static constexpr std::pair<int, std::string_view> phrases[] = {{100, "Continue"},
                                                                   {101, "Switching Protocols"},
                                                                   {200, "OK"},
                                                                   {201, "Created"},
                                                                   {202, "Accepted"},
                                                                   {203, "Non-Authoritative Information"},
                                                                   {204, "No Content"},
                                                                   {205, "Reset Content"},
                                                                   {206, "Partial Content"},
                                                                   {207, "Multi-Status"},
                                                                   {208, "Already Reported"},
                                                                   {226, "IM Used"},
                                                                   {300, "Multiple Choices"},
                                                                   {301, "Moved Permanently"},
                                                                   {302, "Found"},
                                                                   {303, "See Other"},
                                                                   {304, "Not Modified"},
                                                                   {305, "Use Proxy"},
                                                                   {307, "Temporary Redirect"},
                                                                   {308, "Permanent Redirect"},
                                                                   {400, "Bad Request"},
                                                                   {401, "Unauthorized"},
                                                                   {402, "Payment Required"},
                                                                   {403, "Forbidden"},
                                                                   {404, "Not Found"},
                                                                   {405, "Method Not Allowed"},
                                                                   {406, "Not Acceptable"},
                                                                   {407, "Proxy Authentication Required"},
                                                                   {408, "Request Timeout"},
                                                                   {409, "Conflict"},
                                                                   {410, "Gone"},
                                                                   {411, "Length Required"},
                                                                   {412, "Precondition Failed"},
                                                                   {413, "Payload Too Large"},
                                                                   {414, "URI Too Long"},
                                                                   {415, "Unsupported Media Type"},
                                                                   {416, "Range Not Satisfiable"},
                                                                   {417, "Expectation Failed"},
                                                                   {421, "Misdirected Request"},
                                                                   {422, "Unprocessable Entity"},
                                                                   {423, "Locked"},
                                                                   {424, "Failed Dependency"},
                                                                   {425, "Too Early"},
                                                                   {426, "Upgrade Required"},
                                                                   {428, "Precondition Required"},
                                                                   {429, "Too Many Requests"},
                                                                   {431, "Request Header Fields Too Large"},
                                                                   {500, "Internal Server Error"},
                                                                   {501, "Not Implemented"},
                                                                   {502, "Bad Gateway"},
                                                                   {503, "Service Unavailable"},
                                                                   {504, "Gateway Timeout"},
                                                                   {505, "HTTP Version Not Supported"},
                                                                   {506, "Variant Also Negotiates"},
                                                                   {507, "Insufficient Storage"},
                                                                   {508, "Loop Detected"},
                                                                   {510, "Not Extended"},
                                                                   {511, "Network Authentication Required"}};
    if (status == 200) return "OK";
    auto at = std::lower_bound(std::begin(phrases), std::end(phrases), status,
                               [](const auto& phrase, int wanted) { return phrase.first < wanted; });
    return at != std::end(phrases) && at->first == status ? at->second : "Unknown";
}

} // namespace proxy::http
