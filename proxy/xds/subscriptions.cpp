#include "proxy/xds/subscriptions.h"

#include "proxy/net/journal.h"

#include <google/protobuf/util/message_differencer.h>
#include <xxhash.h>

#include <algorithm>

namespace proxy::xds {
namespace {

using google::protobuf::util::MessageDifferencer;
using model::ErrorCode;
using model::fail;
using model::Result;

constexpr auto fetchTimeout = std::chrono::seconds(15); // Envoy's initial_fetch_timeout default.
constexpr const char* typeUrls[] = {"type.googleapis.com/envoy.config.cluster.v3.Cluster",
                                    "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
                                    "type.googleapis.com/envoy.config.listener.v3.Listener",
                                    "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"};

template <class T> const std::string& nameOf(const T& message) { return message.name(); }
const std::string& nameOf(const envoy::config::endpoint::v3::ClusterLoadAssignment& message)
{
    return message.cluster_name();
}

template <class T> google::protobuf::Any packed(const T& message)
{
    google::protobuf::Any any;
    any.PackFrom(message);
    return any;
}

/// Envoy's frame around semantic errors of CDS and LDS: "Error adding/updating cluster(s) a: TEXT, b: TEXT".
std::string framed(const std::string& what, const std::vector<std::pair<std::string, std::string>>& errors)
{
    if (errors.empty()) return {};
    std::string text = "Error adding/updating " + what + "(s) ";
    const bool isListener = what == "listener";
    for (std::size_t i = 0; i < errors.size(); ++i) {
        if (i > 0 && !isListener) text += ", ";
        text += errors[i].first + ": " + errors[i].second + (isListener ? "\n" : "");
    }
    return text;
}

} // namespace

Subscriptions::Subscriptions(Target& target, stats::Registry& registry, bool wantsClusters, bool wantsListeners)
    : m_target(target)
    , m_registry(registry)
    , m_wantsClusters(wantsClusters)
    , m_wantsListeners(wantsListeners)
    , m_now(std::chrono::steady_clock::now())
{
    setConnected(false);
    publish();
}

void Subscriptions::setConnected(bool connected)
{
    if (m_state.connected != connected)
        journal::say(journal::Config, connected ? journal::Level::Info : journal::Level::Warning,
                     connected ? "connected to the control plane" : "the control plane is away");
    m_state.connected = connected;
    m_registry.set("control_plane.connected_state", connected ? 1 : 0);
    m_registry.set("control_plane.pending_requests", 0);
    m_registry.add("control_plane.rate_limit_enforced", 0);
    for (const Type type : {Cds, Eds, Lds, Rds})
        if (!connected && m_types[type].active) countOutcome(type, m_types[type].names, "update_failure");
}

void Subscriptions::streamOpened()
{
    m_now = std::chrono::steady_clock::now();
    m_requests.clear();
    for (auto& type : m_types) type.nonce.clear();
    if (m_wantsClusters) subscribe(Cds);
    if (m_wantsListeners && !m_wantsClusters) subscribe(Lds);
    for (const Type type : {Eds, Lds, Rds})
        if (m_types[type].active) subscribe(type);
}

Subscriptions::Request Subscriptions::request(Type type) const
{
    Request result;
    result.set_type_url(typeUrls[type]);
    result.set_version_info(m_types[type].acceptedVersion);
    result.set_response_nonce(m_types[type].nonce);
    for (const std::string& name : m_types[type].names) result.add_resource_names(name);
    return result;
}

void Subscriptions::subscribe(Type type)
{
    if (!m_types[type].active) m_types[type].asked = m_now;
    if (!m_types[type].active && (type == Cds || type == Lds)) countOutcome(type, {}, "");
    m_types[type].active = true;
    m_requests.push_back(request(type));
}

template <class T> Result<std::vector<T>> Subscriptions::unpack(const Response& response) const
{
    std::vector<T> result;
    for (const auto& any : response.resources()) {
        const google::protobuf::Any* inner = &any;
        envoy::service::discovery::v3::Resource wrapped;
        if (any.Is<envoy::service::discovery::v3::Resource>() && any.UnpackTo(&wrapped)) inner = &wrapped.resource();
        if (inner->type_url() != response.type_url())
            return fail(ErrorCode::Invalid, {},
                        inner->type_url() + " does not match the message-wide type URL " + response.type_url() +
                            " in DiscoveryResponse");
        if (!inner->UnpackTo(&result.emplace_back()))
            return fail(ErrorCode::Malformed, {}, "Unable to unpack as " + T::descriptor()->full_name());
    }
    return result;
}

bool Subscriptions::needsWarming(const envoy::config::cluster::v3::Cluster& cluster) const
{
    return !edsName(cluster).empty();
}

bool Subscriptions::needsWarming(const envoy::config::listener::v3::Listener& listener) const
{
    const auto names = rdsNames(listener);
    return std::any_of(names.begin(), names.end(),
                       [this](const std::string& name) { return !m_state.routes.active.contains(name); });
}

/// Envoy sends requests to a cluster that still warms into a 503; here the old routes serve until it is there.
bool Subscriptions::needsWarming(const envoy::config::route::v3::RouteConfiguration& routes) const
{
    const auto waits = [this](const std::string& cluster) {
        return m_state.clusters.warming.contains(cluster) && !m_state.clusters.active.contains(cluster);
    };
    for (const auto& host : routes.virtual_hosts())
        for (const auto& route : host.routes()) {
            if (waits(route.route().cluster())) return true;
            for (const auto& part : route.route().weighted_clusters().clusters())
                if (waits(part.name())) return true;
        }
    return false;
}

/// A response of CDS or LDS: the complete set.
template <class T> std::string Subscriptions::takeSet(Store<T>& store, const Response& response, const char* what)
{
    auto messages = unpack<T>(response);
    store.version = response.version_info();
    if (!messages) return messages.error().what;
    std::vector<std::pair<std::string, std::string>> errors;
    std::set<std::string> seen;
    store.refused.clear();
    for (const T& message : *messages) {
        const std::string& name = nameOf(message);
        auto judged =
            seen.insert(name).second
                ? runtime::judge(message)
                : Result<void>(fail(ErrorCode::Invalid, {}, std::string("duplicate ") + what + " " + name + " found"));
        if (!judged) {
            errors.emplace_back(name, judged.error().text());
            store.refused[name] = {packed(message), response.version_info(), judged.error().text(), Clock::now()};
            continue;
        }
        const auto active = store.active.find(name);
        const auto warming = store.warming.find(name);
        if (warming != store.warming.end() && MessageDifferencer::Equals(warming->second.message, message)) continue;
        if (active != store.active.end() && MessageDifferencer::Equals(active->second.message, message)) {
            store.warming.erase(name);
            continue;
        }
        Delivered<T> delivered{message, response.version_info(), Clock::now(), m_now + fetchTimeout};
        if (needsWarming(message)) store.warming.insert_or_assign(name, std::move(delivered));
        else {
            store.warming.erase(name);
            store.active.insert_or_assign(name, std::move(delivered));
        }
    }
    std::erase_if(store.active, [&](const auto& entry) { return !seen.contains(entry.first); });
    std::erase_if(store.warming, [&](const auto& entry) { return !seen.contains(entry.first); });
    return framed(what, errors);
}

/// A response of RDS or EDS: some of what was asked for.
template <class T>
std::string Subscriptions::takeSome(Store<T>& store, const Response& response, const std::set<std::string>& wanted)
{
    auto messages = unpack<T>(response);
    store.version = response.version_info();
    if (!messages) return messages.error().what;
    for (const T& message : *messages) {
        const std::string& name = nameOf(message);
        if (!wanted.contains(name)) continue;
        if (auto judged = runtime::judge(message); !judged) return judged.error().text();
        m_fresh.insert(name);
        const auto active = store.active.find(name);
        if (active != store.active.end() && MessageDifferencer::Equals(active->second.message, message)) {
            store.warming.erase(name);
            continue;
        }
        m_changed.insert(name);
        if constexpr (std::is_same_v<T, envoy::config::route::v3::RouteConfiguration>)
            if (needsWarming(message)) {
                store.warming.insert_or_assign(
                    name, Delivered<T>{message, response.version_info(), Clock::now(), m_now + fetchTimeout});
                continue;
            }
        store.warming.erase(name);
        store.active.insert_or_assign(name, Delivered<T>{message, response.version_info(), Clock::now(), {}});
    }
    return {};
}

/// Applies what is active. If that fails, keeps of the changed resources those that go one by one; returns the NACK's text.
template <class T>
std::string Subscriptions::applyChanges(Store<T>& store, const Store<T>& before, const std::string& frame)
{
    const auto all = m_target.apply(m_state.resources());
    if (all) return {};
    const auto wanted = store.active;
    store.active = before.active;
    std::erase_if(store.active, [&](const auto& entry) { return !wanted.contains(entry.first); });
    std::vector<std::pair<std::string, std::string>> errors;
    for (const auto& [name, resource] : wanted) {
        const auto old = store.active.find(name);
        if (old != store.active.end() && MessageDifferencer::Equals(old->second.message, resource.message)) continue;
        const auto kept = store.active;
        store.active.insert_or_assign(name, resource);
        if (auto one = m_target.apply(m_state.resources()); !one) {
            store.active = kept;
            errors.emplace_back(name, one.error().text());
            store.refused[name] = {packed(resource.message), store.version, one.error().text(), Clock::now()};
        }
    }
    if (auto last = m_target.apply(m_state.resources()); !last && errors.empty()) return last.error().text();
    return frame.empty() ? (errors.empty() ? std::string() : errors[0].second) : framed(frame, errors);
}

std::string Subscriptions::take(Type type, const Response& response)
{
    m_fresh.clear();
    m_changed.clear();
    const State before = m_state;
    std::string error;
    if (type == Cds) error = takeSet(m_state.clusters, response, "cluster");
    if (type == Lds) error = takeSet(m_state.listeners, response, "listener");
    if (type == Eds) error = takeSome(m_state.assignments, response, m_types[Eds].names);
    if (type == Rds) error = takeSome(m_state.routes, response, m_types[Rds].names);
    finishWarming();
    std::string refused;
    if (type == Cds) refused = applyChanges(m_state.clusters, before.clusters, "cluster");
    if (type == Lds) refused = applyChanges(m_state.listeners, before.listeners, "listener");
    if (type == Eds) refused = applyChanges(m_state.clusters, before.clusters, "");
    if (type == Rds) refused = applyChanges(m_state.listeners, before.listeners, "");
    return error.empty() ? refused : error;
}

/// Makes active what no longer waits: clusters named by this EDS response, listeners whose routes are there, time-outs.
void Subscriptions::finishWarming()
{
    auto& clusters = m_state.clusters;
    std::erase_if(clusters.warming, [&](const auto& entry) {
        if (!m_fresh.contains(edsName(entry.second.message)) && entry.second.deadline > m_now) return false;
        clusters.active.insert_or_assign(entry.first, entry.second);
        return true;
    });
    auto& routes = m_state.routes;
    std::erase_if(routes.warming, [&](const auto& entry) {
        if (needsWarming(entry.second.message) && entry.second.deadline > m_now) return false;
        routes.active.insert_or_assign(entry.first, entry.second);
        return true;
    });
    auto& listeners = m_state.listeners;
    std::erase_if(listeners.warming, [&](const auto& entry) {
        if (needsWarming(entry.second.message) && entry.second.deadline > m_now) return false;
        listeners.active.insert_or_assign(entry.first, entry.second);
        return true;
    });
}

void Subscriptions::received(const Response& response)
{
    m_now = std::chrono::steady_clock::now();
    const auto url = std::find(std::begin(typeUrls), std::end(typeUrls), response.type_url());
    if (url == std::end(typeUrls)) return; // No subscription: neither ACK nor NACK, as in Envoy.
    const auto type = static_cast<Type>(url - std::begin(typeUrls));
    if (!m_types[type].active) return;
    if (!response.control_plane().identifier().empty())
        m_registry.setText("control_plane.identifier", response.control_plane().identifier());
    const std::string error = take(type, response);
    const std::string what = response.type_url() + " version '" + response.version_info() + "'";
    if (error.empty()) journal::say(journal::Upstream, journal::Level::Info, "accepted " + what);
    else journal::say(journal::Config, journal::Level::Warning, "rejected " + what + ": " + error);
    m_types[type].answered = true;
    answer(type, response, error);
    countResponse(type, response, error);
    updateNames();
    tick(m_now);
}

void Subscriptions::answer(Type type, const Response& response, const std::string& error)
{
    m_types[type].nonce = response.nonce();
    if (error.empty()) m_types[type].acceptedVersion = response.version_info();
    Request reply = request(type);
    if (!error.empty()) {
        constexpr std::size_t limit = 4096; // As Envoy cuts it.
        reply.mutable_error_detail()->set_code(13);
        reply.mutable_error_detail()->set_message(error.size() > limit ? error.substr(0, limit) + "...(truncated)"
                                                                       : error);
    }
    m_requests.push_back(std::move(reply));
}

/// Asks for the assignments and routes that clusters and listeners now want, and forgets what nobody wants.
void Subscriptions::updateNames()
{
    const auto update = [this](Type type, std::set<std::string> wanted) {
        if (wanted == m_types[type].names) return;
        std::set<std::string> added;
        std::set_difference(wanted.begin(), wanted.end(), m_types[type].names.begin(), m_types[type].names.end(),
                            std::inserter(added, added.end()));
        countOutcome(type, added, "");
        m_types[type].names = std::move(wanted);
        if (!m_types[type].active && m_types[type].names.empty()) return;
        subscribe(type);
    };
    update(Eds, m_state.wantedAssignments());
    update(Rds, m_state.wantedRoutes());
    std::erase_if(m_state.assignments.active,
                  [&](const auto& entry) { return !m_types[Eds].names.contains(entry.first); });
    std::erase_if(m_state.routes.warming, [&](const auto& entry) { return !m_types[Rds].names.contains(entry.first); });
    std::erase_if(m_state.routes.active, [&](const auto& entry) { return !m_types[Rds].names.contains(entry.first); });
}

void Subscriptions::tick(std::chrono::steady_clock::time_point now)
{
    m_now = now;
    m_fresh.clear();
    const auto waiting = [this] {
        return m_state.clusters.warming.size() + m_state.listeners.warming.size() + m_state.routes.warming.size();
    };
    const std::size_t warming = waiting();
    finishWarming();
    if (waiting() != warming) { [[maybe_unused]] const auto applied = m_target.apply(m_state.resources()); }
    for (auto& type : m_types)
        if (type.active && !type.answered && !type.givenUp && type.asked + fetchTimeout <= now) {
            type.givenUp = true;
            countOutcome(static_cast<Type>(&type - m_types.data()), type.names, "init_fetch_timeout");
        }
    const bool clustersReady =
        !m_wantsClusters || m_types[Cds].givenUp || (m_types[Cds].answered && m_state.clusters.warming.empty());
    if (m_wantsListeners && !m_types[Lds].active && clustersReady && m_state.connected) subscribe(Lds);
    publish();
}

bool Subscriptions::isReady() const
{
    const auto done = [this](Type type) { return m_types[type].answered || m_types[type].givenUp; };
    return (!m_wantsClusters || (done(Cds) && m_state.clusters.warming.empty())) &&
           (!m_wantsListeners || (done(Lds) && m_state.listeners.warming.empty()));
}

/// What the statistics of a type begin with; `names` counts for RDS and EDS only.
std::set<std::string> Subscriptions::scopes(Type type, const std::set<std::string>& names) const
{
    if (type == Cds) return {"cluster_manager.cds."};
    if (type == Lds) return {"listener_manager.lds."};
    return type == Rds ? m_state.rdsScopes(names) : m_state.edsScopes(names);
}

/// As Envoy's GrpcSubscriptionImpl: an attempt at the start and with every outcome; a refusal counts for every name.
void Subscriptions::countOutcome(Type type, const std::set<std::string>& names, const char* outcome)
{
    for (const std::string& prefix : scopes(type, names)) {
        for (const char* name : {"init_fetch_timeout", "update_failure", "update_rejected", "update_success"})
            m_registry.add(prefix + name, std::string_view(name) == outcome ? 1 : 0);
        m_registry.add(prefix + "update_attempt");
        m_registry.set(prefix + "update_time", m_registry.value(prefix + "update_time"));
        m_registry.set(prefix + "version", m_registry.value(prefix + "version"));
        if (type != Eds) continue;
        m_registry.add(prefix + "update_empty", 0);
    }
}

void Subscriptions::countResponse(Type type, const Response& response, const std::string& error)
{
    if (!error.empty()) return countOutcome(type, m_types[type].names, "update_rejected");
    countOutcome(type, m_fresh, "update_success");
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
    for (const std::string& prefix : scopes(type, m_fresh)) {
        m_registry.set(prefix + "update_time", static_cast<std::uint64_t>(now));
        m_registry.set(prefix + "version", XXH64(response.version_info().data(), response.version_info().size(), 0));
        m_registry.setText(prefix + "version_text", response.version_info());
    }
    if (type == Rds)
        for (const std::string& prefix : scopes(type, m_fresh)) m_registry.add(prefix + "update_empty", 0);
    for (const std::string& prefix : scopes(type, m_changed))
        if (type == Rds) m_registry.add(prefix + "config_reload");
}

void Subscriptions::publish()
{
    m_registry.set("cluster_manager.warming_clusters", m_state.clusters.warming.size());
    m_registry.set("listener_manager.total_listeners_warming", m_state.listeners.warming.size());
}

} // namespace proxy::xds
