#include "proxy/filter/route_table.h"

#include "proxy/filter/supported.h"

#include <re2/re2.h>

#include <fstream>
#include <mutex>
#include <sstream>
#include <unordered_map>

namespace proxy::runtime {
namespace {

using envoy::config::core::v3::DataSource;
namespace route_v3 = envoy::config::route::v3;
using model::ErrorCode;
using model::fail;
using model::Result;

struct Names {
    std::mutex mutex;
    std::unordered_map<std::string, unsigned> ids;
};
Names& names()
{
    static Names all;
    return all;
}

std::int64_t milliseconds(const google::protobuf::Duration& duration)
{
    return duration.seconds() * 1000 + duration.nanos() / 1000000;
}

unsigned retryOn(const std::string& text)
{
    static const std::unordered_map<std::string, unsigned> words = {
        {"5xx", RetryPolicy::FiveXx},
        {"gateway-error", RetryPolicy::GatewayError},
        {"reset", RetryPolicy::Reset},
        {"connect-failure", RetryPolicy::ConnectFailure},
        {"retriable-4xx", RetryPolicy::RetriableFourXx},
        {"refused-stream", RetryPolicy::RefusedStream},
        {"retriable-status-codes", RetryPolicy::StatusCodes},
        {"reset-before-request", RetryPolicy::ResetBeforeRequest},
        {"envoy-ratelimited", RetryPolicy::RateLimited}};
    unsigned bits = 0;
    std::istringstream in(text);
    for (std::string word; std::getline(in, word, ',');) {
        word.erase(0, word.find_first_not_of(' '));
        word.erase(word.find_last_not_of(' ') + 1);
        if (auto at = words.find(word); at != words.end()) bits |= at->second;
    }
    return bits;
}

RetryPolicy compileRetry(const route_v3::RetryPolicy& message)
{
    RetryPolicy policy;
    policy.on = retryOn(message.retry_on());
    if (message.has_num_retries()) policy.retries = message.num_retries().value();
    policy.perTryTimeout = milliseconds(message.per_try_timeout());
    if (message.has_retry_back_off()) {
        policy.baseInterval = std::max<std::int64_t>(1, milliseconds(message.retry_back_off().base_interval()));
        policy.maxInterval = message.retry_back_off().has_max_interval()
                                 ? milliseconds(message.retry_back_off().max_interval())
                                 : policy.baseInterval * 10;
    }
    policy.statusCodes.assign(message.retriable_status_codes().begin(), message.retriable_status_codes().end());
    policy.avoidPrevious = message.retry_host_predicate_size() > 0;
    if (message.host_selection_retry_max_attempts())
        policy.hostAttempts = static_cast<unsigned>(message.host_selection_retry_max_attempts());
    return policy;
}

Result<std::string> read(const DataSource& source, std::size_t limit, const std::string& where)
{
    std::string text = source.inline_string();
    if (source.has_inline_bytes()) text = source.inline_bytes();
    if (source.has_filename()) {
        std::ifstream file(source.filename(), std::ios::binary);
        if (!file) return fail(ErrorCode::Unreadable, where, "file " + source.filename() + " does not exist");
        text.assign(std::istreambuf_iterator<char>(file), {});
    }
    if (source.has_environment_variable()) {
        const char* value = std::getenv(source.environment_variable().c_str());
        text = value ? value : "";
    }
    if (text.size() > limit)
        return fail(ErrorCode::TooLarge, where,
                    "response body size is " + std::to_string(text.size()) + " bytes; maximum is " +
                        std::to_string(limit));
    return text;
}

/// Compiles the routes of one table.
class Compiler {
public:
    explicit Compiler(const model::route::RouteTable& table) : m_table(table) {}

    Result<RouteAction> action(const model::route::Route& route)
    {
        const auto& config = route.config();
        m_where = m_table.config().name() + "/" + route.host().config().name() + "/routes[" +
                  std::to_string(route.index()) + "]";
        RouteAction action;
        Result<void> done;
        if (config.has_route()) done = forward(route, action);
        else if (config.has_redirect()) done = redirect(config, action);
        else if (config.has_direct_response()) done = direct(config.direct_response(), action);
        else return fail(ErrorCode::Unsupported, m_where, "this kind of route action is not supported by this proxy");
        if (!done) return done.unexpected();
        if (action.targets.empty()) {
            auto target = headers(route, nullptr);
            if (!target) return target.unexpected();
            action.targets.push_back(std::move(*target));
        }
        return action;
    }

private:
    /// The header changes of a route (and weighted cluster), its virtual host and the table, in Envoy's order.
    Result<Target> headers(const model::route::Route& route, const route_v3::WeightedCluster::ClusterWeight* weighted)
    {
        Target target;
        auto level = [&](const auto& config) -> Result<void> {
            auto first = target.request.add(config.request_headers_to_add(), config.request_headers_to_remove(),
                                            http::Side::Request, m_where);
            if (!first) return first;
            return target.response.add(config.response_headers_to_add(), config.response_headers_to_remove(),
                                       http::Side::Response, m_where);
        };
        auto levels = [&]() -> Result<void> {
            if (weighted)
                if (auto done = level(*weighted); !done) return done;
            if (auto done = level(route.config()); !done) return done;
            if (auto done = level(route.host().config()); !done) return done;
            return level(m_table.config());
        };
        if (auto done = levels(); !done) return done.unexpected();
        return target;
    }

