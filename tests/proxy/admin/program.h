// A proxy under test, ours or the real Envoy: a real program with the bootstrap of this folder, and its admin server.
#pragma once

#include "tests/interop/upstream.h"
#include "tests/support/proxy_process.h"

namespace admin_test {

using support::Answer;

/// Owns the process, its ports and its upstream; lives in the thread that made it.
class Program {
public:
    using Kind = support::ProxyProcess::Kind;
    explicit Program(Kind kind, QStringList arguments = {}) : m_process(kind, std::move(arguments)) {}
    /// Starts with bootstrap.yaml and waits until it is LIVE; returns why it is not, or "".
    QString start();
    Answer ask(const QByteArray& path, const QByteArray& method = "GET") { return m_process.ask(path, method); }
    /// Sends `request` over a new connection and reads until nothing comes for a while.
    QByteArray talk(const QByteArray& request, bool tcp = false, int firstMs = 2000, int quietMs = 60);
    /// The traffic of all tests that count: what it does is determined, so are the counters.
    void drive();
    /// `text` with this program's ports and folder replaced by words.
    QByteArray comparable(QByteArray text) const;
    /// All that the program said so far.
    QByteArray said() { return m_process.said(); }
    QProcess& process() { return m_process.process(); }

private:
    interop::Upstream m_upstream;
    std::uint16_t m_http = 0, m_tcp = 0, m_dead = 0;
    support::ProxyProcess m_process;
};

} // namespace admin_test
