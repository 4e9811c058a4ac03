// One downstream HTTP/1 connection: reads requests, routes each, forwards it, and writes responses in order.
#pragma once

#include "proxy/filter/context.h"
#include "proxy/http/body.h"

#include <chrono>
#include <string>

namespace proxy::filter {

/// Whether `lowerToken` is one of the tokens of a comma-separated list, letter case aside.
bool contains(std::string_view list, std::string_view lowerToken);

/// What is known of a request when it is over; for statistics and the access log.
struct RequestInfo {
    std::int64_t start = 0; ///< Loop time, milliseconds.
    std::int64_t requestEnd = 0;
    std::uint64_t bytesReceived = 0, bytesSent = 0;
    int status = 0;
    unsigned attempts = 0;
    std::string flags;              ///< "URX,UF"; empty: none.
    std::string details;            ///< "via_upstream".
    std::string failure;            ///< Of the upstream's transport, "delayed_connect_error:_Connection_refused".
    std::int64_t responseBegin = 0; ///< Loop time; 0: nothing came from an upstream.
    bool connected = false;         ///< The last try had a connection.
};

/// Belongs to its worker and deletes itself. One request at a time; pipelined ones wait in m_in or in the socket.
class HttpConnection final : public Session, public upstream::User {
public:
    HttpConnection(Context& context, ListenerSlot& slot, int fd, const net::Address& peer);
    ~HttpConnection() override;

    void onEvents(std::uint32_t events) override;
    void closeNow() override;
    void upstreamConnected(upstream::Connection& connection) override;
    void upstreamReceived(char* data, std::size_t size) override;
    void upstreamDrained() override;
    void upstreamEnded(upstream::Ending ending, int error) override;

private:
    enum class State : std::uint8_t { Head, Body, Waiting, Closing, Closed };
    enum class Phase : std::uint8_t { None, Connecting, Sent, Responding, BackOff };
    enum class Reset : std::uint8_t { ConnectFailure, ConnectTimeout, Termination, Overflow, Protocol, PerTryTimeout };
    struct Reply {
        int status;
        std::string_view body, flags, details;
        bool close = false;
        std::string extra = {}; ///< "name: value\r\n" of the sender.
    };

    // Reading from the client (http_connection.cpp).
    void readLoop();
    bool mayRead() const;
    void consume(char* data, std::size_t size);
    std::size_t process(char* data, std::size_t size);
    std::size_t takeHead(char* data, std::size_t size);
    std::size_t takeBody(char* data, std::size_t size);
    void clientGone();
    void flush();
    void write(std::string_view bytes);
    void writeBatch();
    void closeSoon();
    void onTimer();
    void armIdle();
    void headersReceived();
    void requestComplete();

    // Statistics (counts.cpp).
    stats::HttpStats& count() { return *m_counts->http; }
    void countOpened();
    void countClosed();
    void countRequestBegin();
    void countRequestEnd();
    void countResponse(int status);
    void countUpstreamResponse(int status);
    void countUpstreamTime();

    // Routing a request (http_request.cpp).
    void beginRequest();
    bool checkRequest();
    bool takeTarget();
    bool wantsUpgrade() const;
    void forgetRequest();
    bool dropNominated();
    void joinRepeated();
    void cleanHeaders();
    void route();
    void forward();
    std::string rewrittenPath() const;
    void chooseCluster(const model::route::Request& request);
    void buildRequest();
    void addRequestLines();
    std::string requestId();
    void clearLines();
    void applyOps(const HeaderOps& ops);
    void appendLines(std::string& out) const;
    void joinLines();
    bool joinInto(std::string_view name, std::string_view value);
    void setLine(std::string_view name, std::string_view value);
    bool hasLine(std::string_view name) const;
    void addDate();
    void addRequestId();

