#include "proxy/stats/collector.h"

#include "proxy/stats/constant_fields.h"

#include <algorithm>
#include <numeric>

namespace proxy::stats {
namespace {

template <class T> struct CounterField {
    std::string_view name;
    Counter T::*member;
    Kind kind;
};
template <class T> struct HistogramField {
    std::string_view name;
    Histogram T::*member;
};
template <class T> struct Fields;

#define FIELD_COUNTER(name) {#name, &Type::name, Kind::Counter},
#define FIELD_GAUGE(name) {#name, &Type::name, Kind::Gauge},
#define FIELD_HISTOGRAM(name) {#name, &Type::name},
#define FIELD_NOTHING(name)
#define FIELDS_OF(TYPE, LIST)                                                                                          \
    template <> struct Fields<TYPE> {                                                                                  \
        using Type = TYPE;                                                                                             \
        static std::span<const CounterField<Type>> counters()                                                          \
        {                                                                                                              \
            static constexpr CounterField<Type> list[] = {LIST(FIELD_COUNTER, FIELD_GAUGE, FIELD_NOTHING)};            \
            return list;                                                                                               \
        }                                                                                                              \
        static std::span<const HistogramField<Type>> histograms()                                                      \
        {                                                                                                              \
            static const std::vector<HistogramField<Type>> list = {                                                    \
                LIST(FIELD_NOTHING, FIELD_NOTHING, FIELD_HISTOGRAM)};                                                  \
            return list;                                                                                               \
        }                                                                                                              \
    };
FIELDS_OF(ClusterStats, CLUSTER_FIELDS)
FIELDS_OF(HttpStats, HTTP_FIELDS)
FIELDS_OF(ListenerStats, LISTENER_FIELDS)
FIELDS_OF(TcpStats, TCP_FIELDS)

template <class T> std::array<std::uint64_t, 5> classCounts(const PerWorker<T>& stats, StatusCodes T::*member)
{
    std::array<std::uint64_t, 5> result{};
    for (unsigned worker = 0; worker < stats.size(); ++worker)
        for (std::size_t i = 0; i < result.size(); ++i) result[i] += (stats[worker].*member).classes()[i].read();
    return result;
}

template <class T> std::map<unsigned, std::uint64_t> codeCounts(const PerWorker<T>& stats, StatusCodes T::*member)
{
    std::map<unsigned, std::uint64_t> result;
    for (unsigned worker = 0; worker < stats.size(); ++worker)
        for (const auto& slot : (stats[worker].*member).slots())
            if (const unsigned code = slot.code.load(std::memory_order_acquire); code != 0)
                result[code] += slot.count.read();
    return result;
}

template <class T> std::uint64_t sum(const PerWorker<T>& stats, Counter T::*member)
{
    std::uint64_t result = 0;
    for (unsigned worker = 0; worker < stats.size(); ++worker) result += (stats[worker].*member).read();
    return result;
}

} // namespace

std::string nameOfAddress(std::string address)
{
    std::replace(address.begin(), address.end(), ':', '_');
    return address;
}

std::string prometheusName(std::string name)
{
    for (char& c : name)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
    return name;
}

Sample& Collector::sample(const Scope& scope, std::string_view field, Kind kind)
{
    Sample& result = m_samples.emplace_back();
    result.name = scope.name + std::string(field);
    result.kind = kind;
    result.family = scope.family + prometheusName(std::string(field));
    result.labels = scope.labels;
    return result;
}

template <class T> void Collector::fields(const Scope& scope, const PerWorker<T>& stats)
{
    for (const auto& field : Fields<T>::counters())
        sample(scope, field.name, field.kind).value = sum(stats, field.member);
    for (const auto& field : Fields<T>::histograms()) {
        Distribution total;
        for (unsigned worker = 0; worker < stats.size(); ++worker) (stats[worker].*field.member).collect(total);
        if (total.isEmpty() && field.name == "upstream_rq_time") continue; // Envoy makes it with the first response.
        sample(scope, field.name, Kind::Histogram).cumulative = std::move(total);
    }
}

void Collector::zeros(const Scope& scope, std::span<const std::string_view> names, Kind kind)
{
    for (const std::string_view name : names) sample(scope, name, kind);
}

void Collector::classes(const Scope& scope, std::string_view field, const std::array<std::uint64_t, 5>& counts,
                        bool evenZero)
{
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0 && !evenZero) continue;
        const std::string digit = std::to_string(i + 1);
        Sample& made = sample(scope, std::string(field) + "_" + digit + "xx", Kind::Counter);
        made.value = counts[i];
        made.family = scope.family + prometheusName(std::string(field)) + "_xx";
        made.labels.insert(made.labels.begin(), {"envoy_response_code_class", digit});
    }
}

