#include "model/stats/clusters.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string>

namespace model::stats {
namespace {

using simdjson::dom::element;

/// Member of that name, in snake_case or, as old Istio tools printed it, in camelCase.
simdjson::simdjson_result<element> member(const element& parent, std::string_view key)
{
    auto found = parent[key];
    if (!found.error()) return found;
    std::string camel;
    for (std::size_t i = 0; i < key.size(); ++i)
        if (key[i] != '_') camel += i > 0 && key[i - 1] == '_' ? static_cast<char>(key[i] - 'a' + 'A') : key[i];
    return parent[camel];
}

std::string text(const element& parent, const char* key)
{
    std::string_view value;
    return member(parent, key).get(value) ? std::string() : std::string(value);
}

/// A number, or a string of digits as Protobuf's JSON writes 64-bit integers; 0 when absent.
std::uint64_t number(const element& parent, const char* key)
{
    element value;
    if (member(parent, key).get(value)) return 0;
    std::uint64_t result = 0;
    if (!value.get(result)) return result;
    std::string_view digits;
    if (value.get(digits)) return 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), result);
    return result;
}

bool flag(const element& parent, const char* key)
{
    bool value = false;
    return !member(parent, key).get(value) && value;
}

std::string addressOf(const element& host)
{
    element outer, address;
    if (member(host, "address").get(outer)) return {};
    if (!member(outer, "socket_address").get(address)) {
        const std::string ip = text(address, "address");
        const bool v6 = ip.find(':') != std::string::npos;
        return (v6 ? "[" + ip + "]" : ip) + ":" + std::to_string(number(address, "port_value"));
    }
    if (!member(outer, "pipe").get(address)) return text(address, "path");
    if (!member(outer, "envoy_internal_address").get(address)) return text(address, "server_listener_name");
    return {};
}

/// Flags in the order and spelling of the text page.
void readHealth(const element& status, EndpointCounters& endpoint)
{
    constexpr std::pair<const char*, const char*> flags[] = {
        {"failed_active_health_check", "/failed_active_hc"},
        {"failed_outlier_check", "/failed_outlier_check"},
        {"failed_active_degraded_check", "/degraded_active_hc"},
        {"pending_dynamic_removal", "/pending_dynamic_removal"},
        {"pending_active_hc", "/pending_active_hc"},
        {"excluded_via_immediate_hc_fail", "/excluded_via_immediate_hc_fail"},
        {"active_hc_timeout", "/active_hc_timeout"}};
    for (const auto& [key, word] : flags)
        if (flag(status, key)) endpoint.healthFlags += word;
    const std::string eds = text(status, "eds_health_status");
    if (eds == "UNHEALTHY" || eds == "TIMEOUT") endpoint.healthFlags += "/failed_eds_health";
    if (eds == "DEGRADED") endpoint.healthFlags += "/degraded_eds_health";
    const auto has = [&](const char* word) { return endpoint.healthFlags.find(word) != std::string::npos; };
    if (has("/failed") || has("timeout")) endpoint.health = Health::Failing;
    else if (eds == "DRAINING" || has("/pending_dynamic_removal") || has("/excluded"))
        endpoint.health = Health::Draining;
    else if (has("/degraded")) endpoint.health = Health::Degraded;
    else endpoint.health = has("/pending_active_hc") ? Health::Unknown : Health::Healthy;
    if (endpoint.healthFlags.empty()) endpoint.healthFlags = "healthy";
}

void readCounters(const element& host, EndpointCounters& endpoint)
{
    const std::pair<std::string_view, std::uint64_t*> counters[] = {
        {"rq_total", &endpoint.rqTotal},   {"rq_success", &endpoint.rqSuccess},
        {"rq_error", &endpoint.rqError},   {"rq_timeout", &endpoint.rqTimeout},
        {"cx_total", &endpoint.cxTotal},   {"cx_connect_fail", &endpoint.cxConnectFail},
        {"rq_active", &endpoint.rqActive}, {"cx_active", &endpoint.cxActive}};
    simdjson::dom::array stats;
    if (host["stats"].get(stats)) return;
    for (const element stat : stats)
        for (const auto& [name, counter] : counters)
            if (text(stat, "name") == name) *counter = number(stat, "value");
}

EndpointCounters readHost(const element& host, const std::string& proxy, const std::string& cluster)
{
    EndpointCounters endpoint;
    endpoint.key = {proxy, cluster, addressOf(host)};
    endpoint.hostname = text(host, "hostname");
    endpoint.weight = static_cast<std::uint32_t>(number(host, "weight"));
    endpoint.priority = static_cast<std::uint32_t>(number(host, "priority"));
    element part;
    if (!host["locality"].get(part)) {
        endpoint.region = text(part, "region");
        endpoint.zone = text(part, "zone");
        endpoint.subZone = text(part, "sub_zone");
    }
    if (!member(host, "health_status").get(part)) readHealth(part, endpoint);
    readCounters(host, endpoint);
    return endpoint;
}

