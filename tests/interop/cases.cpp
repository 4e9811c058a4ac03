#include "tests/interop/cases.h"

namespace interop {
namespace {

void hosts(std::vector<Case>& all)
{
    all.push_back({"host exact", get("/h", {}, "exact.example")});
    all.push_back({"host exact upper case", get("/h", {}, "EXACT.example")});
    all.push_back({"host exact with port", get("/h", {}, "exact.example:8080")});
    all.push_back({"host exact with unknown port", get("/h", {}, "exact.example:81")});
    all.push_back({"host suffix", get("/h", {}, "x.suffix.example")});
    all.push_back({"host suffix itself is not one", get("/h", {}, "suffix.example")});
    all.push_back({"host prefix", get("/h", {}, "prefix.net")});
    all.push_back({"host without dot", get("/h", {}, "localhost")});
    all.push_back({"host IPv6 literal", get("/h", {}, "[::1]:80")});
    all.push_back({"host needs TLS", get("/secure?q=1", {}, "tls.example")});
    all.push_back({"host without matching route", get("/nothing", {}, "empty.example")});
    all.push_back({"host missing", "GET / HTTP/1.1\r\n\r\n"});
    all.push_back({"host empty", "GET / HTTP/1.1\r\nHost: \r\n\r\n"});
    all.push_back({"host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"});
    all.push_back({"absolute URL", "GET http://exact.example/abs HTTP/1.1\r\nHost: other\r\n\r\n"});
    all.push_back({"host with a blank inside", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"});
    all.push_back({"host trailing dot", get("/h", {}, "exact.example.")});
}

void matches(std::vector<Case>& all)
{
    for (const char* path : {"/exact",
                             "/exact/",
                             "/exact?q=1",
                             "/exactly",
                             "/nocase/x",
                             "/NOCASE/x",
                             "/NoCaSe",
                             "/re/12/x",
                             "/re/ab/x",
                             "/re/12/xy",
                             "/re/12/x?y=1",
                             "/sep",
                             "/sep/x",
                             "/sepx",
                             "/sep?x",
                             "/query?q=1",
                             "/query?q=2",
                             "/query?flag",
                             "/query?flag=x&q=1",
                             "/query",
                             "/query?a=b&q=1",
                             "/a//b",
                             "/a/../b",
                             "/a/./b",
                             "/%41",
                             "/a%2fb",
                             "/a%00b",
                             "/?x",
                             "/~user/",
                             "/ä"})
        all.push_back({std::string("path ") + path, get(path)});
    all.push_back({"path with fragment", get("/frag#part")});
    all.push_back({"path of 4000 bytes", get("/" + std::string(4000, 'p'))});
    all.push_back({"header exact", get("/header", "X-Kind: a\r\n")});
    all.push_back({"header prefix", get("/header", "x-kind: bcd\r\n")});
    all.push_back({"header absent", get("/header")});
    all.push_back({"header other with range", get("/header", "x-kind: z\r\nx-number: 15\r\n")});
    all.push_back({"header range excludes its end", get("/header", "x-kind: z\r\nx-number: 20\r\n")});
    all.push_back({"header twice is joined", get("/header", "x-kind: a\r\nx-kind: c\r\n")});
    all.push_back({"method POST", post("/method", "x")});
    all.push_back({"method GET", get("/method")});
    all.push_back({"weighted", get("/weighted")});
    all.push_back({"cluster by header", get("/byheader", "x-cluster: up\r\n")});
    all.push_back({"cluster by header missing", get("/byheader")});
    all.push_back({"cluster by header unknown", get("/byheader", "x-cluster: nowhere\r\n")});
}

void rewritesAndAnswers(std::vector<Case>& all)
{
    for (const char* path : {"/rewrite/x/y?z=1", "/rewrite/", "/regexrewrite/a/b/c?d=e", "/regexrewrite/a", "/autohost",
                             "/redirect/host/x?y=1", "/redirect/path?y=1", "/redirect/prefix/a/b?c",
                             "/redirect/https/x", "/redirect/strip?x=1", "/direct/body", "/direct/empty", "/noroute"})
        all.push_back({std::string("answer ") + path, get(path)});
    all.push_back({"redirect with port", get("/redirect/https", {}, "a.example:8080")});
    all.push_back({"direct response to a HEAD", "HEAD /direct/body HTTP/1.1\r\nHost: a\r\n\r\n"});
    all.push_back({"direct response to a POST with body", post("/direct/body", "ignored")});
    all.push_back({"headers added and removed", get("/add", "x-drop: 1\r\nx-mine: theirs\r\nx-added: zero\r\n")});
    all.push_back({"header added only if absent", get("/add", "x-if-absent: mine\r\n")});
    all.push_back({"host rewritten by suffix route", get("/y", {}, "q.suffix.example:99")});
}

void upstreams(std::vector<Case>& all)
{
    for (const char* path :
         {"/status-200",  "/status-204", "/status-304", "/status-404", "/status-500",      "/status-503",
          "/reset",       "/garbage",    "/close",      "/cut",        "/chunked",         "/big",
          "/manyheaders", "/badlength",  "/http10",     "/untilclose", "/connectionclose", "/continue",
          "/server",      "/hop"})
        all.push_back({std::string("upstream ") + path, get(path)});
    all.push_back({"dead upstream", get("/dead")});
    all.push_back({"dead upstream retried", get("/deadretry/x")});
    all.push_back({"cluster without hosts", get("/nohosts")});
    all.push_back({"timeout", get("/timeout/slow-1000"), 2500, 250});
    all.push_back({"no timeout", get("/notimeout/slow-500"), 2500, 250});
    all.push_back({"timeout header shortens", get("/slow-1000", "x-envoy-upstream-rq-timeout-ms: 200\r\n"), 2500, 250});
    all.push_back({"retry 5xx until the limit", get("/retry5xx/status-503"), 2500, 250});
    all.push_back({"retry 5xx keeps a 404", get("/retry5xx/status-404")});
    all.push_back({"retry 5xx after a reset", get("/retry5xx/reset"), 2500, 250});
    all.push_back({"retry after a reset", get("/retryreset/close"), 2500, 250});
    all.push_back({"retry of a body", post("/retry5xx/status-500", "again and again"), 2500, 250});
    all.push_back({"retry after a try's timeout", get("/retrypertry/slow-700"), 2500, 400});
    all.push_back({"retry on a status code", get("/retrycodes/status-429"), 2500, 250});
    all.push_back({"retry asked for by header",
                   get("/status-503", "x-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 1\r\n"), 2500, 250});
}

void bodies(std::vector<Case>& all)
{
    all.push_back({"body with length", post("/b", "hello")});
    all.push_back({"body empty", post("/b", "")});
    all.push_back({"body of 100 KB", post("/b", std::string(100000, 'b')), 2500, 250});
    all.push_back(
        {"body chunked", "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"});
    all.push_back({"chunk extension",
                   "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n"});
    all.push_back({"expect 100-continue", post("/b", "hello", "Expect: 100-continue\r\n")});
    all.push_back({"two requests in one write", get("/first") + get("/second")});
    all.push_back({"HEAD", "HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n"});
    all.push_back({"OPTIONS", "OPTIONS /b HTTP/1.1\r\nHost: a\r\n\r\n"});
    all.push_back({"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"});
    all.push_back({"DELETE without body", "DELETE /b HTTP/1.1\r\nHost: a\r\n\r\n"});
    all.push_back({"TRACE", "TRACE /b HTTP/1.1\r\nHost: a\r\n\r\n"});
    all.push_back({"CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"});
    all.push_back({"connection close", get("/b", "Connection: close\r\n")});
    all.push_back({"HTTP/1.0", "GET /b HTTP/1.0\r\nHost: a\r\n\r\n"});
    all.push_back({"te trailers", get("/b", "TE: trailers\r\n")});
    all.push_back({"hop-by-hop headers",
                   get("/b", "Connection: keep-alive, x-hop\r\nx-hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\n")});
    all.push_back({"forwarded headers given",
                   get("/b", "x-forwarded-for: 1.2.3.4\r\nx-forwarded-proto: https\r\nx-request-id: abc\r\n")});
    all.push_back(
        {"internal headers given", get("/b", "x-envoy-internal: true\r\nx-envoy-expected-rq-timeout-ms: 5\r\n")});
    all.push_back({"upgrade", get("/b", "Connection: Upgrade\r\nUpgrade: websocket\r\n")});
    all.push_back({"cookies and commas", get("/b", "Cookie: a=b\r\nCookie: c=d\r\nAccept: x, y\r\n")});
}

void hostile(std::vector<Case>& all)
{
    const std::vector<std::pair<const char*, std::string>> heads = {
        {"no request line", "\r\n\r\n\r\n"},
        {"garbage", "\x16\x03\x01\x02\x00\x01\xfc\x03\x03 garbage\r\n\r\n"},
        {"lower case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"unknown method", "FROB / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"no version", "GET /\r\nHost: a\r\n\r\n"},
        {"version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
        {"version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
        {"lone line feeds", "GET / HTTP/1.1\nHost: a\n\n"},
        {"blank before colon", "GET / HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n"},
        {"no colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"},
        {"empty header name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"},
        {"folded header", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n"},
        {"NUL in a value", std::string("GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n", 37)},
        {"control character in a value", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x01z\r\n\r\n"},
        {"high bytes in a value", "GET / HTTP/1.1\r\nHost: a\r\nX-A: \xff\xfe\r\n\r\n"},
        {"bad character in a name", "GET / HTTP/1.1\r\nHost: a\r\nX(A): b\r\n\r\n"},
        {"two content lengths", "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        {"equal content lengths", "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"},
        {"negative content length", "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"},
        {"content length with plus", "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na"},
        {"content length no number", "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"},
        {"content length overflow", "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n"},
        {"length and chunked",
         "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"chunked twice", "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"},
        {"unknown transfer encoding", "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"},
        {"bad chunk size", "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
        {"chunk size overflow",
         "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"},
        {"head too large", "GET / HTTP/1.1\r\nHost: a\r\nX-Big: " + std::string(70000, 'h') + "\r\n\r\n"},
        {"too many headers",
         [] {
             std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
             for (int i = 0; i < 120; ++i) head += "x-" + std::to_string(i) + ": 1\r\n";
             return head + "\r\n";
         }()},
        {"blank in the path", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"control character in the path", "GET /a\x01z HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"path without slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"half a head, then silence", "GET / HTTP/1.1\r\nHost:"},
        {"underscore in a name", "GET /b HTTP/1.1\r\nHost: a\r\nx_y: 1\r\n\r\n"},
        {"empty value", "GET /b HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n"},
        {"blanks around a value", "GET /b HTTP/1.1\r\nHost: a\r\nX-Pad:  \t v \t \r\n\r\n"},
    };
    for (const auto& [name, bytes] : heads) all.push_back({std::string("hostile: ") + name, bytes, 800, 120});
}

/// Where ours is other than Envoy's on purpose, with the reason.
void markDifferences(std::vector<Case>& all)
{
    const std::vector<std::pair<std::string, std::string>> known = {
        {"service: switching", "Envoy passes a 101 on that nobody asked for, after which client and proxy disagree on "
                               "what the bytes are; ours says 502"},
        {"pipeline: four with direct responses",
         "Envoy leaves what follows a second answer of its own in a pipeline lie until more bytes come; "
         "ours answers every request"},
    };
    for (Case& c : all)
        for (const auto& [name, reason] : known)
            if (c.name == name) c.difference = reason;
}

} // namespace

std::string get(const std::string& path, const std::string& headers, const std::string& host)
{
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n";
}

std::string post(const std::string& path, const std::string& body, const std::string& headers)
{
    return "POST " + path + " HTTP/1.1\r\nHost: a.example\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::vector<Case> cases()
{
    std::vector<Case> all;
    hosts(all);
    matches(all);
    rewritesAndAnswers(all);
    upstreams(all);
    bodies(all);
    hostile(all);
    addHostile(all);
    markDifferences(all);
    return all;
}

} // namespace interop
