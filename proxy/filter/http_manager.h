// The HTTP connection manager's configuration, compiled.
#pragma once

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "proxy/http/head.h"
#include "proxy/log/format.h"
#include "proxy/log/sink.h"
#include "proxy/runtime/config.h"

#include <memory>
#include <string>
#include <vector>

namespace proxy::runtime {

/// One access log: what a line looks like and where it goes.
struct AccessLog {
    log::Format format;
    std::shared_ptr<log::File> file;
};

/// Immutable; shared by all connections of a listener.
struct HttpManager {
    enum class ServerHeader { Overwrite, AppendIfAbsent, PassThrough };
    std::string statPrefix;
    std::string serverName = "envoy";
    ServerHeader serverHeader = ServerHeader::Overwrite;
    http::Limits limits;
    bool generateRequestId = true;
    bool alwaysSetRequestIdInResponse = false;
    bool useRemoteAddress = false;
    bool keepsRequestId = false; ///< preserve_external_request_id.
    bool skipXffAppend = false;
    bool suppressEnvoyHeaders = false;
    bool stripAnyPort = false;
    std::int64_t idleTimeout = 3600000; ///< Milliseconds; 0: none. Likewise below.
    std::int64_t streamIdleTimeout = 300000;
    std::int64_t requestTimeout = 0;
    std::int64_t requestHeadersTimeout = 0;
    std::int64_t delayedCloseTimeout = 1000;
    std::int64_t drainTimeout = 5000;
    std::uint32_t maxRequestsPerConnection = 0;
    std::size_t bufferLimit = 1024 * 1024;
    std::vector<AccessLog> logs;
    envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager message;
};

/// Errors name the field. `routes` receives the inline route_config; `rdsName` the name of one from RDS.
model::Result<std::shared_ptr<const HttpManager>> compileHttpManager(const envoy::config::listener::v3::Filter& filter,
                                                                     std::size_t bufferLimit,
                                                                     std::shared_ptr<const RouteTable>& routes,
                                                                     std::string& rdsName);

} // namespace proxy::runtime
