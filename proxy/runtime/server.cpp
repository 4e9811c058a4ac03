#include "proxy/runtime/server.h"

#include "proxy/net/event_loop.h"
#include "proxy/net/socket.h"
#include "proxy/runtime/bookkeeping.h"
#include "proxy/runtime/dns.h"
#include "proxy/runtime/worker.h"

#include <unistd.h>

#include <algorithm>

namespace proxy::runtime {

/// Where a listener is really bound.
struct Server::Bound {
    std::string name;
    net::Address wanted;
    net::Address address;
};

Server::Server(net::EventLoop& control, stats::Registry& registry, DrainRules rules)
    : m_control(control)
    , m_books(std::make_unique<Bookkeeping>(registry))
    , m_rules(rules)
{
    for (unsigned i = 0; i < registry.workers(); ++i) m_workers.push_back(std::make_unique<Worker>(i, registry, rules));
    m_dns = std::make_unique<DnsRefresher>(control, *m_books,
                                           [this](const std::string& cluster, std::vector<HostPtr> hosts) {
                                               return hostsResolved(cluster, std::move(hosts));
                                           });
}

Server::~Server() = default;

model::Result<std::vector<int>> Server::socketsFor(const Listener& listener, net::Address& bound)
{
    std::vector<int> sockets;
    int backlog =
        listener.message.has_tcp_backlog_size() ? static_cast<int>(listener.message.tcp_backlog_size().value()) : 4096;
    const bool takesV4 = listener.message.address().socket_address().ipv4_compat();
    bound = listener.address;
    for (std::size_t i = 0; i < m_workers.size(); ++i) {
        net::Address actual;
        auto socket = net::listenTcp(bound, backlog, actual, takesV4);
        if (!socket) {
            for (int fd : sockets) close(fd);
            return model::fail(socket.error().code, "listener '" + listener.name + "'", socket.error().what);
        }
        bound = actual;
        sockets.push_back(*socket);
    }
    return sockets;
}

model::Result<void> Server::apply(ProxyConfigPtr config)
{
    std::vector<std::map<std::string, int>> sockets(m_workers.size());
    std::vector<std::unique_ptr<Bound>> opened;
    for (const auto& [name, listener] : config->listeners) {
        bool known =
            std::any_of(m_bound.begin(), m_bound.end(), [&, wanted = listener->address, n = name](const auto& bound) {
                return bound->name == n && bound->wanted == wanted;
            });
        if (known) continue;
        net::Address address;
        auto fds = socketsFor(*listener, address);
        if (!fds) {
            for (auto& perWorker : sockets)
                for (auto& [other, fd] : perWorker) close(fd);
            return fds.unexpected();
        }
        for (std::size_t i = 0; i < m_workers.size(); ++i) sockets[i][name] = (*fds)[i];
        opened.push_back(std::make_unique<Bound>(Bound{name, listener->address, address}));
    }
    std::erase_if(m_bound, [&](const auto& bound) {
        bool replaced =
            std::any_of(opened.begin(), opened.end(), [&](const auto& fresh) { return fresh->name == bound->name; });
        return replaced || !config->listeners.contains(bound->name);
    });
    for (auto& bound : opened) m_bound.push_back(std::move(bound));
    adopt(withResolvedHosts(std::move(config)), std::move(sockets));
    m_dns->follow(*m_config);
    return {};
}

/// Tells the books and every worker.
void Server::adopt(ProxyConfigPtr config, std::vector<std::map<std::string, int>> sockets)
{
    m_books->applied(m_config.get(), *config);
    m_config = std::move(config);
    sockets.resize(m_workers.size());
    for (std::size_t i = 0; i < m_workers.size(); ++i) m_workers[i]->adopt(m_config, std::move(sockets[i]));
}

/// A configuration compiled elsewhere does not know what DNS has answered since.
ProxyConfigPtr Server::withResolvedHosts(ProxyConfigPtr config) const
{
    std::shared_ptr<ProxyConfig> changed;
    for (const auto& [name, cluster] : config->clusters) {
        if (cluster->dnsTargets.empty() || !m_config) continue;
        auto old = m_config->clusters.find(name);
        if (old == m_config->clusters.end() || old->second->hosts == cluster->hosts) continue;
        if (!changed) changed = std::make_shared<ProxyConfig>(*config);
        auto resolved = std::make_shared<Cluster>(*cluster);
        resolved->hosts = old->second->hosts;
        changed->clusters[name] = resolved;
        changed->clustersById[cluster->id] = resolved;
    }
    return changed ? changed : config;
}

bool Server::hostsResolved(const std::string& name, std::vector<HostPtr> hosts)
{
    auto at = m_config->clusters.find(name);
    if (at == m_config->clusters.end()) return false;
    const auto& before = at->second->hosts;
    auto known = [&](const std::string& text) {
        return std::find_if(before.begin(), before.end(), [&](const HostPtr& host) { return host->text == text; });
    };
    std::vector<HostPtr> next;
    bool changed = hosts.size() != before.size();
    for (const HostPtr& host : hosts) {
        auto old = known(host->text);
        changed = changed || old == before.end();
        auto fresh = std::make_shared<Host>(*host);
        fresh->counters =
            old != before.end() ? (*old)->counters : std::make_shared<std::vector<HostCounters>>(m_config->workers);
        next.push_back(std::move(fresh));
    }
    if (!changed) return false;
    auto cluster = std::make_shared<Cluster>(*at->second);
    cluster->hosts = std::move(next);
    auto config = std::make_shared<ProxyConfig>(*m_config);
    config->clusters[name] = cluster;
    config->clustersById[cluster->id] = cluster;
    adopt(std::move(config), {});
    return true;
}

std::vector<std::pair<ClusterPtr, std::vector<HostPtr>>> Server::hostsSnapshot() const
{
    std::vector<std::pair<ClusterPtr, std::vector<HostPtr>>> all;
    if (m_config)
        for (const auto& [name, cluster] : m_config->clusters) all.emplace_back(cluster, cluster->hosts);
    return all;
}

std::vector<std::pair<std::string, net::Address>> Server::listenerAddresses() const
{
    std::vector<std::pair<std::string, net::Address>> all;
    for (const auto& bound : m_bound) all.emplace_back(bound->name, bound->address);
    return all;
}

bool Server::isWarm() const { return m_dns->isWarm(); }

void Server::drain(Stop stop, bool inboundOnly)
{
    const auto close = [this, inboundOnly] {
        m_books->stopped(m_bound.size());
        for (auto& worker : m_workers) worker->stopListening(inboundOnly);
    };
    if (stop == Stop::Now) return close();
    for (auto& worker : m_workers) worker->drain(inboundOnly);
    if (stop == Stop::Never) return;
    m_stopTimer = std::make_unique<net::Timer>(m_control, close);
    m_stopTimer->start(m_rules.milliseconds);
}

void Server::failHealth(bool fails)
{
    for (auto& worker : m_workers) worker->failHealth(fails);
}

} // namespace proxy::runtime
