#include "app/control/control_plane.h"

#include "app/control/nack.h"
#include "model/diff/running.h"

#include <QThread>

#include <algorithm>
#include <chrono>

namespace app::control {

using model::push::HistoryEntry;
using model::push::ProxyStatus;
using model::push::State;

namespace {

double now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The worst comes first.
int rank(State state)
{
    constexpr State order[] = {State::Nacked, State::Held, State::Warming, State::Sent, State::Acked, State::Effective, State::Unchanged};
    return static_cast<int>(std::ranges::find(order, state) - std::begin(order));
}

} // namespace

ControlPlane::ControlPlane(QObject* parent)
    : QObject(parent), m_server([this](StreamUpdate update) {
          QMetaObject::invokeMethod(this, [this, update = std::move(update)] { take(update); }, Qt::QueuedConnection);
      })
{
    m_tick.setInterval(250);
    connect(&m_tick, &QTimer::timeout, this, [this] { m_server.tick(); });
}

ControlPlane::~ControlPlane()
{
    m_server.stop();
}

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

std::vector<ProxyChanges> ControlPlane::preview(const Configs& configs) const
{
    std::vector<ProxyChanges> all;
    for (const auto& [proxy, config] : configs) {
        const auto before = target(proxy);
        all.push_back({proxy, compare(before ? *before : model::diff::Resources{}, model::diff::split(config))});
    }
    return all;
}

int ControlPlane::push(const std::string& proxy, const model::source::ConfigSet& config)
{
    return push(Configs{{proxy, config}});
}

int ControlPlane::push(const Configs& configs)
{
    Q_ASSERT(thread() == QThread::currentThread());
    Targets targets;
    std::vector<model::diff::ResourceChange> changes;
    for (const auto& [proxy, config] : configs) {
        auto resources = std::make_shared<const model::diff::Resources>(model::diff::split(config));
        const auto before = target(proxy);
        const auto differences = compare(before ? *before : model::diff::Resources{}, *resources);
        changes.insert(changes.end(), differences.begin(), differences.end());
        targets.emplace(proxy, std::move(resources));
    }
    return publish(targets, 0, model::diff::summary(changes));
}

model::Result<int> ControlPlane::rollback(int version)
{
    if (version < 1 || version > static_cast<int>(m_versions.size()))
        return model::fail(model::ErrorCode::NotFound, std::to_string(version), "There is no version of this number");
    const Targets content = m_versions[static_cast<std::size_t>(version - 1)];
    return publish(content, version, "roll back to version " + std::to_string(version));
}

int ControlPlane::publish(const Targets& targets, int contentOf, const std::string& summary)
{
    const int version = static_cast<int>(m_history.size()) + 1;
    for (const auto& [proxy, resources] : targets) m_targets[proxy] = resources;
    m_versions.push_back(m_targets);
    m_history.push_back({version, contentOf ? contentOf : version, now(), summary, {}});
    for (const auto& [proxy, resources] : targets) {
        auto& client = m_clients[proxy];
        client.status.name = proxy;
        client.status.version = version;
        client.settled = false;
        client.effective = 0;
        m_server.setTarget(proxy, resources, version);
    }
    Q_EMIT historyChanged();
    announce();
    return version;
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
        updateState(client);
        if (settledNow) Q_EMIT settled(update.client.node);
    }
    announce();
}

void ControlPlane::reportRejection(const StreamUpdate& update)
{
    const int push = update.rejection->push;
    if (push < 1 || push > static_cast<int>(m_versions.size())) return;
    const auto& targets = m_versions[static_cast<std::size_t>(push - 1)];
    const auto pushed = targets.find(update.client.node);
    if (pushed == targets.end()) return;
    Q_EMIT nacked(explain(update.client.node, *update.rejection, *pushed->second, now()));
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
    if (m_history.empty()) return;
    for (auto entry = m_history.rbegin(); entry != m_history.rend(); ++entry) {
        if (entry->version != status.version) continue;
        const auto same = std::ranges::find(entry->proxies, status.name, &ProxyStatus::name);
        if (same == entry->proxies.end())
            entry->proxies.push_back(status);
        else
            *same = status;
        break;
    }
}

std::vector<model::diff::ResourceChange> ControlPlane::readBack(const std::string& proxy,
                                                                const model::diff::Resources& running)
{
    const auto wanted = target(proxy);
    if (!wanted) return {};
    auto differences = compareRunning(*wanted, running);
    auto& client = m_clients[proxy];
    if (differences.empty() && client.settled) {
        client.effective = client.status.version;
        updateState(client);
        announce();
    }
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
        },
        Qt::QueuedConnection);
}

} // namespace app::control
