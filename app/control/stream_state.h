// What one client has, wants and was sent: a stream of the management server without its transport.
#pragma once

#include "app/control/subscription.h"
#include "model/diff/resources.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace app::control {

/// What the client says about the software it is.
struct ClientInfo {
    std::string node;  ///< node.id
    std::string build; ///< "envoy 1.40.0"
    bool isEnvoy = false;
};

/// One NACK, as it came.
struct Rejection {
    model::push::Type type = model::push::Type::Cds;
    std::string message;
    int push = 0; ///< Number of the push whose response it judges.
};

/// Plain state machine (protocols A2, A4); its owner locks. Time is handed in, in seconds since the epoch.
class StreamState {
public:
    /// Takes a request; returns the NACK that it carries, if any.
    std::optional<Rejection> read(const DiscoveryRequest& request, double now);
    /// Makes `target` what the client shall run. Additions go first, removals last.
    void retarget(model::diff::ResourcesPtr target, int push, double now);
    /// Goes on with a push whose next step has waited long enough. Call a few times a second.
    void tick(double now);
    /// Returns the next response to put on the wire, or nothing. Call again after each write.
    std::optional<envoy::service::discovery::v3::DiscoveryResponse> next(double now);

    const ClientInfo& client() const { return m_client; }
    int push() const { return m_push; }
    /// State of each type that the client asked for.
    std::vector<model::push::TypeStatus> status() const;
    /// True when all that was to be sent was sent and acknowledged.
    bool isSettled() const;

private:
    using Type = model::push::Type;
    static constexpr std::size_t typeCount = static_cast<std::size_t>(Type::TypeCount);

    /// A push runs through these; the client's requests are answered in all of them.
    enum class Phase { Clusters, Routes, Idle };
    /// Everything about one type.
    struct Lane {
        explicit Lane(Type type) : subscription(type) {}
        Subscription subscription;
        model::diff::ResourceMap visible; ///< What the client may get now.
        std::string version;              ///< Of `visible`.
        bool touched = false;             ///< The current push changes something of it.
        bool pendingAll = false;
        std::set<std::string> pending;
        std::string message; ///< Of the last NACK.
        double since = 0;
        bool hasPending() const { return subscription.isSubscribed() && (pendingAll || !pending.empty()); }
    };

    Lane& lane(Type type) { return m_lanes[static_cast<std::size_t>(type)]; }
    const Lane& lane(Type type) const { return m_lanes[static_cast<std::size_t>(type)]; }
    void readNode(const DiscoveryRequest& request);
    void show(Type type, model::diff::ResourceMap resources, double now);
    void pend(Type type, const std::set<std::string>& names);
    void forceAssignments(const std::set<std::string>& clusters);
    void advance(double now);
    void beginRoutes(double now);
    void finish(double now);
    bool isDone(Type type) const;
    bool isRejected(Type type) const { return lane(type).subscription.isNacked(); }
    bool hasAllRoutes() const;
    model::push::State stateOf(Type type) const;
    bool waitsForDependents(Type type) const;
    envoy::service::discovery::v3::DiscoveryResponse respond(Lane& from, Type type,
                                                             const std::vector<model::diff::ResourcePtr>& resources);
    std::vector<model::diff::ResourcePtr> chosen(const Lane& from, Type type) const;

    std::array<Lane, typeCount> m_lanes{Lane(Type::Cds), Lane(Type::Eds), Lane(Type::Lds), Lane(Type::Rds)};
    model::diff::ResourcesPtr m_target;
    ClientInfo m_client;
    Phase m_phase = Phase::Idle;
    double m_phaseSince = 0;
    int m_push = 0;
    int m_responses = 0;
};

} // namespace app::control
