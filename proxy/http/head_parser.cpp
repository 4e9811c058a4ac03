// The HTTP/1 head parser: one pass over contiguous bytes, in place.
//
// Lines end in CRLF or a bare LF, as Envoy's Balsa parser takes them. The caller offers what it has; when the last line is
// not there yet the answer is Incomplete and nothing but letters' case has changed, so the next try starts afresh (at most
// once per line that arrives, and a head is at most 60 KiB). Values are scanned sixteen bytes at a time for characters that
// need thought: controls and DEL. Folded lines and bare CRs are rare, and rewritten in place.
// Rules: RFC 9112; where Envoy 1.40 differs, reference C5 (measured).
#include "proxy/http/head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace proxy::http {
namespace {

/// For each byte of a field name its lower-case form; 0 where RFC 9110 allows no such byte in a token.
constexpr std::array<char, 256> tokenTable()
{
    std::array<char, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[c] = static_cast<char>(c);
    for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = static_cast<char>(c);
    for (char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
        table[static_cast<unsigned char>(c)] = c;
    return table;
}
constexpr auto tokens = tokenTable();

bool isBlank(char c) { return c == ' ' || c == '\t'; }
bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Returns the first control character or DEL in [at, end), tabs included.
char* findControl(char* at, char* end)
{
#ifdef __SSE2__
    const __m128i top = _mm_set1_epi8(0x1f), del = _mm_set1_epi8(0x7f);
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, top), bytes);
        int mask = _mm_movemask_epi8(_mm_or_si128(low, _mm_cmpeq_epi8(bytes, del)));
        if (mask) return at + __builtin_ctz(static_cast<unsigned>(mask));
    }
#endif
    while (at < end && !isControl(*at)) ++at;
    return at;
}

bool equalsIgnoringCase(std::string_view a, std::string_view lower)
{
    return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
               return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y;
           });
}

bool isKnownMethod(std::string_view method)
{
    if (method == "GET" || method == "POST") return true;
    // Envoy: source/common/http/http1/balsa_parser.cc, kValidMethods.
    static constexpr std::string_view methods[] = {
        "ACL",    "BIND",      "CHECKOUT",   "CONNECT",    "COPY",   "DELETE", "GET",        "HEAD",   "LINK",
        "LOCK",   "MERGE",     "MKACTIVITY", "MKCALENDAR", "MKCOL",  "MOVE",   "MSEARCH",    "NOTIFY", "OPTIONS",
        "PATCH",  "POST",      "PROPFIND",   "PROPPATCH",  "PURGE",  "PUT",    "REBIND",     "REPORT", "SEARCH",
        "SOURCE", "SUBSCRIBE", "TRACE",      "UNBIND",     "UNLINK", "UNLOCK", "UNSUBSCRIBE"};
    return std::binary_search(std::begin(methods), std::end(methods), method);
}

/// What Envoy's parser takes for a target that does not begin with a slash (source/common/http/http1/balsa_parser.cc, isUrlValid).
bool isUrl(std::string_view url, bool isConnect)
{
    const auto isAlnum = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    if (url[0] == '*') return true;
    if (!isConnect) {
        const std::size_t scheme = url.find("://");
        if (scheme == std::string_view::npos || !isAlnum(url[0]) || (url[0] >= '0' && url[0] <= '9')) return false;
        const auto inScheme = [&](char c) { return isAlnum(c) || c == '+' || c == '-' || c == '.'; };
        if (!std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(scheme), inScheme)) return false;
        url.remove_prefix(scheme + 3);
    }
    const std::string_view host = url.substr(0, url.find_first_of("/?"));
    const auto inHost = [&](char c) {
        return isAlnum(c) || std::string_view("!$%&'()*+,-.:;=@[]_~").find(c) != std::string_view::npos;
    };
    return std::all_of(host.begin(), host.end(), inHost) && host.find("@@") == std::string_view::npos;
}

/// State of one try.
class Parser {
public:
    Parser(char* data, std::size_t size, const Limits& limits, Head& head)
        : m_begin(data)
        , m_at(data)
        , m_end(data + std::min<std::size_t>(size, limits.bytes + 1))
        , m_limits(limits)
        , m_head(head)
    {
        head.clear();
        head.base = data;
    }

    ParseStatus request()
    {
        skipEmptyLines();
        ParseStatus status = requestLine();
        if (status == ParseStatus::Complete && m_isBare) return sized(status);
        if (status == ParseStatus::Complete) status = fields();
        if (status == ParseStatus::Complete) status = requestFraming();
        return sized(status);
    }

