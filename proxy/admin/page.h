// A request to the admin server, its answer, and what the pages are made of.
#pragma once

#include "proxy/runtime/server.h"
#include "proxy/stats/stats.h"
#include "proxy/xds/state.h"

#include <functional>
#include <map>
#include <string>

namespace proxy::admin {

/// A parsed request line; the query is percent-decoded, the first of repeated parameters counts.
struct Request {
    std::string method;
    std::string path; ///< Without query.
    std::map<std::string, std::string, std::less<>> query;

    bool has(std::string_view name) const { return query.find(name) != query.end(); }
    std::string get(std::string_view name) const
    {
        const auto found = query.find(name);
        return found == query.end() ? std::string() : found->second;
    }
};

struct Response {
    int status = 200;
    std::string type = "text/plain; charset=UTF-8";
    std::string body;
};

/// One moment of the proxy; taken in the control thread, read by the admin thread.
struct Snapshot {
    runtime::ProxyConfigPtr config;
    std::vector<std::pair<runtime::ClusterPtr, std::vector<runtime::HostPtr>>> hosts;
    std::vector<std::pair<std::string, net::Address>> listeners;
    xds::State dynamic;
    bool isLive = true;
};

/// What the server can be told; called in the admin thread, must be safe there.
struct Actions {
    std::function<Snapshot()> snapshot;
    std::function<void()> quit;
    std::function<void(runtime::Server::Stop stop, bool inboundOnly)> drain;
    std::function<void(bool fails)> failHealth;
    std::function<void()> reopenLogs;
};

/// What /server_info tells about the process.
struct Process {
    std::string configPath, configYaml, serviceNode, serviceCluster, serviceZone, logLevel = "info";
    std::string componentLevels, logFormat, logPath, adminPath;
    unsigned concurrency = 1;
    int drainSeconds = 600;
    bool gradualDrain = true;
};

Response plain(std::string body, int status = 200);
Response json(std::string body);
/// As Envoy prints messages: snake_case names, one blank of indentation, no defaults.
Response json(const google::protobuf::Message& message);
/// Likewise with defaults, fields by number.
Response orderedJson(const google::protobuf::Message& message);

Response clustersPage(const Request& request, const Snapshot& snapshot);
/// What the start and warming still wait for; `{}` when nothing.
Response initDumpPage(const Request& request, const Snapshot& snapshot);
Response listenersPage(const Request& request, const Snapshot& snapshot);
Response configDumpPage(const Request& request, const Snapshot& snapshot, xds::Clock::time_point started);
Response statsPage(const Request& request, const stats::Registry& registry, bool prometheus);
Response endpointsPage(const stats::Registry& registry);

/// Brings server.* up to date. `state`: Envoy's number, 0 LIVE, 1 DRAINING, 2 PRE_INITIALIZING, 3 INITIALIZING.
void publishProcess(stats::Registry& registry, std::chrono::seconds uptime, int state);

/// Replaces what udpa.annotations.sensitive marks by "[redacted]", inside Any too.
void redact(google::protobuf::Message& message);

} // namespace proxy::admin
