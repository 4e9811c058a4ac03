// Terms: `a` is downstream of `b` when a cluster of `a` has an endpoint that a listener of `b` answers.
// 1. A proxy gets its part after every upstream that does not itself depend on it was judged: what a request meets next
//    is there before the request is sent there.
// 2. It is held back when such an upstream refused its part, or is held back itself, and the proxy changes the cluster
//    that speaks to it: the two belong together. Other changes go out.
// 3. An upstream that stays silent is waited for as long as Envoy waits for a first configuration, and no longer.
// Cost: proxies times links, for each push; pushes are rare and meshes of a few hundred proxies.
#include "app/control/rollout.h"

#include <algorithm>

namespace app::control {

using model::push::Type;

namespace {

constexpr double patience = 16; ///< Seconds: Envoy's initial_fetch_timeout (15 s) and one.

using Upstreams = std::map<std::string, std::set<std::string>>;

std::set<std::string> reachable(const Upstreams& upstreams, const std::string& from)
{
    std::set<std::string> found;
    std::vector<std::string> open{from};
    while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        const auto next = upstreams.find(at);
        if (next == upstreams.end()) continue;
        for (const auto& upstream : next->second)
            if (found.insert(upstream).second) open.push_back(upstream);
    }
    return found;
}

bool changesCluster(const std::vector<model::diff::ResourceChange>& changes, const std::string& cluster)
{
    return std::ranges::any_of(changes, [&](const auto& change) {
        return (change.type == Type::Cds || change.type == Type::Eds) && change.name == cluster;
    });
}

} // namespace

std::vector<std::string> upstreamFirst(std::vector<std::string> names, const std::vector<Link>& links)
{
    Upstreams upstreams;
    for (const Link& link : links) upstreams[link.proxy].insert(link.upstream);
    std::vector<std::string> ordered;
    while (!names.empty()) {
        const auto isFree = [&](const std::string& name) {
            return std::ranges::none_of(upstreams[name], [&](const std::string& upstream) {
                return upstream != name && std::ranges::find(names, upstream) != names.end();
            });
        };
        auto next = std::ranges::find_if(names, isFree);
        if (next == names.end()) next = names.begin(); // A circle: somebody has to be the first.
        ordered.push_back(*next);
        names.erase(next);
    }
    return ordered;
}

void Rollout::add(const Changes& changes, const std::vector<Link>& links)
{
    Upstreams upstreams;
    for (const Link& link : links)
        if (link.proxy != link.upstream) upstreams[link.proxy].insert(link.upstream);
    std::map<std::string, std::set<std::string>> reached;
    for (const auto& [proxy, own] : upstreams) reached[proxy] = reachable(upstreams, proxy);
    for (const auto& [proxy, own] : changes) {
        Waiting waiting;
        for (const Link& link : links) {
            if (link.proxy != proxy || link.upstream == proxy || reached[link.upstream].contains(proxy)) continue;
            waiting.after.insert(link.upstream);
            if (changesCluster(own, link.cluster)) waiting.needs.insert(link.upstream);
        }
        m_waiting[proxy] = std::move(waiting);
        m_released.erase(proxy);
    }
}

void Rollout::look(Waiting& waiting, const VerdictOf& verdictOf, double now) const
{
    waiting.blocker.clear();
    waiting.refused = false;
    for (const auto& upstream : waiting.after) {
        const auto known = m_waiting.find(upstream);
        Verdict verdict = Verdict::Pending;
        if (known == m_waiting.end()) verdict = verdictOf(upstream);
        else if (known->second.refused) verdict = Verdict::Refused;
        const auto since = m_released.find(upstream);
        if (verdict == Verdict::Pending && since != m_released.end() && now - since->second > patience)
            verdict = Verdict::Taken;
        const bool refused = verdict == Verdict::Refused && waiting.needs.contains(upstream);
        if (!refused && verdict != Verdict::Pending) continue;
        if (waiting.blocker.empty() || (refused && !waiting.refused)) waiting.blocker = upstream;
        waiting.refused = waiting.refused || refused;
    }
}

std::vector<std::string> Rollout::release(const VerdictOf& verdictOf, double now)
{
    for (std::size_t round = 0; round <= m_waiting.size(); ++round) // A refusal spreads one link a round.
        for (auto& [proxy, waiting] : m_waiting) look(waiting, verdictOf, now);
    std::vector<std::string> free;
    for (const auto& [proxy, waiting] : m_waiting)
        if (waiting.blocker.empty()) free.push_back(proxy);
    for (const auto& proxy : free) {
        m_waiting.erase(proxy);
        m_released[proxy] = now;
    }
    return free;
}

std::string Rollout::waitsFor(const std::string& proxy) const
{
    const auto found = m_waiting.find(proxy);
    return found == m_waiting.end() ? std::string() : found->second.blocker;
}

} // namespace app::control
