#include "proxy/log/operators.h"

#include "proxy/log/time_format.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <map>

#include <unistd.h>

namespace proxy::log {
namespace {

using model::ErrorCode;
using model::fail;
using model::Result;

template <class T> bool number(std::string& out, T value)
{
    fmt::format_to(std::back_inserter(out), "{}", value);
    return true;
}

/// Appends what is not empty.
bool known(std::string& out, std::string_view value)
{
    out += value;
    return !value.empty();
}

/// Milliseconds, cut as Envoy cuts them.
bool milliseconds(std::string& out, std::int64_t us) { return us >= 0 && number(out, us / 1000); }

template <std::string_view Entry::*Member> bool view(const Entry& e, const Operator&, std::string& out)
{
    return known(out, e.*Member);
}
template <auto Entry::*Member> bool count(const Entry& e, const Operator&, std::string& out)
{
    return number(out, e.*Member);
}
template <std::int64_t Entry::*Member> bool duration(const Entry& e, const Operator&, std::string& out)
{
    return milliseconds(out, e.*Member);
}
template <std::string_view Entry::*Member> bool withoutPort(const Entry& e, const Operator&, std::string& out)
{
    const std::string_view address = e.*Member;
    return known(out, address.substr(0, address.rfind(':')));
}
template <std::string_view Entry::*Member> bool portOnly(const Entry& e, const Operator&, std::string& out)
{
    const std::string_view address = e.*Member;
    const auto colon = address.rfind(':');
    return colon != std::string_view::npos && known(out, address.substr(colon + 1));
}
/// A header that is there with an empty value is known.
template <std::string_view (Entry::*Look)(std::string_view) const>
bool header(const Entry& e, const Operator& op, std::string& out)
{
    std::string_view value = (e.*Look)(op.text);
    if (!value.data() && !op.alternative.empty()) value = (e.*Look)(op.alternative);
    out += value;
    return value.data() != nullptr;
}

bool time(std::string& out, Entry::Clock::time_point moment, const Operator& op, bool local)
{
    appendTime(out, moment, op.text, local);
    return true;
}
bool startTime(const Entry& e, const Operator& op, std::string& out) { return time(out, e.start, op, false); }
bool startTimeLocal(const Entry& e, const Operator& op, std::string& out) { return time(out, e.start, op, true); }
bool emitTime(const Entry&, const Operator& op, std::string& out) { return time(out, Entry::Clock::now(), op, false); }

bool responseTx(const Entry& e, const Operator&, std::string& out)
{
    return e.responseDurationUs >= 0 && milliseconds(out, e.responseLastDurationUs - e.responseDurationUs);
}

bool upstreamHostName(const Entry& e, const Operator&, std::string& out)
{
    return known(out, e.upstreamHostName.empty() ? e.upstreamHost : e.upstreamHostName);
}

bool logType(const Entry& e, const Operator&, std::string& out)
{
    return known(out, e.isHttp ? "DownstreamEnd" : "TcpConnectionEnd");
}
/// Only local_reply_config, which there is none of here, would give one; Envoy prints nothing then, not "-".
bool localReply(const Entry&, const Operator&, std::string&) { return true; }
bool constant(const Entry&, const Operator& op, std::string& out) { return known(out, op.alternative); }

/// The flags by their long names (reference C1).
bool longFlags(const Entry& e, const Operator&, std::string& out)
{
    static const std::map<std::string_view, std::string_view> names = {{"UH", "NoHealthyUpstream"},
                                                                       {"UF", "UpstreamConnectionFailure"},
                                                                       {"UO", "UpstreamOverflow"},
                                                                       {"NR", "NoRouteFound"},
                                                                       {"URX", "UpstreamRetryLimitExceeded"},
                                                                       {"NC", "NoClusterFound"},
                                                                       {"DT", "DurationTimeout"},
                                                                       {"DC", "DownstreamConnectionTermination"},
                                                                       {"LH", "FailedLocalHealthCheck"},
                                                                       {"UT", "UpstreamRequestTimeout"},
                                                                       {"LR", "LocalReset"},
                                                                       {"UR", "UpstreamRemoteReset"},
                                                                       {"UC", "UpstreamConnectionTermination"},
                                                                       {"SI", "StreamIdleTimeout"},
                                                                       {"DPE", "DownstreamProtocolError"},
                                                                       {"UPE", "UpstreamProtocolError"},
                                                                       {"UMSDR", "UpstreamMaxStreamDurationReached"},
                                                                       {"IH", "InvalidEnvoyRequestHeaders"},
                                                                       {"RL", "RateLimited"},
                                                                       {"DR", "DownstreamRemoteReset"}};
    std::string_view rest = e.responseFlags;
    while (!rest.empty()) {
        const std::string_view flag = rest.substr(0, rest.find(','));
        const auto found = names.find(flag);
        out += found == names.end() ? flag : found->second;
        rest.remove_prefix(std::min(rest.size(), flag.size() + 1));
        if (!rest.empty()) out += ',';
    }
    return !e.responseFlags.empty();
}

bool queryParameters(const Entry& e, const Operator& op, std::string& out)
{
    const std::string_view path = e.requestHeader(":path");
    const auto mark = path.find('?');
    if (mark == std::string_view::npos) return false;
    std::string_view rest = path.substr(mark + 1);
    if (op.text.empty()) return known(out, rest);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) == op.text)
            return out += equals == std::string_view::npos ? "" : pair.substr(equals + 1), true;
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return false;
}

