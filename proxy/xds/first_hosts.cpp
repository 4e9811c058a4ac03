#include "proxy/xds/first_hosts.h"

#include "proxy/runtime/dns.h"

#include <google/protobuf/util/message_differencer.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace proxy::xds {

/// One cluster's names, asked for. The thread that asks may outlive everybody else.
struct FirstHosts::Question {
    envoy::config::cluster::v3::Cluster cluster;
    std::vector<runtime::HostPtr> hosts; ///< Written before `isAnswered` becomes true, read after it.
    std::atomic<bool> isAnswered = false;
};

/// How such a thread finds who is to be told.
struct FirstHosts::Door {
    std::mutex mutex;
    std::function<void()> tell;
};

FirstHosts::FirstHosts() : m_door(std::make_shared<Door>()) {}

FirstHosts::~FirstHosts() { onAnswer({}); }

void FirstHosts::onAnswer(std::function<void()> tell)
{
    const std::lock_guard lock(m_door->mutex);
    m_door->tell = std::move(tell);
}

bool FirstHosts::isResolved(const envoy::config::cluster::v3::Cluster& cluster)
{
    auto& question = m_questions[cluster.name()];
    if (question && google::protobuf::util::MessageDifferencer::Equals(question->cluster, cluster))
        return question->isAnswered;
    auto compiled = runtime::compileAlone(cluster);
    if (!compiled) return true; // Judged before, so this cannot be; nothing to wait for.
    question = std::make_shared<Question>();
    question->cluster = cluster;
    std::thread([question, door = m_door, asked = *compiled] {
        bool failed = false;
        question->hosts = runtime::resolveHosts(*asked, failed);
        question->isAnswered = true;
        const std::lock_guard lock(door->mutex);
        if (door->tell) door->tell();
    }).detach();
    return false;
}

runtime::ProxyConfigPtr FirstHosts::filledIn(const runtime::ProxyConfigPtr& config)
{
    std::shared_ptr<runtime::ProxyConfig> changed;
    for (const auto& [name, cluster] : config->clusters) {
        const auto question = m_questions.find(name);
        if (question == m_questions.end() || !question->second->isAnswered) continue;
        if (google::protobuf::util::MessageDifferencer::Equals(question->second->cluster, cluster->message)) {
            if (!changed) changed = std::make_shared<runtime::ProxyConfig>(*config);
            auto resolved = std::make_shared<runtime::Cluster>(*cluster);
            resolved->hosts = runtime::counted(question->second->hosts, cluster->hosts, config->workers);
            changed->clusters[name] = resolved;
            changed->clustersById[resolved->id] = resolved;
            m_questions.erase(question); // In force: the server refreshes it from now on.
        }
    }
    return changed ? changed : config;
}

} // namespace proxy::xds
