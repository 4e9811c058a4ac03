// /init_dump (reference B3): the message UnreadyTargetsDumps, which is small enough to be printed by hand.
#include "proxy/admin/page.h"

#include <fmt/format.h>

#include <iterator>

namespace proxy::admin {
namespace {

/// One manager and what it waits for.
struct Dump {
    std::string name;
    std::vector<std::string> targets;
};

/// Listeners that wait for their routes.
std::vector<Dump> unready(const Snapshot& snapshot)
{
    std::vector<Dump> dumps;
    const auto& state = snapshot.dynamic;
    for (const auto& [name, listener] : state.listeners.warming) {
        const std::size_t hash = std::hash<std::string>{}(listener.message.SerializeAsString());
        Dump dump{"init manager Listener-local-init-manager " + name + " " + std::to_string(hash), {}};
        for (const std::string& table : xds::rdsNames(listener.message))
            if (!state.routes.active.contains(table))
                dump.targets.push_back("shared target RdsRouteConfigSubscription RDS init " + table);
        dumps.push_back(std::move(dump));
    }
    return dumps;
}

} // namespace

Response initDumpPage(const Request& request, const Snapshot& snapshot)
{
    const std::string mask = request.get("mask");
    std::string out;
    for (const Dump& dump : mask.empty() || mask == "listener" ? unready(snapshot) : std::vector<Dump>()) {
        out += out.empty() ? "{\n \"unready_targets_dumps\": [\n" : ",\n";
        fmt::format_to(std::back_inserter(out), "  {{\n   \"name\": \"{}\",\n   \"target_names\": [", dump.name);
        for (const std::string& target : dump.targets)
            fmt::format_to(std::back_inserter(out), "{}\n    \"{}\"", &target == &dump.targets.front() ? "" : ",",
                           target);
        out += "\n   ]\n  }";
    }
    return json(out.empty() ? "{}\n" : out + "\n ]\n}\n");
}

} // namespace proxy::admin
