#include "app/control/control_plane.h"

#include "app/control/nack.h"
#include "app/control/resource_states.h"
#include "model/diff/running.h"

#include <QThread>

#include <algorithm>
#include <chrono>

namespace app::control {

using model::push::HistoryEntry;
using model::push::ProxyStatus;
using model::push::State;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// The worst comes first.
int rank(State state)
{
    constexpr State order[] = {State::Nacked, State::Held,      State::Warming,  State::Sent,
                               State::Acked,  State::Effective, State::Unchanged};
    return static_cast<int>(std::ranges::find(order, state) - std::begin(order));
}

std::vector<model::diff::ResourceChange> changes(const model::diff::ResourcesPtr& before,
                                                 const model::diff::Resources& after)
{
    return compare(before ? *before : model::diff::Resources{}, after);
}

model::Unexpected noVersion(int version)
{
    return model::fail(model::ErrorCode::NotFound, std::to_string(version), "There is no version of this number");
}

} // namespace

ControlPlane::ControlPlane(QObject* parent)
    : QObject(parent)
    , m_server([this](StreamUpdate update) {
        QMetaObject::invokeMethod(
            this, [this, update = std::move(update)] { take(update); }, Qt::QueuedConnection);
    })
{
    m_tick.setInterval(250);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_server.tick();
        release();
    });
}

ControlPlane::~ControlPlane() { m_server.stop(); }

model::Result<int> ControlPlane::listen(const std::string& host, int port)
{
    Q_ASSERT(thread() == QThread::currentThread());
    auto started = m_server.start(host, port);
    m_port = started ? *started : 0;
    if (started) m_tick.start();
    return started;
}

void ControlPlane::stopListening()
{
    m_tick.stop();
    m_server.stop();
    m_port = 0;
}

model::diff::ResourcesPtr ControlPlane::running(const std::string& proxy) const
{
    const auto found = m_clients.find(proxy);
    const bool rejected = found != m_clients.end() && found->second.status.state == State::Nacked;
    return rejected || m_rollout.isWaiting(proxy) ? found->second.accepted : target(proxy);
}

std::vector<ProxyChanges> ControlPlane::preview(const Configs& configs) const
{
    std::vector<ProxyChanges> all;
    for (const auto& [proxy, config] : configs)
        all.push_back({proxy, changes(running(proxy), model::diff::split(config))});
    return all;
}

model::Result<std::vector<ProxyChanges>> ControlPlane::previewRollback(int version) const
{
    if (version < 1 || version > static_cast<int>(m_versions.size())) return noVersion(version);
    std::vector<ProxyChanges> all;
    for (const auto& [proxy, resources] : m_versions[static_cast<std::size_t>(version - 1)])
        all.push_back({proxy, changes(running(proxy), *resources)});
    return all;
}

const std::map<std::string, model::diff::ResourcesPtr>* ControlPlane::contentOf(int version) const
{
    const bool exists = version >= 1 && version <= static_cast<int>(m_versions.size());
    return exists ? &m_versions[static_cast<std::size_t>(version - 1)] : nullptr;
}

int ControlPlane::push(const std::string& proxy, const model::source::ConfigSet& config)
{
    return push(Configs{{proxy, config}});
}

int ControlPlane::push(const Configs& configs, const std::vector<Link>& links)
{
    Q_ASSERT(thread() == QThread::currentThread());
    Targets targets;
    for (const auto& [proxy, config] : configs)
        targets.emplace(proxy, std::make_shared<const model::diff::Resources>(model::diff::split(config)));
    return publish(targets, 0, links);
}

model::Result<int> ControlPlane::rollback(int version, const std::vector<Link>& links)
{
    const auto* content = contentOf(version);
    if (!content) return noVersion(version);
    return publish(Targets(*content), version, links);
}

model::diff::ResourcesPtr ControlPlane::undelivered(const std::string& proxy) const
{
    const auto found = m_clients.find(proxy);
    const bool rejected = found != m_clients.end() && found->second.status.state == State::Nacked;
    return rejected || m_rollout.isWaiting(proxy) ? target(proxy) : nullptr;
}

