// The first hosts of DNS clusters, while these warm.
#pragma once

#include "proxy/runtime/config.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace proxy::xds {

/// Resolves each cluster in a thread of its own (getaddrinfo blocks). Belongs to the ADS client's thread.
class FirstHosts {
public:
    FirstHosts();
    ~FirstHosts();
    FirstHosts(const FirstHosts&) = delete;
    FirstHosts& operator=(const FirstHosts&) = delete;

    /// Whether the names of that cluster are resolved, be it in vain; the first question begins it.
    bool isResolved(const envoy::config::cluster::v3::Cluster& cluster);
    /// `config` with the answers of its clusters that have no hosts yet. Forgets those of clusters that are not there.
    runtime::ProxyConfigPtr filledIn(const runtime::ProxyConfigPtr& config);
    /// `tell` is called from any thread after each answer; once replaced it is never called again.
    void onAnswer(std::function<void()> tell);

private:
    struct Question;
    struct Door;

    std::map<std::string, std::shared_ptr<Question>> m_questions; ///< By cluster.
    std::shared_ptr<Door> m_door;
};

} // namespace proxy::xds
