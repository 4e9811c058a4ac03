#include "proxy/runtime/server.h"

#include "proxy/net/event_loop.h"
#include "proxy/net/socket.h"
#include "proxy/runtime/bookkeeping.h"
#include "proxy/runtime/dns.h"
#include "proxy/runtime/worker.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <unistd.h>

namespace proxy::runtime {

using google::protobuf::util::MessageDifferencer;

namespace {

int backlogOf(const Listener& listener)
{
    return listener.message.has_tcp_backlog_size() ? static_cast<int>(listener.message.tcp_backlog_size().value())
                                                   : 4096;
}

/// Number of TCP listeners with other contents at the same address: their sessions drain. HTTP connections do not: they
/// take what is new with their next request.
std::size_t changedInPlace(const ProxyConfig& before, const ProxyConfig& now)
{
    return static_cast<std::size_t>(std::count_if(now.listeners.begin(), now.listeners.end(), [&](const auto& entry) {
        const auto old = before.listeners.find(entry.first);
        return old != before.listeners.end() && old->second != entry.second && old->second->tcp &&
               old->second->address == entry.second->address;
    }));
}

} // namespace

/// Where a listener is really bound.
struct Server::Bound {
    std::string name;
    net::Address wanted;
    net::Address address;
};

/// Sockets of a listener that does not serve yet, one per worker. Owns those that nobody has taken.
struct Server::Reserved {
    std::string name;
    net::Address wanted;
    net::Address address;
    std::vector<int> sockets;

    ~Reserved()
    {
        for (const int fd : sockets) close(fd);
    }
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

bool Server::isBound(const std::string& name, const net::Address& wanted) const
{
    return std::any_of(m_bound.begin(), m_bound.end(),
                       [&](const auto& bound) { return bound->name == name && bound->wanted == wanted; });
}

model::Result<std::unique_ptr<Server::Reserved>>
Server::bind(const envoy::config::listener::v3::Listener& listener) const
{
    const auto& socket = listener.address().socket_address();
    const auto wanted = net::Address::parse(socket.address(), static_cast<std::uint16_t>(socket.port_value()));
    if (!wanted) return wanted.unexpected();
    auto made = std::make_unique<Reserved>();
    made->name = listener.name().empty() ? wanted->text() : listener.name();
    made->wanted = made->address = *wanted;
    for (std::size_t i = 0; i < m_workers.size(); ++i) {
        net::Address bound;
        auto fd = net::bindTcp(made->address, bound, socket.ipv4_compat());
        if (!fd) return model::fail(fd.error().code, {}, fd.error().what);
        made->address = bound; // Port 0: the other workers' sockets get the first one's.
        made->sockets.push_back(*fd);
    }
    return made;
}

model::Result<void> Server::reserve(const envoy::config::listener::v3::Listener& listener)
{
    auto made = bind(listener);
    if (!made) return made.unexpected();
    const std::string name = (*made)->name;
    const net::Address& wanted = (*made)->wanted;
    if (isBound(name, wanted)) return {};
    for (const auto& bound : m_bound)
        if (bound->wanted == wanted && wanted.port() && m_config->listeners.contains(bound->name))
            return model::fail(model::ErrorCode::Invalid, {}, duplicateAddress(name, wanted));
    auto& place = m_reserved[name];
    if (!place || place->wanted != wanted) place = std::move(*made);
    return {};
}

/// Opens the sockets of listeners that have none, or takes those that are kept for them; an error changes nothing.
model::Result<std::vector<std::unique_ptr<Server::Reserved>>> Server::open(const ProxyConfig& config)
{
    std::vector<std::unique_ptr<Reserved>> opened;
    for (const auto& [name, listener] : config.listeners) {
        if (isBound(name, listener->address)) continue;
        if (const auto kept = m_reserved.find(name);
            kept != m_reserved.end() && kept->second->wanted == listener->address) {
            opened.push_back(std::move(kept->second));
            m_reserved.erase(kept);
        } else {
            auto bound = bind(listener->message);
            if (!bound) return model::fail(bound.error().code, "listener '" + name + "'", bound.error().what);
            opened.push_back(std::move(*bound));
        }
        for (const int fd : opened.back()->sockets)
            if (auto listening = net::startListening(fd, backlogOf(*listener)); !listening)
                return model::fail(listening.error().code, "listener '" + name + "'", listening.error().what);
    }
    return opened;
}

model::Result<void> Server::apply(ProxyConfigPtr config)
{
    auto opened = open(*config);
    if (!opened) return opened.unexpected();
    std::vector<std::map<std::string, int>> sockets(m_workers.size());
    const std::size_t listeners = std::erase_if(m_bound, [&](const auto& bound) {
        bool replaced =
            std::any_of(opened->begin(), opened->end(), [&](const auto& fresh) { return fresh->name == bound->name; });
        return replaced || !config->listeners.contains(bound->name);
    });
    for (const auto& fresh : *opened) {
        for (std::size_t i = 0; i < m_workers.size(); ++i) sockets[i][fresh->name] = fresh->sockets[i];
        fresh->sockets.clear(); // The workers own them.
        m_bound.push_back(std::make_unique<Bound>(Bound{fresh->name, fresh->wanted, fresh->address}));
    }
    std::erase_if(m_reserved, [&](const auto& entry) { return !config->warmingListeners.contains(entry.first); });
    drained(listeners, m_config ? changedInPlace(*m_config, *config) : 0);
    adopt(withResolvedHosts(std::move(config)), std::move(sockets));
    m_dns->follow(*m_config);
    return {};
}

/// Counts as Envoy: for the whole drain time, whatever the connections do.
void Server::drained(std::size_t listeners, std::size_t chains)
{
    if (listeners + chains == 0) return;
    m_draining.push_back({m_control.now() + m_rules.milliseconds, listeners, chains});
    if (!m_drainTimer) m_drainTimer = std::make_unique<net::Timer>(m_control, [this] { forgetDrained(); });
    forgetDrained();
}

void Server::forgetDrained()
{
    std::erase_if(m_draining, [this](const Draining& one) { return one.until <= m_control.now(); });
    std::size_t listeners = 0, chains = 0;
    for (const Draining& one : m_draining) listeners += one.listeners, chains += one.chains;
    m_books->draining(listeners, chains);
    if (!m_draining.empty()) m_drainTimer->start(m_draining.front().until - m_control.now());
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
        if (!MessageDifferencer::Equals(old->second->message, cluster->message)) continue; // Resolved while it warmed.
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
    const bool changed =
        hosts.size() != before.size() || std::any_of(hosts.begin(), hosts.end(), [&](const HostPtr& host) {
            return std::none_of(before.begin(), before.end(),
                                [&](const HostPtr& old) { return old->text == host->text; });
        });
    if (!changed) return false;
    auto cluster = std::make_shared<Cluster>(*at->second);
    cluster->hosts = counted(hosts, before, m_config->workers);
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
