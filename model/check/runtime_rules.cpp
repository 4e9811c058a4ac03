// Rules about runtime layers (anchors.md 4.3: B05, B11).
#include "model/check/rule.h"
#include "model/check/runtime.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

namespace model::check {
namespace {

namespace path = source::path;
using google::protobuf::Struct;

/// A value in a layer is plain, a mapping, or a fraction; a list is none of these.
void listValues(const Struct& layer, const std::string& place, Report& report)
{
    for (const auto& [key, value] : layer.fields()) {
        if (value.has_list_value())
            report.error(path::key(place, key), fmt::format("The runtime value '{}' must not be a list", key));
        if (value.has_struct_value()) listValues(value.struct_value(), path::key(place, key), report);
    }
}

std::string layerPlace(int index) { return path::field(item("layered_runtime", "layers", index), "static_layer"); }

void layers(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& all = facts.config.bootstrap->layered_runtime().layers();
    std::set<std::string> names;
    for (int i = 0; i < all.size(); ++i) {
        listValues(all[i].static_layer(), layerPlace(i), report);
        if (!names.insert(all[i].name()).second)
            report.error(
                path::field(item("layered_runtime", "layers", i), "name"),
                fmt::format("Every runtime layer must have a name of its own; '{}' stands twice", all[i].name()));
    }
}

/// Whether the key speaks of a flag that a release has or has not: those that guard a change of behaviour.
bool isFlag(const std::string& key)
{
    return (key.starts_with("envoy.reloadable_features.") || key.starts_with("envoy.restart_features.")) &&
           key.find("FLAGS_") == std::string::npos; // those belong to the QUIC library
}

void unknownFlags(const Facts& facts, Report& report)
{
    const api::Schema& schema = *facts.revision.schema();
    if (facts.isDump() || schema.runtimeFlags().empty()) return;
    for (const auto& [key, place] : runtimeKeys(facts))
        if (isFlag(key) && !schema.runtimeFlags().contains(key))
            report.warning(place, fmt::format("{} has no runtime flag '{}': it was removed or never was, and nothing "
                                              "changes",
                                              schema.name(), key));
}

void collect(const Struct& layer, const std::string& head, const std::string& place,
             std::map<std::string, std::string>& keys)
{
    for (const auto& [key, value] : layer.fields()) {
        const bool isFraction = value.has_struct_value() && (value.struct_value().fields().contains("numerator") ||
                                                             value.struct_value().fields().contains("denominator"));
        if (value.has_struct_value() && !isFraction)
            collect(value.struct_value(), head + key + ".", path::key(place, key), keys);
        else keys.emplace(head + key, path::key(place, key));
    }
}

constexpr std::array rules = {Rule{"B05", layers}, Rule{"B11", unknownFlags}};

} // namespace

std::map<std::string, std::string> runtimeKeys(const Facts& facts)
{
    std::map<std::string, std::string> keys;
    if (!facts.config.bootstrap) return keys;
    const auto& all = facts.config.bootstrap->layered_runtime().layers();
    for (int i = 0; i < all.size(); ++i) collect(all[i].static_layer(), {}, layerPlace(i), keys);
    return keys;
}

std::span<const Rule> runtimeRules() { return rules; }

} // namespace model::check