void Collector::codes(const Scope& scope, std::string_view field, const std::map<unsigned, std::uint64_t>& counts)
{
    for (const auto& [code, count] : counts) {
        Sample& made = sample(scope, std::string(field) + "_" + std::to_string(code), Kind::Counter);
        made.value = count;
        made.family = scope.family + prometheusName(std::string(field));
        made.labels.insert(made.labels.begin(), {"envoy_response_code", std::to_string(code)});
    }
}

void Collector::cluster(const std::string& name, const PerWorker<ClusterStats>& stats)
{
    const Scope scope{"cluster." + nameOfAddress(name) + ".", "envoy_cluster_", {{"envoy_cluster_name", name}}};
    fields(scope, stats);
    zeros(scope, clusterZeroCounters, Kind::Counter);
    zeros(scope, clusterZeroGauges, Kind::Gauge);
    sample(scope, "default.total_match_count", Kind::Counter).value = sum(stats, &ClusterStats::total_match_count);
    if (sum(stats, &ClusterStats::upstream_cx_http1_total) > 0) zeros(scope, clusterCodecZeroCounters, Kind::Counter);
    const auto byClass = classCounts(stats, &ClusterStats::upstream_rq);
    const auto byCode = codeCounts(stats, &ClusterStats::upstream_rq);
    const std::uint64_t completed = sum(stats, &ClusterStats::upstream_rq_completed);
    for (const char* field : {"upstream_rq", "external.upstream_rq"}) {
        classes(scope, field, byClass, false);
        codes(scope, field, byCode);
    }
    const auto retried = classCounts(stats, &ClusterStats::retry_upstream_rq);
    classes(scope, "retry.upstream_rq", retried, false);
    codes(scope, "retry.upstream_rq", codeCounts(stats, &ClusterStats::retry_upstream_rq));
    if (const auto all = std::accumulate(retried.begin(), retried.end(), std::uint64_t(0)))
        sample(scope, "retry.upstream_rq_completed", Kind::Counter).value = all;
    if (completed > 0) sample(scope, "external.upstream_rq_completed", Kind::Counter).value = completed;
    Distribution time;
    for (unsigned worker = 0; worker < stats.size(); ++worker) stats[worker].upstream_rq_time.collect(time);
    if (!time.isEmpty()) sample(scope, "external.upstream_rq_time", Kind::Histogram).cumulative = std::move(time);
}

void Collector::zone(const std::string& cluster, const std::string& zones, const PerWorker<ZoneStats>& stats)
{
    const std::uint64_t completed = sum(stats, &ZoneStats::upstream_rq_completed);
    if (completed == 0) return;
    const Scope scope{"cluster." + nameOfAddress(cluster) + ".zone." + zones + ".",
                      "envoy_cluster_zone_" + prometheusName(zones) + "_",
                      {{"envoy_cluster_name", cluster}}};
    classes(scope, "upstream_rq", classCounts(stats, &ZoneStats::upstream_rq), false);
    codes(scope, "upstream_rq", codeCounts(stats, &ZoneStats::upstream_rq));
    sample(scope, "upstream_rq_completed", Kind::Counter).value = completed;
    Distribution time;
    for (unsigned worker = 0; worker < stats.size(); ++worker) stats[worker].upstream_rq_time.collect(time);
    if (!time.isEmpty()) sample(scope, "upstream_rq_time", Kind::Histogram).cumulative = std::move(time);
}

void Collector::http(const std::string& prefix, const PerWorker<HttpStats>& stats)
{
    const Scope scope{
        "http." + nameOfAddress(prefix) + ".", "envoy_http_", {{"envoy_http_conn_manager_prefix", prefix}}};
    fields(scope, stats);
    zeros(scope, httpZeroCounters, Kind::Counter);
    zeros(scope, httpZeroGauges, Kind::Gauge);
    classes(scope, "downstream_rq", classCounts(stats, &HttpStats::downstream_rq), true);
    if (prefix != "admin") return;
    std::erase_if(m_samples, [&](const Sample& made) { // The admin server has no router.
        if (!made.name.starts_with(scope.name)) return false;
        const std::string_view field = std::string_view(made.name).substr(scope.name.size());
        return field.starts_with("no_") || field.starts_with("rq_") || field.starts_with("passthrough_") ||
               field.starts_with("tracing.");
    });
}

