#include "proxy/filter/http_manager.h"

#include "proxy/filter/route_table.h"

#include "envoy/extensions/access_loggers/file/v3/file.pb.h"
#include "envoy/extensions/access_loggers/stream/v3/stream.pb.h"
#include "envoy/extensions/filters/http/router/v3/router.pb.h"

namespace proxy::runtime {
namespace {

using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using model::ErrorCode;
using model::fail;
using model::Result;

std::int64_t milliseconds(const google::protobuf::Duration& duration)
{
    return duration.seconds() * 1000 + duration.nanos() / 1000000;
}

void readTimeouts(const HttpConnectionManager& message, HttpManager& manager)
{
    const auto& common = message.common_http_protocol_options();
    if (common.has_idle_timeout()) manager.idleTimeout = milliseconds(common.idle_timeout());
    if (message.has_stream_idle_timeout()) manager.streamIdleTimeout = milliseconds(message.stream_idle_timeout());
    manager.requestTimeout = milliseconds(message.request_timeout());
    manager.requestHeadersTimeout = milliseconds(message.request_headers_timeout());
    if (message.has_delayed_close_timeout())
        manager.delayedCloseTimeout = milliseconds(message.delayed_close_timeout());
    if (message.has_drain_timeout()) manager.drainTimeout = milliseconds(message.drain_timeout());
    if (common.has_max_headers_count()) manager.limits.fields = common.max_headers_count().value();
    manager.maxRequestsPerConnection = common.max_requests_per_connection().value();
    if (message.has_max_request_headers_kb()) manager.limits.bytes = message.max_request_headers_kb().value() * 1024;
}

void readHeaderRules(const HttpConnectionManager& message, HttpManager& manager)
{
    if (!message.server_name().empty()) manager.serverName = message.server_name();
    manager.serverHeader = static_cast<HttpManager::ServerHeader>(message.server_header_transformation());
    if (message.has_generate_request_id()) manager.generateRequestId = message.generate_request_id().value();
    manager.alwaysSetRequestIdInResponse = message.always_set_request_id_in_response();
    manager.useRemoteAddress = message.use_remote_address().value();
    manager.keepsRequestId = message.preserve_external_request_id();
    manager.skipXffAppend = message.skip_xff_append();
    manager.stripAnyPort = message.strip_any_host_port();
}

/// The format that a logger's message asks for; Envoy's default line without one.
template <class Logger> Result<log::Format> formatOf(const Logger& logger)
{
    if (logger.has_log_format()) return log::Format::compile(logger.log_format());
    return log::Format::compile(log::defaultFormat);
}

Result<log::Format> formatOf(const envoy::extensions::access_loggers::file::v3::FileAccessLog& logger)
{
    if (logger.has_log_format()) return log::Format::compile(logger.log_format());
    if (logger.has_json_format()) return log::Format::compile(logger.json_format(), false);
    if (logger.has_typed_json_format()) return log::Format::compile(logger.typed_json_format(), false);
    return log::Format::compile(logger.format().empty() ? log::defaultFormat : logger.format().c_str());
}

Result<AccessLog> compileLog(const envoy::config::accesslog::v3::AccessLog& message)
{
    namespace loggers = envoy::extensions::access_loggers;
    loggers::file::v3::FileAccessLog file;
    loggers::stream::v3::StdoutAccessLog output;
    loggers::stream::v3::StderrAccessLog errors;
    auto made = [](Result<log::Format> format, Result<std::shared_ptr<log::File>> sink) -> Result<AccessLog> {
        if (!format) return format.unexpected();
        if (!sink) return sink.unexpected();
        return AccessLog{std::move(*format), std::move(*sink)};
    };
    if (message.typed_config().UnpackTo(&file)) return made(formatOf(file), log::File::open(file.path()));
    if (message.typed_config().UnpackTo(&output)) return made(formatOf(output), log::File::standardOutput());
    if (message.typed_config().UnpackTo(&errors)) return made(formatOf(errors), log::File::standardError());
    return fail(ErrorCode::Unsupported, "access_log", "'" + message.name() + "' is not supported by this proxy");
}

/// The only HTTP filter there is: the router, once. What is wrong is said in Envoy's words.
Result<void> readFilters(const HttpConnectionManager& message, HttpManager& manager)
{
    using envoy::extensions::filters::http::router::v3::Router;
    for (const auto& filter : message.http_filters())
        if (!filter.typed_config().Is<Router>()) // Without a typed_config; any other was refused before.
            return fail(ErrorCode::Unsupported, {},
                        "Didn't find a registered implementation for '" + filter.name() + "' with type URL: ''");
    if (message.http_filters_size() == 0)
        return fail(ErrorCode::Unsupported, "http_filters", "the router filter is missing");
    if (message.http_filters_size() > 1)
        return fail(ErrorCode::Invalid, {},
                    "Error: terminal filter named " + message.http_filters(0).name() +
                        " of type envoy.filters.http.router must be the last filter in a http filter chain.");
    Router router;
    if (!message.http_filters(0).typed_config().UnpackTo(&router))
        return fail(ErrorCode::Malformed, "http_filters[0]", "Unable to unpack as Router");
    manager.suppressEnvoyHeaders = router.suppress_envoy_headers();
    return {};
}

} // namespace

Result<std::shared_ptr<const HttpManager>> compileHttpManager(const envoy::config::listener::v3::Filter& filter,
                                                              std::size_t bufferLimit,
                                                              std::shared_ptr<const RouteTable>& routes,
                                                              std::string& rdsName)
{
    auto manager = std::make_shared<HttpManager>();
    auto& message = manager->message;
    if (!filter.typed_config().UnpackTo(&message))
        return fail(ErrorCode::Malformed, filter.name(), "Unable to unpack as HttpConnectionManager");
    if (message.codec_type() != HttpConnectionManager::AUTO && message.codec_type() != HttpConnectionManager::HTTP1)
        return fail(ErrorCode::Unsupported, "codec_type",
                    "codec_type " + HttpConnectionManager::CodecType_Name(message.codec_type()) +
                        " is not supported by this proxy");
    manager->statPrefix = message.stat_prefix();
    manager->bufferLimit = bufferLimit;
    readTimeouts(message, *manager);
    readHeaderRules(message, *manager);
    if (auto done = readFilters(message, *manager); !done) return done.unexpected();
    for (const auto& logger : message.access_log()) {
        auto compiled = compileLog(logger);
        if (!compiled) return compiled.unexpected();
        manager->logs.push_back(std::move(*compiled));
    }
    rdsName = message.rds().route_config_name();
    if (message.has_route_config()) {
        auto compiled = compileRoutes(message.route_config());
        if (!compiled) return compiled.unexpected();
        routes = *compiled;
    } else if (rdsName.empty()) {
        return fail(ErrorCode::Invalid, "route_specifier", "one of route_config and rds is needed");
    }
    return std::shared_ptr<const HttpManager>(std::move(manager));
}

} // namespace proxy::runtime
