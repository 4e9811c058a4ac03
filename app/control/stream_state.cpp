// How a push goes out on one stream (protocols A4, make before break):
// 1. Clusters: CDS with the old and the new clusters, then EDS of every EDS cluster that changed, even if its
//    assignment did not: the cluster warms until an EDS response names it. Nothing waits between the two.
// 2. Routes: when those are acknowledged (Envoy holds the ACK back while clusters warm), LDS, then RDS. A rejected
//    cluster holds this step back until the next push; a client that stays silent does so for `patience` only.
// 3. Removals: when LDS and RDS are acknowledged and every route configuration that a listener refers to is
//    subscribed, CDS without the clusters that are gone.
// Requests are answered in every phase from what is visible then; a type that was not asked for is never sent (A2.8).
#include "app/control/stream_state.h"

#include <algorithm>

namespace app::control {

using model::diff::ResourceMap;
using model::diff::ResourcePtr;
using model::push::State;
using model::push::Type;
using model::push::TypeStatus;

namespace {

constexpr Type pushOrder[] = {Type::Cds, Type::Eds, Type::Lds, Type::Rds};
constexpr double patience = 16; ///< Seconds: Envoy's initial_fetch_timeout (15 s) and one.

std::optional<Type> typeOf(const std::string& url)
{
    for (const Type type : pushOrder)
        if (url == model::push::typeUrl(type)) return type;
    return std::nullopt;
}

/// Names that are new or have other content in `after`.
std::set<std::string> changedNames(const ResourceMap& before, const ResourceMap& after)
{
    std::set<std::string> names;
    for (const auto& [name, resource] : after) {
        const auto found = before.find(name);
        if (found == before.end() || found->second->version != resource->version) names.insert(name);
    }
    return names;
}

ResourceMap merged(ResourceMap newer, const ResourceMap& older)
{
    newer.insert(older.begin(), older.end());
    return newer;
}

int pushOfNonce(const std::string& nonce) { return std::atoi(nonce.c_str()); }

} // namespace

std::optional<Rejection> StreamState::read(const DiscoveryRequest& request, double now)
{
    readNode(request);
    const auto type = typeOf(request.type_url());
    if (!type) return std::nullopt; // New clients ask for new types (A11); no answer is no failure.
    Lane& of = lane(*type);
    const Reading reading = of.subscription.read(request);
    if (reading.answer == Reading::Answer::All) pend(*type, {});
    if (reading.answer == Reading::Answer::Added) pend(*type, reading.added);
    std::optional<Rejection> rejection;
    if (reading.verdict != Reading::Verdict::None) of.since = now;
    if (reading.verdict == Reading::Verdict::Nack) {
        of.message = request.error_detail().message();
        rejection = Rejection{*type, of.message, pushOfNonce(reading.nonce)};
    }
    advance(now);
    return rejection;
}

void StreamState::readNode(const DiscoveryRequest& request)
{
    if (!m_client.node.empty() || !request.has_node()) return;
    const auto& node = request.node();
    m_client.node = node.id();
    m_client.isEnvoy = node.user_agent_name() == "envoy";
    const auto& version = node.user_agent_build_version().version();
    m_client.build = node.user_agent_name();
    if (node.has_user_agent_build_version())
        m_client.build += " " + std::to_string(version.major_number()) + "." + std::to_string(version.minor_number()) +
                          "." + std::to_string(version.patch());
    else if (!node.user_agent_version().empty()) m_client.build += " " + node.user_agent_version();
}

void StreamState::show(Type type, ResourceMap resources, double now)
{
    Lane& of = lane(type);
    of.visible = std::move(resources);
    std::string version = model::diff::versionOf(type, of.visible);
    if (version == of.version) return;
    of.version = std::move(version);
    of.since = now;
}

void StreamState::pend(Type type, const std::set<std::string>& names)
{
    const bool whole = names.empty() || type == Type::Cds || type == Type::Lds; // A2.4: these are always complete.
    if (whole) lane(type).pendingAll = true;
    else lane(type).pending.insert(names.begin(), names.end());
}

void StreamState::forceAssignments(const std::set<std::string>& clusters)
{
    ResourceMap changed;
    for (const auto& name : clusters) changed.emplace(name, lane(Type::Cds).visible.at(name));
    const auto names = model::diff::assignmentNames(changed);
    if (!names.empty()) pend(Type::Eds, names);
}

void StreamState::retarget(model::diff::ResourcesPtr target, int push, double now)
{
    const bool first = !m_target;
    m_target = std::move(target);
    m_push = push;
    for (const Type type : pushOrder) {
        lane(type).touched = first || model::diff::versionOf(type, m_target->of(type)) != lane(type).version ||
                             lane(type).subscription.isNacked();
        if (!first) continue;
        show(type, m_target->of(type), now);
        pend(type, {});
    }
    if (first) return;
    const auto clusters = changedNames(lane(Type::Cds).visible, m_target->of(Type::Cds));
    const auto assignments = changedNames(lane(Type::Eds).visible, m_target->of(Type::Eds));
    show(Type::Cds, merged(m_target->of(Type::Cds), lane(Type::Cds).visible), now);
    show(Type::Eds, merged(m_target->of(Type::Eds), lane(Type::Eds).visible), now);
    if (!clusters.empty() || isRejected(Type::Cds)) pend(Type::Cds, {});
    if (isRejected(Type::Eds)) pend(Type::Eds, {}); // After a NACK the client runs a mixture: everything again (A4).
    if (!assignments.empty()) pend(Type::Eds, assignments);
    forceAssignments(clusters);
    m_phase = Phase::Clusters;
    m_phaseSince = now;
    advance(now);
}

void StreamState::tick(double now) { advance(now); }

bool StreamState::isDone(Type type) const
{
    const auto& subscription = lane(type).subscription;
    if (!subscription.isOpen()) return true;
    return !lane(type).hasPending() && subscription.isAnswered() && !subscription.isNacked();
}

bool StreamState::hasAllRoutes() const
{
    if (!lane(Type::Lds).subscription.isOpen()) return true;
    return std::ranges::all_of(model::diff::routeNames(m_target->of(Type::Lds)), [this](const std::string& name) {
        return lane(Type::Rds).subscription.names().contains(name);
    });
}

void StreamState::advance(double now)
{
    const auto late = [&] { return now - m_phaseSince > patience; };
    if (m_phase == Phase::Clusters) {
        if (isRejected(Type::Cds) && !lane(Type::Cds).hasPending()) return;
        if (isRejected(Type::Eds) && !lane(Type::Eds).hasPending()) return;
        if (late() || (isDone(Type::Cds) && isDone(Type::Eds))) beginRoutes(now);
    }
    if (m_phase == Phase::Routes) {
        if (isRejected(Type::Lds) && !lane(Type::Lds).hasPending()) return;
        if (isRejected(Type::Rds) && !lane(Type::Rds).hasPending()) return;
        if (late() || (isDone(Type::Lds) && isDone(Type::Rds) && hasAllRoutes())) finish(now);
    }
}

void StreamState::beginRoutes(double now)
{
    const auto listeners = model::diff::versionOf(Type::Lds, m_target->of(Type::Lds));
    const auto routes = changedNames(lane(Type::Rds).visible, m_target->of(Type::Rds));
    const bool listenersChange = listeners != lane(Type::Lds).version || isRejected(Type::Lds);
    show(Type::Lds, m_target->of(Type::Lds), now);
    show(Type::Rds, merged(m_target->of(Type::Rds), lane(Type::Rds).visible), now);
    if (listenersChange) pend(Type::Lds, {});
    if (isRejected(Type::Rds)) pend(Type::Rds, {});
    if (!routes.empty()) pend(Type::Rds, routes);
    m_phase = Phase::Routes;
    m_phaseSince = now;
}

void StreamState::finish(double now)
{
    const std::string before = lane(Type::Cds).version;
    for (const Type type : pushOrder) show(type, m_target->of(type), now);
    if (lane(Type::Cds).version != before) pend(Type::Cds, {});
    m_phase = Phase::Idle;
}

std::vector<ResourcePtr> StreamState::chosen(const Lane& from, Type type) const
{
    std::vector<ResourcePtr> resources;
    const bool whole = from.pendingAll || type == Type::Cds || type == Type::Lds;
    for (const auto& [name, resource] : from.visible)
        if (from.subscription.wants(name) && (whole || from.pending.contains(name))) resources.push_back(resource);
    return resources;
}

std::optional<envoy::service::discovery::v3::DiscoveryResponse> StreamState::next(double now)
{
    if (!m_target) return std::nullopt;
    for (const Type type : pushOrder) {
        Lane& from = lane(type);
        if (!from.hasPending()) continue;
        const auto resources = chosen(from, type);
        from.pendingAll = false;
        from.pending.clear();
        // Of RDS and EDS absence means nothing: the name stays subscribed and is sent when it appears (A2.6).
        if (resources.empty() && (type == Type::Eds || type == Type::Rds)) continue;
        from.since = now;
        return respond(from, type, resources);
    }
    advance(now); // Nothing was pending: a step that had nothing to send is done.
    const bool more = std::ranges::any_of(m_lanes, &Lane::hasPending);
    return more ? next(now) : std::nullopt;
}

envoy::service::discovery::v3::DiscoveryResponse StreamState::respond(Lane& from, Type type,
                                                                      const std::vector<ResourcePtr>& resources)
{
    envoy::service::discovery::v3::DiscoveryResponse response;
    response.set_version_info(from.version);
    response.set_type_url(model::push::typeUrl(type));
    response.set_nonce(std::to_string(m_push) + "." + std::to_string(++m_responses));
    response.mutable_control_plane()->set_identifier("meshwright " MESHWRIGHT_VERSION);
    for (const auto& resource : resources) {
        auto* any = response.add_resources();
        any->set_type_url(response.type_url());
        any->set_value(resource->bytes);
    }
    from.subscription.sent(response.nonce(), response.version_info());
    return response;
}

bool StreamState::waitsForDependents(Type type) const
{
    if (type == Type::Lds) return !hasAllRoutes() || !isDone(Type::Rds);
    if (type != Type::Cds) return false;
    const auto names = model::diff::assignmentNames(m_target->of(Type::Cds));
    return !names.empty() && (!lane(Type::Eds).subscription.isOpen() || !isDone(Type::Eds));
}

State StreamState::stateOf(Type type) const
{
    const Lane& of = lane(type);
    if (of.subscription.isNacked() && !of.hasPending() && of.subscription.isAnswered()) return State::Nacked;
    if (of.hasPending() || !of.subscription.isAnswered()) return State::Sent;
    if (!of.touched) return State::Unchanged;
    const bool later = m_phase == Phase::Clusters && (type == Type::Lds || type == Type::Rds);
    if (later) return State::Held;
    return waitsForDependents(type) ? State::Warming : State::Acked;
}

std::vector<TypeStatus> StreamState::status() const
{
    std::vector<TypeStatus> types;
    if (!m_target) return types;
    for (const Type type : pushOrder) {
        const Lane& of = lane(type);
        if (!of.subscription.isOpen()) continue;
        const State state = stateOf(type);
        types.push_back({type, state, of.version, {}, state == State::Nacked ? of.message : std::string(), of.since});
    }
    return types;
}

bool StreamState::isSettled() const
{
    return m_target && m_phase == Phase::Idle &&
           std::ranges::all_of(pushOrder, [this](Type type) { return isDone(type); }) && hasAllRoutes();
}

} // namespace app::control
