// The xDS management server itself: aggregated discovery, state of the world, over gRPC.
#pragma once

#include "app/control/stream_state.h"
#include "model/base/result.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace grpc {
class Server;
}

namespace app::control {

/// What is new about one client.
struct StreamUpdate {
    std::uint64_t stream = 0; ///< Counts up; of two streams of one node the higher is the newer.
    bool connected = true;
    ClientInfo client;
    int push = 0;
    bool settled = false;
    std::vector<model::push::TypeStatus> types;
    std::optional<Rejection> rejection;
};

/// Owns the gRPC server, its streams and each node's target. Any thread may call; one mutex guards it all.
class AdsServer {
public:
    /// Called from any thread, never twice at once, with the server locked: hand on and return.
    using Observer = std::function<void(StreamUpdate)>;

    explicit AdsServer(Observer observer);
    ~AdsServer();

    /// Starts to listen; port 0 chooses one. Returns the port. Errors: Unreachable (taken, not allowed).
    model::Result<int> start(const std::string& host, int port);
    /// Ends all streams and the server; targets stay for the next start.
    void stop();
    /// What the node shall run from now on; goes out on its streams at once, and on later ones at their first request.
    void setTarget(const std::string& node, model::diff::ResourcesPtr target, int push);
    /// Continues pushes that wait for a silent client. Call a few times a second.
    void tick();

private:
    class Service;
    class Stream;
    struct Target {
        model::diff::ResourcesPtr resources;
        int push = 0;
    };

    void take(Stream& stream, const DiscoveryRequest& request);
    void pump(Stream& stream);
    void report(const Stream& stream, bool connected, std::optional<Rejection> rejection = {});

    Observer m_observer;
    std::mutex m_mutex;
    std::map<std::string, Target> m_targets;
    std::set<Stream*> m_streams;
    std::uint64_t m_streamCount = 0;
    std::unique_ptr<Service> m_service;
    std::unique_ptr<grpc::Server> m_server;
};

} // namespace app::control
