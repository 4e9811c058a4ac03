// A dump is not the pushed text again. What a proxy adds by itself, and why it is no difference:
// 1. "static_..." lists: the bootstrap's own resources, and route configurations inline in a listener that is compared.
// 2. Assignments nobody subscribed: of clusters with an inline load_assignment, which is compared with its cluster
//    (Envoy lists every cluster's hosts in EndpointsConfigDump, the ones that came by CDS as dynamic).
// 3. Assignments are written from the hosts that live, not kept as received (Envoy's admin/config_dump_handler.cc,
//    dumpEndpointConfigs): defaults filled in, health as measured, localities without hosts left out. Both sides are
//    brought to one form, and only what both can tell is compared.
// 4. Secrets are blotted out: fields marked sensitive read "[redacted]" (Envoy's protobuf/utility.cc, MessageUtil::redact).
#include "model/diff/running.h"

#include "envoy/config/endpoint/v3/endpoint.pb.h"

#include <algorithm>
#include <map>

namespace model::diff {
namespace {

using envoy::config::endpoint::v3::ClusterLoadAssignment;
using envoy::config::endpoint::v3::LbEndpoint;
using envoy::config::endpoint::v3::LocalityLbEndpoints;
using push::Type;

/// What of an endpoint is configuration and told by a dump: address, names, weight, metadata.
LbEndpoint canonical(const LbEndpoint& endpoint)
{
    LbEndpoint result;
    *result.mutable_endpoint()->mutable_address() = endpoint.endpoint().address();
    result.mutable_endpoint()->set_hostname(endpoint.endpoint().hostname());
    if (endpoint.metadata().filter_metadata_size() > 0) *result.mutable_metadata() = endpoint.metadata();
    const auto weight = endpoint.load_balancing_weight().value();
    result.mutable_load_balancing_weight()->set_value(weight ? weight : 1);
    return result;
}

/// Endpoints by priority and locality, sorted by address, defaults written out.
ClusterLoadAssignment canonical(const ClusterLoadAssignment& assignment)
{
    std::map<std::pair<std::uint32_t, std::string>, LocalityLbEndpoints> groups;
    for (const auto& group : assignment.endpoints()) {
        if (group.lb_endpoints().empty()) continue;
        auto& to = groups[{group.priority(), deterministicBytes(group.locality())}];
        to.set_priority(group.priority());
        if (group.locality().ByteSizeLong() > 0) *to.mutable_locality() = group.locality();
        for (const auto& endpoint : group.lb_endpoints()) *to.add_lb_endpoints() = canonical(endpoint);
    }
    ClusterLoadAssignment result;
    result.set_cluster_name(assignment.cluster_name());
    const auto factor = assignment.policy().overprovisioning_factor().value();
    result.mutable_policy()->mutable_overprovisioning_factor()->set_value(factor ? factor : 140);
    for (auto& [key, group] : groups) {
        std::ranges::sort(*group.mutable_lb_endpoints(), {}, [](const LbEndpoint& e) { return deterministicBytes(e); });
        *result.add_endpoints() = std::move(group);
    }
    return result;
}

Resources canonical(const Resources& resources, const std::set<std::string>& subscribed)
{
    Resources result = resources;
    auto& assignments = result.of(Type::Eds);
    assignments.clear();
    for (const auto& [name, resource] : resources.of(Type::Eds)) {
        if (!subscribed.contains(name)) continue;
        const auto& assignment = static_cast<const ClusterLoadAssignment&>(*resource->message);
        assignments.emplace(name, makeResource(Type::Eds, name, resource->path, canonical(assignment)));
    }
    return result;
}

bool isRedacted(const FieldChange& change)
{
    // Bytes are redacted to the same word, which JSON shows as base64.
    return change.after.find("[redacted]") != std::string::npos ||
           change.after.find("W3JlZGFjdGVkXQ") != std::string::npos;
}

} // namespace

std::vector<ResourceChange> compareRunning(const Resources& pushed, const Resources& running)
{
    using Kind = ResourceChange::Kind;
    const auto subscribed = assignmentNames(pushed.of(Type::Cds));
    auto differences = compare(canonical(pushed, subscribed), canonical(running, subscribed));
    for (auto& change : differences) std::erase_if(change.fields, isRedacted);
    std::erase_if(differences, [](const ResourceChange& change) {
        if (change.kind == Kind::Changed) return change.fields.empty();
        return change.kind == Kind::Added && change.path.find(".static_") != std::string::npos;
    });
    return differences;
}

} // namespace model::diff