/// Places of the wanted quantiles among those that the page lists.
std::optional<std::array<std::size_t, 3>> placesOf(const element& histograms)
{
    constexpr double wanted[] = {50, 95, 99};
    std::array<std::size_t, 3> places{};
    simdjson::dom::array listed;
    if (histograms["supported_quantiles"].get(listed)) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) {
        std::size_t at = 0;
        for (const element quantile : listed) {
            double value = 0;
            if (!quantile.get(value) && value == wanted[i]) break;
            ++at;
        }
        if (at == listed.size()) return std::nullopt;
        places[i] = at;
    }
    return places;
}

/// Of one histogram, over the last flush interval; nullopt when nothing was counted in it.
std::optional<Quantiles> quantilesOf(const element& histogram, const std::array<std::size_t, 3>& places)
{
    double values[3];
    for (std::size_t i = 0; i < 3; ++i)
        if (histogram["values"].at(places[i])["interval"].get(values[i])) return std::nullopt;
    return Quantiles{values[0], values[1], values[2]};
}

Unexpected malformed(const char* page)
{
    return fail(ErrorCode::Malformed, page, "The answer is not the JSON that this page gives");
}

} // namespace

Result<Snapshot> parseClusters(std::string_view json, const std::string& proxy)
{
    simdjson::dom::parser parser;
    element root;
    if (parser.parse(json.data(), json.size()).get(root) || !root.is_object()) return malformed("/clusters");
    Snapshot snapshot;
    snapshot.proxy = proxy;
    simdjson::dom::array clusters;
    if (member(root, "cluster_statuses").get(clusters)) return snapshot;
    for (const element cluster : clusters) {
        simdjson::dom::array hosts;
        if (member(cluster, "host_statuses").get(hosts)) continue;
        const std::string name = text(cluster, "name");
        std::string statName = text(cluster, "observability_name");
        if (statName.empty()) statName = name;
        std::ranges::replace(statName, ':', '_'); // As names are embedded in statistics (protocols B4).
        for (const element host : hosts) {
            snapshot.endpoints.push_back(readHost(host, proxy, name));
            snapshot.endpoints.back().statName = statName;
        }
    }
    return snapshot;
}

Result<void> addLatency(std::string_view json, Snapshot& snapshot)
{
    simdjson::dom::parser parser;
    element root;
    simdjson::dom::array endpoints;
    if (parser.parse(json.data(), json.size()).get(root) || root["endpoints"].get(endpoints))
        return malformed("/endpoints");
    std::map<EndpointKey, EndpointCounters*> known;
    for (auto& endpoint : snapshot.endpoints) known[endpoint.key] = &endpoint;
    for (const element entry : endpoints) {
        const auto found = known.find({snapshot.proxy, text(entry, "cluster"), text(entry, "address")});
        simdjson::dom::array buckets;
        if (found == known.end() || entry["latency_us"].get(buckets)) continue;
        for (const element bucket : buckets) {
            double bound = 0;
            std::uint64_t count = 0;
            if (bucket.at(0).get(bound) || bucket.at(1).get(count)) return malformed("/endpoints");
            found->second->latency.emplace_back(bound, count);
        }
    }
    return {};
}

Result<void> addClusterLatency(std::string_view json, Snapshot& snapshot)
{
    simdjson::dom::parser parser;
    element root;
    simdjson::dom::array stats;
    if (parser.parse(json.data(), json.size()).get(root) || root["stats"].get(stats)) return malformed("/stats");
    constexpr std::string_view prefix = "cluster.", suffix = ".upstream_rq_time";
    std::map<std::string, Quantiles, std::less<>> known;
    for (const element stat : stats) {
        element histograms;
        simdjson::dom::array computed;
        if (stat["histograms"].get(histograms) || histograms["computed_quantiles"].get(computed)) continue;
        const auto places = placesOf(histograms);
        for (const element histogram : computed) {
            const std::string name = text(histogram, "name");
            if (!places || !name.starts_with(prefix) || !name.ends_with(suffix)) continue;
            const auto quantiles = quantilesOf(histogram, *places);
            if (quantiles)
                known.emplace(name.substr(prefix.size(), name.size() - prefix.size() - suffix.size()), *quantiles);
        }
    }
    for (auto& endpoint : snapshot.endpoints)
        if (const auto found = known.find(endpoint.statName); found != known.end())
            endpoint.clusterLatency = found->second;
    return {};
}

Result<std::uint64_t> parseUptime(std::string_view json)
{
    simdjson::dom::parser parser;
    element root;
    if (parser.parse(json.data(), json.size()).get(root) || !root.is_object()) return malformed("/server_info");
    const std::string uptime = text(root, "uptime_current_epoch"); // A Protobuf duration: "10s".
    std::uint64_t seconds = 0;
    std::from_chars(uptime.data(), uptime.data() + uptime.size(), seconds);
    return seconds;
}

} // namespace model::stats
