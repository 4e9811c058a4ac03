// What one configuration is over xDS: resources of four types with content-hash versions, and how two of these differ.
#pragma once

#include "model/diff/compare.h"
#include "model/push/status.h"
#include "model/source/config_set.h"

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace model::diff {

/// One xDS resource. Immutable; shared between versions.
struct Resource {
    push::Type type = push::Type::Cds;
    std::string name;
    std::string path;    ///< Where it stands in the document; of a route configuration cut out of a listener: there.
    std::string bytes;   ///< Deterministic serialization.
    std::string version; ///< xxHash64 of the bytes, 16 hex digits.
    std::shared_ptr<const google::protobuf::Message> message;
};
using ResourcePtr = std::shared_ptr<const Resource>;
/// By name. RDS and EDS names are those that clients ask for.
using ResourceMap = std::map<std::string, ResourcePtr>;

/// All resources of one proxy, by type.
struct Resources {
    std::array<ResourceMap, static_cast<std::size_t>(push::Type::TypeCount)> byType;

    ResourceMap& of(push::Type type) { return byType[static_cast<std::size_t>(type)]; }
    const ResourceMap& of(push::Type type) const { return byType[static_cast<std::size_t>(type)]; }
};
using ResourcesPtr = std::shared_ptr<const Resources>;

/// Makes a resource of a message; `name` is the one that clients ask for.
ResourcePtr makeResource(push::Type type, std::string name, std::string path, const google::protobuf::Message& message);
/// Hash over names and versions: the version_info of a response type, equal on every server and stream.
std::string versionOf(push::Type type, const ResourceMap& resources);

/// Turns a document into xDS resources. Inline load_assignments stay in their cluster. An inline route_config with a
/// name of its own becomes an RDS resource and its connection manager refers to it by ADS. EDS clusters whose
/// assignment is in the set refer to it by ADS. The cluster that the bootstrap's own ads_config uses is left out.
/// Of two resources with one name the first counts: Envoy rejects both in one response (protocols A2.4).
Resources split(const source::ConfigSet& config);

/// Names that the listeners ask RDS for, and that the clusters ask EDS for.
std::set<std::string> routeNames(const ResourceMap& listeners);
std::set<std::string> assignmentNames(const ResourceMap& clusters);

/// Lists every difference in push order.
std::vector<ResourceChange> compare(const Resources& before, const Resources& after);
/// "2 changes: cluster pay, route configuration local", for the history; "no change" when there is none.
std::string summary(const std::vector<ResourceChange>& changes);

} // namespace model::diff
