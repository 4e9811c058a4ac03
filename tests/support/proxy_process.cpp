#include "tests/support/proxy_process.h"

#include "tests/interop/wire.h"

#include <QElapsedTimer>
#include <QFile>
#include <QThread>

namespace support {
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

Answer askHttp(std::uint16_t port, const QByteArray& path, const QByteArray& method, const QByteArray& host)
{
    const interop::Socket socket = interop::connectTo(port);
    if (!socket.isOpen()) return {};
    const QByteArray request = method + " " + path + " HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n";
    interop::sendAll(socket, request.toStdString());
    const QByteArray all = QByteArray::fromStdString(interop::readUntilQuiet(socket, 10000, 5000).bytes);
    Answer answer;
    const qsizetype end = all.indexOf("\r\n\r\n");
    answer.status = all.mid(9, 3).toInt();
    for (const QByteArray& line : all.left(end).split('\n').mid(1))
        answer.headers[line.left(line.indexOf(':'))] = line.mid(line.indexOf(':') + 1).trimmed();
    answer.body = answer.headers.value("transfer-encoding") == "chunked" ? joined(all.mid(end + 4)) : all.mid(end + 4);
    return answer;
}

ProxyProcess::ProxyProcess(Kind kind, QStringList arguments) : m_kind(kind), m_arguments(std::move(arguments)) {}

ProxyProcess::~ProxyProcess()
{
    m_process.terminate();
    if (!m_process.waitForFinished(5000)) m_process.kill();
    m_process.waitForFinished(1000);
}

QString ProxyProcess::start(const QByteArray& bootstrap)
{
    QFile file(m_folder.filePath(QStringLiteral("bootstrap.yaml")));
    if (!file.open(QIODevice::WriteOnly) || file.write(bootstrap) < 0) return file.errorString();
    file.close();
    const QString admin = m_folder.filePath(QStringLiteral("admin"));
    QStringList arguments = {QStringLiteral("-c"), file.fileName(), QStringLiteral("--admin-address-path"), admin};
    if (!m_arguments.contains(QStringLiteral("--concurrency")))
        arguments << QStringLiteral("--concurrency") << QStringLiteral("1");
    if (m_kind == Kind::Envoy) arguments << QStringLiteral("--disable-hot-restart");
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(m_kind == Kind::Envoy ? QStringLiteral(TEST_ENVOY) : QStringLiteral(TEST_BIN "/meshwright-proxy"),
                    arguments + m_arguments);
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < 20000; QThread::msleep(20)) {
        QFile address(admin);
        if (address.open(QIODevice::ReadOnly)) {
            const QByteArray text = address.readAll().trimmed();
            m_admin = text.mid(text.lastIndexOf(':') + 1).toUShort();
        }
        if (m_admin && ask("/ready").status) return {};
        if (m_process.waitForFinished(0) || m_process.state() == QProcess::NotRunning) break;
    }
    return QStringLiteral("did not start: ") + QString::fromUtf8(said());
}

bool ProxyProcess::waitFor(const QByteArray& state, int milliseconds)
{
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < milliseconds; QThread::msleep(20))
        if (ask("/ready").body == state + "\n") return true;
    return false;
}

Answer ProxyProcess::ask(const QByteArray& path, const QByteArray& method)
{
    return askHttp(m_admin, path, method, "admin");
}

QByteArray ProxyProcess::stat(const QByteArray& name)
{
    for (const QByteArray& line : ask("/stats").body.split('\n'))
        if (line.startsWith(QByteArray(name + ": "))) return line.mid(name.size() + 2);
    return {};
}

std::uint16_t ProxyProcess::listenerPort(const QByteArray& name)
{
    for (const QByteArray& line : ask("/listeners").body.split('\n'))
        if (line.startsWith(QByteArray(name + "::"))) return line.mid(line.lastIndexOf(':') + 1).toUShort();
    return 0;
}

QByteArray ProxyProcess::said()
{
    m_process.waitForReadyRead(50);
    return m_said += m_process.readAll();
}

} // namespace support
