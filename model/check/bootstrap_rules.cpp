// Rules about the rest of a bootstrap (anchors.md 4.3, B05, B06).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <array>
#include <set>

namespace model::check {
namespace {

namespace path = source::path;

void contradictions(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& bootstrap = *facts.config.bootstrap;
    const std::string& local = bootstrap.cluster_manager().local_cluster_name();
    if (!local.empty() && !facts.project.staticClusters.contains(local) && !facts.project.hasClusterDiscovery)
        report.error("cluster_manager.local_cluster_name", fmt::format("There must be a cluster '{}'; none is defined", local));
    if (bootstrap.has_stats_flush_interval() && bootstrap.stats_flush_on_admin())
        report.error("stats_flush_on_admin", "Only one of 'stats_flush_interval' and 'stats_flush_on_admin' may be set");
    std::set<std::string> layers;
    for (int i = 0; i < bootstrap.layered_runtime().layers_size(); ++i)
        if (!layers.insert(bootstrap.layered_runtime().layers(i).name()).second)
            report.error(path::field(item("layered_runtime", "layers", i), "name"), "Every runtime layer must have a name of its own");
}

void openAdmin(const Facts& facts, Report& report)
{
    if (!facts.config.bootstrap || facts.isDump()) return;
    const auto& admin = facts.config.bootstrap->admin();
    const std::string& address = admin.address().socket_address().address();
    if ((address == "0.0.0.0" || address == "::") && admin.allow_paths_size() == 0)
        report.warning("admin.address", "The admin page should listen on a loopback address: whoever reaches it can stop the proxy");
}

constexpr std::array rules = {Rule{"B05", contradictions}, Rule{"B06", openAdmin}};

} // namespace

std::span<const Rule> bootstrapRules() { return rules; }

} // namespace model::check
