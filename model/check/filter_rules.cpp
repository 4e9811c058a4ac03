// Rules about network and HTTP filter chains (anchors.md 4.3, F codes and L14).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

namespace model::check {
namespace {

namespace path = source::path;

/// Network filters that end a chain: those whose factories say so in Envoy (isTerminalFilterByProto).
bool isTerminalNetworkFilter(std::string_view type)
{
    constexpr std::array<std::string_view, 8> names = {".HttpConnectionManager",
                                                       ".TcpProxy",
                                                       ".RedisProxy",
                                                       ".ThriftProxy",
                                                       ".DubboProxy",
                                                       ".GenericProxy",
                                                       ".Echo",
                                                       "network.direct_response.v3.Config"};
    return std::ranges::any_of(names, [&](std::string_view name) { return type.ends_with(name); });
}

/// Network filters known to leave the connection to the next one.
bool isPassingNetworkFilter(std::string_view type)
{
    constexpr std::array<std::string_view, 8> names = {"network.rbac.v3.RBAC", "network.ext_authz.v3.ExtAuthz",
                                                       ".RateLimit",           ".LocalRateLimit",
                                                       ".ConnectionLimit",     ".SniCluster",
                                                       ".MongoProxy",          ".ZooKeeperProxy"};
    return std::ranges::any_of(names, [&](std::string_view name) { return type.ends_with(name); });
}

/// Each filter is judged by its own configuration, and shown there.
void terminalNetworkFilterLast(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains) {
        const auto& filters = chain.message->filters();
        for (int i = 0; i < filters.size(); ++i) {
            const std::string_view type = typeOf(filters[i].typed_config());
            const std::string place = path::field(item(chain.path, "filters", i), "typed_config");
            const bool afterTerminal = i > 0 && isTerminalNetworkFilter(typeOf(filters[i - 1].typed_config()));
            if (i + 1 < filters.size() && isTerminalNetworkFilter(type))
                report.error(place, fmt::format("'{}' must be the last filter of its chain", filters[i].name()));
            if (afterTerminal && isTerminalNetworkFilter(type))
                report.error(place, fmt::format("'{}' must not follow '{}', which serves the connection itself",
                                                filters[i].name(), filters[i - 1].name()));
            if (i + 1 == filters.size() && isPassingNetworkFilter(type))
                report.error(place,
                             fmt::format("A filter that serves the connection, as tcp_proxy does, must follow '{}'",
                                         filters[i].name()));
        }
    }
}

/// A list of HTTP filters and its place, downstream or upstream.
struct HttpFilters {
    const google::protobuf::RepeatedPtrField<HttpFilter>* list;
    std::string place; ///< Of the message that holds them.
    bool isUpstream;
    const char* field = "http_filters";

    std::string at(int i) const { return item(place, field, i); }
};

template <class F> void eachHttpFilters(const Facts& facts, F&& use)
{
    for (const auto& manager : facts.managers) {
        use(HttpFilters{&manager.message->http_filters(), manager.path, false});
        for (int i = 0; i < manager.message->upgrade_configs_size(); ++i)
            use(HttpFilters{&manager.message->upgrade_configs(i).filters(), item(manager.path, "upgrade_configs", i),
                            false, "filters"});
    }
    for (const auto& cluster : facts.config.clusters)
        for (const auto& [key, any] : cluster.message.typed_extension_protocol_options())
            if (const auto options = unpack<HttpProtocolOptions>(any))
                use(HttpFilters{&options->http_filters(),
                                path::key(path::field(cluster.path, "typed_extension_protocol_options"), key), true});
}

bool isTerminalHttpFilter(std::string_view type, bool isUpstream)
{
    if (isUpstream) return type == "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec";
    return type == "envoy.extensions.filters.http.router.v3.Router" ||
           type == "envoy.extensions.filters.http.mcp_router.v3.McpRouter";
}

/// Filters that may be terminal or not, as they are told, or whose content is not known here.
bool isUndecided(const Facts& facts, const HttpFilter& filter)
{
    const std::string_view type = typeOf(filter.typed_config());
    return type.empty() || facts.revision.schema()->message(type) == nullptr || type.ends_with("TypedStruct") ||
           type.ends_with(".DynamicModuleFilter") || type.ends_with(".ExtensionWithMatcher") ||
           type.ends_with(".ExtensionWithMatcherPerRoute");
}

void terminalHttpFilterLast(const Facts& facts, Report& report)
{
    eachHttpFilters(facts, [&](const HttpFilters& filters) {
        const int size = filters.list->size();
        const char* terminal = filters.isUpstream ? "upstream_codec" : "router";
        for (int i = 0; i < size; ++i) {
            const HttpFilter& filter = filters.list->Get(i);
            const std::string filterPlace = filters.at(i), place = path::field(filterPlace, "typed_config");
            const bool ends = isTerminalHttpFilter(typeOf(filter.typed_config()), filters.isUpstream);
            if (ends && i + 1 < size)
                report.error(place, fmt::format("'{}' must be the last HTTP filter", filter.name()));
            if (ends && filter.disabled())
                report.error(path::field(filterPlace, "disabled"),
                             fmt::format("The {} must not be disabled", terminal));
            if (!ends && i + 1 == size && !isUndecided(facts, filter))
                report.error(
                    filters.isUpstream ? path::field(filters.place, filters.field) : place,
                    fmt::format("The {} filter must follow '{}' as the last HTTP filter", terminal, filter.name()));
        }
    });
}

void noHttpFilter(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers)
        if (manager.message->http_filters_size() == 0)
            report.warning(path::field(manager.path, "http_filters"), // Envoy loads it, and its own test files have it
                           "The HTTP filters must end with the router; without one requests are never answered");
}

