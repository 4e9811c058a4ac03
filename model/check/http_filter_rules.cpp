// Rules about the settings of single HTTP filters beyond the schema's own constraints, each as its factory in Envoy 1.40 says it
// when it makes the filter (anchors.md 4.3: B04, F16, F17; the rest S04 and S05).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

namespace model::check {
namespace {

bool isJson(const std::string& text)
{
    google::protobuf::Struct parsed;
    return google::protobuf::util::JsonStringToMessage(text, &parsed).ok();
}

void jwtProvider(const View& provider, const Facts&, Report& report)
{
    static const RE2 address("https?://[^/?#]+.*");
    const std::string uri = provider.text("remote_jwks.http_uri.uri"),
                      local = provider.text("local_jwks.inline_string");
    if (!uri.empty() && !RE2::FullMatch(uri, address))
        report.error(
            provider.at("remote_jwks.http_uri.uri"),
            fmt::format("The provider has an invalid URI: '{}'; it must begin with http:// or https:// and a host",
                        uri));
    if (!local.empty() && !isJson(local))
        report.error(provider.at("local_jwks.inline_string"),
                     "The provider has invalid local jwks: Jwks is an invalid JSON");
}

void jwtRequirements(const View& filter, const Facts&, Report& report)
{
    std::set<std::string> known;
    for (const auto& [name, requirement] : filter.entries("requirement_map")) known.insert(name);
    for (const View& rule : filter.all("rules"))
        if (const std::string name = rule.text("requirement_name"); !name.empty() && !known.contains(name))
            report.error(rule.at("requirement_name"),
                         fmt::format("Wrong requirement_name: '{}' is not in 'requirement_map'", name));
}

void authorizationPath(const View& service, const Facts&, Report& report)
{
    if (const std::string prefix = service.text("path_prefix"); !prefix.empty() && !prefix.starts_with('/'))
        report.error(service.at("path_prefix"), fmt::format("path_prefix should start with \"/\", not '{}'", prefix));
}

void transportVersion(const View& service, const Facts&, Report& report)
{
    if (service.text("transport_api_version") == "V2")
        report.error(service.at("transport_api_version"),
                     "The v2 xDS major version has been removed and is no longer supported; V3 must stand here");
}

std::string entriesOf(const View& descriptor)
{
    std::string text;
    for (const View& entry : descriptor.all("entries")) text += entry.text("key") + '=' + entry.text("value") + '\n';
    return text;
}

void localLimit(const View& filter, const Facts&, Report& report)
{
    constexpr std::int64_t least = 50'000'000;
    if (const auto interval = filter.nanoseconds("token_bucket.fill_interval"); interval && *interval < least)
        report.error(filter.at("token_bucket.fill_interval"),
                     "Local rate limit token bucket fill timer must be >= 50ms");
    std::set<std::string> seen;
    for (const View& descriptor : filter.all("descriptors"))
        if (!seen.insert(entriesOf(descriptor)).second)
            report.error(descriptor.path(),
                         "Duplicate descriptor in the local rate descriptor: another has these entries");
}

void healthCheckCache(const View& filter, const Facts&, Report& report)
{
    if (filter.has("cache_time") && !filter.flag("pass_through_mode"))
        report.error(filter.at("cache_time"), "cache_time must not be set when pass_through_mode is disabled");
}

void headerRule(const View& rule, const Facts&, Report& report)
{
    if (!rule.has("header") && !rule.has("cookie"))
        report.error(rule.path(), "One of Cookie or Header option needs to be specified");
    if (rule.has("header") && rule.has("cookie"))
        report.error(rule.at("cookie"), "Cannot specify both header and cookie in the same rule");
    if (!rule.has("on_header_present") && !rule.has("on_header_missing"))
        report.error(rule.path(), "The rule has neither 'on_header_present' nor 'on_header_missing' set");
    if (rule.has("on_header_missing") && rule.text("on_header_missing.value").empty())
        report.error(rule.at("on_header_missing"), "Cannot specify on_header_missing rule with an empty value");
}

void processor(const View& filter, const Facts&, Report& report)
{
    if (filter.has("grpc_service") == filter.has("http_service"))
        report.error(filter.has("http_service") ? filter.at("http_service") : filter.path(),
                     "One and only one of grpc_service or http_service must be configured");
    for (const std::string side : {"request", "response"})
        if (filter.text("processing_mode." + side + "_body_mode") == "FULL_DUPLEX_STREAMED" &&
            filter.text("processing_mode." + side + "_trailer_mode") != "SEND")
            report.error(filter.at("processing_mode." + side + "_body_mode"),
                         fmt::format("FULL_DUPLEX_STREAMED needs the {}_trailer_mode SEND", side));
}

void resolvedBefore(const View& cache, const Facts&, Report& report)
{
    const std::int64_t most = cache.has("max_hosts") ? cache.number("max_hosts") : 1024;
    if (const int count = cache.count("preresolve_hostnames"); count > most)
        report.error(
            cache.at("preresolve_hostnames"),
            fmt::format("DNS Cache configured with preresolve_hostnames={} larger than max_hosts={}", count, most));
}

void successRanges(const View& criteria, const Facts&, Report& report)
{
    for (const View& range : criteria.all("http_success_status"))
        if (range.number("start") >= range.number("end"))
            report.error(range.path(),
                         fmt::format("Invalid HTTP range: [{}, {})", range.number("start"), range.number("end")));
}

void portRange(const View& permission, const Facts&, Report& report)
{
    const View range = permission.in("destination_port_range");
    if (range && range.number("start") >= range.number("end"))
        report.error(range.path(), fmt::format("Range start {} cannot be greater or equal than range end {}",
                                               range.number("start"), range.number("end")));
}

void objectFactory(const View& value, const Facts& facts, Report& report)
{
    const char* field = value.text("factory_key").empty() ? "object_key" : "factory_key";
    const std::string key = value.text(field);
    const auto known = facts.revision.schema()->extensionsOf("filter_state.object");
    if (!key.empty() && !known.empty() &&
        std::ranges::none_of(known, [&](const api::Extension* one) { return one->name == key; }))
        report.error(value.at(field), fmt::format("'{}' does not have an object factory", key));
}

void tagSource(const View& filter, const Facts&, Report& report)
{
    if (!filter.has("ip_tags") && !filter.has("ip_tags_file_provider") && !filter.has("ip_tags_datasource"))
        report.error(filter.path(), "HTTP IP Tagging Filter requires 'ip_tags' or a file of them to be specified");
}

/// RFC 8586: a host with or without port, or a token.
void loopId(const View& filter, const Facts&, Report& report)
{
    static const RE2 form(R"([A-Za-z0-9!#$%&'*+.^_`|~:\[\]-]+)");
    if (const std::string id = filter.text("cdn_id"); !id.empty() && !RE2::FullMatch(id, form))
        report.error(filter.at("cdn_id"), fmt::format("Provided cdn_id \"{}\" is not a valid CDN identifier", id));
}

void keySource(const View& source, const Facts&, Report& report)
{
    if (!source.has("header") && !source.has("query") && !source.has("cookie"))
        report.error(source.path(), "One of 'header'/'query'/'cookie' must be set");
}

void users(const View& filter, const Facts&, Report& report)
{
    const View source = filter.in("users");
    if (source.has("inline_string") && source.text("inline_string").empty())
        report.error(source.path(), "DataSource cannot be empty: the users must stand here");
    std::set<std::string> seen;
    std::string line;
    for (const char c : source.text("inline_string") + '\n')
        if (c != '\n') line += c;
        else {
            const std::string name = line.substr(0, line.find(':'));
            if (!name.empty() && name[0] != '#' && !seen.insert(name).second)
                report.error(source.path(), fmt::format("Basic auth: duplicate users: '{}' stands twice", name));
            line.clear();
        }
}

void cacheChoice(const View& filter, const Facts&, Report& report)
{
    if (!filter.has("typed_config") && !filter.has("disabled"))
        report.error(filter.path(), "At least one of 'typed_config' or 'disabled' must be set");
}

constexpr std::array rules = {
    TypeRule{"F16", "envoy.extensions.filters.http.jwt_authn.v3.JwtProvider", jwtProvider},
    TypeRule{"F16", "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication", jwtRequirements},
    TypeRule{"S04", "envoy.extensions.filters.http.ext_authz.v3.HttpService", authorizationPath},
    TypeRule{"B04", "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", transportVersion},
    TypeRule{"B04", "envoy.config.ratelimit.v3.RateLimitServiceConfig", transportVersion},
    TypeRule{"B04", "envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig", transportVersion},
    TypeRule{"F17", "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit", localLimit},
    TypeRule{"F17", "envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit", localLimit},
    TypeRule{"S05", "envoy.extensions.filters.http.health_check.v3.HealthCheck", healthCheckCache},
    TypeRule{"S05", "envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule", headerRule},
    TypeRule{"S05", "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor", processor},
    TypeRule{"S04", "envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig", resolvedBefore},
    TypeRule{"S04", "envoy.extensions.filters.http.admission_control.v3.AdmissionControl.SuccessCriteria.HttpCriteria",
             successRanges},
    TypeRule{"S04", "envoy.config.rbac.v3.Permission", portRange},
    TypeRule{"S04", "envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue", objectFactory},
    TypeRule{"S05", "envoy.extensions.filters.http.ip_tagging.v3.IPTagging", tagSource},
    TypeRule{"S04", "envoy.extensions.filters.http.cdn_loop.v3.CdnLoopConfig", loopId},
    TypeRule{"S05", "envoy.extensions.filters.http.api_key_auth.v3.KeySource", keySource},
    TypeRule{"S03", "envoy.extensions.filters.http.basic_auth.v3.BasicAuth", users},
    TypeRule{"S05", "envoy.extensions.filters.http.cache.v3.CacheConfig", cacheChoice},
};

} // namespace

std::span<const TypeRule> httpFilterTypeRules() { return rules; }

} // namespace model::check
