// /clusters, /listeners and /endpoints (reference B2).
#include "proxy/admin/page.h"

#include "envoy/admin/v3/clusters.pb.h"
#include "envoy/admin/v3/listeners.pb.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <iterator>

namespace proxy::admin {
namespace {

using envoy::admin::v3::SimpleMetric;

/// A host's numbers, summed over workers, in the order of the text page.
struct HostNumbers {
    std::uint64_t cxActive = 0, cxConnectFail = 0, cxTotal = 0, rqActive = 0, rqError = 0, rqPendingActive = 0,
                  rqSuccess = 0, rqTimeout = 0, rqTotal = 0;
};

HostNumbers numbersOf(const runtime::Host& host)
{
    HostNumbers sum;
    if (!host.counters) return sum;
    for (const auto& worker : *host.counters) {
        const auto add = [](std::uint64_t& to, const std::atomic<std::uint64_t>& from) {
            to += from.load(std::memory_order_relaxed);
        };
        add(sum.cxActive, worker.cxActive);
        add(sum.cxConnectFail, worker.cxConnectFail);
        add(sum.cxTotal, worker.cxTotal);
        add(sum.rqActive, worker.rqActive);
        add(sum.rqError, worker.rqError);
        add(sum.rqSuccess, worker.rqSuccess);
        add(sum.rqTimeout, worker.rqTimeout);
        add(sum.rqTotal, worker.rqTotal);
    }
    return sum;
}

std::string healthFlags(const runtime::Host& host)
{
    using namespace envoy::config::core::v3;
    if (host.status == DEGRADED) return "/degraded_eds_health";
    return host.healthy ? "healthy" : "/failed_eds_health";
}

void hostText(std::string& out, const std::string& cluster, const runtime::Host& host)
{
    const HostNumbers n = numbersOf(host);
    const auto line = [&](std::string_view name, const auto& value) {
        fmt::format_to(std::back_inserter(out), "{}::{}::{}::{}\n", cluster, host.text, name, value);
    };
    line("cx_active", n.cxActive);
    line("cx_connect_fail", n.cxConnectFail);
    line("cx_total", n.cxTotal);
    line("rq_active", n.rqActive);
    line("rq_error", n.rqError);
    line("rq_pending_active", n.rqPendingActive);
    line("rq_success", n.rqSuccess);
    line("rq_timeout", n.rqTimeout);
    line("rq_total", n.rqTotal);
    line("hostname", host.hostname);
    line("health_flags", healthFlags(host));
    line("weight", host.weight);
    line("region", host.locality.region());
    line("zone", host.locality.zone());
    line("sub_zone", host.locality.sub_zone());
    line("canary", "false");
    line("priority", host.priority);
    line("success_rate", -1);
    line("local_origin_success_rate", -1);
}

void clusterText(std::string& out, const runtime::Cluster& cluster, const std::vector<runtime::HostPtr>& hosts)
{
    const auto line = [&](const std::string& name, const auto& value) {
        fmt::format_to(std::back_inserter(out), "{}::{}::{}\n", cluster.name, name, value);
    };
    line("observability_name", runtime::statName(cluster));
    line("default_priority::max_connections", cluster.maxConnections);
    line("default_priority::max_pending_requests", cluster.maxPending);
    line("default_priority::max_requests", cluster.maxRequests);
    line("default_priority::max_retries", cluster.maxRetries);
    line("high_priority::max_connections", 1024);
    line("high_priority::max_pending_requests", 1024);
    line("high_priority::max_requests", 1024);
    line("high_priority::max_retries", 3);
    line("added_via_api", cluster.isStatic ? "false" : "true");
    if (!cluster.edsName.empty() && cluster.edsName != cluster.name) line("eds_service_name", cluster.edsName);
    for (const auto& host : hosts) hostText(out, cluster.name, *host);
}

void hostMessage(envoy::admin::v3::HostStatus& status, const runtime::Host& host)
{
    auto* socket = status.mutable_address()->mutable_socket_address();
    socket->set_address(host.address.ip());
    socket->set_port_value(host.address.port());
    const HostNumbers n = numbersOf(host);
    const auto metric = [&](const char* name, std::uint64_t value, SimpleMetric::Type type) {
        auto* made = status.add_stats();
        made->set_name(name);
        made->set_value(value);
        made->set_type(type);
    };
    metric("cx_connect_fail", n.cxConnectFail, SimpleMetric::COUNTER);
    metric("cx_total", n.cxTotal, SimpleMetric::COUNTER);
    metric("rq_error", n.rqError, SimpleMetric::COUNTER);
    metric("rq_success", n.rqSuccess, SimpleMetric::COUNTER);
    metric("rq_timeout", n.rqTimeout, SimpleMetric::COUNTER);
    metric("rq_total", n.rqTotal, SimpleMetric::COUNTER);
    metric("cx_active", n.cxActive, SimpleMetric::GAUGE);
    metric("rq_active", n.rqActive, SimpleMetric::GAUGE);
    metric("rq_pending_active", n.rqPendingActive, SimpleMetric::GAUGE);
    using namespace envoy::config::core::v3;
    status.mutable_health_status()->set_eds_health_status(host.status == DEGRADED ? DEGRADED
                                                          : host.healthy          ? HEALTHY
                                                                                  : UNHEALTHY);
    status.set_weight(host.weight);
    status.set_hostname(host.hostname);
    status.set_priority(host.priority);
    *status.mutable_locality() = host.locality;
}

void clusterMessage(envoy::admin::v3::ClusterStatus& status, const runtime::Cluster& cluster,
                    const std::vector<runtime::HostPtr>& hosts)
{
    status.set_name(cluster.name);
    status.set_added_via_api(!cluster.isStatic);
    status.set_observability_name(runtime::statName(cluster));
    if (cluster.edsName != cluster.name) status.set_eds_service_name(cluster.edsName);
    auto* normal = status.mutable_circuit_breakers()->add_thresholds();
    normal->mutable_max_connections()->set_value(cluster.maxConnections);
    normal->mutable_max_pending_requests()->set_value(cluster.maxPending);
    normal->mutable_max_requests()->set_value(cluster.maxRequests);
    normal->mutable_max_retries()->set_value(cluster.maxRetries);
    auto* high = status.mutable_circuit_breakers()->add_thresholds();
    high->set_priority(envoy::config::core::v3::HIGH);
    high->mutable_max_connections()->set_value(1024);
    high->mutable_max_pending_requests()->set_value(1024);
    high->mutable_max_requests()->set_value(1024);
    high->mutable_max_retries()->set_value(3);
    for (const auto& host : hosts) hostMessage(*status.add_host_statuses(), *host);
}

} // namespace

Response clustersPage(const Request& request, const Snapshot& snapshot)
{
    const re2::RE2 filter(request.get("filter"), re2::RE2::Quiet);
    if (!filter.ok()) return plain("Invalid re2 regex: " + filter.error(), 400);
    std::string text;
    envoy::admin::v3::Clusters message;
    const bool asJson = request.get("format") == "json";
    for (const auto& [cluster, hosts] : snapshot.hosts) {
        if (request.has("filter") && !re2::RE2::PartialMatch(cluster->name, filter)) continue;
        if (asJson) clusterMessage(*message.add_cluster_statuses(), *cluster, hosts);
        else clusterText(text, *cluster, hosts);
    }
    return asJson ? json(message) : plain(std::move(text));
}

Response listenersPage(const Request& request, const Snapshot& snapshot)
{
    envoy::admin::v3::Listeners message;
    std::string text;
    for (const auto& [name, address] : snapshot.listeners) {
        text += name + "::" + address.text() + "\n";
        auto* status = message.add_listener_statuses();
        status->set_name(name);
        auto* socket = status->mutable_local_address()->mutable_socket_address();
        socket->set_address(address.ip());
        socket->set_port_value(address.port());
    }
    return request.get("format") == "json" ? json(message) : plain(std::move(text));
}

Response endpointsPage(const stats::Registry& registry)
{
    std::string out = "{\"endpoints\":[";
    bool first = true;
    for (const auto& entry : registry.latencies()) {
        fmt::format_to(std::back_inserter(out), "{}{{\"cluster\":\"{}\",\"address\":\"{}\",\"latency_us\":[",
                       first ? "" : ",", entry.cluster, entry.address);
        first = false;
        std::uint64_t cumulative = 0;
        double end = -1;
        const auto bound = [&](double value) {
            fmt::format_to(std::back_inserter(out), "{}[{:.10g},{}]", end < 0 ? "" : ",", value, cumulative);
            end = value;
        };
        for (const auto& [bucket, count] : entry.distribution.buckets()) {
            const double lower = stats::Distribution::lowerBound(bucket),
                         upper = lower + stats::Distribution::width(bucket);
            if (lower - end > 1e-6 * upper && upper > lower) bound(lower); // Empty buckets before it: where it begins.
            cumulative += count;
            bound(upper);
        }
        out += "]}";
    }
    return json(out + "]}");
}

} // namespace proxy::admin
