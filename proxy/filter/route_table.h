// What the router does with a request that matched: the actions of a route table, compiled.
#pragma once

#include "model/route/route.h"
#include "proxy/filter/header_ops.h"
#include "proxy/runtime/config.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace re2 {
class RE2;
}

namespace proxy::runtime {

/// Which failures are worth another try (reference C8).
struct RetryPolicy {
    enum On : unsigned {
        FiveXx = 1,
        GatewayError = 2,
        Reset = 4,
        ConnectFailure = 8,
        RetriableFourXx = 16,
        RefusedStream = 32,
        StatusCodes = 64,
        ResetBeforeRequest = 128,
        RateLimited = 256,
    };
    unsigned on = 0;
    unsigned retries = 1;
    std::int64_t perTryTimeout = 0;
    std::int64_t baseInterval = 25, maxInterval = 250;
    std::vector<unsigned> statusCodes;
    bool avoidPrevious = false;
    unsigned hostAttempts = 1;
};

/// Where a route sends a request.
struct Target {
    unsigned cluster = 0; ///< Cluster id.
    filter::HeaderOps request, response;
    std::string hostRewrite;
};

/// The compiled action of one route; found by the route's ordinal.
struct RouteAction {
    enum class Kind { Forward, Redirect, Direct };
    Kind kind = Kind::Direct;
    std::vector<Target> targets; ///< One, or one per weighted cluster; empty with cluster_header.
    bool clusterByHeader = false;
    int notFoundStatus = 503;
    std::int64_t timeout = 15000;
    std::optional<std::int64_t> idleTimeout;
    std::string prefixRewrite; ///< With hasPrefixRewrite.
    bool hasPrefixRewrite = false, matchesWhole = false;
    std::size_t prefixLength = 0;
    std::shared_ptr<const re2::RE2> regex;
    std::string substitution;
    bool autoHostRewrite = false;
    std::string hostRewriteHeader;
    bool appendForwardedHost = false;
    std::optional<RetryPolicy> retry;
    int status = 0; ///< Redirect and Direct.
    std::string body;
    bool attemptCountInRequest = false, attemptCountInResponse = false;
    const envoy::config::route::v3::RedirectAction* redirect = nullptr;
};

/// A route table with its actions. Immutable, any thread.
struct RouteTable {
    std::shared_ptr<const model::route::RouteTable> table;
    std::vector<RouteAction> actions;
};

model::Result<std::shared_ptr<const RouteTable>>
compileRoutes(const envoy::config::route::v3::RouteConfiguration& routes);

/// Number of a cluster's name; the same for the life of the process. Any thread but workers.
unsigned clusterId(std::string_view name);
unsigned clusterIdCount();

} // namespace proxy::runtime
