// Feeds the HTTP/1 codec: heads of both kinds in place, bodies however they are cut. What must hold whatever comes:
// offsets stay inside the input, a complete head uses no more than there is, a cut body decodes as the whole one.
#include "proxy/http/body.h"
#include "proxy/http/head.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace proxy::http;

namespace {

void check(bool holds)
{
    if (!holds) std::abort();
}

void head(std::string text, bool request)
{
    Head parsed;
    ParseStatus status = request ? parseRequest(text.data(), text.size(), {}, parsed)
                                 : parseResponse(text.data(), text.size(), {}, false, parsed);
    if (status != ParseStatus::Complete) return;
    check(parsed.size <= text.size());
    for (const Field& field : parsed.fields) {
        check(std::size_t{field.name} + field.nameLength <= parsed.size && field.nameLength > 0);
        check(std::size_t{field.value} + field.valueLength <= parsed.size);
        for (char c : parsed.value(field)) check(static_cast<unsigned char>(c) >= 0x20 || c == '\t');
    }
}

std::string decoded(std::string_view text, std::size_t step)
{
    BodyDecoder decoder;
    decoder.start(Framing::Chunked, 0);
    std::string out;
    for (std::size_t at = 0; at < text.size() && !decoder.isDone(); at += step) {
        std::string_view part = text.substr(at, step);
        while (!part.empty() && !decoder.isDone()) {
            auto piece = decoder.next(part);
            if (piece.failed) return out + "!";
            out += piece.data;
            check(piece.used > 0 && piece.used <= part.size());
            part.remove_prefix(piece.used);
        }
    }
    return decoder.isDone() ? out + "." : out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string text(reinterpret_cast<const char*>(data), size);
    head(text, true);
    head(text, false);
    std::string whole = decoded(text, text.size() + 1);
    check(whole == decoded(text, 1) && whole == decoded(text, 7));
    return 0;
}
