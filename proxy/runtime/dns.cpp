#include "proxy/runtime/dns.h"

#include <netdb.h>

#include <algorithm>
#include <random>

namespace proxy::runtime {
namespace {

using envoy::config::cluster::v3::Cluster_DnsLookupFamily;
using MessageCluster = envoy::config::cluster::v3::Cluster;

int familyOf(MessageCluster::DnsLookupFamily family)
{
    return family == MessageCluster::V4_ONLY ? AF_INET : family == MessageCluster::V6_ONLY ? AF_INET6 : AF_UNSPEC;
}

/// Addresses of one name; AUTO prefers IPv6 and takes IPv4 only when there is none. Empty with `failed` set: no answer.
std::vector<net::Address> resolve(const DnsTarget& target, MessageCluster::DnsLookupFamily family, bool& failed)
{
    addrinfo hints{};
    hints.ai_family = familyOf(family);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = family == MessageCluster::AUTO || family == MessageCluster::V4_PREFERRED ? AI_ADDRCONFIG : 0;
    addrinfo* list = nullptr;
    int error = getaddrinfo(target.name.c_str(), nullptr, &hints, &list);
    failed = error != 0 && error != EAI_NONAME;
    std::vector<net::Address> v4, v6;
    for (addrinfo* item = error ? nullptr : list; item; item = item->ai_next) {
        net::Address address = net::Address::of(item->ai_addr);
        address.setPort(target.port);
        (address.isV6() ? v6 : v4).push_back(address);
    }
    if (!error) freeaddrinfo(list);
    if (family == MessageCluster::ALL) v6.insert(v6.end(), v4.begin(), v4.end());
    bool wantsV4 = family == MessageCluster::V4_ONLY || family == MessageCluster::V4_PREFERRED;
    return (wantsV4 && !v4.empty()) || v6.empty() ? v4 : v6;
}

} // namespace

std::vector<HostPtr> resolveHosts(const Cluster& cluster, bool& failed)
{
    std::vector<HostPtr> hosts;
    const bool logical = cluster.message.type() == MessageCluster::LOGICAL_DNS;
    for (const DnsTarget& target : cluster.dnsTargets) {
        bool unanswered = false;
        for (const auto& address : resolve(target, cluster.message.dns_lookup_family(), unanswered)) {
            auto host = std::make_shared<Host>(target.pattern);
            host->address = address;
            host->text = address.text();
            hosts.push_back(std::move(host));
            if (logical) break;
        }
        failed = failed || unanswered;
    }
    return hosts;
}

std::vector<HostPtr> counted(const std::vector<HostPtr>& hosts, const std::vector<HostPtr>& before, unsigned workers)
{
    std::vector<HostPtr> result;
    for (const HostPtr& host : hosts) {
        const auto old =
            std::find_if(before.begin(), before.end(), [&](const HostPtr& known) { return known->text == host->text; });
        auto fresh = std::make_shared<Host>(*host);
        fresh->counters = old != before.end() ? (*old)->counters : std::make_shared<std::vector<HostCounters>>(workers);
        result.push_back(std::move(fresh));
    }
    return result;
}

struct DnsRefresher::Refresh {
    ClusterPtr cluster;
    net::Timer timer;
    unsigned failures = 0; ///< In a row.
};

namespace {

std::int64_t milliseconds(const google::protobuf::Duration& duration)
{
    return duration.seconds() * 1000 + duration.nanos() / 1000000;
}

/// When to ask again: dns_refresh_rate, or after failures a random time below a ceiling that doubles (dns_failure_refresh_rate).
std::int64_t nextAsk(const MessageCluster& message, unsigned failures)
{
    const std::int64_t usual = message.has_dns_refresh_rate() ? milliseconds(message.dns_refresh_rate()) : 5000;
    if (failures == 0 || !message.has_dns_failure_refresh_rate()) return usual;
    const auto& rate = message.dns_failure_refresh_rate();
    const std::int64_t base = std::max<std::int64_t>(milliseconds(rate.base_interval()), 1);
    const std::int64_t most = rate.has_max_interval() ? milliseconds(rate.max_interval()) : base * 10;
    const std::int64_t ceiling = std::min<std::int64_t>(base * ((1ll << std::min(failures, 20u)) - 1), most);
    static thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_int_distribution<std::int64_t>(1, std::max<std::int64_t>(ceiling, 1))(random);
}

} // namespace

DnsRefresher::DnsRefresher(net::EventLoop& control, Bookkeeping& books, Report report, Resolve resolve)
    : m_control(control)
    , m_books(books)
    , m_report(std::move(report))
    , m_resolve(std::move(resolve))
    , m_thread([this] { run(); })
{}

DnsRefresher::~DnsRefresher()
{
    *m_alive = false;
    {
        std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void DnsRefresher::follow(const ProxyConfig& config)
{
    std::erase_if(m_refreshes, [&](const auto& entry) { return !config.clusters.contains(entry.first); });
    std::erase_if(m_unresolved, [&](const auto& name) { return !config.clusters.contains(name); });
    for (const auto& [name, cluster] : config.clusters) {
        auto known = m_refreshes.find(name);
        if (cluster->dnsTargets.empty()) {
            if (known != m_refreshes.end()) m_refreshes.erase(known);
            continue;
        }
        bool same = known != m_refreshes.end() &&
                    known->second->cluster->message.SerializeAsString() == cluster->message.SerializeAsString();
        if (same) {
            known->second->cluster = cluster;
            continue;
        }
        auto refresh = std::unique_ptr<Refresh>(new Refresh{
            cluster, net::Timer(m_control, [this, cluster = name] { ask(m_refreshes.at(cluster)->cluster); })});
        m_refreshes[name] = std::move(refresh);
        m_unresolved.insert(name);
        ask(cluster);
    }
    m_isWarm = m_isWarm || m_unresolved.empty();
}

void DnsRefresher::ask(const ClusterPtr& cluster)
{
    m_books.cluster(*cluster).update_attempt.add();
    {
        std::lock_guard lock(m_mutex);
        m_queue.push_back(cluster);
    }
    m_wake.notify_one();
}

void DnsRefresher::run()
{
    for (;;) {
        ClusterPtr cluster;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_stop || !m_queue.empty(); });
            if (m_stop) return;
            cluster = m_queue.front();
            m_queue.pop_front();
        }
        bool failed = false;
        std::vector<HostPtr> hosts = m_resolve(*cluster, failed);
        m_control.post([this, alive = m_alive, cluster, hosts = std::move(hosts), failed] {
            if (*alive) answered(cluster->name, cluster, hosts, failed);
        });
    }
}

void DnsRefresher::answered(const std::string& name, const ClusterPtr& asked, std::vector<HostPtr> hosts, bool failed)
{
    auto refresh = m_refreshes.find(name);
    if (refresh == m_refreshes.end()) return;
    m_unresolved.erase(name);
    m_isWarm = m_isWarm || m_unresolved.empty();
    stats::ClusterStats& counts = m_books.cluster(*refresh->second->cluster);
    (failed ? counts.update_failure : counts.update_success).add();
    if (!failed && hosts.empty()) counts.update_empty.add();
    refresh->second->failures = failed ? refresh->second->failures + 1 : 0;
    refresh->second->timer.start(nextAsk(asked->message, refresh->second->failures));
    if ((!failed || !hosts.empty()) && !m_report(name, std::move(hosts))) counts.update_no_rebuild.add();
}

} // namespace proxy::runtime
