// A proxy under test, ours or the real Envoy: a real program with a bootstrap of its own, and its admin server.
#pragma once

#include <QByteArray>
#include <QMap>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <cstdint>

namespace support {

/// An HTTP answer; chunked bodies are joined.
struct Answer {
    int status = 0;
    QMap<QByteArray, QByteArray> headers;
    QByteArray body;
};

/// Asks once over a connection of its own. Status 0: nobody answered.
Answer askHttp(std::uint16_t port, const QByteArray& path, const QByteArray& method = "GET",
               const QByteArray& host = "test");

/// Owns the process and its folder; lives in the thread that made it. One worker unless `arguments` say otherwise.
class ProxyProcess {
public:
    enum class Kind { Ours, Envoy };
    explicit ProxyProcess(Kind kind, QStringList arguments = {});
    ~ProxyProcess();

    /// Starts with this bootstrap, whose admin port should be 0, and waits for the admin server. Returns why not, or "".
    QString start(const QByteArray& bootstrap);
    /// Waits until /ready says `state` ("LIVE"); false when it does not come to that.
    bool waitFor(const QByteArray& state, int milliseconds = 20000);
    Answer ask(const QByteArray& path, const QByteArray& method = "GET");
    /// Value of one counter, gauge or text of /stats; empty when there is none of that name.
    QByteArray stat(const QByteArray& name);
    /// Where the listener of that name is bound; 0 while it is not there.
    std::uint16_t listenerPort(const QByteArray& name);
    std::uint16_t adminPort() const { return m_admin; }
    QString folder() const { return m_folder.path(); }
    /// All that the program said so far.
    QByteArray said();
    Kind kind() const { return m_kind; }
    QProcess& process() { return m_process; }

private:
    const Kind m_kind;
    const QStringList m_arguments;
    QTemporaryDir m_folder;
    std::uint16_t m_admin = 0;
    QProcess m_process;
    QByteArray m_said;
};

} // namespace support