/// The proxy's last push was rejected, and it was of just this content.
bool ControlPlane::hasRejected(const std::string& proxy, const model::diff::Resources& content) const
{
    const auto found = m_clients.find(proxy);
    const auto last = target(proxy);
    return found != m_clients.end() && found->second.status.state == State::Nacked && last &&
           compare(*last, content).empty();
}

int ControlPlane::publish(const Targets& wanted, int contentOf, const std::vector<Link>& links)
{
    const int version = static_cast<int>(m_history.size()) + 1;
    HistoryEntry entry{version, contentOf ? contentOf : version, now(), {}, {}};
    Targets targets;
    Rollout::Changes changed;
    std::vector<model::diff::ResourceChange> all;
    for (const auto& [proxy, resources] : wanted) {
        if (hasRejected(proxy, *resources)) continue; // It would say the same again.
        targets.emplace(proxy, resources);
        const auto differences = changes(running(proxy), *resources);
        const auto own = resourcesOf(proxy, differences, entry.time);
        entry.resources.insert(entry.resources.end(), own.begin(), own.end());
        all.insert(all.end(), differences.begin(), differences.end());
        if (!differences.empty()) changed.emplace(proxy, differences);
    }
    entry.summary = contentOf ? "roll back to version " + std::to_string(contentOf) : model::diff::summary(all);
    for (const auto& [proxy, resources] : targets) {
        m_targets[proxy] = resources;
        for (auto& earlier : m_history) overtake(earlier.resources, proxy, version);
        begin(proxy, entry);
        m_rollout.drop(proxy);
    }
    m_versions.push_back(m_targets);
    m_history.push_back(std::move(entry));
    m_rollout.add(changed, links);
    for (const auto& [proxy, resources] : targets)
        if (!changed.contains(proxy)) send(proxy);
    release();
    Q_EMIT historyChanged();
    announce();
    return version;
}

void ControlPlane::send(const std::string& proxy)
{
    auto& status = m_clients[proxy].status;
    status.sent = now();
    status.waitsFor.clear();
    m_server.setTarget(proxy, m_targets.at(proxy), status.version);
}

// Nobody waits for a proxy that is away: it gets its part when it comes.
Verdict ControlPlane::verdictOf(const std::string& proxy) const
{
    const auto found = m_clients.find(proxy);
    if (found == m_clients.end() || !found->second.status.connected) return Verdict::Taken;
    const State state = found->second.status.state;
    if (state == State::Nacked) return Verdict::Refused;
    const bool judged = state == State::Unchanged || state == State::Acked || state == State::Effective;
    return judged || found->second.settled ? Verdict::Taken : Verdict::Pending;
}

/// Sends what nothing holds back any more, and tells of the rest what it waits for.
void ControlPlane::release()
{
    bool isNew = false;
    for (const auto& proxy : m_rollout.release([this](const std::string& name) { return verdictOf(name); }, now())) {
        auto& client = m_clients[proxy];
        const bool waited = client.status.state == State::Held;
        send(proxy);
        if (!waited) continue;
        client.status.state = State::Sent;
        for (auto& type : client.status.types)
            if (type.state == State::Held) type.state = State::Sent;
        if (HistoryEntry* entry = entryOf(client)) hold(entry->resources, proxy, {});
        isNew = true;
    }
    for (auto& [name, client] : m_clients) {
        if (m_rollout.waitsFor(name) == client.status.waitsFor) continue;
        showWaiting(client);
        isNew = true;
    }
    if (isNew) announce();
}

void ControlPlane::showWaiting(Client& client)
{
    auto& status = client.status;
    status.waitsFor = m_rollout.waitsFor(status.name);
    if (status.waitsFor.empty()) return;
    status.state = State::Held;
    for (auto& type : status.types)
        if (type.state == State::Sent) type.state = State::Held;
    HistoryEntry* entry = entryOf(client);
    if (!entry) return;
    hold(entry->resources, status.name, "waits for " + status.waitsFor);
    const auto same = std::ranges::find(entry->proxies, status.name, &ProxyStatus::name);
    if (same == entry->proxies.end()) entry->proxies.push_back(status);
    else *same = status;
}

