#include "proxy/http/body.h"
#include "proxy/http/head.h"

#include <QTest>

#include <cstring>

using namespace proxy::http;

namespace {

/// Parses `text`, cut after every prefix first, and prints what came of it.
QByteArray print(QByteArray text)
{
    Head head;
    for (qsizetype n = 0; n < text.size() && text.size() < 4096; ++n) {
        QByteArray part = text.left(n);
        if (parseRequest(part.data(), static_cast<std::size_t>(part.size()), {}, head) == ParseStatus::Failed) break;
    }
    ParseStatus status = parseRequest(text.data(), static_cast<std::size_t>(text.size()), {}, head);
    if (status == ParseStatus::Incomplete) return "incomplete";
    if (status == ParseStatus::Failed)
        return QByteArray::number(statusOf(head.failure)) + ' ' + QByteArray(detailsOf(head.failure).data());
    std::string out = std::string(head.methodText()) + ' ' + std::string(head.targetText());
    for (const Field& field : head.fields)
        out += '|' + std::string(head.name(field)) + '=' + std::string(head.value(field));
    return QByteArray::fromStdString(out);
}

QByteArray decode(QByteArray bytes, qsizetype step)
{
    BodyDecoder decoder;
    decoder.start(Framing::Chunked, 0);
    QByteArray out;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        std::string_view part(bytes.data() + at, static_cast<std::size_t>(std::min(step, bytes.size() - at)));
        while (!part.empty() && !decoder.isDone()) {
            auto piece = decoder.next(part);
            if (piece.failed) return out + "!";
            out.append(piece.data.data(), static_cast<qsizetype>(piece.data.size()));
            part.remove_prefix(piece.used);
        }
    }
    return decoder.isDone() ? out + "." : out;
}

} // namespace

class TestHttp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void parsesOrRefusesHeadsAsEnvoyDoes_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("expected");
        auto row = [](const char* name, QByteArray head, QByteArray expected) {
            QTest::newRow(name) << head << expected;
        };
        row("plain", "GET /a?b HTTP/1.1\r\nHost: x\r\nX-Up:  v \r\n\r\n", "GET /a?b|host=x|x-up=v");
        row("cut", "GET / HTTP/1.1\r\nHost: x\r\n", "incomplete");
        row("bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", "GET /|host=x");
        row("leading empty line", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /|host=x");
        row("blanks in request line", "GET  /\t HTTP/1.1 \r\nHost: x\r\n\r\n", "GET /|host=x");
        row("folded", "GET / HTTP/1.1\r\nA: b \r\n \t c\r\nHost: x\r\n\r\n", "GET /|a=b  \t c|host=x");
        row("bare CR in value", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "GET /|a=bc");
        row("high bytes in value", "GET / HTTP/1.1\r\nA: \xff\r\n\r\n", "GET /|a=\xff");
        row("length and chunked", "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "400 http1.content_length_and_chunked_not_allowed");
        row("two lengths", "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
            "400 http1.codec_error");
        row("length with plus", "POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", "400 http1.codec_error");
        row("length list", "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n", "400 http1.codec_error");
        row("length with zeros", "POST / HTTP/1.1\r\nContent-Length: 005\r\n\r\n", "POST /|content-length=005");
        row("other transfer coding", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "501 http1.invalid_transfer_encoding");
        row("chunked in any case", "POST / HTTP/1.1\r\nTransfer-Encoding: CHUNKED\r\n\r\n",
            "POST /|transfer-encoding=CHUNKED");
        row("unknown method", "FOO / HTTP/1.1\r\n\r\n", "400 http1.codec_error");
        row("lower-case method", "get / HTTP/1.1\r\n\r\n", "400 http1.codec_error");
        row("blank before colon", "GET / HTTP/1.1\r\nA : b\r\n\r\n", "400 http1.codec_error");
        row("no colon", "GET / HTTP/1.1\r\nAb\r\n\r\n", "400 http1.codec_error");
        row("NUL in value", QByteArray("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26), "400 http1.invalid_characters");
        row("DEL in value", "GET / HTTP/1.1\r\nA: b\x7f\r\n\r\n", "400 http1.invalid_characters");
        row("control in path", "GET /\x01 HTTP/1.1\r\n\r\n", "400 http1.invalid_characters");
        row("high byte in path", "GET /\xc3\xa4 HTTP/1.1\r\n\r\n", "400 http1.codec_error");
        row("star without OPTIONS", "GET * HTTP/1.1\r\n\r\n", "400 http1.invalid_url");
        row("absolute form", "GET http://a/b HTTP/1.1\r\n\r\n", "GET http://a/b");
        row("absolute form without authority", "GET http:///b HTTP/1.1\r\n\r\n", "400 http1.invalid_url");
        row("other scheme", "GET ftp://a/b HTTP/1.1\r\n\r\n", "400 http1.invalid_scheme");
        row("too large", "GET /" + QByteArray(61500, 'a') + " HTTP/1.1\r\n\r\n", "431 http1.headers_too_large");
        QByteArray many = "GET / HTTP/1.1\r\n";
        for (int i = 0; i < 101; ++i) many += "a: b\r\n";
        row("too many", many + "\r\n", "431 http1.too_many_headers");
    }
    void parsesOrRefusesHeadsAsEnvoyDoes()
    {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, expected);

        QCOMPARE(print(head), expected);
    }

    void decodesChunksHoweverTheyAreCut()
    {
        QByteArray body = "5;ext=1\r\nhello\r\nA \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";

        for (qsizetype step = 1; step <= body.size(); ++step)
            QCOMPARE(decode(body, step), QByteArray("hello0123456789."));
    }

    void refusesMalformedChunks()
    {
        QCOMPARE(decode("5\nhello", 1), QByteArray("!"));
        QCOMPARE(decode("x\r\n", 1), QByteArray("!"));
        QCOMPARE(decode("\r\n", 1), QByteArray("!"));
        QCOMPARE(decode("11111111111111111\r\n", 3), QByteArray("!"));
    }

    void readsResponseFraming()
    {
        auto framing = [](QByteArray text, bool head = false) {
            Head parsed;
            auto status = parseResponse(text.data(), static_cast<std::size_t>(text.size()), {}, head, parsed);
            return status == ParseStatus::Complete ? static_cast<int>(parsed.framing) : -1;
        };

        QCOMPARE(framing("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n"), static_cast<int>(Framing::Length));
        QCOMPARE(framing("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n", true), static_cast<int>(Framing::None));
        QCOMPARE(framing("HTTP/1.1 200\r\n\r\n"), static_cast<int>(Framing::UntilClose));
        QCOMPARE(framing("HTTP/1.1 304 x\r\ncontent-length: 3\r\n\r\n"), static_cast<int>(Framing::None));
        QCOMPARE(framing("HTTP/1.1 204 x\r\ncontent-length: 3\r\n\r\n"), -1);
        QCOMPARE(framing("SSH-2.0\r\n\r\n"), -1);
    }
};

QTEST_GUILESS_MAIN(TestHttp)
#include "tst_http.moc"
