#include "proxy/stats/stats.h"

#include "proxy/stats/collector.h"

#include <algorithm>

namespace proxy::stats {
namespace {

int rank(Kind kind) { return kind == Kind::Text ? 0 : kind == Kind::Histogram ? 2 : 1; }

/// Calls `visit` with the living objects of a group.
template <class Group, class Visit> void forLiving(const Group& group, Visit visit)
{
    for (const auto& [key, weak] : group)
        if (const auto stats = weak.lock()) visit(key, *stats);
}

} // namespace

Registry::Registry(unsigned workers) : m_workers(workers) {}

template <class T> std::shared_ptr<PerWorker<T>> Registry::find(Group<T>& group, std::string name, std::string detail)
{
    const std::lock_guard lock(m_mutex);
    auto& entry = group[{std::move(name), std::move(detail)}];
    auto found = entry.lock();
    if (!found) {
        found = std::make_shared<PerWorker<T>>(m_workers);
        entry = found;
    }
    return found;
}

std::shared_ptr<PerWorker<ClusterStats>> Registry::cluster(const std::string& name)
{
    return find(m_clusters, name, {});
}
std::shared_ptr<PerWorker<HttpStats>> Registry::http(const std::string& prefix) { return find(m_http, prefix, {}); }
std::shared_ptr<PerWorker<ListenerStats>> Registry::listener(const std::string& address, const std::string& httpPrefix)
{
    return find(m_listeners, address, httpPrefix);
}
std::shared_ptr<PerWorker<TcpStats>> Registry::tcp(const std::string& prefix) { return find(m_tcp, prefix, {}); }
std::shared_ptr<PerWorker<ZoneStats>> Registry::zone(const std::string& cluster, const std::string& zones)
{
    return find(m_zones, cluster, zones);
}
std::shared_ptr<PerWorker<EndpointStats>> Registry::endpoint(const std::string& cluster, const std::string& address)
{
    return find(m_endpoints, cluster, address);
}

void Registry::set(const std::string& name, std::uint64_t value)
{
    const std::lock_guard lock(m_mutex);
    m_named[name] = {Kind::Gauge, value, {}};
}

void Registry::add(const std::string& name, std::uint64_t n)
{
    const std::lock_guard lock(m_mutex);
    Named& entry = m_named[name];
    entry.kind = Kind::Counter;
    entry.value += n;
}

std::uint64_t Registry::value(const std::string& name) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_named.find(name);
    return found == m_named.end() ? 0 : found->second.value;
}

void Registry::setText(const std::string& name, const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    m_named[name] = {Kind::Text, 0, text};
}

/// Whether the cluster of "cluster.NAME.field" still lives.
bool Registry::hasCluster(const std::string& name) const
{
    const auto found = m_clusters.find({name.substr(8, name.rfind('.') - 8), {}});
    return found != m_clusters.end() && !found->second.expired();
}

std::vector<Sample> Registry::collectRaw() const
{
    std::vector<Sample> samples;
    Collector collector(samples);
    forLiving(m_clusters, [&](const auto& key, const auto& stats) { collector.cluster(key.first, stats); });
    forLiving(m_zones, [&](const auto& key, const auto& stats) { collector.zone(key.first, key.second, stats); });
    forLiving(m_http, [&](const auto& key, const auto& stats) { collector.http(key.first, stats); });
    forLiving(m_listeners,
              [&](const auto& key, const auto& stats) { collector.listener(key.first, key.second, stats); });
    forLiving(m_tcp, [&](const auto& key, const auto& stats) { collector.tcp(key.first, stats); });
    std::map<std::string_view, Sample*> clusters; // EDS adds to what the cluster has.
    for (Sample& sample : samples)
        if (sample.name.starts_with("cluster.")) clusters.emplace(sample.name, &sample);
    std::vector<Sample> more;
    Collector named(more);
    for (const auto& [name, entry] : m_named) {
        if (const auto found = clusters.find(name); found != clusters.end()) found->second->value += entry.value;
        else if (!name.starts_with("cluster.") || hasCluster(name))
            named.named(name, entry.kind, entry.value, entry.text);
    }
    samples.insert(samples.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    return samples;
}

std::vector<Sample> Registry::collect() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Sample> samples = collectRaw();
    for (Sample& sample : samples) {
        if (sample.kind == Kind::Counter) {
            const auto base = m_baseline.find(sample.name);
            if (base != m_baseline.end()) sample.value -= std::min(sample.value, base->second);
        } else if (sample.kind == Kind::Histogram) {
            const auto base = m_histogramBaseline.find(sample.name);
            if (base != m_histogramBaseline.end()) sample.cumulative.subtract(base->second);
            const auto interval = m_intervals.find(sample.name);
            if (interval != m_intervals.end()) sample.interval = interval->second;
        }
    }
    std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
        return rank(a.kind) != rank(b.kind) ? rank(a.kind) < rank(b.kind) : a.name < b.name;
    });
    return samples;
}

void Registry::flush()
{
    const std::lock_guard lock(m_mutex);
    m_intervals.clear();
    std::map<std::string, Distribution> now;
    for (Sample& sample : collectRaw()) {
        if (sample.kind != Kind::Histogram) continue;
        Distribution interval = sample.cumulative;
        if (const auto before = m_flushed.find(sample.name); before != m_flushed.end())
            interval.subtract(before->second);
        m_intervals.emplace(sample.name, std::move(interval));
        now.emplace(sample.name, std::move(sample.cumulative));
    }
    m_flushed = std::move(now);
}

void Registry::reset()
{
    const std::lock_guard lock(m_mutex);
    m_baseline.clear();
    m_histogramBaseline.clear();
    for (Sample& sample : collectRaw()) {
        if (sample.kind == Kind::Counter) m_baseline.emplace(sample.name, sample.value);
        if (sample.kind == Kind::Histogram) m_histogramBaseline.emplace(sample.name, std::move(sample.cumulative));
    }
}

std::vector<Registry::Latency> Registry::latencies() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Latency> result;
    forLiving(m_endpoints, [&](const auto& key, const auto& stats) {
        Latency entry{key.first, key.second, {}};
        for (unsigned worker = 0; worker < stats.size(); ++worker) stats[worker].latency_us.collect(entry.distribution);
        result.push_back(std::move(entry));
    });
    return result;
}

} // namespace proxy::stats
