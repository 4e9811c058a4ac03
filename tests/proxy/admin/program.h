// A proxy under test, ours or the real Envoy: a real program with the bootstrap of this folder, and its admin server.
#pragma once

#include "tests/interop/upstream.h"

#include <QByteArray>
#include <QMap>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <cstdint>

namespace admin_test {

/// An admin server's answer; chunked bodies are joined.
struct Answer {
    int status = 0;
    QMap<QByteArray, QByteArray> headers;
    QByteArray body;
};

/// Owns the process, its ports and its upstream; lives in the thread that made it.
class Program {
public:
    enum class Kind { Ours, Envoy };
    explicit Program(Kind kind, QStringList arguments = {});
    ~Program();
    /// Starts with bootstrap.yaml and waits until it is LIVE; returns why it is not, or "".
    QString start();
    Answer ask(const QByteArray& path, const QByteArray& method = "GET");
    /// Sends `request` over a new connection and reads until nothing comes for a while.
    QByteArray talk(const QByteArray& request, bool tcp = false, int firstMs = 2000, int quietMs = 60);
    /// The traffic of all tests that count: what it does is determined, so are the counters.
    void drive();
    /// `text` with this program's ports and folder replaced by words.
    QByteArray comparable(QByteArray text) const;
    /// All that the program said so far.
    QByteArray said();
    std::uint16_t httpPort() const { return m_http; }
    QProcess& process() { return m_process; }

private:
    Kind m_kind;
    QStringList m_arguments;
    QTemporaryDir m_folder;
    interop::Upstream m_upstream;
    std::uint16_t m_admin = 0, m_http = 0, m_tcp = 0, m_dead = 0;
    QProcess m_process;
    QByteArray m_said;
};

} // namespace admin_test
