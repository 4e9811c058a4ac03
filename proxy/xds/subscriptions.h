// The rules of the state-of-the-world protocol on the client's side, without transport (reference A2 to A4, A12).
//
// 1. A response is unpacked whole; one bad resource rejects it whole.
// 2. CDS and LDS: each resource is judged by itself; good ones are taken, absent ones removed, a refused one keeps its old
//    version, and the NACK names all refused ones. RDS and EDS: as Envoy, up to the first that is refused.
// 3. A new or changed EDS cluster warms until an EDS response names it, a DNS cluster until its names are resolved, a
//    listener until its routes are there (its port is bound before, so that a taken one is told at once); at most
//    initial_fetch_timeout of the source, 15 s without one, for ever if it is 0. Until then the old version serves.
// 4. After each response the active resources are applied. If that fails, the changed ones are tried one by one.
#pragma once

#include "proxy/xds/state.h"

#include "envoy/service/discovery/v3/discovery.pb.h"
#include "proxy/stats/stats.h"

#include <array>
#include <deque>
#include <functional>

namespace proxy::xds {

/// Where the resources go: the running server. Called in the ADS client's thread.
class Target {
public:
    virtual ~Target() = default;
    /// Makes them the ones in force, together with the bootstrap's static ones; an error changes nothing.
    virtual model::Result<void> apply(const runtime::Resources& resources) = 0;
    /// Takes the port of a listener that warms; nobody is served there yet. Kept until it is applied or no longer warms.
    virtual model::Result<void> reserve(const envoy::config::listener::v3::Listener& listener) = 0;
    /// Whether the names of a DNS cluster are resolved, be it in vain; the first question begins it.
    virtual bool isResolved(const envoy::config::cluster::v3::Cluster& cluster) = 0;
    /// `tell` is called from any thread when isResolved may have changed; never after it was replaced by another.
    virtual void onProgress(std::function<void()> tell) = 0;
};

/// Subscriptions, versions and nonces of one stream after another, and the resources. Lives in the ADS client's thread.
class Subscriptions {
public:
    using Request = envoy::service::discovery::v3::DiscoveryRequest;
    using Response = envoy::service::discovery::v3::DiscoveryResponse;
    using DynamicResources = envoy::config::bootstrap::v3::Bootstrap::DynamicResources;
    using Moment = std::chrono::steady_clock::time_point;
    enum Type { Cds, Eds, Lds, Rds, TypeCount };

    /// Wants what `sources` has a source for; time runs from now on, stream or not.
    Subscriptions(Target& target, stats::Registry& registry, const DynamicResources& sources);

    /// A new stream: nonces are forgotten, everything subscribed is asked for again.
    void streamOpened();
    void received(const Response& response);
    /// Ends warming, takes notice of what took too long, and asks for listeners when clusters are there or given up.
    void tick(Moment now);
    /// When tick() has something to do though nothing came; Moment::max(): never.
    Moment nextDeadline() const;
    /// Requests to be sent now, in order.
    std::deque<Request> takeRequests() { return std::exchange(m_requests, {}); }

    const State& state() const { return m_state; }
    void setConnected(bool connected);
    /// True when everything asked for at the start has come or was given up: the server may say LIVE.
    bool isReady() const;

private:
    struct Subscription {
        bool active = false;
        std::set<std::string> names;
        std::string acceptedVersion;
        std::string nonce;
        bool answered = false;           ///< A response has come, on whatever stream.
        Moment deadline = Moment::max(); ///< CDS and LDS: of the first response.
        bool givenUp = false;
    };
    template <class T> model::Result<std::vector<T>> unpack(const Response& response) const;
    template <class T> std::string takeSet(Store<T>& store, const Response& response, const char* what);
    template <class T> model::Result<void> takeOne(Store<T>& store, const T& message, const std::string& version);
    template <class T>
    std::string takeSome(Store<T>& store, const Response& response, const std::set<std::string>& wanted);
    std::string take(Type type, const Response& response);
    template <class T>
    void refuse(Store<T>& store, const T& message, const model::Error& error, const std::string& what);
    template <class T> void applyChanges(Store<T>& store, const Store<T>& before, const char* what);
    runtime::Resources resources() const;
    void subscribe(Type type);
    void updateNames();
    void answer(Type type, const Response& response, const std::string& error);
    Request request(Type type) const;

    // Warming (warming.cpp).
    bool needsWarming(const envoy::config::cluster::v3::Cluster& cluster) const;
    bool needsWarming(const envoy::config::listener::v3::Listener& listener) const;
    bool needsWarming(const envoy::config::route::v3::RouteConfiguration& routes) const;
    bool isWarm(const Delivered<envoy::config::cluster::v3::Cluster>& cluster);
    Moment deadlineOf(const envoy::config::cluster::v3::Cluster& cluster) const;
    Moment deadlineOf(const envoy::config::listener::v3::Listener& listener) const;
    Moment deadlineOf(const envoy::config::route::v3::RouteConfiguration& routes) const;
    bool finishWarming();

    // Statistics (subscription_counts.cpp).
    std::set<std::string> scopes(Type type, const std::set<std::string>& names) const;
    void countOutcome(Type type, const std::set<std::string>& names, const char* outcome);
    void countResponse(Type type, const Response& response, const std::string& error);
    void publish();

    Target& m_target;
    stats::Registry& m_registry;
    const DynamicResources m_sources;
    State m_state;
    std::array<Subscription, TypeCount> m_types;
    std::set<std::string> m_fresh;   ///< Assignments or routes that the response at hand named.
    std::set<std::string> m_changed; ///< Those of them with new contents.
    std::vector<std::pair<std::string, std::string>> m_errors; ///< Of the response at hand: resource, why not.
    std::deque<Request> m_requests;
    Moment m_now;
};

} // namespace proxy::xds