struct Known {
    Operator::Print print;
    bool isNumber = false;
    bool takesParameter = false;
};

const std::map<std::string_view, Known>& operators()
{
    static const std::map<std::string_view, Known> table = {
        {"REQ", {header<&Entry::requestHeader>, false, true}},
        {"RESP", {header<&Entry::responseHeader>, false, true}},
        {"TRAILER", {header<&Entry::responseTrailer>, false, true}},
        {"START_TIME", {startTime, false, true}},
        {"START_TIME_LOCAL", {startTimeLocal, false, true}},
        {"EMIT_TIME", {emitTime, false, true}},
        {"PROTOCOL", {view<&Entry::protocol>}},
        {"RESPONSE_CODE", {count<&Entry::responseCode>, true}},
        {"RESPONSE_CODE_DETAILS", {view<&Entry::responseCodeDetails>, false, true}},
        {"RESPONSE_FLAGS", {view<&Entry::responseFlags>}},
        {"RESPONSE_FLAGS_LONG", {longFlags}},
        {"BYTES_RECEIVED", {count<&Entry::bytesReceived>, true}},
        {"BYTES_SENT", {count<&Entry::bytesSent>, true}},
        {"DURATION", {duration<&Entry::durationUs>, true}},
        {"REQUEST_DURATION", {duration<&Entry::requestDurationUs>, true}},
        {"RESPONSE_DURATION", {duration<&Entry::responseDurationUs>, true}},
        {"RESPONSE_TX_DURATION", {responseTx, true}},
        {"UPSTREAM_HOST", {view<&Entry::upstreamHost>}},
        {"UPSTREAM_HOST_NAME", {upstreamHostName}},
        {"UPSTREAM_CLUSTER", {view<&Entry::upstreamCluster>}},
        {"UPSTREAM_CLUSTER_RAW", {view<&Entry::upstreamCluster>}},
        {"UPSTREAM_PROTOCOL", {view<&Entry::upstreamProtocol>}},
        {"UPSTREAM_REMOTE_ADDRESS", {view<&Entry::upstreamHost>}},
        {"UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", {withoutPort<&Entry::upstreamHost>}},
        {"UPSTREAM_REMOTE_PORT", {portOnly<&Entry::upstreamHost>, true}},
        {"UPSTREAM_TRANSPORT_FAILURE_REASON", {view<&Entry::upstreamFailure>}},
        {"UPSTREAM_REQUEST_ATTEMPT_COUNT", {count<&Entry::attempts>, true}},
        {"DOWNSTREAM_REMOTE_ADDRESS", {view<&Entry::downstreamRemoteAddress>}},
        {"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", {withoutPort<&Entry::downstreamRemoteAddress>}},
        {"DOWNSTREAM_REMOTE_PORT", {portOnly<&Entry::downstreamRemoteAddress>, true}},
        {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS", {view<&Entry::downstreamDirectRemoteAddress>}},
        {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", {withoutPort<&Entry::downstreamDirectRemoteAddress>}},
        {"DOWNSTREAM_LOCAL_ADDRESS", {view<&Entry::downstreamLocalAddress>}},
        {"DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", {withoutPort<&Entry::downstreamLocalAddress>}},
        {"DOWNSTREAM_LOCAL_PORT", {portOnly<&Entry::downstreamLocalAddress>, true}},
        {"REQUESTED_SERVER_NAME", {view<&Entry::requestedServerName>}},
        {"ROUTE_NAME", {view<&Entry::routeName>}},
        {"VIRTUAL_CLUSTER_NAME", {view<&Entry::virtualClusterName>}},
        {"FILTER_CHAIN_NAME", {view<&Entry::filterChainName>}},
        {"LOCAL_REPLY_BODY", {localReply}},
        {"ACCESS_LOG_TYPE", {logType}},
        {"QUERY_PARAM", {queryParameters, false, true}},
        {"QUERY_PARAMS", {queryParameters}},
        {"HOSTNAME", {constant}},
        {"ENVIRONMENT", {constant, false, true}},
    };
    return table;
}

bool isTime(std::string_view name) { return name == "START_TIME" || name == "START_TIME_LOCAL" || name == "EMIT_TIME"; }

std::string lowerCase(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return result;
}

Result<void> setParameter(Operator& op, std::string_view name, std::string_view parameter, bool given)
{
    const bool isHeader = name == "REQ" || name == "RESP" || name == "TRAILER";
    if (isHeader && parameter.empty()) return fail(ErrorCode::Invalid, {}, std::string(name) + " requires parameters");
    if (isHeader) {
        const auto mark = parameter.find('?');
        op.text = lowerCase(parameter.substr(0, mark));
        if (mark != std::string_view::npos) op.alternative = lowerCase(parameter.substr(mark + 1));
        return {};
    }
    op.text = std::string(parameter);
    if (isTime(name) && !given) op.text = defaultTimeFormat;
    if (name == "ENVIRONMENT") {
        const char* value = std::getenv(op.text.c_str());
        op.alternative = value ? value : "";
    } else if (name == "HOSTNAME") {
        std::array<char, 256> host{};
        gethostname(host.data(), host.size() - 1);
        op.alternative = host.data();
    }
    return {};
}

/// Compiles what stands between two percent signs: NAME, NAME(parameter), NAME(parameter):limit.
Result<Operator> compileOperator(std::string_view text)
{
    const auto open = text.find('(');
    const auto close = text.rfind(')');
    const bool given = open != std::string_view::npos && close != std::string_view::npos && close > open;
    std::string_view tail = given
                                ? text.substr(close + 1)
                                : text.substr(text.find(':') == std::string_view::npos ? text.size() : text.find(':'));
    const std::string_view name = text.substr(0, given ? open : text.size() - tail.size());
    const auto known = operators().find(name);
    if (known == operators().end())
        return fail(ErrorCode::Invalid, {}, "Not supported field in StreamInfo: " + std::string(name));
    if (given && !known->second.takesParameter)
        return fail(ErrorCode::Invalid, {}, std::string(name) + " does not take parameters");
    Operator op;
    op.print = known->second.print;
    op.isNumber = known->second.isNumber;
    op.keepsDash = name == "RESPONSE_FLAGS" || name == "RESPONSE_FLAGS_LONG";
    if (tail.starts_with(':')) {
        tail.remove_prefix(1);
        const auto parsed = std::from_chars(tail.data(), tail.data() + tail.size(), op.limit);
        if (parsed.ec != std::errc() || parsed.ptr != tail.data() + tail.size())
            return fail(ErrorCode::Invalid, {}, "Length must be an integer, given: " + std::string(tail));
    }
    const auto set = setParameter(op, name, given ? text.substr(open + 1, close - open - 1) : "", given);
    if (!set) return set.unexpected();
    return op;
}

/// The end of the operator that begins after `begin`: the percent sign outside of parentheses.
std::size_t operatorEnd(std::string_view format, std::size_t begin)
{
    const auto close = format.find('%', begin);
    const auto open = format.find('(', begin);
    if (open == std::string_view::npos || close == std::string_view::npos || open > close) return close;
    const auto shut = format.find(')', open);
    return shut == std::string_view::npos ? shut : format.find('%', shut);
}

} // namespace

Result<std::vector<Operator>> compile(std::string_view format)
{
    std::vector<Operator> result;
    std::string literal;
    const auto flush = [&] {
        if (literal.empty()) return;
        result.emplace_back().text = std::move(literal);
        literal.clear();
    };
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%') {
            literal += format[at];
            continue;
        }
        if (format.substr(at, 2) == "%%") {
            literal += '%';
            ++at;
            continue;
        }
        const std::size_t end = operatorEnd(format, at + 1);
        if (end == std::string_view::npos)
            return fail(ErrorCode::Invalid, {},
                        "Incorrect configuration: " + std::string(format) +
                            ". Expected close of '%' operator at position " + std::to_string(at));
        auto op = compileOperator(format.substr(at + 1, end - at - 1));
        if (!op) return op.unexpected();
        flush();
        result.push_back(std::move(*op));
        at = end;
    }
    flush();
    return result;
}

void appendJsonText(std::string& out, std::string_view value)
{
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') out += "\\n";
        else if (c == '\r') out += "\\r";
        else if (c == '\t') out += "\\t";
        else if (static_cast<unsigned char>(c) < 0x20)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else out += c;
    }
}

} // namespace proxy::log
