#include "tests/proxy/admin/program.h"

#include <QFile>
#include <QThread>

namespace admin_test {

QString Program::start()
{
    QFile file(QStringLiteral(TEST_HERE "/bootstrap.yaml"));
    if (!file.open(QIODevice::ReadOnly)) return file.errorString();
    QByteArray text = file.readAll();
    m_http = interop::freePort(), m_tcp = interop::freePort(), m_dead = interop::freePort();
    const std::pair<const char*, std::uint16_t> ports[] = {
        {"@HTTP@", m_http}, {"@TCP@", m_tcp}, {"@DEAD@", m_dead}, {"@UPSTREAM@", m_upstream.port()}};
    for (const auto& [mark, port] : ports) text.replace(mark, QByteArray::number(port));
    if (const QString failed = m_process.start(text); !failed.isEmpty()) return failed;
    return m_process.waitFor("LIVE") ? QString() : QStringLiteral("it does not go LIVE");
}

QByteArray Program::talk(const QByteArray& request, bool tcp, int firstMs, int quietMs)
{
    const interop::Socket socket = interop::connectTo(tcp ? m_tcp : m_http);
    interop::sendAll(socket, request.toStdString());
    return QByteArray::fromStdString(interop::readUntilQuiet(socket, firstMs, quietMs).bytes);
}

void Program::drive()
{
    const auto get = [](const QByteArray& path) -> QByteArray {
        return "GET " + path + " HTTP/1.1\r\nhost: test\r\n\r\n";
    };
    {
        const interop::Socket kept = interop::connectTo(m_http);
        for (const char* path : {"/a", "/b/status-404", "/direct", "/redirect", "/c/status-500"}) {
            interop::sendAll(kept, get(path).toStdString());
            interop::readUntilQuiet(kept, 2000, 60);
        }
    }
    talk(get("/retry/status-503"), false, 3000);
    talk(get("/dead"));
    talk(get("/empty"));
    talk(get("/unknown"));
    talk(get("/dns/x"));
    talk(get("/timeout/slow-600"));
    talk("POST /p HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\nbody");
    talk("GET /q HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    talk("GET /r HTTP/1.1\r\nhost: nobody\r\n\r\n");
    talk("GET /s HTTP/1.1\r\n\r\n");
    talk(get("/close"));
    talk("no HTTP at all\r\n\r\n");
    talk(get("/gone/slow-700"), false, 100);
    talk(get("/tcp"), true);
    QThread::msleep(900); // Connections that the peer closed are noticed, the slow answers are over.
}

QByteArray Program::comparable(QByteArray text) const
{
    const std::pair<std::uint16_t, const char*> ports[] = {{m_process.adminPort(), "ADMIN"},
                                                           {m_http, "HTTP"},
                                                           {m_tcp, "TCP"},
                                                           {m_dead, "DEAD"},
                                                           {m_upstream.port(), "UPSTREAM"}};
    for (const auto& [port, word] : ports) text.replace(QByteArray::number(port), word);
    return text.replace(m_process.folder().toUtf8(), "FOLDER");
}

} // namespace admin_test
