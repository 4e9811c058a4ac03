#include "app/control/resource_states.h"

#include <algorithm>

namespace app::control {

using model::push::ResourceStatus;
using model::push::State;

namespace {

const model::push::TypeStatus* typeOf(const model::push::ProxyStatus& status, model::push::Type type)
{
    const auto found = std::ranges::find(status.types, type, &model::push::TypeStatus::type);
    return found == status.types.end() ? nullptr : &*found;
}

/// A resource of a type that was rejected: the one that a message names, any when no message names one.
void reject(ResourceStatus& resource, const Knowledge& known, const std::string& fallback)
{
    bool named = false;
    for (const auto& nack : known.nacks) {
        if (nack.type != resource.type) continue;
        named = named || !nack.resource.empty();
        if (!nack.resource.empty() && nack.resource != resource.name) continue;
        resource.state = State::Nacked;
        resource.message = nack.message;
        return;
    }
    resource.state = named ? State::Held : State::Nacked;
    resource.message = named ? "came together with a rejected resource" : fallback;
}

bool differs(const ResourceStatus& resource, const std::vector<model::diff::ResourceChange>& differing)
{
    return std::ranges::any_of(
        differing, [&](const auto& change) { return change.type == resource.type && change.name == resource.name; });
}

void readBack(ResourceStatus& resource, const std::vector<model::diff::ResourceChange>& differing)
{
    const bool judged =
        resource.state == State::Acked || resource.state == State::Nacked || resource.state == State::Held;
    if (!judged) return;
    if (!differs(resource, differing)) {
        resource.state = State::Effective;
        resource.message.clear();
    } else if (resource.state == State::Acked) {
        resource.message = "accepted, but the proxy still says that it runs something else";
    }
}

} // namespace

std::vector<ResourceStatus> resourcesOf(const std::string& proxy,
                                        const std::vector<model::diff::ResourceChange>& changes, double now)
{
    std::vector<ResourceStatus> resources;
    for (const auto& change : changes)
        resources.push_back({proxy, change.type, change.name, name(change.kind), State::Sent, {}, now});
    return resources;
}

void overtake(std::vector<ResourceStatus>& resources, const std::string& proxy, int version)
{
    for (auto& resource : resources) {
        const bool isOpen = resource.state == State::Sent || resource.state == State::Warming;
        if (!isOpen || resource.proxy != proxy) continue;
        resource.state = State::Held;
        resource.message = "overtaken by v" + std::to_string(version);
    }
}

void hold(std::vector<ResourceStatus>& resources, const std::string& proxy, const std::string& reason)
{
    for (auto& resource : resources) {
        if (resource.proxy != proxy) continue;
        resource.state = reason.empty() ? State::Sent : State::Held;
        resource.message = reason;
    }
}

void update(std::vector<ResourceStatus>& resources, const Knowledge& known)
{
    for (auto& resource : resources) {
        if (resource.proxy != known.status.name) continue;
        const auto* type = typeOf(known.status, resource.type);
        if (!type) continue;
        resource.state = type->state == State::Unchanged ? State::Sent : type->state;
        resource.message.clear();
        resource.since = type->since;
        if (type->state == State::Nacked) reject(resource, known, type->message);
        if (known.differing) readBack(resource, *known.differing);
    }
}

} // namespace app::control