    ParseStatus response(bool headRequest)
    {
        ParseStatus status = statusLine();
        if (status == ParseStatus::Complete) status = fields();
        if (status == ParseStatus::Complete) status = responseFraming(headRequest);
        return sized(status);
    }

private:
    std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - m_begin); }

    ParseStatus failed(Failure failure)
    {
        m_head.failure = failure;
        return ParseStatus::Failed;
    }

    /// Incomplete with more bytes than a head may have is an error.
    ParseStatus sized(ParseStatus status)
    {
        if (status == ParseStatus::Failed) return status;
        if (offset(status == ParseStatus::Complete ? m_at : m_end) > m_limits.bytes)
            return failed(Failure::HeadersTooLarge);
        if (status == ParseStatus::Complete) m_head.size = offset(m_at);
        return status;
    }

    void skipEmptyLines()
    {
        while (m_at < m_end && (*m_at == '\n' || (*m_at == '\r' && m_at + 1 < m_end && m_at[1] == '\n'))) ++m_at;
    }

    void skipBlanks()
    {
        while (m_at < m_end && isBlank(*m_at)) ++m_at;
    }

    /// Takes the line's end; false when something else stands there.
    bool lineEnd()
    {
        if (m_at < m_end && *m_at == '\r') ++m_at;
        return m_at < m_end && *m_at++ == '\n';
    }

    ParseStatus requestLine()
    {
        char* end = static_cast<char*>(std::memchr(m_at, '\n', static_cast<std::size_t>(m_end - m_at)));
        if (!end) return earlyMethodCheck();
        char* stop = end > m_at && end[-1] == '\r' ? end - 1 : end;
        auto word = [&](std::uint32_t& at, std::uint32_t& length) {
            while (m_at < stop && isBlank(*m_at)) ++m_at;
            char* begin = m_at;
            while (m_at < stop && !isBlank(*m_at)) ++m_at;
            at = offset(begin);
            length = static_cast<std::uint32_t>(m_at - begin);
        };
        if (isBlank(*m_at)) return failed(Failure::CodecError);
        if (std::memchr(m_at, 0, static_cast<std::size_t>(stop - m_at))) return failed(Failure::InvalidCharacters);
        word(m_head.method, m_head.methodLength);
        if (!isKnownMethod(m_head.methodText())) return failed(Failure::CodecError);
        word(m_head.target, m_head.targetLength);
        if (m_head.targetLength == 0) return failed(Failure::CodecError);
        std::uint32_t version = 0, versionLength = 0, rest = 0, restLength = 0;
        word(version, versionLength);
        word(rest, restLength);
        if (restLength) return failed(Failure::CodecError);
        m_at = end + 1;
        m_isBare = versionLength == 0;
        if (!versionOf(m_head.view(version, versionLength))) return failed(Failure::CodecError);
        return target();
    }

    /// A peer that sends rubbish without a line end is told at once.
    ParseStatus earlyMethodCheck()
    {
        for (char* at = m_at; at < m_end && !isBlank(*at); ++at)
            if (*at < 'A' || *at > 'Z' || at - m_at > 16) return failed(Failure::CodecError);
        return ParseStatus::Incomplete;
    }

    bool versionOf(std::string_view text)
    {
        if (text == "HTTP/1.1") return true;
        m_head.versionMinor = text == "HTTP/1.0" ? 0 : -1;
        return text.empty() || (text.size() == 8 && text.starts_with("HTTP/") && text[5] >= '0' && text[5] <= '9' &&
                                text[6] == '.' && text[7] >= '0' && text[7] <= '9');
    }

    ParseStatus target()
    {
        std::string_view target = m_head.targetText();
        for (char c : target) {
            if (static_cast<unsigned char>(c) >= 0x80) return failed(Failure::CodecError);
            if (isControl(c)) return failed(c == '\r' ? Failure::CodecError : Failure::InvalidCharacters);
        }
        if (target[0] == '/' && m_head.methodText() != "CONNECT") return ParseStatus::Complete;
        const bool isConnect = m_head.methodText() == "CONNECT";
        if (!isUrl(target, isConnect)) return failed(Failure::CodecError);
        if (isConnect) {
            std::size_t colon = target.rfind(':');
            bool fine = colon != std::string_view::npos && colon > 0 && colon + 1 < target.size() &&
                        target.substr(colon + 1).find_first_not_of("0123456789") == std::string_view::npos;
            return fine ? ParseStatus::Complete : failed(Failure::InvalidUrl);
        }
        if (target[0] == '*')
            return m_head.methodText() == "OPTIONS" ? ParseStatus::Complete : failed(Failure::InvalidUrl);
        std::size_t scheme = target.find("://");
        if (scheme == std::string_view::npos || scheme == 0) return failed(Failure::InvalidUrl);
        std::string_view name = target.substr(0, scheme);
        if (!equalsIgnoringCase(name, "http") && !equalsIgnoringCase(name, "https"))
            return failed(Failure::InvalidScheme);
        std::size_t authorityEnd = target.find_first_of("/?#", scheme + 3);
        return std::min(authorityEnd, target.size()) > scheme + 3 ? ParseStatus::Complete : failed(Failure::InvalidUrl);
    }

    ParseStatus statusLine()
    {
        char* end = static_cast<char*>(std::memchr(m_at, '\n', static_cast<std::size_t>(m_end - m_at)));
        if (!end) {
            std::size_t n = std::min<std::size_t>(5, static_cast<std::size_t>(m_end - m_at));
            return std::memcmp(m_at, "HTTP/", n) == 0 ? ParseStatus::Incomplete : failed(Failure::CodecError);
        }
        std::string_view line(m_at, static_cast<std::size_t>(end - m_at));
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        if (line.size() < 12 || !line.starts_with("HTTP/") || !isDigit(line[5]) || line[6] != '.' ||
            !isDigit(line[7]) || line[8] != ' ')
            return failed(Failure::CodecError);
        m_head.versionMinor = line.starts_with("HTTP/1.0") ? 0 : 1;
        const char* lineEnd = line.data() + line.size();
        auto [stop, error] = std::from_chars(line.data() + 9, lineEnd, m_head.status);
        bool ended = stop == lineEnd || *stop == ' ' || *stop == '\r';
        if (error != std::errc() || !ended || m_head.status < 100) return failed(Failure::CodecError);
        m_at = end + 1;
        return ParseStatus::Complete;
    }

    ParseStatus fields()
    {
        for (;;) {
            if (m_at == m_end) return ParseStatus::Incomplete;
            if (*m_at == '\n' || *m_at == '\r') {
                if (*m_at == '\r' && m_at + 1 == m_end) return ParseStatus::Incomplete;
                return lineEnd() ? ParseStatus::Complete : failed(Failure::CodecError);
            }
            if (m_head.fields.size() == m_limits.fields) return failed(Failure::TooManyHeaders);
            Field field;
            ParseStatus status = name(field);
            if (status == ParseStatus::Complete) status = value(field);
            if (status == ParseStatus::Complete) status = note(field);
            if (status != ParseStatus::Complete) return status;
        }
    }

    ParseStatus name(Field& field)
    {
        char* begin = m_at;
        while (m_at < m_end) {
            char lower = tokens[static_cast<unsigned char>(*m_at)];
            if (!lower) break;
            *m_at++ = lower;
        }
        if (m_at == m_end) return ParseStatus::Incomplete;
        if (*m_at != ':' || m_at == begin) return failed(Failure::CodecError);
        field.name = offset(begin);
        field.nameLength = static_cast<std::uint32_t>(m_at - begin);
        field.known = classify({begin, field.nameLength});
        ++m_at;
        return ParseStatus::Complete;
    }

    ParseStatus value(Field& field)
    {
        skipBlanks();
        char* begin = m_at;
        char* end = begin;
        for (;;) {
            end = findControl(end, m_end);
            if (end == m_end) return ParseStatus::Incomplete;
            if (*end == '\t') {
                ++end;
                continue;
            }
            if (*end == '\n') {
                m_at = end + 1;
                break;
            }
            if (*end != '\r') return failed(Failure::InvalidCharacters);
            if (end + 1 == m_end) return ParseStatus::Incomplete;
            if (end[1] == '\n') {
                m_at = end + 2;
                break;
            }
            ++end; // A bare CR: removed when the line is whole.
        }
        if (m_at == m_end) return ParseStatus::Incomplete; // The next line may be a fold.
        if (isBlank(*m_at)) return folded(field, begin);
        while (end > begin && (isBlank(end[-1]) || end[-1] == '\r')) --end;
        if (std::memchr(begin, '\r', static_cast<std::size_t>(end - begin))) end = std::remove(begin, end, '\r');
        field.value = offset(begin);
        field.valueLength = static_cast<std::uint32_t>(end - begin);
        return ParseStatus::Complete;
    }

    /// Joins the folded lines of a value, without the line ends, as Envoy does; only once all of them are there.
    ParseStatus folded(Field& field, char* begin)
    {
        char* scan = m_at;
        while (scan < m_end && isBlank(*scan)) {
            scan = static_cast<char*>(std::memchr(scan, '\n', static_cast<std::size_t>(m_end - scan)));
            if (!scan) return ParseStatus::Incomplete;
            ++scan;
        }
        if (scan == m_end) return ParseStatus::Incomplete;
        char* out = begin;
        for (char* in = begin; in < scan; ++in) {
            if (*in == '\n' || *in == '\r' || (out == begin && isBlank(*in))) continue;
            if (isControl(*in) && *in != '\t') return failed(Failure::InvalidCharacters);
            *out++ = *in;
        }
        while (out > begin && isBlank(out[-1])) --out;
        field.value = offset(begin);
        field.valueLength = static_cast<std::uint32_t>(out - begin);
        std::memset(out, ' ', static_cast<std::size_t>(scan - out)); // A second try must still find lines.
        scan[-1] = '\n';
        m_at = scan;
        return ParseStatus::Complete;
    }

    ParseStatus note(const Field& field)
    {
        const std::uint64_t bit =
            1ull << ((field.nameLength * 7 + static_cast<unsigned char>(m_begin[field.name]) +
                      static_cast<unsigned char>(m_begin[field.name + field.nameLength - 1]) * 3) &
                     63);
        if (m_head.nameBits & bit) m_head.mayRepeat = true;
        m_head.nameBits |= bit;
        if (field.known == Known::None || field.known == Known::XEnvoy) {
            m_head.fields.push_back(field);
            return ParseStatus::Complete;
        }
        std::string_view value = m_head.value(field);
        bool repeated = m_head.has(field.known);
        m_head.seen |= 1u << static_cast<unsigned>(field.known);
        if (field.known == Known::ContentLength) {
            if (repeated || value.empty()) return failed(Failure::CodecError);
            auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), m_head.length);
            if (error != std::errc() || stop != value.data() + value.size()) return failed(Failure::CodecError);
        } else if (field.known == Known::TransferEncoding) {
            if (repeated || !equalsIgnoringCase(value, "chunked")) m_badEncoding = true;
        } else if (field.known == Known::Connection) {
            connectionTokens(value);
        } else if (field.known == Known::Host && m_head.host < 0) {
            m_head.host = static_cast<std::int32_t>(m_head.fields.size());
        }
        m_head.fields.push_back(field);
        return ParseStatus::Complete;
    }

    void connectionTokens(std::string_view value)
    {
        while (!value.empty()) {
            std::size_t comma = std::min(value.find(','), value.size());
            std::string_view token = value.substr(0, comma);
            value.remove_prefix(std::min(comma + 1, value.size()));
            while (!token.empty() && isBlank(token.front())) token.remove_prefix(1);
            while (!token.empty() && isBlank(token.back())) token.remove_suffix(1);
            if (equalsIgnoringCase(token, "close")) m_head.close = true;
            else if (equalsIgnoringCase(token, "keep-alive")) m_head.keepAlive = true;
            else if (!token.empty()) m_head.hasConnectionTokens = true;
        }
    }

    ParseStatus requestFraming()
    {
        bool chunked = m_head.has(Known::TransferEncoding), sized = m_head.has(Known::ContentLength);
        if (chunked && sized) return failed(Failure::LengthAndChunked);
        if (m_badEncoding || (chunked && m_head.methodText() == "CONNECT"))
            return failed(Failure::InvalidTransferEncoding);
        if (m_head.methodText() == "CONNECT" && sized && m_head.length) return failed(Failure::BodyDisallowed);
        if (chunked) m_head.framing = Framing::Chunked;
        else if (sized && m_head.length) m_head.framing = Framing::Length;
        if (m_head.versionMinor == 0 && !m_head.keepAlive) m_head.close = true;
        return ParseStatus::Complete;
    }

    ParseStatus responseFraming(bool headRequest)
    {
        bool chunked = m_head.has(Known::TransferEncoding), sized = m_head.has(Known::ContentLength);
        if (chunked && sized) return failed(Failure::LengthAndChunked);
        if (m_badEncoding) return failed(Failure::InvalidTransferEncoding);
        if (m_head.status == 204 && (chunked || m_head.length)) return failed(Failure::CodecError);
        if (m_head.versionMinor == 0 && !m_head.keepAlive) m_head.close = true;
        if (headRequest || m_head.status < 200 || m_head.status == 204 || m_head.status == 304)
            return ParseStatus::Complete;
        if (chunked) m_head.framing = Framing::Chunked;
        else if (sized) m_head.framing = m_head.length ? Framing::Length : Framing::None;
        else m_head.framing = Framing::UntilClose;
        return ParseStatus::Complete;
    }

    char* m_begin;
    char* m_at;
    char* m_end;
    const Limits& m_limits;
    Head& m_head;
    bool m_isBare = false;      ///< HTTP/0.9: no version, so no fields.
    bool m_badEncoding = false; ///< Told when the head is whole: a length beside it is the worse fault.
};

} // namespace

ParseStatus parseRequest(char* data, std::size_t size, const Limits& limits, Head& head)
{
    return Parser(data, size, limits, head).request();
}

ParseStatus parseResponse(char* data, std::size_t size, const Limits& limits, bool headRequest, Head& head)
{
    return Parser(data, size, limits, head).response(headRequest);
}

} // namespace proxy::http