void Collector::listener(const std::string& address, const std::string& httpPrefix,
                         const PerWorker<ListenerStats>& stats)
{
    const std::string name = nameOfAddress(address);
    const bool isAdmin = address == "admin"; // No label, no filters, one thread.
    const Scope scope{"listener." + name + ".", isAdmin ? "envoy_listener_admin_" : "envoy_listener_",
                      isAdmin ? Labels() : Labels{{"envoy_listener_address", name}}};
    fields(scope, stats);
    if (isAdmin) adminListener(scope, stats);
    else listenerWorkers(scope, name, stats);
    if (httpPrefix.empty()) return;
    Scope http{scope.name + "http." + nameOfAddress(httpPrefix) + ".",
               scope.family + "http_",
               {{"envoy_http_conn_manager_prefix", httpPrefix}}};
    http.labels.insert(http.labels.end(), scope.labels.begin(), scope.labels.end());
    classes(http, "downstream_rq", classCounts(stats, &ListenerStats::http_downstream_rq), true);
    sample(http, "downstream_rq_completed", Kind::Counter).value =
        sum(stats, &ListenerStats::http_downstream_rq_completed);
}

void Collector::adminListener(const Scope& scope, const PerWorker<ListenerStats>& stats)
{
    for (const std::string_view zero : listenerZeroCounters)
        if (zero.find("extension_config_missing") == std::string_view::npos) sample(scope, zero, Kind::Counter);
    sample(scope, "main_thread.downstream_cx_total", Kind::Counter).value =
        sum(stats, &ListenerStats::downstream_cx_total);
    sample(scope, "main_thread.downstream_cx_active", Kind::Gauge).value =
        sum(stats, &ListenerStats::downstream_cx_active);
}

void Collector::listenerWorkers(const Scope& scope, const std::string& name, const PerWorker<ListenerStats>& stats)
{
    zeros(scope, listenerZeroCounters, Kind::Counter);
    for (unsigned worker = 0; worker + 1 < stats.size(); ++worker) {
        const std::string thread = std::to_string(worker);
        const Scope own{scope.name + "worker_" + thread + ".",
                        "envoy_listener_worker_",
                        {{"envoy_worker_id", thread}, {"envoy_listener_address", name}}};
        sample(own, "downstream_cx_total", Kind::Counter).value = stats[worker].downstream_cx_total.read();
        sample(own, "downstream_cx_active", Kind::Gauge).value = stats[worker].downstream_cx_active.read();
    }
}

void Collector::tcp(const std::string& prefix, const PerWorker<TcpStats>& stats)
{
    const Scope scope{"tcp." + nameOfAddress(prefix) + ".", "envoy_tcp_", {{"envoy_tcp_prefix", prefix}}};
    fields(scope, stats);
    zeros(scope, tcpZeroCounters, Kind::Counter);
}

namespace {

/// Takes what Envoy's tag extraction takes from the names that are not made by fields (well_known_names.cc): HTTP prefix and
/// route configuration of "http.P.rds.R.x", the cluster of "cluster.C.x", the worker of "server.worker_0.x".
void extractTags(const std::string& name, std::string& family, std::vector<std::pair<std::string, std::string>>& labels)
{
    static constexpr std::string_view rds = ".rds.", worker = "server.worker_";
    const std::size_t last = name.rfind('.');
    if (const std::size_t at = name.find(rds);
        name.starts_with("http.") && at != std::string::npos && last > at + rds.size()) {
        labels = {{"envoy_rds_route_config", name.substr(at + rds.size(), last - at - rds.size())},
                  {"envoy_http_conn_manager_prefix", name.substr(5, at - 5)}};
        family = "envoy_http_rds_" + prometheusName(name.substr(last + 1));
    } else if (name.starts_with("cluster.")) {
        labels = {{"envoy_cluster_name", name.substr(8, last - 8)}};
        family = "envoy_cluster_" + prometheusName(name.substr(last + 1));
    } else if (name.starts_with(worker)) {
        const std::size_t dot = name.find('.', worker.size());
        labels = {{"envoy_worker_id", name.substr(worker.size(), dot - worker.size())}};
        family = "envoy_server_worker_" + prometheusName(name.substr(dot + 1));
    }
}

} // namespace

void Collector::named(const std::string& name, Kind kind, std::uint64_t value, const std::string& text)
{
    Sample& made = sample({"", "envoy_", {}}, name, kind);
    extractTags(name, made.family, made.labels);
    made.value = value;
    made.text = text;
}

} // namespace proxy::stats
