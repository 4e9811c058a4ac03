// Runs many cases side by side: several pairs of proxies, each busy with one case at a time.
#pragma once

#include "tests/interop/cases.h"
#include "tests/interop/peer.h"

#include <memory>
#include <vector>

namespace interop {

/// What the two proxies did with one case.
struct Compared {
    Outcome envoy, ours;
};

/// Pairs of Envoy and our proxy with a common bootstrap. Owns their processes.
class Lanes {
public:
    /// Starts `count` pairs; returns why not, or "".
    QString start(const QString& bootstrap, unsigned count);
    /// Runs every case once on both; the result has the cases' order. Returns when all are done.
    std::vector<Compared> run(const std::vector<Case>& cases);

private:
    struct Pair {
        std::unique_ptr<Peer> envoy, ours;
    };
    std::vector<Pair> m_pairs;
};

} // namespace interop
