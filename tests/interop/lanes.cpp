#include "tests/interop/lanes.h"

#include <atomic>
#include <thread>

namespace interop {

QString Lanes::start(const QString& bootstrap, unsigned count)
{
    const QStringList envoyArguments{QStringLiteral("--disable-hot-restart"),
                                     QStringLiteral("--concurrency"),
                                     QStringLiteral("1"),
                                     QStringLiteral("-l"),
                                     QStringLiteral("error"),
                                     QStringLiteral("--file-flush-interval-msec"),
                                     QStringLiteral("10")};
    const QStringList ourArguments{QStringLiteral("--concurrency"), QStringLiteral("1")};
    for (unsigned i = 0; i < count; ++i)
        m_pairs.push_back({std::make_unique<Peer>(QStringLiteral(TEST_ENVOY), envoyArguments),
                           std::make_unique<Peer>(QStringLiteral(TEST_BIN "/meshwright-proxy"), ourArguments)});
    for (const Pair& pair : m_pairs)
        for (Peer* peer : {pair.envoy.get(), pair.ours.get()})
            if (QString error = peer->start(bootstrap); !error.isEmpty()) return error;
    for (const Pair& pair : m_pairs)
        for (Peer* peer : {pair.envoy.get(), pair.ours.get()})
            if (QString error = peer->waitUntilReady(); !error.isEmpty()) return error;
    return {};
}

std::vector<Compared> Lanes::run(const std::vector<Case>& cases)
{
    std::vector<Compared> results(cases.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&](const Pair& pair) {
        for (std::size_t i = next++; i < cases.size(); i = next++) {
            std::jthread envoy([&] { results[i].envoy = pair.envoy->run(cases[i]); });
            results[i].ours = pair.ours->run(cases[i]);
        }
    };
    std::vector<std::jthread> threads;
    for (const Pair& pair : m_pairs) threads.emplace_back(work, std::cref(pair));
    threads.clear();
    return results;
}

} // namespace interop
