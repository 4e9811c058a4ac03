// What is known of a push: per proxy and resource. Values that the control plane reports and the window shows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace model::push {

/// Short names of the xDS types in push order.
enum class Type { Cds, Eds, Lds, Rds, TypeCount };
const char* name(Type type);    ///< "CDS"
const char* typeUrl(Type type); ///< "type.googleapis.com/envoy.config.cluster.v3.Cluster"

/// State of one type at one proxy for the current version.
enum class State {
    Unchanged, ///< Nothing to send.
    Held,      ///< Waits for another type or proxy that was rejected.
    Sent,      ///< On the wire, no answer yet ("applying").
    Warming,   ///< Accepted, the proxy still waits for what it depends on.
    Acked,
    Nacked,
    Effective, ///< Acknowledged and read back from config_dump.
};
const char* name(State state);

struct TypeStatus {
    Type type = Type::Cds;
    State state = State::Unchanged;
    std::string version; ///< Content hash that was sent.
    std::string nonce;
    std::string message; ///< Of a NACK, as the proxy sent it.
    double since = 0;    ///< Seconds since the epoch.
};

/// One proxy as the control plane sees it.
struct ProxyStatus {
    std::string name; ///< node.id
    bool connected = false;
    bool isEnvoy = false;           ///< False: the bundled proxy.
    std::string build;              ///< user_agent_name and version.
    int version = 0;                ///< Number of the pushed version it runs or was sent.
    State state = State::Unchanged; ///< Worst of its types.
    std::vector<TypeStatus> types;
    int runs = 0;              ///< The newest version that it acknowledged whole; 0: none.
    std::string waitsFor = {}; ///< Held: the proxy that has to take its part first, or refused it.
    double sent = 0;           ///< When the version went out; 0: not yet.
    double readBack = 0;       ///< When the proxy was first seen to run it; 0: not yet.
};

/// A NACK brought home: which resource, which document and line.
struct Nack {
    std::string proxy;
    Type type = Type::Lds;
    std::string resource; ///< Name in the message, or empty.
    std::string message;
    std::string path; ///< Field path in the proxy's document, as near as the message tells.
    int version = 0;
    double time = 0;
};

/// One resource that a push adds, changes or removes, at one proxy.
struct ResourceStatus {
    std::string proxy;
    Type type = Type::Cds;
    std::string name;
    std::string what; ///< "added", "changed" or "removed".
    State state = State::Sent;
    std::string message; ///< Of a NACK, or why it is held.
    double since = 0;    ///< When the state was told.
};

/// One line of the push history.
struct HistoryEntry {
    int version = 0;   ///< 1, 2, 3, ... never reused.
    int contentOf = 0; ///< Roll back: the version whose content this one has; else same as version.
    double time = 0;
    std::string summary; ///< "2 changes: cluster pay, route /pay"
    std::vector<ProxyStatus> proxies;
    std::vector<ResourceStatus> resources = {}; ///< What the push changed, in push order, proxy by proxy.
};

} // namespace model::push
