// The grammar is that of Envoy's SubstitutionFormatParser: "%%" is a percent sign, and else every "%" begins
// %NAME%, %NAME(parameters)%, %NAME:length% or both, NAME of capitals, digits and underscores. The operators are those
// that Envoy 1.40 takes in validate mode (each was tried), by whether they take parameters.
#include "model/check/format.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <string>

namespace model::check {
namespace {

// Each name between blanks.
constexpr std::string_view bare =
    " ACCESS_LOG_TYPE BYTES_RECEIVED BYTES_RETRANSMITTED BYTES_SENT CONNECTION_ID CONNECTION_TERMINATION_DETAILS "
    "CUSTOM_FLAGS"
    " DOWNSTREAM_CX_RTT DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT"
    " DOWNSTREAM_DETECTED_CLOSE_TYPE DOWNSTREAM_DIRECT_LOCAL_ADDRESS DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID "
    "DOWNSTREAM_DIRECT_LOCAL_PORT"
    " DOWNSTREAM_DIRECT_REMOTE_ADDRESS DOWNSTREAM_DIRECT_REMOTE_PORT DOWNSTREAM_HANDSHAKE_DURATION "
    "DOWNSTREAM_HEADER_BYTES_RECEIVED"
    " DOWNSTREAM_HEADER_BYTES_SENT DOWNSTREAM_LOCAL_ADDRESS DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID "
    "DOWNSTREAM_LOCAL_CLOSE_REASON"
    " DOWNSTREAM_LOCAL_DNS_SAN DOWNSTREAM_LOCAL_EMAIL_SAN DOWNSTREAM_LOCAL_IP_SAN DOWNSTREAM_LOCAL_OTHERNAME_SAN "
    "DOWNSTREAM_LOCAL_PORT"
    " DOWNSTREAM_LOCAL_SUBJECT DOWNSTREAM_LOCAL_URI_SAN DOWNSTREAM_PEER_CERT DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1"
    " DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256 DOWNSTREAM_PEER_CHAIN_SERIALS DOWNSTREAM_PEER_DNS_SAN "
    "DOWNSTREAM_PEER_EMAIL_SAN"
    " DOWNSTREAM_PEER_FINGERPRINT_1 DOWNSTREAM_PEER_FINGERPRINT_256 DOWNSTREAM_PEER_IP_SAN DOWNSTREAM_PEER_ISSUER"
    " DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256 DOWNSTREAM_PEER_ISSUER_SERIAL DOWNSTREAM_PEER_OTHERNAME_SAN "
    "DOWNSTREAM_PEER_SERIAL"
    " DOWNSTREAM_PEER_SUBJECT DOWNSTREAM_PEER_URI_SAN DOWNSTREAM_REMOTE_ADDRESS DOWNSTREAM_REMOTE_PORT "
    "DOWNSTREAM_TLS_CIPHER"
    " DOWNSTREAM_TLS_GROUP DOWNSTREAM_TLS_SESSION_ID DOWNSTREAM_TLS_VERSION DOWNSTREAM_TRANSPORT_FAILURE_REASON"
    " DOWNSTREAM_WIRE_BYTES_RECEIVED DOWNSTREAM_WIRE_BYTES_SENT DURATION FILTER_CHAIN_NAME GRPC_STATUS_NUMBER HOSTNAME "
    "LISTENER_NAME"
    " LOCAL_REPLY_BODY PACKETS_RETRANSMITTED PROTOCOL REQUEST_DURATION REQUEST_HEADERS_BYTES REQUEST_TX_DURATION "
    "RESPONSE_CODE"
    " RESPONSE_DURATION RESPONSE_FLAGS RESPONSE_FLAGS_LONG RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES "
    "RESPONSE_TX_DURATION"
    " ROUNDTRIP_DURATION ROUTE_NAME ROUTE_RESOLUTION_COUNT ROUTE_RESOLUTION_TIME_US SPAN_ID STREAM_ID "
    "TLS_JA3_FINGERPRINT"
    " TLS_JA4_FINGERPRINT TRACE_ID UNIQUE_ID UPSTREAM_CLUSTER"
    " UPSTREAM_CLUSTER_RAW UPSTREAM_CONNECTION_ID UPSTREAM_CONNECTION_IDS_ATTEMPTED "
    "UPSTREAM_CONNECTION_POOL_READY_DURATION"
    " UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT UPSTREAM_DETECTED_CLOSE_TYPE"
    " UPSTREAM_HEADER_BYTES_RECEIVED UPSTREAM_HEADER_BYTES_SENT UPSTREAM_HOST UPSTREAM_HOSTS_ATTEMPTED "
    "UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT"
    " UPSTREAM_HOST_NAME UPSTREAM_HOST_NAMES_ATTEMPTED UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT "
    "UPSTREAM_HOST_NAME_WITHOUT_PORT"
    " UPSTREAM_LOCAL_ADDRESS UPSTREAM_LOCAL_CLOSE_REASON UPSTREAM_LOCAL_DNS_SAN UPSTREAM_LOCAL_IP_SAN "
    "UPSTREAM_LOCAL_PORT"
    " UPSTREAM_LOCAL_URI_SAN UPSTREAM_PEER_CERT UPSTREAM_PEER_DNS_SAN UPSTREAM_PEER_IP_SAN UPSTREAM_PEER_ISSUER "
    "UPSTREAM_PEER_SUBJECT"
    " UPSTREAM_PEER_URI_SAN UPSTREAM_PROTOCOL UPSTREAM_REMOTE_ADDRESS UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID "
    "UPSTREAM_REMOTE_PORT"
    " UPSTREAM_REQUEST_ATTEMPT_COUNT UPSTREAM_SERVER_NAME UPSTREAM_TLS_CIPHER UPSTREAM_TLS_GROUP "
    "UPSTREAM_TLS_SESSION_ID UPSTREAM_TLS_VERSION"
    " UPSTREAM_TRANSPORT_FAILURE_REASON UPSTREAM_WIRE_BYTES_RECEIVED UPSTREAM_WIRE_BYTES_SENT VIRTUAL_CLUSTER_NAME ";

constexpr std::string_view withOptions =
    " CEL DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT "
    "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"
    " DOWNSTREAM_PEER_CERT_V_END DOWNSTREAM_PEER_CERT_V_START DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT EMIT_TIME "
    "EMIT_TIME_LOCAL FILTER_STATE"
    " GRPC_STATUS METADATA PATH QUERY_PARAMS REQUESTED_SERVER_NAME RESPONSE_CODE_DETAILS START_TIME START_TIME_LOCAL "
    "TYPED_CEL"
    " UPSTREAM_FILTER_STATE UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT UPSTREAM_PEER_CERT_V_END UPSTREAM_PEER_CERT_V_START"
    " UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT ";

constexpr std::string_view withParameters = " CLUSTER_METADATA COALESCE COMMON_DURATION DYNAMIC_METADATA ENVIRONMENT "
                                            "QUERY_PARAM REQ REQUEST_HEADER RESP RESPONSE_HEADER"
                                            " RESPONSE_TRAILER TRAILER UPSTREAM_METADATA ";

bool has(std::string_view names, std::string_view name)
{
    return names.find(fmt::format(" {} ", name)) != std::string_view::npos;
}

/// One operator without its percent signs.
struct Operator {
    std::string name, parameters, length;
};

std::string badHeaders(const Operator& op)
{
    const auto second = op.parameters.find('?');
    if (second != std::string::npos && op.parameters.find('?', second + 1) != std::string::npos)
        return fmt::format("%{}% takes at most one alternative header", op.name);
    if (op.parameters.find_first_of(" \t\n") != std::string::npos)
        return fmt::format("%{}({})% has a blank in a header name", op.name, op.parameters);
    return {};
}

std::string parameterError(const Operator& op)
{
    if (op.name == "REQ" || op.name == "RESP" || op.name == "TRAILER" || op.name.ends_with("_HEADER") ||
        op.name == "RESPONSE_TRAILER")
        return badHeaders(op);
    if (op.name == "GRPC_STATUS" && !op.parameters.empty() && op.parameters != "CAMEL_STRING" &&
        op.parameters != "SNAKE_STRING" && op.parameters != "NUMBER")
        return fmt::format("%GRPC_STATUS% takes CAMEL_STRING, SNAKE_STRING or NUMBER, not '{}'", op.parameters);
    if ((op.name == "FILTER_STATE" || op.name == "UPSTREAM_FILTER_STATE" || op.name == "METADATA") &&
        op.parameters.empty())
        return fmt::format("%{}% needs parameters in parentheses", op.name);
    return {};
}

std::string operatorError(const Operator& op, bool hasExtensions)
{
    const bool isBare = has(bare, op.name), needs = has(withParameters, op.name);
    if (!isBare && !needs && !has(withOptions, op.name))
        return hasExtensions ? std::string() : fmt::format("There is no operator %{}%", op.name);
    if (isBare && (!op.parameters.empty() || !op.length.empty()))
        return fmt::format("%{}% takes neither parameters nor a length", op.name);
    if (needs && op.parameters.empty()) return fmt::format("%{}% needs parameters in parentheses", op.name);
    return parameterError(op);
}

} // namespace

std::string formatError(std::string_view format, bool hasExtensions)
{
    static const RE2 pattern(R"((?s)%([A-Z0-9_]+)(?:\((.*?)\))?(?::([0-9]+))?%)");
    for (std::size_t at = format.find('%'); at != std::string_view::npos; at = format.find('%', at)) {
        if (format.compare(at, 2, "%%") == 0) {
            at += 2;
            continue;
        }
        re2::StringPiece rest(format.data() + at, format.size() - at);
        const re2::StringPiece before = rest;
        Operator op;
        if (!RE2::Consume(&rest, pattern, &op.name, &op.parameters, &op.length))
            return fmt::format("A '%' begins no operator: '{}'; write %% for a percent sign", format.substr(at, 24));
        if (std::string error = operatorError(op, hasExtensions); !error.empty()) return error;
        at += before.size() - rest.size();
    }
    return {};
}

} // namespace model::check
