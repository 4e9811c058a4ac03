// Rules about format strings and header mutations (anchors.md 4.3: F14, R19, R34, R40).
#include "model/check/files.h"
#include "model/check/format.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>
#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

namespace model::check {
namespace {

namespace path = source::path;

void tell(const std::string& format, bool hasExtensions, std::string place, Report& report)
{
    if (const std::string error = formatError(format, hasExtensions); !error.empty())
        report.error(std::move(place), error);
}

/// The texts in a google.protobuf.Struct, with their paths.
void structFormats(const View& value, const std::string& place, bool hasExtensions, Report& report)
{
    for (const auto& [key, inner] : value.entries("fields")) {
        const std::string at = path::key(place, key);
        if (inner.has("string_value")) tell(inner.text("string_value"), hasExtensions, at, report);
        if (inner.has("struct_value")) structFormats(inner.in("struct_value"), at, hasExtensions, report);
    }
}

/// Generic proxy has operators of its own.
bool isOfGenericProxy(const Facts& facts, const std::string& place)
{
    for (const Chain& chain : facts.chains)
        for (int i = 0; i < chain.message->filters_size(); ++i)
            if (typeOf(chain.message->filters(i).typed_config()).ends_with(".GenericProxy") &&
                path::isWithin(place, item(chain.path, "filters", i)))
                return true;
    return false;
}

void formatString(const View& format, const Facts& facts, Report& report)
{
    const bool more = format.has("formatters") || isOfGenericProxy(facts, format.path());
    if (format.has("text_format")) tell(format.text("text_format"), more, format.at("text_format"), report);
    if (format.has("text_format_source.inline_string"))
        tell(format.text("text_format_source.inline_string"), more, format.at("text_format_source.inline_string"),
             report);
    if (format.has("json_format")) structFormats(format.in("json_format"), format.at("json_format"), more, report);
}

/// A logger that writes to a file or a standard stream adds no line end of its own.
void lineEnd(const View& logger, const Facts&, Report& report)
{
    for (const char* field : {"log_format.text_format_source.inline_string", "log_format.text_format", "format"}) {
        const std::string text = logger.text(field);
        if (!text.empty() && !text.ends_with('\n'))
            report.warning(logger.at(field), "The format has no line end (\\n): all lines of the log run together");
    }
}

void oldFormats(const View& logger, const Facts&, Report& report)
{
    if (logger.has("format")) tell(logger.text("format"), false, logger.at("format"), report);
    for (const char* field : {"json_format", "typed_json_format"})
        if (logger.has(field)) structFormats(logger.in(field), logger.at(field), false, report);
}

void logFolder(const View& logger, const Facts&, Report& report)
{
    const std::filesystem::path file(logger.text("path"));
    std::error_code error;
    if (file.has_parent_path() && !std::filesystem::exists(file.parent_path(), error))
        report.warning(logger.at("path"),
                       fmt::format("There is no folder '{}' here for the log", file.parent_path().string()));
}

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool isGuarded(const std::string& name) { return name.starts_with(':') || lower(name) == "host"; }

void addedHeader(const View& header, Report& report)
{
    if (const std::string name = header.text("key"); isGuarded(name))
        report.error(header.at("key"),
                     fmt::format(":-prefixed or host headers may not be modified: '{}' must not stand here", name));
    tell(header.text("value"), false, header.at("value"), report);
}

/// A header that is added, wherever it is: every place of Envoy makes them in one way.
void addedOption(const View& option, const Facts&, Report& report)
{
    if (option.has("header")) addedHeader(option.in("header"), report);
    if (option.has("append") && option.number("append_action") != 0)
        report.error(option.at("append"), "Only one of 'append' and 'append_action' may be set");
}

void authorizationHeaders(const View& request, const Facts&, Report& report)
{
    for (const View& header : request.all("headers_to_add")) addedHeader(header, report);
}

/// Fields of one message that hold a format.
void formatFields(const View& owner, const Facts&, Report& report)
{
    for (const char* field : {"host_id_format", "tenant_id_format", "cluster_id_format", "format", "value"})
        if (owner.has(field)) tell(owner.text(field), false, owner.at(field), report);
}

/// A value of OpenTelemetry: a text, or a list or map of such.
void telemetryValue(const View& value, bool hasExtensions, Report& report)
{
    if (value.has("string_value")) tell(value.text("string_value"), hasExtensions, value.at("string_value"), report);
    for (const View& one : value.all("array_value.values")) telemetryValue(one, hasExtensions, report);
    for (const View& one : value.all("kvlist_value.values")) telemetryValue(one.in("value"), hasExtensions, report);
}

void telemetryLog(const View& logger, const Facts&, Report& report)
{
    const bool more = logger.has("formatters");
    telemetryValue(logger.in("body"), more, report);
    for (const View& one : logger.all("attributes.values")) telemetryValue(one.in("value"), more, report);
}

/// What a route, virtual host, route table or weighted cluster takes away.
void mutations(const View& owner, const Facts&, Report& report)
{
    for (const char* field : {"request_headers_to_remove", "response_headers_to_remove"}) {
        int i = 0;
        for (const std::string& name : owner.texts(field)) {
            const std::string at = path::index(owner.at(field), i++);
            if (isGuarded(name)) report.error(at, fmt::format("The header '{}' must not be removed", name));
        }
    }
}

void appended(const View& owner, const Facts&, Report& report)
{
    const auto options = owner.all("request_headers_to_add");
    for (const View& option : options)
        if (!option.has("append") && !option.has("append_action") && lower(option.text("header.key")) != "set-cookie")
            report.advice(option.at("append_action"),
                          fmt::format("'append_action' is not set: a value of '{}' that the client sends stays, "
                                      "and this one is added to it",
                                      option.text("header.key")));
}

/// Envoy checks names at the first request only, and answers 503.
void headerName(const View& header, const Facts&, Report& report)
{
    const std::string name = header.text("key");
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~:"; // RFC 9110 token, and the colon of pseudo headers
    const auto good = [&](unsigned char c) {
        return std::isalnum(c) != 0 || marks.find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (!std::ranges::all_of(name, good))
        report.warning(header.at("key"), fmt::format("'{}' is no name of a header: every request would get 503", name));
}

void shellVariable(const View& header, const Facts&, Report& report)
{
    if (header.text("value").find("${") != std::string::npos)
        report.warning(header.at("value"),
                       fmt::format("'{}' is sent as it is: Envoy puts no variables in", header.text("value")));
}

void hostRewrite(const View& action, const Facts&, Report& report)
{
    if (action.has("host_rewrite")) tell(action.text("host_rewrite"), false, action.at("host_rewrite"), report);
    if (action.has("path_rewrite")) tell(action.text("path_rewrite"), false, action.at("path_rewrite"), report);
}

/// A file that Envoy reads when it makes the route.
void bodyFile(const View& action, const Facts& facts, Report& report)
{
    if (const std::string file = missingFile(action.in("body"), facts); !file.empty())
        report.warning(action.at("body"), fmt::format("There is no file '{}'; Envoy starts only with it", file));
}

void internalRedirect(const View& policy, const Facts&, Report& report)
{
    int i = 0;
    for (const std::string& name : policy.texts("response_headers_to_copy")) {
        const std::string at = path::index(policy.at("response_headers_to_copy"), i++);
        if (isGuarded(name)) report.error(at, fmt::format("The header '{}' must not be copied", name));
    }
}

constexpr const char* file = "envoy.extensions.access_loggers.file.v3.FileAccessLog";
constexpr const char* standardOut = "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog";
constexpr const char* standardError = "envoy.extensions.access_loggers.stream.v3.StderrAccessLog";
constexpr const char* weight = "envoy.config.route.v3.WeightedCluster.ClusterWeight";
constexpr const char* header = "envoy.config.core.v3.HeaderValue";

constexpr std::array rules = {
    TypeRule{"F14", "envoy.config.core.v3.SubstitutionFormatString", formatString},
    TypeRule{"F14", file, lineEnd},
    TypeRule{"F14", standardOut, lineEnd},
    TypeRule{"F14", standardError, lineEnd},
    TypeRule{"F14", file, oldFormats},
    TypeRule{"F14", file, logFolder},
    TypeRule{"F14", "envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig", telemetryLog},
    TypeRule{"F14", "envoy.extensions.clusters.reverse_connection.v3.ReverseConnectionClusterConfig", formatFields},
    TypeRule{"F14", "envoy.config.route.v3.RateLimit.HitsAddend", formatFields},
    TypeRule{"F14", "envoy.type.tracing.v3.CustomTag", formatFields},
    TypeRule{"R19", "envoy.config.core.v3.HeaderValueOption", addedOption},
    TypeRule{"R19", "envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest", authorizationHeaders},
    TypeRule{"R19", "envoy.config.route.v3.Route", mutations},
    TypeRule{"R19", "envoy.config.route.v3.Route", appended},
    TypeRule{"R19", "envoy.config.route.v3.VirtualHost", mutations},
    TypeRule{"R19", weight, mutations},
    TypeRule{"R19", "envoy.config.route.v3.RouteConfiguration", mutations},
    TypeRule{"R19", "envoy.config.route.v3.RouteAction", hostRewrite},
    TypeRule{"R19", "envoy.config.route.v3.InternalRedirectPolicy", internalRedirect},
    TypeRule{"R23", "envoy.config.route.v3.DirectResponseAction", bodyFile},
    TypeRule{"R34", header, headerName},
    TypeRule{"R40", header, shellVariable},
};

} // namespace

std::span<const TypeRule> formatTypeRules() { return rules; }

} // namespace model::check
