// Rules about services that filters, tracers and loggers call (anchors.md 4.3: F07, R03, F26).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace model::check {
namespace {

void tell(const View& owner, const char* field, const Facts& facts, Severity severity, Report& report)
{
    const std::string cluster = owner.text(field);
    if (facts.project.isMissing(cluster) && !facts.isDump())
        report.add(severity, owner.at(field), fmt::format("There must be a cluster '{}'; none is defined", cluster));
}

/// xDS sources have a rule of their own (B02).
void grpcService(const View& service, const Facts& facts, Report& report)
{
    const std::string& place = service.path();
    if (place.find("api_config_source") == std::string::npos && place.find("ads_config") == std::string::npos)
        tell(service, "cluster_name", facts, Severity::Warning, report);
}

void httpService(const View& uri, const Facts& facts, Report& report)
{
    tell(uri, "cluster", facts, Severity::Warning, report);
}

void zipkin(const View& tracer, const Facts& facts, Report& report)
{
    const Severity severity = facts.config.bootstrap ? Severity::Error : Severity::Warning;
    tell(tracer, "collector_cluster", facts, severity, report);
    if (const View uri = tracer.in("collector_service.http_uri")) tell(uri, "cluster", facts, severity, report);
}

void zipkinCollector(const View& tracer, const Facts&, Report& report)
{
    if (!tracer.has("collector_service") && (!tracer.has("collector_cluster") || !tracer.has("collector_endpoint")))
        report.error(tracer.path(), "A zipkin tracer must have 'collector_cluster' and 'collector_endpoint'");
}

void oneExporter(const View& tracer, const Facts&, Report& report)
{
    if (tracer.has("grpc_service") && tracer.has("http_service"))
        report.error(tracer.at("http_service"), "Only one of 'grpc_service' and 'http_service' may be set");
}

void openTelemetryLog(const View& logger, const Facts&, Report& report)
{
    if (!logger.has("grpc_service") && !logger.has("http_service") && !logger.has("common_config.grpc_service"))
        report.error(logger.path(),
                     "The logger must have a 'grpc_service', an 'http_service' or a 'common_config' with one");
}

/// Clusters that a script calls by httpCall, shown on the line of the call.
void luaCalls(const View& filter, const Facts& facts, Report& report)
{
    static const RE2 call(R"(httpCall\(\s*["']([^"']+)["'])");
    for (const char* field : {"default_source_code.inline_string", "inline_code"}) {
        const std::string script = filter.text(field);
        re2::StringPiece rest(script);
        std::string cluster;
        while (RE2::FindAndConsume(&rest, call, &cluster))
            if (facts.project.isMissing(cluster))
                report.addIn(Severity::Warning, filter.at(field), cluster,
                             fmt::format("There must be a cluster '{}'; the call fails without it", cluster));
    }
}

void routedTo(const View& route, const Facts& facts, Report& report)
{
    const std::string cluster = route.text("cluster");
    if (facts.project.isMissing(cluster) && !facts.isDump())
        report.error(route.at("cluster"),
                     fmt::format("There must be a cluster '{}'; requests fail without it", cluster));
}

constexpr const char* zipkinType = "envoy.config.trace.v3.ZipkinConfig";
constexpr std::array rules = {
    TypeRule{"F07", "envoy.config.core.v3.GrpcService.EnvoyGrpc", grpcService},
    TypeRule{"F07", "envoy.config.core.v3.HttpUri", httpService},
    TypeRule{"F07", zipkinType, zipkin},
    TypeRule{"F07", zipkinType, zipkinCollector},
    TypeRule{"F07", "envoy.config.trace.v3.OpenTelemetryConfig", oneExporter},
    TypeRule{"F07", "envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig", openTelemetryLog},
    TypeRule{"F07", "envoy.extensions.filters.http.lua.v3.Lua", luaCalls},
    TypeRule{"R03", "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes.Route", routedTo},
    TypeRule{"R03", "envoy.extensions.filters.network.thrift_proxy.v3.RouteAction", routedTo},
    TypeRule{"R03", "envoy.extensions.filters.network.dubbo_proxy.v3.RouteAction", routedTo},
};

} // namespace

std::span<const TypeRule> serviceTypeRules() { return rules; }

} // namespace model::check
