#include "model/import/names.h"

#include "model/api/schema.h"

#include "udpa/annotations/versioning.pb.h"

#include <google/protobuf/descriptor.pb.h>

#include <map>

namespace model::import {
namespace {

// reference: Envoy's extension name table of 1.14 (deprecated names), docs/root/version_history.
const std::map<std::string, std::string, std::less<>>& extensionNames()
{
    static const std::map<std::string, std::string, std::less<>> names = [] {
        std::map<std::string, std::string, std::less<>> all;
        for (const char* n : {"http_connection_manager", "tcp_proxy", "ratelimit", "client_ssl_auth", "echo",
                              "redis_proxy", "mongo_proxy", "thrift_proxy"})
            all[std::string("envoy.") + n] = std::string("envoy.filters.network.") + n;
        for (const char* n :
             {"router", "cors", "fault", "buffer", "gzip", "lua", "health_check", "grpc_web", "grpc_json_transcoder",
              "grpc_http1_bridge", "ip_tagging", "squash", "csrf", "ext_authz", "dynamo"})
            all[std::string("envoy.") + n] = std::string("envoy.filters.http.") + n;
        all["envoy.rate_limit"] = "envoy.filters.http.ratelimit";
        for (const char* n : {"tls_inspector", "original_dst", "proxy_protocol", "http_inspector", "original_src"})
            all[std::string("envoy.listener.") + n] = std::string("envoy.filters.listener.") + n;
        all["envoy.file_access_log"] = "envoy.access_loggers.file";
        all["envoy.http_grpc_access_log"] = "envoy.access_loggers.http_grpc";
        all["tls"] = "envoy.transport_sockets.tls";
        all["raw_buffer"] = "envoy.transport_sockets.raw_buffer";
        for (const char* n : {"zipkin", "lightstep", "dynamic.ot"})
            all[std::string("envoy.") + n] = std::string("envoy.tracers.") + n;
        for (const char* n : {"statsd", "dog_statsd", "metrics_service"})
            all[std::string("envoy.") + n] = std::string("envoy.stat_sinks.") + n;
        return all;
    }();
    return names;
}

} // namespace

std::string extensionName(std::string_view name)
{
    const auto found = extensionNames().find(name);
    return found == extensionNames().end() ? std::string(name) : found->second;
}

std::string v2ConfigType(std::string_view extension)
{
    static const std::map<std::string, std::string, std::less<>> types = {
        {"envoy.filters.network.http_connection_manager",
         "envoy.config.filter.network.http_connection_manager.v2.HttpConnectionManager"},
        {"envoy.filters.network.tcp_proxy", "envoy.config.filter.network.tcp_proxy.v2.TcpProxy"},
        {"envoy.filters.network.redis_proxy", "envoy.config.filter.network.redis_proxy.v2.RedisProxy"},
        {"envoy.filters.network.mongo_proxy", "envoy.config.filter.network.mongo_proxy.v2.MongoProxy"},
        {"envoy.filters.network.thrift_proxy", "envoy.config.filter.network.thrift_proxy.v2alpha1.ThriftProxy"},
        {"envoy.filters.network.ratelimit", "envoy.config.filter.network.rate_limit.v2.RateLimit"},
        {"envoy.filters.network.client_ssl_auth", "envoy.config.filter.network.client_ssl_auth.v2.ClientSSLAuth"},
        {"envoy.filters.network.ext_authz", "envoy.config.filter.network.ext_authz.v2.ExtAuthz"},
        {"envoy.filters.network.rbac", "envoy.config.filter.network.rbac.v2.RBAC"},
        {"envoy.filters.http.router", "envoy.config.filter.http.router.v2.Router"},
        {"envoy.filters.http.fault", "envoy.config.filter.http.fault.v2.HTTPFault"},
        {"envoy.filters.http.buffer", "envoy.config.filter.http.buffer.v2.Buffer"},
        {"envoy.filters.http.gzip", "envoy.config.filter.http.gzip.v2.Gzip"},
        {"envoy.filters.http.lua", "envoy.config.filter.http.lua.v2.Lua"},
        {"envoy.filters.http.health_check", "envoy.config.filter.http.health_check.v2.HealthCheck"},
        {"envoy.filters.http.ratelimit", "envoy.config.filter.http.rate_limit.v2.RateLimit"},
        {"envoy.filters.http.ext_authz", "envoy.config.filter.http.ext_authz.v2.ExtAuthz"},
        {"envoy.filters.http.rbac", "envoy.config.filter.http.rbac.v2.RBAC"},
        {"envoy.filters.http.jwt_authn", "envoy.config.filter.http.jwt_authn.v2alpha.JwtAuthentication"},
        {"envoy.filters.http.ip_tagging", "envoy.config.filter.http.ip_tagging.v2.IPTagging"},
        {"envoy.filters.http.squash", "envoy.config.filter.http.squash.v2.Squash"},
        {"envoy.filters.http.csrf", "envoy.config.filter.http.csrf.v2.CsrfPolicy"},
        {"envoy.filters.http.grpc_json_transcoder", "envoy.config.filter.http.transcoder.v2.GrpcJsonTranscoder"},
        {"envoy.access_loggers.file", "envoy.config.accesslog.v2.FileAccessLog"},
        {"envoy.access_loggers.http_grpc", "envoy.config.accesslog.v2.HttpGrpcAccessLogConfig"},
        {"envoy.tracers.zipkin", "envoy.config.trace.v2.ZipkinConfig"},
        {"envoy.tracers.lightstep", "envoy.config.trace.v2.LightstepConfig"},
        {"envoy.tracers.dynamic_ot", "envoy.config.trace.v2.DynamicOtConfig"},
        {"envoy.stat_sinks.statsd", "envoy.config.metrics.v2.StatsdSink"},
        {"envoy.stat_sinks.dog_statsd", "envoy.config.metrics.v2.DogStatsdSink"},
    };
    const auto found = types.find(extension);
    return found == types.end() ? std::string() : found->second;
}

std::string successorOf(std::string_view v2Message)
{
    static const std::map<std::string, std::string, std::less<>> successors = [] {
        std::map<std::string, std::string, std::less<>> all;
        for (const auto* type : api::builtIn()->messages()) {
            google::protobuf::MessageOptions options; // the catalog's descriptors carry extensions as unknown fields
            options.ParseFromString(type->options().SerializeAsString());
            const std::string& previous = options.GetExtension(udpa::annotations::versioning).previous_message_type();
            if (!previous.empty()) all.emplace(previous, type->full_name());
        }
        return all;
    }();
    const auto found = successors.find(v2Message);
    return found == successors.end() ? std::string() : found->second;
}

} // namespace model::import
