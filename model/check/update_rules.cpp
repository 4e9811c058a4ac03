// Rules about what changes while a proxy runs: its configuration now (Options::running) and the one that is to come
// (anchors.md 4.3: L15, X03).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace model::check {
namespace {

namespace path = source::path;
using envoy::config::core::v3::SocketAddress;
using Placed = source::Placed<Listener>;

bool reusesPort(const Listener& listener)
{
    return !listener.has_enable_reuse_port() ||
           listener.enable_reuse_port().value(); // envoy listener.proto: true by default
}

std::string addressOf(const Listener& listener)
{
    const SocketAddress& socket = listener.address().socket_address();
    if (!listener.address().has_socket_address() || socket.port_value() == 0) return {};
    return fmt::format("{}:{}", socket.address(), socket.port_value());
}

/// The listeners that run, by their names.
std::map<std::string, const Listener*> running(const Facts& facts)
{
    std::map<std::string, const Listener*> all;
    for (const source::Revision* now : facts.project.running)
        for (const Placed& one : now->config().listeners) all.emplace(one.message.name(), &one.message);
    return all;
}

void changedSocket(const Facts& facts, Report& report)
{
    const auto all = running(facts);
    for (const Placed& listener : facts.config.listeners)
        if (const auto now = all.find(listener.message.name());
            now != all.end() && reusesPort(*now->second) != reusesPort(listener.message))
            report.error(
                path::field(listener.path, "enable_reuse_port"),
                fmt::format("Listener {}: reuse port cannot be changed during an update; the one that runs has {}",
                            listener.message.name(), reusesPort(*now->second)));
}

/// Envoy takes listeners away before it adds and changes others; one that stays keeps its address until it is changed.
void takenAddress(const Facts& facts, Report& report)
{
    std::set<std::string> staying;
    for (const Placed& listener : facts.config.listeners) staying.insert(listener.message.name());
    const auto all = running(facts);
    for (const Placed& listener : facts.config.listeners) {
        const std::string address = addressOf(listener.message);
        const auto holder = std::ranges::find_if(all, [&](const auto& now) {
            return now.first != listener.message.name() && staying.contains(now.first) &&
                   addressOf(*now.second) == address;
        });
        if (!address.empty() && holder != all.end())
            report.error(path::field(listener.path, "address"),
                         fmt::format("Error adding listener: '{}' has duplicate address '{}' as existing listener '{}'",
                                     listener.message.name(), address, holder->first));
    }
}

/// Clusters that the routes and TCP proxies of what runs send to.
std::set<std::string> usedNow(const Facts& facts)
{
    std::set<std::string> used;
    for (const source::Revision* now : facts.project.running) {
        const Facts what(*now, facts.project);
        for (const Table& table : what.tables)
            for (const auto& host : table.message->virtual_hosts())
                for (const auto& route : host.routes()) {
                    used.insert(route.route().cluster());
                    for (const auto& member : route.route().weighted_clusters().clusters()) used.insert(member.name());
                }
        for (const auto& proxy : what.tcpProxies) used.insert(proxy.message->cluster());
    }
    return used;
}

/// Only of a list of clusters that takes the place of one: an xDS answer for CDS names all that there are.
void clustersTakenAway(const Facts& facts, Report& report)
{
    const bool isList = facts.revision.kind() == source::DocumentKind::Resources && facts.config.listeners.empty() &&
                        facts.config.routes.empty() && facts.config.assignments.empty() && facts.config.secrets.empty();
    if (!isList) return;
    const std::set<std::string> used = usedNow(facts);
    for (const source::Revision* now : facts.project.running)
        for (const auto& cluster : now->config().clusters) {
            const std::string& name = cluster.message.name();
            const bool stays = now->config().bootstrap || facts.project.clusters.contains(name);
            if (!stays && used.contains(name))
                report.warning(
                    "resources",
                    fmt::format("Cluster '{}' is taken away while a route that runs names it: its requests get "
                                "503",
                                name));
        }
}

constexpr std::array rules = {
    Rule{"L15", changedSocket},
    Rule{"L15", takenAddress},
    Rule{"X03", clustersTakenAway},
};

} // namespace

std::span<const Rule> updateRules() { return rules; }

} // namespace model::check
