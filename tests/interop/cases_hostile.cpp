// Requests and answers at and beyond the edges of HTTP/1.1 (RFC 9112; what Envoy takes and refuses: reference C5, C16).
#include "tests/interop/cases.h"

#include <utility>

namespace interop {
namespace {

using Named = std::vector<std::pair<std::string, std::string>>;

void add(std::vector<Case>& all, const std::string& group, const Named& named, int firstMs = 800)
{
    for (const auto& [name, request] : named) all.push_back({group + ": " + name, request, firstMs, 120});
}

/// A POST with that framing header and those bytes after the head.
std::string framed(const std::string& headers, const std::string& body)
{
    return "POST /b HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

std::string chunked(const std::string& body) { return framed("Transfer-Encoding: chunked\r\n", body); }

const std::string end = "0\r\n\r\n";

void smuggling(std::vector<Case>& all)
{
    add(all, "smuggling",
        {{"chunked before length", framed("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", end)},
         {"blank before the colon of TE", framed("Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", end)},
         {"xchunked", framed("Transfer-Encoding: xchunked\r\n", end)},
         {"tab before chunked", framed("Transfer-Encoding:\tchunked\r\n", end)},
         {"capital Chunked", framed("Transfer-Encoding: Chunked\r\n", end)},
         {"chunked with parameter", framed("Transfer-Encoding: chunked;q=1\r\n", end)},
         {"vertical tab in TE", framed("Transfer-Encoding: chunked\x0b\r\n", end)},
         {"identity", framed("Transfer-Encoding: identity\r\nContent-Length: 1\r\n", "x")},
         {"TE in two lines", framed("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", end)},
         {"TE chunked, then gzip", framed("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", end)},
         {"gzip, chunked", framed("Transfer-Encoding: gzip, chunked\r\n", end)},
         {"folded TE", framed("Transfer-Encoding:\r\n chunked\r\n", end)},
         {"folded length", framed("Content-Length:\r\n 5\r\n", "hello")},
         {"underscore in TE", framed("Transfer_Encoding: chunked\r\nContent-Length: 1\r\n", "x")},
         {"quoted chunked", framed("Transfer-Encoding: \"chunked\"\r\n", end)},
         {"empty TE", framed("Transfer-Encoding:\r\n", "")},
         {"length with leading zeros", framed("Content-Length: 005\r\n", "hello")},
         {"length with blanks behind", framed("Content-Length: 5 \t\r\n", "hello")},
         {"length twice in one line", framed("Content-Length: 5, 5\r\n", "hello")},
         {"length in hex", framed("Content-Length: 0x5\r\n", "hello")},
         {"empty length", framed("Content-Length:\r\n", "")},
         {"length of 2^64", framed("Content-Length: 18446744073709551616\r\n", "")},
         {"connection names the length", framed("Connection: content-length\r\nContent-Length: 5\r\n", "hello")},
         {"connection names TE",
          framed("Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n", "5\r\nhello\r\n" + end)},
         {"connection names host", get("/b", "Connection: host\r\n")},
         {"connection names x-forwarded-for", get("/b", "Connection: x-forwarded-for\r\nx-forwarded-for: 1.2.3.4\r\n")},
         {"connection names x-forwarded-proto",
          get("/b", "Connection: x-forwarded-proto\r\nx-forwarded-proto: https\r\n")},
         {"connection names te", get("/b", "Connection: te\r\nTE: trailers\r\n")},
         {"connection names cookie", get("/b", "Connection: cookie\r\nCookie: a=b\r\n")},
         {"connection names a pseudo header", get("/b", "Connection: :path\r\n")},
         {"connection names close and more", get("/b", "Connection: close, x-a\r\nx-a: 1\r\n")},
         {"connection in two lines", get("/b", "Connection: x-a\r\nConnection: x-b\r\nx-a: 1\r\nx-b: 1\r\n")},
         {"te gzip and trailers", get("/b", "TE: gzip, trailers\r\n")},
         {"te gzip", get("/b", "TE: gzip\r\n")},
         {"GET with a body", "GET /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"},
         {"GET with a chunked body",
          "GET /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" + end},
         {"a request in the body's place", post("/b", "hello") + get("/second")}});
}

void chunks(std::vector<Case>& all)
{
    add(all, "chunks",
        {{"several", chunked("3\r\nabc\r\n4\r\ndefg\r\n" + end)},
         {"capital hex", chunked("A\r\n0123456789\r\n" + end)},
         {"leading zeros", chunked("0005\r\nhello\r\n" + end)},
         {"blank behind the size", chunked("5 \r\nhello\r\n" + end)},
         {"blank before the size", chunked(" 5\r\nhello\r\n" + end)},
         {"plus", chunked("+5\r\nhello\r\n" + end)},
         {"minus", chunked("-5\r\nhello\r\n" + end)},
         {"0x", chunked("0x5\r\nhello\r\n" + end)},
         {"empty size", chunked("\r\nhello\r\n" + end)},
         {"bare line feed behind the size", chunked("5\nhello\r\n" + end)},
         {"bare line feed behind the data", chunked("5\r\nhello\n" + end)},
         {"rubbish behind the data", chunked("5\r\nhelloXY\r\n" + end)},
         {"extension with quotes", chunked("5;a=\"b;c\"\r\nhello\r\n" + end)},
         {"extension of the last", chunked("5\r\nhello\r\n0;a=b\r\n\r\n")},
         {"trailers", chunked("5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n")},
         {"trailer without colon", chunked("5\r\nhello\r\n0\r\nnonsense\r\n\r\n")},
         {"trailer named content-length", chunked("5\r\nhello\r\n0\r\nContent-Length: 7\r\n\r\n")},
         {"several zeros", chunked("5\r\nhello\r\n000\r\n\r\n")},
         {"only the last", chunked(end)}});
    all.push_back({"chunks: one after the other", chunked("3\r\nabc\r\n"), 300, 120, {"4\r\ndefg\r\n", end}});
    all.push_back({"chunks: a size in two packets", chunked("1"), 300, 120, {"0\r\n0123456789abcdef\r\n", end}});
    all.push_back({"chunks: bad one after a good one", chunked("3\r\nabc\r\n"), 300, 120, {"zz\r\n"}});
}

void heads(std::vector<Case>& all)
{
    const std::string host = "Host: a\r\n\r\n";
    std::string hundred = "GET /b HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 99; ++i) hundred += "x-" + std::to_string(i) + ": 1\r\n";
    add(all, "head",
        {{"request line of 70000 bytes", get("/" + std::string(70000, 'p'))},
         {"value of 50000 bytes", get("/b", "x-long: " + std::string(50000, 'v') + "\r\n")},
         {"name of 50000 bytes", get("/b", std::string(50000, 'n') + ": v\r\n")},
         {"100 fields", hundred + "\r\n"},
         {"101 fields", hundred + "x-last: 1\r\n\r\n"},
         {"fold before the first field", "GET /b HTTP/1.1\r\n x: y\r\n" + host},
         {"fold of blanks only", "GET /b HTTP/1.1\r\nX-A: b\r\n \t \r\n" + host},
         {"fold with tab", "GET /b HTTP/1.1\r\nX-A: b\r\n\tc\r\n" + host},
         {"three folds", "GET /b HTTP/1.1\r\nX-A: b\r\n c\r\n  d\r\n\te\r\n" + host},
         {"folded host", "GET /b HTTP/1.1\r\nHost:\r\n a\r\n\r\n"},
         {"bare CR in a value", "GET /b HTTP/1.1\r\nX-A: b\rc\r\n" + host},
         {"bare CR in the target", "GET /b\rc HTTP/1.1\r\n" + host},
         {"line feeds before the request", "\n\n" + get("/b")},
         {"CR LF before the request", "\r\n\r\n" + get("/b")},
         {"blank before the method", " GET /b HTTP/1.1\r\n" + host},
         {"tabs between the parts", "GET\t/b\tHTTP/1.1\r\n" + host},
         {"blank behind the version", "GET /b HTTP/1.1 \r\n" + host},
         {"word behind the version", "GET /b HTTP/1.1 x\r\n" + host},
         {"NUL in the method", std::string("G\0T /b HTTP/1.1\r\n", 17) + host},
         {"DEL in the path", "GET /b\x7f HTTP/1.1\r\n" + host},
         {"lower case version", "GET /b http/1.1\r\n" + host},
         {"version 1.10", "GET /b HTTP/1.10\r\n" + host},
         {"version 1", "GET /b HTTP/1\r\n" + host},
         {"version 3.0", "GET /b HTTP/3.0\r\n" + host},
         {"no blank behind the colon", "GET /b HTTP/1.1\r\nX-A:b\r\n" + host},
         {"only a colon", "GET /b HTTP/1.1\r\n:\r\n" + host},
         {"pseudo header", "GET /b HTTP/1.1\r\n:path: /x\r\n" + host},
         {"quotes in a value", "GET /b HTTP/1.1\r\nX-A: \"b\\\"c\r\n" + host},
         {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
         {"HTTP/1.0 with keep-alive", "GET /b HTTP/1.0\r\nConnection: keep-alive\r\n" + host},
         {"HTTP/1.0 without host", "GET /b HTTP/1.0\r\n\r\n"},
         {"HTTP/0.9", "GET /b\r\n"},
         {"expect something else", post("/b", "hello", "Expect: more\r\n")},
         {"expect in capitals", post("/b", "hello", "Expect: 100-CONTINUE\r\n")},
         {"expect without body", get("/b", "Expect: 100-continue\r\n")},
         {"expect of a direct response", post("/direct/body", "hello", "Expect: 100-continue\r\n")}});
    all.push_back(
        {"head: byte by byte at first", "G", 150, 120, {"E", "T /b HTTP/1.1\r\nHo", "st: a\r", "\n\r", "\n"}});
    all.push_back({"head: expect, then the body",
                   framed("Expect: 100-continue\r\nContent-Length: 5\r\n", ""),
                   800,
                   120,
                   {"hello"}});
    all.push_back(
        {"head: fold in two packets", "GET /b HTTP/1.1\r\nHost: a\r\nX-A: b\r\n", 150, 120, {" c\r\n", "\r\n"}});
}

void targets(std::vector<Case>& all)
{
    Named named;
    for (const char* url : {"http://exact.example",
                            "http://exact.example?q=1",
                            "http://exact.example/?q",
                            "HTTP://exact.example/x",
                            "https://exact.example/x",
                            "ftp://exact.example/x",
                            "http:///x",
                            "http://",
                            "http:/x",
                            "http:x",
                            "://x",
                            "http://user:pw@exact.example/x",
                            "http://exact.example:8080/x",
                            "http://[::1]/x",
                            "http://a b/",
                            "http://a\x01/",
                            "http://a#f",
                            "//exact.example/x",
                            "*",
                            "*x",
                            "?q",
                            "#f",
                            "/a#",
                            "/\\a",
                            "/a%zz",
                            "exact.example:80",
                            "1http://a/",
                            "http://a@@b/",
                            "http://a\"b/",
                            "/{a}|b^c`"})
        named.emplace_back(url, "GET " + std::string(url) + " HTTP/1.1\r\nHost: other\r\n\r\n");
    add(all, "target", named);
    add(all, "target",
        {{"absolute without Host", "GET http://exact.example/x HTTP/1.1\r\n\r\n"},
         {"OPTIONS absolute", "OPTIONS http://exact.example HTTP/1.1\r\nHost: o\r\n\r\n"},
         {"OPTIONS *x", "OPTIONS *x HTTP/1.1\r\nHost: o\r\n\r\n"},
         {"CONNECT without port", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"CONNECT with path", "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"CONNECT with URL", "CONNECT http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"CONNECT with bad port", "CONNECT a:x HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"CONNECT to IPv6", "CONNECT [::1]:80 HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"CONNECT without Host", "CONNECT a:80 HTTP/1.1\r\n\r\n"},
         {"CONNECT with length", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"},
         {"CONNECT with length 0", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"},
         {"CONNECT chunked", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}});
    Named hosts;
    for (
        const char* host :
        {"a/b", "a@b",       "user:pw@a", "[::1", "::1", "a:x", "a:99999",          "a:",   "a_b", "a?b", "a#b", "a\"b",
         "a,b", "A.Example", "a%41",      "a..b", ".a",  "-",   "\xc3\xa4.example", "a\tb", "*"})
        hosts.emplace_back(host, get("/b", {}, host));
    add(all, "host", hosts);
}

void doubles(std::vector<Case>& all)
{
    Named named;
    for (const char* name : {"accept",
                             "accept-encoding",
                             "accept-language",
                             "authorization",
                             "cache-control",
                             "content-type",
                             "cookie",
                             "expect",
                             "forwarded",
                             "from",
                             "grpc-timeout",
                             "if-none-match",
                             "origin",
                             "pragma",
                             "range",
                             "referer",
                             "te",
                             "trailer",
                             "user-agent",
                             "via",
                             "x-custom",
                             "x-forwarded-client-cert",
                             "x-forwarded-for",
                             "x-forwarded-host",
                             "x-forwarded-port",
                             "x-forwarded-proto",
                             "x-real-ip",
                             "x-request-id",
                             "upgrade",
                             "keep-alive",
                             "proxy-connection",
                             "x-envoy-attempt-count",
                             "x-envoy-original-path",
                             "x-ot-span-context",
                             "access-control-request-method",
                             "access-control-request-headers",
                             "proxy-authorization",
                             "x-envoy-peer-metadata",
                             "x-client-trace-id",
                             "x-b3-traceid",
                             "traceparent",
                             "baggage",
                             "sec-fetch-mode"})
        named.emplace_back(name, get("/b", std::string(name) + ": one\r\nx-between: 1\r\n" + name + ": two\r\n"));
    add(all, "twice", named);
}

void services(std::vector<Case>& all)
{
    Named named;
    for (const char* what : {"linefeeds",
                             "fold",
                             "twolengths",
                             "lengthandchunked",
                             "tegzip",
                             "techunkedtwice",
                             "nocolon",
                             "blankbeforecolon",
                             "nul",
                             "control",
                             "highbytes",
                             "bighead",
                             "hugehead",
                             "badchunk",
                             "cutchunk",
                             "chunkextension",
                             "trailers",
                             "surplus",
                             "noreason",
                             "emptyreason",
                             "version2",
                             "version12",
                             "lowerversion",
                             "code99",
                             "code600",
                             "code1000",
                             "codeletters",
                             "earlyhints",
                             "processing",
                             "switching",
                             "halfhead",
                             "headonly",
                             "nocontent-length",
                             "nocontent-body",
                             "nocontent-chunked",
                             "notmodified-length",
                             "notmodified-body",
                             "headersdouble",
                             "twice",
                             "datetwice",
                             "servertwice",
                             "emptyvalue",
                             "badlengthplus",
                             "lengthtwovalues",
                             "connectiontokens",
                             "viaandupgrade",
                             "xenvoy",
                             "nothing",
                             "emptylines"})
        named.emplace_back(what, get(std::string("/") + what));
    add(all, "service", named, 1500);
    add(all, "service",
        {{"HEAD of chunked", "HEAD /chunked HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"HEAD without length", "HEAD /nolength HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"HEAD of no route", "HEAD / HTTP/1.1\r\nHost: empty.example\r\n\r\n"},
         {"HEAD of a dead cluster", "HEAD /dead HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"HEAD of a redirect", "HEAD /redirect/host HTTP/1.1\r\nHost: a\r\n\r\n"},
         {"garbage retried", get("/retry5xx/garbage")},
         {"cut is not retried", get("/retry5xx/cut")},
         {"half a head retried", get("/retry5xx/halfhead")}},
        1500);
    all.push_back({"service: cut, until the connection closes", get("/cut"), 1500, 1600});
    all.push_back({"service: per-try timeout without a retry left", get("/pertry/slow-900"), 2500, 400});
    all.push_back({"service: per-try timeout, then good", get("/retrypertry/slowonce-400"), 2500, 400});
    all.push_back({"service: answer before the body", framed("Content-Length: 10\r\n", "hello"), 400, 120, {"world"}});
    all.push_back({"service: timeout while the body comes",
                   "POST /timeout/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello", 900, 120});
}

void upgrades(std::vector<Case>& all)
{
    add(all, "upgrade",
        {{"websocket",
          get("/b",
              "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n")},
         {"h2c",
          get("/b", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")},
         {"without connection", get("/b", "Upgrade: websocket\r\n")},
         {"without upgrade", get("/b", "Connection: upgrade\r\n")},
         {"two protocols", get("/b", "Connection: upgrade\r\nUpgrade: websocket, foo\r\n")},
         {"direct response", get("/direct/body", "Connection: upgrade\r\nUpgrade: websocket\r\n")},
         {"no route", get("/x", "Connection: upgrade\r\nUpgrade: websocket\r\n", "empty.example")},
         {"with a body", post("/b", "hello", "Connection: upgrade\r\nUpgrade: websocket\r\n")}});
}

void connections(std::vector<Case>& all)
{
    const std::string two = post("/b", "hello") + "HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n";
    add(all, "pipeline",
        {{"POST and HEAD", two},
         {"four with direct responses", get("/direct/body") + get("/b") + get("/direct/empty") + get("/c")},
         {"second malformed", get("/b") + "GET / HTTP/1.1\r\nHost: a\r\nbad\r\n\r\n"},
         {"after connection close", get("/b", "Connection: close\r\n") + get("/c")},
         {"after a 404", get("/x", {}, "empty.example") + get("/b")},
         {"after a refused upgrade", get("/b", "Connection: upgrade\r\nUpgrade: x\r\n") + get("/c")},
         {"chunked and GET", chunked("5\r\nhello\r\n" + end) + get("/c")},
         {"after a dead cluster", get("/dead") + get("/b")},
         {"after a 503 of overload", get("/status-503") + get("/b")},
         {"after a bodiless 304", get("/status-304") + get("/b")},
         {"line feeds between", get("/b") + "\r\n\r\n" + get("/c")}});
    all.push_back({"keep-alive: one after the other",
                   get("/b"),
                   800,
                   120,
                   {get("/c"), get("/direct/body"), get("/d", "Connection: close\r\n")}});
    all.push_back({"keep-alive: after the upstream closed", get("/connectionclose"), 800, 120, {get("/b")}});
    all.push_back({"keep-alive: after a timeout", get("/timeout/slow-600"), 1500, 120, {get("/b")}});
    all.push_back({"keep-alive: half a head left", get("/b"), 800, 120, {"GET /c HT", "TP/1.1\r\nHost: a\r\n\r\n"}});
}

void headerRules(std::vector<Case>& all)
{
    add(all, "header rules",
        {{"formatters", get("/format?x=1", "x-in: in\r\n")},
         {"formatters of missing things", get("/format")},
         {"appended to a header that has one place",
          get("/append", "user-agent: mine\r\naccept: a/b\r\nx-plain: 1\r\n")},
         {"appended where there is none", get("/append")},
         {"removed prefix", get("/append", "x-gone: 1\r\nx-gone: 2\r\n")},
         {"response rules", get("/append/server")}});
}

/// The second listener: other options of the connection manager.
void edges(std::vector<Case>& all)
{
    const std::size_t first = all.size();
    std::string twenty = "GET /b HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 19; ++i) twenty += "x-" + std::to_string(i) + ": 1\r\n";
    add(all, "edge",
        {{"nothing given", get("/b")},
         {"forwarded-for given", get("/b", "x-forwarded-for: 1.2.3.4\r\n")},
         {"forwarded-for given twice", get("/b", "x-forwarded-for: 1.2.3.4\r\nx-forwarded-for: 5.6.7.8, 9.9.9.9\r\n")},
         {"forwarded-proto given", get("/b", "x-forwarded-proto: https\r\n")},
         {"request id given", get("/b", "x-request-id: mine\r\nx-later: 1\r\n")},
         {"internal address claimed",
          get("/b", "x-forwarded-for: 10.0.0.1\r\nx-envoy-internal: true\r\nx-envoy-external-address: 1.1.1.1\r\n")},
         {"retries asked for", get("/status-404", "x-envoy-retry-on: retriable-4xx\r\nx-envoy-max-retries: 3\r\n")},
         {"port of the host stripped", get("/b", {}, "exact.example:8080")},
         {"port of an IPv6 host stripped", get("/b", {}, "[::1]:8080")},
         {"server of the upstream kept", get("/server")},
         {"server twice", get("/servertwice")},
         {"retried", get("/status-503")},
         {"host from a header", get("/host", "x-want: wanted.example\r\n")},
         {"host from a missing header", get("/host")},
         {"20 fields", twenty + "\r\n"},
         {"21 fields", twenty + "x-last: 1\r\n\r\n"},
         {"head of 3000 bytes", get("/" + std::string(3000, 'p'))},
         {"not found", get("/status-404")},
         {"malformed", "GET /b HTTP/1.1\r\nHost: a\r\nbad\r\n\r\n"}});
    all.push_back({"edge: the third request is the last", get("/b"), 800, 120, {get("/c"), get("/d"), get("/e")}});
    all.push_back({"edge: half a head, until the answer", "GET /b HTTP/1.1\r\nHo", 900, 900});
    all.push_back({"edge: half a body, until the answer", post("/b", "hello").substr(0, post("/b", "hello").size() - 2),
                   1200, 400});
    all.push_back({"edge: slow answer", get("/slow-900"), 1500, 300});
    all.push_back({"edge: slow answer of an idle route", get("/idle/slow-600"), 1500, 300});
    all.push_back({"edge: idle after a request", get("/b"), 800, 2600});
    all.push_back({"edge: idle from the start", "", 1200, 100});
    for (std::size_t i = first; i < all.size(); ++i) all[i].edge = true;
}

} // namespace

void addHostile(std::vector<Case>& all)
{
    smuggling(all);
    chunks(all);
    heads(all);
    targets(all);
    doubles(all);
    services(all);
    upgrades(all);
    connections(all);
    headerRules(all);
    edges(all);
}

} // namespace interop