/// The quick fix for an extension without configuration: an empty one of the only type of that name.
std::vector<Fix> typedConfigFix(const Facts& facts, const std::string& name, const std::string& place)
{
    const model::api::Schema& schema = *facts.revision.schema();
    const auto known = std::ranges::find(schema.extensions(), name, &model::api::Extension::name);
    std::string type = name == "envoy.filters.http.router" || name == "envoy.router"
                           ? "envoy.extensions.filters.http.router.v3.Router"
                           : std::string();
    if (type.empty() && known != schema.extensions().end() && !known->typeUrls.empty()) type = known->typeUrls.front();
    if (type.empty()) return {};
    const bool isRouter = type.ends_with(".Router");
    return {{isRouter ? "Add the router's typed_config" : "Add an empty typed_config", Fix::Kind::Set,
             path::field(place, "typed_config"), "{\"@type\": type.googleapis.com/" + type + "}"}};
}

/// `typed_config: {}`: no type is told. This is a matter of the field, not of the filter.
template <class F> bool hasEmptyConfig(const F& filter)
{
    return filter.has_typed_config() && filter.typed_config().type_url().empty() &&
           filter.typed_config().value().empty();
}

/// Neither configuration nor a source of it, or `typed_config: {}`.
template <class F> bool lacksConfig(const F& filter) { return filter.config_type_case() == F::CONFIG_TYPE_NOT_SET; }

void withoutTypedConfig(const Facts& facts, Report& report)
{
    const auto tell = [&](const std::string& name, const std::string& place) {
        report.add(Severity::Error, place, fmt::format("Filter '{}' must have a 'typed_config' with '@type'", name),
                   typedConfigFix(facts, name, place));
    };
    eachHttpFilters(facts, [&](const HttpFilters& filters) {
        for (int i = 0; i < filters.list->size(); ++i) {
            const HttpFilter& filter = filters.list->Get(i);
            if (lacksConfig(filter) && !filter.is_optional()) tell(filter.name(), filters.at(i));
        }
    });
    for (const Chain& chain : facts.chains)
        for (int i = 0; i < chain.message->filters_size(); ++i)
            if (const auto& filter = chain.message->filters(i); lacksConfig(filter))
                tell(filter.name(), item(chain.path, "filters", i));
    for (const auto& listener : facts.config.listeners)
        for (int i = 0; i < listener.message.listener_filters_size(); ++i)
            if (const auto& filter = listener.message.listener_filters(i); lacksConfig(filter))
                tell(filter.name(), item(listener.path, "listener_filters", i));
}

void emptyTypedConfig(const Facts& facts, Report& report)
{
    const auto tell = [&](const std::string& name, const std::string& place) {
        report.add(Severity::Error, path::field(place, "typed_config"),
                   "\"@type\" is missing: it says which message this is", typedConfigFix(facts, name, place));
    };
    eachHttpFilters(facts, [&](const HttpFilters& filters) {
        for (int i = 0; i < filters.list->size(); ++i)
            if (hasEmptyConfig(filters.list->Get(i)) && !filters.list->Get(i).is_optional())
                tell(filters.list->Get(i).name(), filters.at(i));
    });
    for (const Chain& chain : facts.chains)
        for (int i = 0; i < chain.message->filters_size(); ++i)
            if (hasEmptyConfig(chain.message->filters(i)))
                tell(chain.message->filters(i).name(), item(chain.path, "filters", i));
}

