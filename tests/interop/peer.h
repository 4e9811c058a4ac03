// A proxy under test: a real program with the common bootstrap, its own ports, its own upstream.
#pragma once

#include "tests/interop/cases.h"
#include "tests/interop/upstream.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>
#include <string>
#include <vector>

namespace interop {

/// What one case did on one peer, made comparable: dates, ids and times are replaced by words.
struct Outcome {
    std::string client;   ///< Bytes the client got, and whether the connection was closed.
    std::string upstream; ///< Bytes the upstream got.
    std::string log;      ///< Access log lines.
};

/// Owns the process; lives in the thread that made it.
class Peer {
public:
    Peer(QString program, QStringList arguments);
    ~Peer();
    /// Starts the program; returns why not, or "".
    QString start(const QString& bootstrapTemplate);
    /// Waits until the listener answers; returns why not, or "".
    QString waitUntilReady();
    /// From any thread, one case at a time. A request before it sees to it that there is an idle upstream connection.
    Outcome run(const Case& tried);

private:
    void warmUp();
    std::string takeLog();

    QString m_program;
    QStringList m_arguments;
    QTemporaryDir m_folder;
    Upstream m_upstream;
    std::uint16_t m_port = 0, m_edge = 0, m_dead = 0;
    qint64 m_logRead = 0;
    QProcess m_process;
};

} // namespace interop
