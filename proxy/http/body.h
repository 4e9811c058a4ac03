// Message bodies: takes the framing off what arrives, piece by piece.
#pragma once

#include "proxy/http/head.h"

namespace proxy::http {

/// Decodes one body. Give it bytes in order; it hands out slices of them without copying.
class BodyDecoder {
public:
    struct Piece {
        std::string_view data; ///< Payload, inside the bytes given; may be empty.
        std::size_t used = 0;  ///< Bytes of the input that are dealt with.
        bool done = false;     ///< The body ends here.
        bool failed = false;   ///< Malformed chunk.
        bool whole = false;    ///< With `failed`: all of the body had come, only its trailers are malformed.
    };

    void start(Framing framing, std::uint64_t length);
    /// Returns the next piece. Call again with the rest until `used` is 0 or `done`.
    Piece next(std::string_view bytes);
    bool isDone() const { return m_state == State::Done; }
    /// Whether the end of the connection now is the end of the body.
    bool endsWithConnection() const { return m_state == State::UntilClose; }
    std::uint64_t left() const { return m_left; }

private:
    enum class State : std::uint8_t {
        Fixed,
        UntilClose,
        Size,
        Extension,
        SizeEnd,
        Data,
        DataEnd,
        Trailer,
        TrailerName,
        TrailerLine,
        Done,
        Failed
    };
    bool sizeByte(char c);
    /// Advances over one byte of chunk framing; false when it is malformed.
    bool framingByte(char c);

    State m_state = State::Done;
    std::uint64_t m_left = 0;
    std::uint32_t m_digits = 0;
    std::uint32_t m_trailerBytes = 0;
};

/// Writes `size` in hex and CRLF, the begin of a chunk; returns the length. `out` has room for 18 bytes.
std::size_t chunkHeader(std::size_t size, char* out);

} // namespace proxy::http
