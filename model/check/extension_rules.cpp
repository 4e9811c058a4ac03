// Rules about single filters and what they are given (anchors.md 4.3: F19 to F21, S03 about kinds of extensions).
#include "model/check/lua_syntax.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace model::check {
namespace {

void faultShare(const View& filter, const Facts&, Report& report)
{
    for (const char* field : {"abort", "delay"})
        if (filter.has(field) && filter.number(std::string(field) + ".percentage.numerator") == 0 &&
            !filter.has("headers") && !filter.has(std::string(field) + ".header_abort") &&
            !filter.has(std::string(field) + ".header_delay"))
            report.warning(filter.at(field), "No request is touched: 'percentage' is not set, which is 0 %");
}

void luaHandlers(const View& filter, const Facts&, Report& report)
{
    if (filter.has("inline_code") && filter.has("default_source_code"))
        report.error(filter.at("default_source_code"),
                     "Only one of 'inline_code' and 'default_source_code' may be set");
    for (const char* field : {"default_source_code.inline_string", "inline_code"}) {
        const std::string script = filter.text(field);
        const bool called = script.find("envoy_on_request") != std::string::npos ||
                            script.find("envoy_on_response") != std::string::npos;
        if (!script.empty() && !called)
            report.warning(filter.at(field),
                           "The script is never called: it has neither 'envoy_on_request' nor 'envoy_on_response'");
    }
}

void luaSource(const View& source, const char* field, Report& report)
{
    const std::string script = source.text(field);
    if (const LuaError error = script.empty() ? LuaError() : luaError(script))
        report.addLine(Severity::Error, source.at(field), error.line,
                       fmt::format("Script load error: line {}: {}", error.line, error.message));
}

/// Envoy loads every script when it reads the filter.
void luaSyntax(const View& filter, const Facts&, Report& report)
{
    luaSource(filter, "inline_code", report);
    for (const char* field : {"default_source_code", "source_code"})
        if (const View source = filter.in(field)) {
            luaSource(source, "inline_string", report);
            luaSource(source, "inline_bytes", report);
        }
    for (const auto& [name, source] : filter.entries("source_codes")) luaSource(source, "inline_string", report);
}

/// The response of a custom response policy that redirects.
void customRedirect(const View& policy, const Facts&, Report& report)
{
    const auto hasFragment = [&](const char* field) { return policy.text(field).find('#') != std::string::npos; };
    for (const char* field : {"uri", "redirect_action.path_redirect"})
        if (hasFragment(field))
            report.error(policy.at(field), fmt::format("'{}' must not have a fragment", policy.text(field)));
    for (const char* field : {"redirect_action.prefix_rewrite", "redirect_action.regex_rewrite"})
        if (policy.has(field))
            report.error(policy.at(field), "A custom response takes no prefix_rewrite and no regex_rewrite");
}

void moduleSource(const View& config, const Facts&, Report& report)
{
    if (!config.has("name") && !config.has("module"))
        report.error(config.path(), "A dynamic module needs a 'name' or a 'module'");
    for (const char* field : {"module.local.inline_bytes", "module.local.inline_string"})
        if (config.has(field))
            report.error(config.at(field), "A module comes from a file or a remote source, not out of the text");
}

void tapMatch(const View& config, const Facts&, Report& report)
{
    if (!config.has("match") && !config.has("match_config")) report.error(config.path(), "A tap must have a 'match'");
}

void tapToAdmin(const View& tap, const Facts& facts, Report& report)
{
    for (const View& sink : tap.all("common_config.static_config.output_config.sinks"))
        if (sink.has("streaming_admin") && !tap.has("common_config.admin_config") && facts.config.bootstrap)
            report.error(sink.at("streaming_admin"), "A tap that streams to the admin page needs 'admin_config'");
}

void eventActions(const View& entry, const Facts&, Report& report)
{
    const View rule = entry.in("rule");
    if (rule && !rule.has("on_present") && !rule.has("on_missing") && !rule.has("on_error"))
        report.error(rule.path(), "One of 'on_present', 'on_missing' and 'on_error' must be set");
}

/// A known extension of another category than the place takes: a network filter among the HTTP filters.
void kind(const View& owner, const Facts& facts, const char* category, const char* field, Report& report)
{
    const std::string type(owner.typeIn(field));
    if (type.empty()) return;
    const auto kinds = facts.revision.schema()->extensionsOf(category);
    const auto takes = [&](const api::Extension* one) {
        return std::ranges::find(one->typeUrls, type) != one->typeUrls.end();
    };
    if (!kinds.empty() && std::ranges::none_of(kinds, takes) && !type.ends_with(".TypedStruct") &&
        facts.revision.schema()->message(type) != nullptr)
        report.error(owner.at(field) + ".@type", fmt::format("'{}' is no extension of the kind {}", type, category));
}

void kindOfHttpFilter(const View& f, const Facts& facts, Report& report)
{
    const bool isUpstream = f.path().find("typed_extension_protocol_options") != std::string::npos;
    kind(f, facts, isUpstream ? "envoy.filters.http.upstream" : "envoy.filters.http", "typed_config", report);
}
/// Settings for routes in the place of the filter's own.
void settingsOfRoute(const View& f, const Facts& facts, Report& report)
{
    const std::string type(f.typeIn("typed_config"));
    if (!type.ends_with("PerRoute") && !type.ends_with(".PerRouteConfig")) return;
    for (const api::Extension* extension : facts.revision.schema()->extensionsOf("envoy.filters.http"))
        if (std::ranges::find(extension->typeUrls, type) != extension->typeUrls.end() &&
            extension->typeUrls.size() > 1) {
            const auto& own = extension->typeUrls;
            report.error(f.at("typed_config") + ".@type",
                         fmt::format("Unable to unpack as {}: '{}' is for routes ('typed_per_filter_config')",
                                     own[0] == type ? own[1] : own[0], type));
        }
}
/// A TypedStruct stands for the type that it names.
void namelessStruct(const View& structure, const Facts&, Report& report)
{
    if (structure.text("type_url").empty())
        report.error(structure.at("type_url"),
                     "Didn't find a registered implementation with type URL '': a TypedStruct "
                     "must have a 'type_url'");
}
void kindOfNetworkFilter(const View& f, const Facts& facts, Report& report)
{
    kind(f, facts, "envoy.filters.network", "typed_config", report);
}
void kindOfAccessLog(const View& f, const Facts& facts, Report& report)
{
    kind(f, facts, "envoy.access_loggers", "typed_config", report);
}

void withoutType(const View& extension, Report& report)
{
    report.error(extension.path(),
                 fmt::format("Didn't find a registered implementation for '{}' with type URL: '': there must be a "
                             "'typed_config' with '@type'",
                             extension.text("name")));
}

/// Extensions with a name and a typed_config, which alone tells what they are.
void namedExtension(const View& extension, const Facts&, Report& report)
{
    if (!extension.has("typed_config") && !extension.has("config_discovery")) withoutType(extension, report);
}

void requestId(const View& extension, const Facts&, Report& report)
{
    if (extension.has("typed_config") && extension.typeIn("typed_config").empty()) withoutType(extension, report);
}

void socketOfMatch(const View& match, const Facts&, Report& report)
{
    if (!match.has("transport_socket"))
        report.error(match.path(), "Didn't find a registered implementation for '' with type URL: '': the match must "
                                   "have a 'transport_socket'");
}

/// SETTINGS of HTTP/2 by number (RFC 9113 6.5.2, RFC 8441) beside the fields that stand for them.
void http2Settings(const View& options, const Facts&, Report& report)
{
    const std::array<std::pair<std::int64_t, const char*>, 4> named = {{{1, "hpack_table_size"},
                                                                        {3, "max_concurrent_streams"},
                                                                        {4, "initial_stream_window_size"},
                                                                        {8, "allow_connect"}}};
    std::map<std::int64_t, std::int64_t> seen;
    for (const View& one : options.all("custom_settings_parameters")) {
        const std::int64_t id = one.number("identifier"), value = one.number("value");
        if (id == 2 && value != 0)
            report.error(one.path(),
                         "Server push is not supported by Envoy and can not be enabled via a SETTINGS parameter");
        if (const auto [first, isNew] = seen.emplace(id, value); !isNew && first->second != value)
            report.error(one.path(),
                         fmt::format("Inconsistent HTTP/2 custom SETTINGS parameter(s) detected: {} stands twice", id));
        for (const auto& [number, field] : named)
            if (number == id && options.has(field))
                report.error(one.path(), fmt::format("The '{}' HTTP/2 SETTINGS parameter can not be configured through "
                                                     "both named and custom parameters",
                                                     field));
    }
}

/// Of the policies the first one counts that Envoy knows.
void knownPolicy(const View& policy, const Facts& facts, Report& report)
{
    const auto balancers = facts.revision.schema()->extensionsOf("envoy.load_balancing_policies");
    const auto isKnown = [&](const View& one) {
        const std::string type(one.typeIn("typed_extension_config.typed_config"));
        return std::ranges::any_of(balancers, [&](const api::Extension* balancer) {
            return std::ranges::find(balancer->typeUrls, type) != balancer->typeUrls.end();
        });
    };
    const auto policies = policy.all("policies");
    if (balancers.empty() || std::ranges::any_of(policies, isKnown)) return;
    std::string names;
    for (const View& one : policies) names += (names.empty() ? "" : ", ") + one.text("typed_extension_config.name");
    report.error(
        policy.at("policies"),
        fmt::format("Didn't find a registered load balancer factory implementation with names from [{}]", names));
}

/// Transport sockets of listeners and of clusters are extensions of two kinds.
void kindOfTransportSocket(const View& socket, const Facts& facts, Report& report)
{
    static const RE2 listeners(R"(.*(filter_chains\[\d+\]|default_filter_chain)\.transport_socket)");
    static const RE2 clusters(R"((static_resources\.clusters\[\d+\]|resources\[\d+\])\.)"
                              R"((transport_socket_matches\[\d+\]\.)?transport_socket)");
    const bool isListeners = RE2::FullMatch(socket.path(), listeners);
    if (!socket.has("typed_config") && (isListeners || RE2::FullMatch(socket.path(), clusters)))
        withoutType(socket, report);
    else if (isListeners) kind(socket, facts, "envoy.transport_sockets.downstream", "typed_config", report);
    else if (RE2::FullMatch(socket.path(), clusters))
        kind(socket, facts, "envoy.transport_sockets.upstream", "typed_config", report);
}

/// `typed_config: {}`: extensions are found by type alone.
void untyped(const View& extension, const Facts&, Report& report)
{
    if (extension.has("typed_config") && extension.typeIn("typed_config").empty())
        report.error(
            extension.at("typed_config"),
            fmt::format("Didn't find a registered implementation for '{}' with type URL: '': \"@type\" is missing",
                        extension.text("name")));
}

void logFilter(const View& filter, const Facts&, Report& report)
{
    if (filter.has("extension_filter") && !filter.has("extension_filter.typed_config"))
        report.error(filter.at("extension_filter"), "The filter must have a 'typed_config' with '@type'");
}

/// htpasswd lines of basic_auth: NAME:{SHA}28 characters of base64.
void passwords(const View& filter, const Facts&, Report& report)
{
    const std::string text = filter.text("users.inline_string");
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        const std::size_t hash = line.find(":{SHA}");
        if (!line.empty() && line[0] != '#' && (hash == std::string::npos || hash == 0 || line.size() != hash + 6 + 28))
            report.error(filter.at("users"), "Each line must be NAME:{SHA} and 28 characters, the hash in base64");
        at = end + 1;
    }
}