    Result<void> forward(const model::route::Route& route, RouteAction& action)
    {
        const auto& config = route.config().route();
        action.kind = RouteAction::Kind::Forward;
        if (auto done = targets(route, action); !done) return done;
        action.notFoundStatus =
            config.cluster_not_found_response_code() == route_v3::RouteAction::NOT_FOUND               ? 404
            : config.cluster_not_found_response_code() == route_v3::RouteAction::INTERNAL_SERVER_ERROR ? 500
                                                                                                       : 503;
        if (config.has_timeout()) action.timeout = milliseconds(config.timeout());
        if (config.has_idle_timeout()) action.idleTimeout = milliseconds(config.idle_timeout());
        action.autoHostRewrite = config.auto_host_rewrite().value();
        action.hostRewriteHeader = config.host_rewrite_header();
        action.appendForwardedHost = config.append_x_forwarded_host();
        const auto& host = route.host().config();
        if (config.has_retry_policy()) action.retry = compileRetry(config.retry_policy());
        else if (host.has_retry_policy()) action.retry = compileRetry(host.retry_policy());
        if (action.retry && action.retry->maxInterval < action.retry->baseInterval)
            return fail(ErrorCode::Invalid, m_where,
                        "retry_policy.max_interval must greater than or equal to the base_interval");
        action.attemptCountInRequest = host.include_request_attempt_count();
        action.attemptCountInResponse = host.include_attempt_count_in_response();
        return pathRewrite(route.config().match(), config.prefix_rewrite(),
                           config.has_regex_rewrite() ? &config.regex_rewrite() : nullptr, action);
    }

    Result<void> targets(const model::route::Route& route, RouteAction& action)
    {
        const auto& config = route.config().route();
        action.clusterByHeader = !config.cluster_header().empty();
        auto add = [&](const std::string& cluster,
                       const route_v3::WeightedCluster::ClusterWeight* weighted) -> Result<void> {
            auto target = headers(route, weighted);
            if (!target) return target.unexpected();
            target->cluster = clusterId(cluster);
            target->hostRewrite = weighted && !weighted->host_rewrite_literal().empty()
                                      ? weighted->host_rewrite_literal()
                                      : config.host_rewrite_literal();
            action.targets.push_back(std::move(*target));
            return {};
        };
        for (const auto& weighted : config.weighted_clusters().clusters()) {
            if (weighted.name().empty())
                return fail(ErrorCode::Invalid, m_where, "At least one of name or cluster_header need to be specified");
            if (auto done = add(weighted.name(), &weighted); !done) return done;
        }
        return config.has_weighted_clusters() ? Result<void>() : add(config.cluster(), nullptr);
    }

    Result<void> pathRewrite(const route_v3::RouteMatch& match, const std::string& prefix,
                             const envoy::type::matcher::v3::RegexMatchAndSubstitute* regex, RouteAction& action)
    {
        action.hasPrefixRewrite = !prefix.empty();
        action.prefixRewrite = prefix;
        action.matchesWhole = match.has_path() || match.has_safe_regex();
        action.prefixLength =
            match.has_path_separated_prefix() ? match.path_separated_prefix().size() : match.prefix().size();
        if (!regex) return {};
        auto compiled = std::make_shared<re2::RE2>(regex->pattern().regex(), re2::RE2::Quiet);
        if (!compiled->ok()) return fail(ErrorCode::Invalid, m_where, compiled->error());
        action.regex = compiled;
        action.substitution = regex->substitution();
        return {};
    }

    Result<void> redirect(const route_v3::Route& route, RouteAction& action)
    {
        const auto& config = route.redirect();
        action.kind = RouteAction::Kind::Redirect;
        action.redirect = &config;
        static constexpr int codes[] = {301, 302, 303, 307, 308};
        action.status = codes[config.response_code()];
        return pathRewrite(route.match(), config.prefix_rewrite(),
                           config.has_regex_rewrite() ? &config.regex_rewrite() : nullptr, action);
    }

    Result<void> direct(const route_v3::DirectResponseAction& config, RouteAction& action)
    {
        action.kind = RouteAction::Kind::Direct;
        action.status = static_cast<int>(config.status());
        const auto& table = m_table.config();
        std::size_t limit = table.has_max_direct_response_body_size_bytes()
                                ? table.max_direct_response_body_size_bytes().value()
                                : 4096;
        auto body = read(config.body(), limit, m_where);
        if (!body) return body.unexpected();
        action.body = *body;
        return {};
    }

    const model::route::RouteTable& m_table;
    std::string m_where;
};

} // namespace

unsigned clusterId(std::string_view name)
{
    std::lock_guard lock(names().mutex);
    return names().ids.try_emplace(std::string(name), static_cast<unsigned>(names().ids.size())).first->second;
}

unsigned clusterIdCount()
{
    std::lock_guard lock(names().mutex);
    return static_cast<unsigned>(names().ids.size());
}

Result<std::shared_ptr<const RouteTable>> compileRoutes(const route_v3::RouteConfiguration& routes)
{
    if (auto known = filter::onlySupported(routes); !known) return known.unexpected();
    auto table = model::route::RouteTable::compile(routes);
    if (!table) return table.unexpected();
    auto compiled = std::make_shared<RouteTable>();
    compiled->table = *table;
    compiled->actions.resize(compiled->table->routeCount());
    Compiler compiler(*compiled->table);
    for (const auto& host : compiled->table->hosts())
        for (const auto& route : host->routes()) {
            auto action = compiler.action(route);
            if (!action) return action.unexpected();
            compiled->actions[route.ordinal()] = std::move(*action);
        }
    return std::shared_ptr<const RouteTable>(std::move(compiled));
}

} // namespace proxy::runtime
