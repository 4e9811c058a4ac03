// What an access log line can be made of, and the compiled form of a format.
#pragma once

#include "model/base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proxy::log {

/// What the log may ask about a finished request or connection. Implemented by the data plane over its own state; empty
/// views and negative numbers mean "not known" and print as "-"; of a header, a view without data. Views need to live until the
/// line is written.
class Entry {
public:
    using Clock = std::chrono::system_clock;
    virtual ~Entry() = default;
    /// Lower-case name, pseudo headers included (":method", ":path", ":authority"); several values joined by ",".
    virtual std::string_view requestHeader(std::string_view name) const = 0;
    virtual std::string_view responseHeader(std::string_view name) const = 0;
    virtual std::string_view responseTrailer(std::string_view) const { return {}; }

    Clock::time_point start;   ///< Of the request.
    std::string_view protocol; ///< "HTTP/1.1"
    unsigned responseCode = 0;
    std::string_view responseCodeDetails;           ///< "via_upstream"
    std::string_view responseFlags;                 ///< "URX,UF", in the order they were set
    std::uint64_t bytesReceived = 0, bytesSent = 0; ///< Bodies only.
    std::int64_t durationUs = -1;                   ///< Start to end.
    std::int64_t requestDurationUs = -1;            ///< Start to last byte of the request.
    std::int64_t responseDurationUs = -1;           ///< Start to first byte from upstream.
    std::int64_t responseLastDurationUs = -1;       ///< Start to last byte sent downstream.
    std::string_view upstreamHost, upstreamCluster, upstreamFailure, upstreamHostName, upstreamProtocol;
    unsigned attempts = 0;
    std::string_view downstreamRemoteAddress, downstreamLocalAddress, downstreamDirectRemoteAddress;
    std::string_view routeName, virtualClusterName, filterChainName, requestedServerName;
    bool isHttp = true;
};

/// One operator, "%REQ(A?B):10%", compiled.
struct Operator {
    using Print = bool (*)(const Entry&, const Operator&, std::string&);
    Print print = nullptr; ///< Appends the value; false: not known. nullptr: literal text.
    std::string text;      ///< Literal, header name, time format.
    std::string alternative;
    std::size_t limit = std::string::npos;
    bool isNumber = false;  ///< JSON keeps it a number when it stands alone.
    bool keepsDash = false; ///< RESPONSE_FLAGS prints "-" also with omit_empty_values.
};

/// Compiles "text %OP% text". Errors have Envoy's text: "Not supported field in StreamInfo: X".
model::Result<std::vector<Operator>> compile(std::string_view format);

/// Appends `value` escaped for a JSON string.
void appendJsonText(std::string& out, std::string_view value);

} // namespace proxy::log