/// Routes are chosen before there is a response.
void matcherInput(const View& host, const Facts&, Report& report)
{
    const std::string type(host.typeIn("matcher.matcher_tree.input.typed_config"));
    if (type.ends_with("HttpResponseHeaderMatchInput") || type.ends_with("HttpResponseTrailerMatchInput") ||
        type.ends_with("HttpRequestTrailerMatchInput"))
        report.error(host.at("matcher.matcher_tree.input"), "A route can be chosen by request headers only");
}

constexpr const char* requestIds = "envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension";
constexpr std::array rules = {
    TypeRule{"F19", "envoy.extensions.filters.http.fault.v3.HTTPFault", faultShare},
    TypeRule{"F20", "envoy.extensions.filters.http.lua.v3.Lua", luaHandlers},
    TypeRule{"F20", "envoy.extensions.filters.http.lua.v3.Lua", luaSyntax},
    TypeRule{"F20", "envoy.extensions.filters.http.lua.v3.LuaPerRoute", luaSyntax},
    TypeRule{"S05", "envoy.extensions.http.custom_response.redirect_policy.v3.RedirectPolicy", customRedirect},
    TypeRule{"S05", "envoy.extensions.dynamic_modules.v3.DynamicModuleConfig", moduleSource},
    TypeRule{"S05", "envoy.config.tap.v3.TapConfig", tapMatch},
    TypeRule{"S05", "envoy.extensions.filters.http.tap.v3.Tap", tapToAdmin},
    TypeRule{"S05", "envoy.extensions.content_parsers.json.v3.JsonContentParser.RuleConfig", eventActions},
    TypeRule{"R26", "envoy.config.route.v3.VirtualHost", matcherInput},
    TypeRule{"S05", "envoy.config.accesslog.v3.AccessLogFilter", logFilter},
    TypeRule{"S03", "envoy.extensions.filters.http.basic_auth.v3.BasicAuth", passwords},
    TypeRule{"S03", "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter", kindOfHttpFilter},
    TypeRule{"S03", "envoy.config.listener.v3.Filter", kindOfNetworkFilter},
    TypeRule{"S03", "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter", settingsOfRoute},
    TypeRule{"S03", "xds.type.v3.TypedStruct", namelessStruct},
    TypeRule{"S03", "udpa.type.v1.TypedStruct", namelessStruct},
    TypeRule{"S03", "envoy.config.accesslog.v3.AccessLog", kindOfAccessLog},
    TypeRule{"S03", "envoy.config.core.v3.TransportSocket", kindOfTransportSocket},
    TypeRule{"S03", "envoy.config.accesslog.v3.AccessLog", namedExtension},
    TypeRule{"S03", "envoy.config.trace.v3.Tracing.Http", namedExtension},
    TypeRule{"S03", "envoy.config.cluster.v3.Filter", namedExtension},
    TypeRule{"S03", "envoy.config.core.v3.HealthCheck.CustomHealthCheck", namedExtension},
    TypeRule{"S03", "envoy.config.cluster.v3.Cluster.TransportSocketMatch", socketOfMatch},
    TypeRule{"S03", requestIds, requestId},
    TypeRule{"S05", "envoy.config.core.v3.Http2ProtocolOptions", http2Settings},
    TypeRule{"S03", "envoy.config.metrics.v3.StatsSink", namedExtension},
    TypeRule{"S03", "envoy.config.overload.v3.ResourceMonitor", namedExtension},
    TypeRule{"C09", "envoy.config.cluster.v3.LoadBalancingPolicy", knownPolicy},
    TypeRule{"S03", "envoy.config.core.v3.TypedExtensionConfig", untyped},
    TypeRule{"S03", "xds.core.v3.TypedExtensionConfig", untyped},
};

} // namespace

std::span<const TypeRule> filterTypeRules() { return rules; }

} // namespace model::check