void sameFilterTwice(const Facts& facts, Report& report)
{
    eachHttpFilters(facts, [&](const HttpFilters& filters) {
        std::map<std::string_view, int> seen;
        for (int i = 0; i < filters.list->size(); ++i)
            if (!seen.emplace(filters.list->Get(i).name(), i).second)
                report.warning(path::field(filters.at(i), "name"),
                               fmt::format("Two filters should not both be named '{}': settings per route reach both",
                                           filters.list->Get(i).name()));
    });
}

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

void managerContradictions(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers) {
        const HttpConnectionManager& message = *manager.message;
        const auto at = [&](const char* field) { return path::field(manager.path, field); };
        if (message.strip_matching_host_port() && message.strip_any_host_port())
            report.error(at("strip_any_host_port"),
                         "Only one of 'strip_matching_host_port' and 'strip_any_host_port' may be set");
        if (message.original_ip_detection_extensions_size() > 0 && message.xff_num_trusted_hops() > 0)
            report.error(at("xff_num_trusted_hops"),
                         "'xff_num_trusted_hops' must not stand beside 'original_ip_detection_extensions'");
        if (message.original_ip_detection_extensions_size() > 0 && message.use_remote_address().value())
            report.error(at("use_remote_address"),
                         "'use_remote_address' must not stand beside 'original_ip_detection_extensions'");
        const auto isSet = [&](const google::protobuf::Message& owner,
                               const char* field) { // some of them are deprecated
            return owner.GetReflection()->HasField(owner, owner.GetDescriptor()->FindFieldByName(field));
        };
        for (const char* old : {"access_log_flush_interval", "flush_access_log_on_new_request"})
            if (message.has_access_log_options() && isSet(message, old))
                report.error(at(old), fmt::format("Only one of '{}' and 'access_log_options' may be set", old));
        if (message.common_http_protocol_options().has_max_response_headers_kb())
            report.error(at("common_http_protocol_options.max_response_headers_kb"),
                         "'max_response_headers_kb' is for upstreams; it must not be set here");
        const std::uint32_t most = message.has_max_request_headers_kb() ? message.max_request_headers_kb().value() : 60;
        if (message.http2_protocol_options().has_max_header_field_size_kb() &&
            message.http2_protocol_options().max_header_field_size_kb().value() > most)
            report.error(
                at("http2_protocol_options.max_header_field_size_kb"),
                fmt::format("'max_header_field_size_kb' must not be above 'max_request_headers_kb', {}", most));
        std::map<std::string, int> upgrades;
        for (int i = 0; i < message.upgrade_configs_size(); ++i)
            if (!upgrades.emplace(lower(message.upgrade_configs(i).upgrade_type()), i).second)
                report.error(item(manager.path, "upgrade_configs", i),
                             fmt::format("The upgrade '{}' must be listed only once",
                                         message.upgrade_configs(i).upgrade_type()));
    }
}

void rdsWithoutSource(const Facts& facts, Report& report)
{
    for (const auto& manager : facts.managers)
        if (manager.message->has_rds() && !manager.message->rds().has_config_source() &&
            !manager.message->rds().route_config_name().starts_with("xdstp:"))
            report.error(path::field(manager.path, "rds"), "'rds' must have a 'config_source'");
}

void sharedStatPrefix(const Facts& facts, Report& report)
{
    std::map<std::string, const source::Placed<Listener>*> seen;
    if (facts.isDump()) return;
    for (const auto& manager : facts.managers) {
        const auto [first, isNew] = seen.emplace(manager.message->stat_prefix(), manager.listener);
        if (!isNew && first->second != manager.listener)
            report.warning(
                path::field(manager.path, "stat_prefix"),
                fmt::format("Another listener has the stat_prefix '{}' too: their counters are added together",
                            first->first));
    }
}

constexpr std::array rules = {
    Rule{"S03", emptyTypedConfig}, Rule{"L14", terminalNetworkFilterLast}, Rule{"F02", terminalHttpFilterLast},
    Rule{"F03", noHttpFilter},     Rule{"F04", withoutTypedConfig},        Rule{"F08", managerContradictions},
    Rule{"F10", sameFilterTwice},  Rule{"F11", rdsWithoutSource},          Rule{"F22", sharedStatPrefix},
};

} // namespace

std::span<const Rule> filterRules() { return rules; }

} // namespace model::check
