#include "proxy/http/body.h"

#include <algorithm>
#include <charconv>

namespace proxy::http {

void BodyDecoder::start(Framing framing, std::uint64_t length)
{
    static constexpr State states[] = {State::Done, State::Fixed, State::Size, State::UntilClose};
    m_state = states[static_cast<int>(framing)];
    m_left = framing == Framing::Length ? length : 0;
    m_digits = 0;
    m_trailerBytes = 0;
}

BodyDecoder::Piece BodyDecoder::next(std::string_view bytes)
{
    Piece piece;
    if (m_state == State::UntilClose) return {bytes, bytes.size(), false, false};
    while (piece.used < bytes.size() && m_state != State::Done) {
        if (m_state == State::Fixed || m_state == State::Data) {
            std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(m_left, bytes.size() - piece.used));
            piece.data = bytes.substr(piece.used, size);
            piece.used += size;
            m_left -= size;
            if (m_left == 0) m_state = m_state == State::Fixed ? State::Done : State::DataEnd;
            break;
        }
        if (m_state == State::Failed || !framingByte(bytes[piece.used++])) {
            piece.whole = m_state == State::Trailer || m_state == State::TrailerName || m_state == State::TrailerLine;
            m_state = State::Failed;
            piece.failed = true;
            return piece;
        }
    }
    piece.done = m_state == State::Done;
    return piece;
}

bool BodyDecoder::sizeByte(char c)
{
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (digit >= 0) {
        if (++m_digits > 16 || m_left > (UINT64_MAX >> 4)) return false;
        m_left = m_left * 16 + static_cast<unsigned>(digit);
        return true;
    }
    if (m_digits == 0) return false;
    if (c == '\r') m_state = State::SizeEnd;
    else if (c == ';' || c == ' ' || c == '\t') m_state = State::Extension;
    else return false;
    return true;
}

bool BodyDecoder::framingByte(char c)
{
    switch (m_state) {
    case State::Size: return sizeByte(c);
    case State::Extension:
        if (c == '\n' || ++m_trailerBytes > 16384) return false;
        if (c == '\r') m_state = State::SizeEnd;
        return true;
    case State::SizeEnd:
        if (c != '\n') return false;
        m_state = m_left ? State::Data : State::Trailer;
        return true;
    case State::DataEnd: // Balsa drops what stands between a chunk's data and its line end.
        if (c != '\n') return ++m_trailerBytes <= 16384;
        m_state = State::Size;
        m_digits = 0;
        return true;
    case State::Trailer: // At the begin of a trailer line.
        if (c == '\n') m_state = State::Done;
        else if (c != '\r') m_state = State::TrailerName;
        return c != ':' && ++m_trailerBytes <= 61440;
    case State::TrailerName: // Trailers are dropped, but a line without a name is an error.
        if (c == ':') m_state = State::TrailerLine;
        return static_cast<unsigned char>(c) > ' ' && ++m_trailerBytes <= 61440;
    case State::TrailerLine:
        if (c == '\n') m_state = State::Trailer;
        return ++m_trailerBytes <= 61440;
    default: return false;
    }
}

std::size_t chunkHeader(std::size_t size, char* out)
{
    char* end = std::to_chars(out, out + 16, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    return static_cast<std::size_t>(end - out);
}

} // namespace proxy::http
