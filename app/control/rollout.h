// In which order the proxies of a push get it: upstream first, and not at all what an upstream's refusal holds back.
#pragma once

#include "model/diff/change.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace app::control {

/// A cluster of `proxy` speaks to a listener of `upstream`.
struct Link {
    std::string proxy, cluster, upstream;
};

/// The names with every proxy behind those it speaks to, as far as that can be; else as they came.
std::vector<std::string> upstreamFirst(std::vector<std::string> names, const std::vector<Link>& links);

/// What became of a proxy's part of a push.
enum class Verdict { Pending, Taken, Refused };

/// The proxies whose part of a push has not been sent yet. Plain state: time and verdicts are handed in.
class Rollout {
public:
    using Changes = std::map<std::string, std::vector<model::diff::ResourceChange>>; ///< By proxy.
    using VerdictOf = std::function<Verdict(const std::string& proxy)>;

    /// Adds the proxies that a push changes. One that waited since an earlier push waits for this one's sake now.
    void add(const Changes& changes, const std::vector<Link>& links);
    /// The proxy gets something else now.
    void drop(const std::string& proxy) { m_waiting.erase(proxy); }
    /// Takes out the proxies whose turn it is and returns them. `verdictOf` is asked of proxies that do not wait.
    std::vector<std::string> release(const VerdictOf& verdictOf, double now);
    bool isWaiting(const std::string& proxy) const { return m_waiting.contains(proxy); }
    /// The upstream that keeps a waiting proxy from its part; empty when it does not wait.
    std::string waitsFor(const std::string& proxy) const;

private:
    struct Waiting {
        std::set<std::string> after; ///< Upstreams that have to be judged first,
        std::set<std::string> needs; ///< and those whose refusal holds it back: it changes what speaks to them.
        std::string blocker;
        bool refused = false; ///< The blocker refused: only another push ends this.
    };
    void look(Waiting& waiting, const VerdictOf& verdictOf, double now) const;

    std::map<std::string, Waiting> m_waiting;
    std::map<std::string, double> m_released; ///< When each proxy got its last part.
};

} // namespace app::control