    // Talking to the upstream (http_exchange.cpp).
    void attempt();
    void sendRequest();
    void queueBody(std::string_view piece);
    void endChunk();
    void putBody(std::string_view bytes);
    void flushUpstream();
    std::size_t takeResponse(char* data, std::size_t size);
    bool beginResponse(const http::Head& head);
    void responseLines(const http::Head& head);
    void ownResponseLines(const http::Head& head);
    void responseDone();
    struct Kind;
    static const Kind& kindOf(Reset reset);
    void failed(Reset reset, int error = 0);
    void cutShort(Reset reset);
    std::string resetDetails(std::string_view reason, int error);
    bool retryOf(unsigned kinds, int status);
    void retry();
    void leaveUpstream(bool reusable);
    void onRouteTimer();
    void onTryTimer();

    // Answers of our own (http_reply.cpp).
    void refuse(http::Failure failure);
    void reply(const Reply& reply);
    void replyLines(const Reply& reply, bool closes);
    bool wantsGrpc() const;
    void redirect();
    std::string location() const;
    void finish();
    friend class LogEntry;
    std::string_view formatted(const log::Format& format);
    void keepResponseLines();
    void nameEnds();
    void writeLog();

    Context& m_context;
    ListenerSlot& m_slot;
    runtime::ListenerPtr m_listener;
    const runtime::HttpManager* m_manager;
    std::shared_ptr<const Counts> m_counts;
    std::shared_ptr<const runtime::RouteTable> m_routes;
    int m_fd;
    net::Address m_peer;
    std::string m_peerText, m_localText; ///< For logs; empty until asked for.
    State m_state = State::Head;
    Phase m_phase = Phase::None;
    bool m_readable = false, m_hungUp = false, m_processing = false, m_closeAfter = false, m_lateClose = false;
    bool m_requestDone = false, m_responseStarted = false, m_chunkedOut = false;
    bool m_chunkedUp = false, m_lengthDropped = false, m_headRequest = false, m_retryable = false;
    bool m_building = false; ///< The request's head, from m_context.lines; path and host are not rewritten yet.
    bool m_idleDrain =
        false; ///< Idle, it waits for drain_timeout to close; an answer until then says that it is the last.
    bool m_holdsRetry = false, m_upstreamClose = false, m_counted = false, m_upgrade = false;
    bool m_codec = false, m_peerClosed = false;
    std::uint32_t m_served = 0;
    std::string m_in, m_out;
    std::size_t m_written = 0;
    http::Head m_head, m_responseHead;
    http::BodyDecoder m_body, m_responseBody;
    std::string m_headBytes; ///< The request head's bytes; m_head points into it.
    std::string m_authority, m_path, m_originalPath, m_originalHost, m_requestId, m_scheme;
    std::string m_request;    ///< The head as sent upstream; empty while there is none.
    std::string m_chunk;      ///< Body bytes of one read, before they are framed.
    std::string m_bodyKept;   ///< Body for retries or while connecting.
    std::string m_upstreamIn; ///< Beginning of a response head.
    std::string m_hostLine;
    const runtime::RouteAction* m_action = nullptr;
    const runtime::Target* m_target = nullptr;
    upstream::ClusterPool* m_pool = nullptr;
    upstream::HostPoolPtr m_host;
    upstream::Connection* m_upstream = nullptr;
    std::vector<const upstream::HostPool*> m_tried;
    std::vector<std::pair<std::string, std::string>> m_responseLines; ///< Kept only for the access log.
    std::string_view m_routeName;
    std::int64_t m_deadline = 0;
    std::int64_t m_opened = 0;                    ///< Loop time.
    std::chrono::steady_clock::time_point m_sent; ///< Of the try at hand.
    RequestInfo m_info;
    net::Timer m_timer;      ///< Idle, stream idle, delayed close: by state.
    net::Timer m_routeTimer; ///< Request headers and request timeout, then the route's.
    net::Timer m_tryTimer;   ///< Per-try timeout; back-off.
};

} // namespace proxy::filter
