// The control plane as the window and the command line use it: pushes, versions, acknowledgements, roll back.
#pragma once

#include "app/control/ads_server.h"
#include "app/control/rollout.h"
#include "model/diff/resources.h"
#include "model/push/status.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace app::control {

/// What a push would change at one proxy.
struct ProxyChanges {
    std::string proxy;
    std::vector<model::diff::ResourceChange> changes;
};

/// Owns the management server and all that is known of its clients. Lives in the GUI thread; gRPC's threads reach it
/// by queued calls only.
class ControlPlane final : public QObject {
    Q_OBJECT
public:
    using Configs = std::map<std::string, model::source::ConfigSet>; ///< By node.id.

    explicit ControlPlane(QObject* parent = nullptr);
    ~ControlPlane() override;

    /// Listens on `host` (an IP address); port 0 chooses a free one. Returns the port. Calling again restarts the
    /// server; clients reconnect and get what they had. Errors: Unreachable.
    model::Result<int> listen(const std::string& host = "127.0.0.1", int port = 0);
    void stopListening();
    int port() const { return m_port; } ///< 0: not listening.

    /// What pushing would change, against what the proxies run. Pure.
    std::vector<ProxyChanges> preview(const Configs& configs) const;
    /// What going back to `version` would change. Errors: NotFound.
    model::Result<std::vector<ProxyChanges>> previewRollback(int version) const;
    /// What every proxy had at `version`; nullptr when there is no such version.
    const std::map<std::string, model::diff::ResourcesPtr>* contentOf(int version) const;
    /// Makes a new version of these proxies' configurations and sends it, upstream first as `links` say: see rollout.h.
    /// Returns its number. Proxies that are not connected get it when they connect; one that rejected just this content
    /// is not sent it again.
    int push(const Configs& configs, const std::vector<Link>& links = {});
    int push(const std::string& proxy, const model::source::ConfigSet& config);
    /// A new version with the content that every proxy had at `version`. Errors: NotFound.
    model::Result<int> rollback(int version, const std::vector<Link>& links = {});
    /// What was pushed and the proxy does not run: it rejected it, or an upstream holds it back. nullptr: nothing.
    model::diff::ResourcesPtr undelivered(const std::string& proxy) const;

    const std::vector<model::push::HistoryEntry>& history() const { return m_history; } ///< Oldest first.
    std::vector<model::push::ProxyStatus> statuses() const;
    /// What was last pushed to the proxy; nullptr when nothing was.
    model::diff::ResourcesPtr target(const std::string& proxy) const;
    /// What the proxy runs as far as is known, which a draft is compared with: what was pushed last, or of a proxy that
    /// rejected that or did not get it yet, what it accepted before. nullptr: nothing.
    model::diff::ResourcesPtr running(const std::string& proxy) const;
    /// Books what /config_dump of the proxy says it runs: an acknowledged push that it holds becomes effective, and of a
    /// rejected one what the proxy took nevertheless. Returns what still differs from the push.
    std::vector<model::diff::ResourceChange> readBack(const std::string& proxy, const model::diff::Resources& running);

Q_SIGNALS:
    void statusChanged(const std::vector<model::push::ProxyStatus>& statuses);
    void nacked(const model::push::Nack& nack);
    void historyChanged();
    /// All of a push is acknowledged: the moment to read the proxy's /config_dump.
    void settled(const std::string& proxy);

private:
    using Targets = std::map<std::string, model::diff::ResourcesPtr>;
    struct Client {
        model::push::ProxyStatus status;
        std::uint64_t stream = 0;
        bool settled = false;
        int effective = 0;                    ///< The version that was read back.
        std::vector<model::push::Nack> nacks; ///< Of the push under way.
        std::optional<std::vector<model::diff::ResourceChange>>
            differing;                      ///< Between the push and the proxy, when read back.
        model::diff::ResourcesPtr accepted; ///< The last content that was acknowledged whole.
    };

    int publish(const Targets& targets, int contentOf, const std::vector<Link>& links);
    void begin(const std::string& proxy, const model::push::HistoryEntry& entry);
    void release();
    void showWaiting(Client& client);
    void send(const std::string& proxy);
    bool hasRejected(const std::string& proxy, const model::diff::Resources& content) const;
    Verdict verdictOf(const std::string& proxy) const;
    void take(const StreamUpdate& update);
    void reportRejection(const StreamUpdate& update);
    void updateState(Client& client);
    model::push::HistoryEntry* entryOf(const Client& client);
    void announce();

    std::map<std::string, Client> m_clients;
    Targets m_targets;
    Rollout m_rollout; ///< Who has not got his part of the newest push yet.
    std::vector<model::push::HistoryEntry> m_history;
    std::vector<Targets> m_versions; ///< All proxies' content after version i + 1; shares its resources.
    QTimer m_tick;
    bool m_announcing = false;
    int m_port = 0;
    AdsServer m_server; ///< Last: its threads end before anything they report to is gone.
};

} // namespace app::control