/// What is known of the proxy is of the push before; of this one, that it is on its way.
void ControlPlane::begin(const std::string& proxy, const HistoryEntry& entry)
{
    auto& client = m_clients[proxy];
    client.status.name = proxy;
    client.status.version = entry.version;
    client.status.state = State::Unchanged;
    client.status.sent = client.status.readBack = 0;
    client.status.waitsFor.clear();
    for (auto& type : client.status.types) type.state = State::Unchanged;
    for (const auto& resource : entry.resources) {
        if (resource.proxy != proxy) continue;
        client.status.state = State::Sent;
        for (auto& type : client.status.types)
            if (type.type == resource.type) type.state = State::Sent;
    }
    client.settled = false;
    client.effective = 0;
    client.nacks.clear();
    client.differing.reset();
}

std::vector<ProxyStatus> ControlPlane::statuses() const
{
    std::vector<ProxyStatus> all;
    for (const auto& [name, client] : m_clients) all.push_back(client.status);
    return all;
}

model::diff::ResourcesPtr ControlPlane::target(const std::string& proxy) const
{
    const auto found = m_targets.find(proxy);
    return found == m_targets.end() ? nullptr : found->second;
}

void ControlPlane::take(const StreamUpdate& update)
{
    auto& client = m_clients[update.client.node];
    if (update.stream < client.stream) return; // An older stream of a node that reconnected.
    client.stream = update.stream;
    client.status.name = update.client.node;
    client.status.connected = update.connected;
    client.status.isEnvoy = update.client.isEnvoy;
    client.status.build = update.client.build;
    if (update.rejection) reportRejection(update);
    const bool stale = update.push < client.status.version && update.push > 0; // A newer push is on its way here.
    if (!stale) {
        client.status.types = update.types;
        const bool settledNow = update.connected && update.settled && !client.settled;
        client.settled = update.connected && update.settled;
        if (client.settled) {
            client.accepted = target(update.client.node);
            client.status.runs = client.status.version;
        }
        updateState(client);
        if (settledNow) Q_EMIT settled(update.client.node);
    }
    release();
    announce();
}

void ControlPlane::reportRejection(const StreamUpdate& update)
{
    const int push = update.rejection->push;
    if (push < 1 || push > static_cast<int>(m_versions.size())) return;
    const auto& targets = m_versions[static_cast<std::size_t>(push - 1)];
    const auto pushed = targets.find(update.client.node);
    if (pushed == targets.end()) return;
    const auto nack = explain(update.client.node, *update.rejection, *pushed->second, now());
    auto& client = m_clients[update.client.node];
    if (push == client.status.version) client.nacks.push_back(nack);
    Q_EMIT nacked(nack);
}

void ControlPlane::updateState(Client& client)
{
    auto& status = client.status;
    const bool effective = client.effective == status.version && status.version > 0;
    status.state = State::Unchanged;
    for (auto& type : status.types) {
        if (effective && type.state == State::Acked) type.state = State::Effective;
        if (rank(type.state) < rank(status.state)) status.state = type.state;
    }
    HistoryEntry* entry = entryOf(client);
    if (!entry) return;
    const auto same = std::ranges::find(entry->proxies, status.name, &ProxyStatus::name);
    if (same == entry->proxies.end()) entry->proxies.push_back(status);
    else *same = status;
    update(entry->resources, {status, client.nacks, client.differing});
}

/// The push that the client was sent last.
HistoryEntry* ControlPlane::entryOf(const Client& client)
{
    const auto found = std::ranges::find(m_history, client.status.version, &HistoryEntry::version);
    return found == m_history.end() ? nullptr : &*found;
}

std::vector<model::diff::ResourceChange> ControlPlane::readBack(const std::string& proxy,
                                                                const model::diff::Resources& running)
{
    const auto wanted = target(proxy);
    if (!wanted) return {};
    auto differences = compareRunning(*wanted, running);
    auto& client = m_clients[proxy];
    if (!client.settled && client.status.state != State::Nacked) return differences; // The push is still on its way.
    if (client.settled && differences.empty()) {
        client.effective = client.status.version;
        if (client.status.readBack == 0) client.status.readBack = now();
    }
    client.differing = differences;
    updateState(client);
    announce();
    return differences;
}

/// Tells the status once for all changes of one turn of the event loop.
void ControlPlane::announce()
{
    if (m_announcing) return;
    m_announcing = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_announcing = false;
            Q_EMIT statusChanged(statuses());
            Q_EMIT historyChanged();
        },
        Qt::QueuedConnection);
}

} // namespace app::control
