#include "tests/proxy/admin/program.h"

#include <QElapsedTimer>
#include <QFile>
#include <QThread>

namespace admin_test {
namespace {

QByteArray joined(QByteArray chunks)
{
    QByteArray body;
    while (!chunks.isEmpty()) {
        const qsizetype line = chunks.indexOf("\r\n");
        const qsizetype size = chunks.left(line).toLongLong(nullptr, 16);
        if (size == 0) break;
        body += chunks.mid(line + 2, size);
        chunks.remove(0, line + 2 + size + 2);
    }
    return body;
}

} // namespace

Program::Program(Kind kind, QStringList arguments) : m_kind(kind), m_arguments(std::move(arguments)) {}

Program::~Program()
{
    m_process.terminate();
    if (!m_process.waitForFinished(5000)) m_process.kill();
    m_process.waitForFinished(1000);
}

QString Program::start()
{
    QFile file(QStringLiteral(TEST_HERE "/bootstrap.yaml"));
    if (!file.open(QIODevice::ReadOnly)) return file.errorString();
    QByteArray text = file.readAll();
    m_admin = interop::freePort(), m_http = interop::freePort(), m_tcp = interop::freePort(),
    m_dead = interop::freePort();
    const std::pair<const char*, std::uint16_t> ports[] = {{"@ADMIN@", m_admin},
                                                           {"@HTTP@", m_http},
                                                           {"@TCP@", m_tcp},
                                                           {"@DEAD@", m_dead},
                                                           {"@UPSTREAM@", m_upstream.port()}};
    for (const auto& [mark, port] : ports) text.replace(mark, QByteArray::number(port));
    QFile bootstrap(m_folder.filePath(QStringLiteral("bootstrap.yaml")));
    if (!bootstrap.open(QIODevice::WriteOnly) || bootstrap.write(text) < 0) return bootstrap.errorString();
    bootstrap.close();
    QStringList arguments = {QStringLiteral("-c"), bootstrap.fileName(), QStringLiteral("--concurrency"),
                             QStringLiteral("1")};
    if (m_kind == Kind::Envoy) arguments << QStringLiteral("--disable-hot-restart");
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(m_kind == Kind::Envoy ? QStringLiteral(TEST_ENVOY) : QStringLiteral(TEST_BIN "/meshwright-proxy"),
                    arguments + m_arguments);
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < 15000; QThread::msleep(50)) {
        if (ask("/ready").body == "LIVE\n") return {};
        if (m_process.waitForFinished(0) || m_process.state() == QProcess::NotRunning) break;
    }
    return QStringLiteral("did not start: ") + QString::fromUtf8(said());
}

QByteArray Program::said()
{
    m_process.waitForReadyRead(50);
    return m_said += m_process.readAll();
}

Answer Program::ask(const QByteArray& path, const QByteArray& method)
{
    const interop::Socket socket = interop::connectTo(m_admin);
    if (!socket.isOpen()) return {};
    const QByteArray request = method + " " + path + " HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n";
    interop::sendAll(socket, request.toStdString());
    const QByteArray all = QByteArray::fromStdString(interop::readUntilQuiet(socket, 5000, 2000).bytes);
    Answer answer;
    const qsizetype end = all.indexOf("\r\n\r\n");
    answer.status = all.mid(9, 3).toInt();
    for (const QByteArray& line : all.left(end).split('\n').mid(1))
        answer.headers[line.left(line.indexOf(':'))] = line.mid(line.indexOf(':') + 1).trimmed();
    answer.body = answer.headers.value("transfer-encoding") == "chunked" ? joined(all.mid(end + 4)) : all.mid(end + 4);
    return answer;
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
    const std::pair<std::uint16_t, const char*> ports[] = {
        {m_admin, "ADMIN"}, {m_http, "HTTP"}, {m_tcp, "TCP"}, {m_dead, "DEAD"}, {m_upstream.port(), "UPSTREAM"}};
    for (const auto& [port, word] : ports) text.replace(QByteArray::number(port), word);
    return text.replace(m_folder.path().toUtf8(), "FOLDER");
}

} // namespace admin_test
