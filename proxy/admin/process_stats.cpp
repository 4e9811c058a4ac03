// server.*: numbers of the process, made when somebody reads them and at every flush, as Envoy does at flush.
#include "proxy/admin/page.h"

#include <malloc.h>

#include <algorithm>

namespace proxy::admin {
namespace {

/// Counted by parts of Envoy that are not here, so 0 for ever: dashboards made for Envoy find them.
constexpr const char* zeroCounters[] = {
    "server.debug_assertion_failures",
    "server.dropped_stat_flushes",
    "server.dynamic_unknown_fields",
    "server.envoy_bug_failures",
    "server.envoy_notifications",
    "server.main_thread.watchdog_mega_miss",
    "server.main_thread.watchdog_miss",
    "server.static_unknown_fields",
    "server.wip_protos",
    "main_thread.watchdog_mega_miss",
    "main_thread.watchdog_miss",
    "workers.watchdog_mega_miss",
    "workers.watchdog_miss",
};
constexpr const char* zeroGauges[] = {
    "server.compilation_settings.fips_mode",
    "server.hot_restart_epoch",
    "server.parent_connections",
    "server.seconds_until_first_ocsp_response_expiring",
    "server.stats_recent_lookups",
};

std::uint64_t openConnections(const stats::Registry& registry)
{
    std::uint64_t sum = 0;
    for (const auto& sample : registry.collect())
        if (sample.family == "envoy_listener_downstream_cx_active") sum += sample.value;
    return sum;
}

} // namespace

void publishProcess(stats::Registry& registry, std::chrono::seconds uptime, int state)
{
    for (const char* name : zeroCounters) registry.add(name, 0);
    for (const char* name : zeroGauges) registry.set(name, 0);
    for (unsigned worker = 0; worker < registry.workers(); ++worker)
        for (const char* miss : {"miss", "mega_miss"})
            registry.add("server.worker_" + std::to_string(worker) + ".watchdog_" + miss, 0);
    const struct mallinfo2 heap = mallinfo2();
    registry.set("server.concurrency", registry.workers());
    registry.set("server.days_until_first_cert_expiring", 4294967295); // As Envoy without certificates.
    registry.set("server.live", state == 0 ? 1 : 0);
    registry.set("server.state", static_cast<std::uint64_t>(state));
    registry.set("server.uptime", static_cast<std::uint64_t>(uptime.count()));
    registry.set("server.memory_allocated", heap.uordblks + heap.hblkhd);
    registry.set("server.memory_heap_size", heap.arena + heap.hblkhd);
    registry.set("server.memory_physical_size", heap.arena + heap.hblkhd);
    registry.set("server.total_connections", openConnections(registry));
    std::uint64_t version = 0; // Envoy: the first six hex digits of the commit; here the program's version.
    for (const char c : std::string_view(MESHWRIGHT_VERSION))
        if (c >= '0' && c <= '9') version = version * 10 + static_cast<std::uint64_t>(c - '0');
    registry.set("server.version", version);
}

} // namespace proxy::admin
