#include "proxy/xds/subscriptions.h"

#include "proxy/net/journal.h"
#include "proxy/xds/constraints.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

namespace proxy::xds {
namespace {

using google::protobuf::util::MessageDifferencer;
using model::ErrorCode;
using model::fail;
using model::Result;

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

/// An error without the name of the resource in front, since the frame names it.
std::string textOf(const model::Error& error, const std::string& what, const std::string& name)
{
    const std::string text = error.text();
    for (const std::string& prefix : {what + " '" + name + "': ", name + ": "})
        if (text.starts_with(prefix)) return text.substr(prefix.size());
    return text;
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
    for (const Type type : {Cds, Eds, Lds, Rds})
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
                            " in DiscoveryResponse " + response.DebugString());
        if (!inner->UnpackTo(&result.emplace_back()))
            return fail(ErrorCode::Malformed, {}, "Unable to unpack as " + T::descriptor()->full_name());
        if (const auto good = checkConstraints(result.back(), nameOf(result.back()), Part::OwnFields); !good)
            return good.unexpected();
    }
    return result;
}

/// A response of CDS or LDS: the complete set.
template <class T> std::string Subscriptions::takeSet(Store<T>& store, const Response& response, const char* what)
{
    auto messages = unpack<T>(response);
    store.version = response.version_info();
    if (!messages) return messages.error().what;
    std::set<std::string> seen;
    store.refused.clear();
    for (const T& message : *messages) {
        const std::string& name = nameOf(message);
        const auto taken =
            seen.insert(name).second
                ? takeOne(store, message, response.version_info())
                : Result<void>(fail(ErrorCode::Invalid, {}, std::string("duplicate ") + what + " " + name + " found"));
        if (!taken) refuse(store, message, taken.error(), what);
    }
    std::erase_if(store.active, [&](const auto& entry) { return !seen.contains(entry.first); });
    std::erase_if(store.warming, [&](const auto& entry) { return !seen.contains(entry.first); });
    return {};
}

/// Notes why a resource was refused, for the NACK and for config_dump.
template <class T>
void Subscriptions::refuse(Store<T>& store, const T& message, const model::Error& error, const std::string& what)
{
    const std::string& name = nameOf(message);
    m_errors.emplace_back(name, textOf(error, what, name));
    store.refused[name] = {packed(message), store.version, m_errors.back().second, Clock::now()};
}

/// Judges one resource of such a set and puts it where it belongs; an error changes nothing.
template <class T> Result<void> Subscriptions::takeOne(Store<T>& store, const T& message, const std::string& version)
{
    const std::string& name = nameOf(message);
    if (auto good = checkConstraints(message, name, Part::Extensions); !good) return good;
    if (auto judged = runtime::judge(message); !judged) return judged;
    const auto active = store.active.find(name), warming = store.warming.find(name);
    if (warming != store.warming.end() && MessageDifferencer::Equals(warming->second.message, message)) return {};
    if (active != store.active.end() && MessageDifferencer::Equals(active->second.message, message)) {
        store.warming.erase(name);
        return {};
    }
    Delivered<T> delivered{message, version, Clock::now(), deadlineOf(message)};
    if (needsWarming(message)) {
        if constexpr (std::is_same_v<T, envoy::config::listener::v3::Listener>)
            if (auto reserved = m_target.reserve(message); !reserved) return reserved;
        store.warming.insert_or_assign(name, std::move(delivered));
    } else {
        store.warming.erase(name);
        store.active.insert_or_assign(name, std::move(delivered));
    }
    return {};
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
        if (!wanted.contains(name) || m_fresh.contains(name)) continue; // Of two of one name the first counts.
        if (auto judged = runtime::judge(message); !judged)
            return judged.error().code == ErrorCode::Invalid ? judged.error().what : judged.error().text();
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
                    name, Delivered<T>{message, response.version_info(), Clock::now(), deadlineOf(message)});
                continue;
            }
        store.warming.erase(name);
        store.active.insert_or_assign(name, Delivered<T>{message, response.version_info(), Clock::now(), {}});
    }
    return {};
}

/// The active resources, and the names of those that warm.
runtime::Resources Subscriptions::resources() const
{
    runtime::Resources result = m_state.resources();
    for (const auto& [name, cluster] : m_state.clusters.warming) result.warmingClusters.insert(name);
    for (const auto& [name, listener] : m_state.listeners.warming) result.warmingListeners.insert(name);
    return result;
}

/// Applies what is active. If that fails, keeps of the changed resources those that go one by one.
template <class T> void Subscriptions::applyChanges(Store<T>& store, const Store<T>& before, const char* what)
{
    const auto all = m_target.apply(resources());
    if (all) return;
    const auto wanted = std::exchange(store.active, before.active);
    std::erase_if(store.active, [&](const auto& entry) { return !wanted.contains(entry.first); });
    const std::size_t errors = m_errors.size();
    for (const auto& [name, resource] : wanted) {
        const auto old = store.active.find(name);
        if (old != store.active.end() && MessageDifferencer::Equals(old->second.message, resource.message)) continue;
        const auto kept = store.active;
        store.active.insert_or_assign(name, resource);
        const auto one = m_target.apply(resources());
        if (one) continue;
        store.active = kept;
        refuse(store, resource.message, one.error(), what);
    }
    if (auto last = m_target.apply(resources()); !last && errors == m_errors.size())
        m_errors.emplace_back(std::string(), last.error().text());
}

/// Returns the text of a NACK, or "".
std::string Subscriptions::take(Type type, const Response& response)
{
    m_fresh.clear();
    m_changed.clear();
    m_errors.clear();
    const State before = m_state;
    std::string whole; // What is wrong with the response as a whole, or with the first bad assignment or route table.
    if (type == Cds) whole = takeSet(m_state.clusters, response, "cluster");
    if (type == Lds) whole = takeSet(m_state.listeners, response, "listener");
    if (type == Eds) whole = takeSome(m_state.assignments, response, m_types[Eds].names);
    if (type == Rds) whole = takeSome(m_state.routes, response, m_types[Rds].names);
    finishWarming();
    if (type == Cds) applyChanges(m_state.clusters, before.clusters, "cluster");
    else if (type == Lds) applyChanges(m_state.listeners, before.listeners, "listener");
    else if (auto all = m_target.apply(resources()); !all) {
        m_state = before;
        m_errors.emplace_back(std::string(), all.error().what);
    }
    if (!whole.empty() || m_errors.empty()) return whole;
    if (type == Cds || type == Lds) return framed(type == Cds ? "cluster" : "listener", m_errors);
    return m_errors[0].second;
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

} // namespace proxy::xds
