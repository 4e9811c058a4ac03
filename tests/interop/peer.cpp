#include "tests/interop/peer.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QThread>

namespace interop {
namespace {

std::string comparable(std::string bytes, const std::vector<std::uint16_t>& ports)
{
    QString text = QString::fromLatin1(bytes.data(), static_cast<qsizetype>(bytes.size()));
    const auto replace = [&text](const char* pattern, const char* by) {
        text.replace(QRegularExpression(QString::fromLatin1(pattern), QRegularExpression::CaseInsensitiveOption),
                     QString::fromLatin1(by));
    };
    replace("date: [A-Z][a-z]{2}, [^\r]*(?<!1970 00:00:00) GMT", "date: NOW");
    replace("x-request-id: [0-9a-f-]{36}", "x-request-id: UUID");
    replace("x-envoy-upstream-service-time: \\d+", "x-envoy-upstream-service-time: MS");
    for (const std::uint16_t port : ports)
        text.replace(QRegularExpression(QStringLiteral("\\b%1\\b").arg(port)), QStringLiteral("PORT"));
    return text.toLatin1().toStdString();
}

/// What is left of a route's time counts down from try to try, by milliseconds that nobody can foretell.
std::string comparableTries(std::string bytes)
{
    static const QRegularExpression left(QStringLiteral("(?<=x-envoy-expected-rq-timeout-ms: )1(5000|4[89]\\d\\d)\\b"));
    QString text = QString::fromLatin1(bytes.data(), static_cast<qsizetype>(bytes.size()));
    const qsizetype second = text.indexOf(QLatin1String("\r\n\r\n")) + 4;
    QString later = text.mid(second);
    return (text.left(second) + later.replace(left, QStringLiteral("REST"))).toLatin1().toStdString();
}

} // namespace

Peer::Peer(QString program, QStringList arguments) : m_program(std::move(program)), m_arguments(std::move(arguments)) {}

Peer::~Peer()
{
    m_process.terminate();
    if (!m_process.waitForFinished(5000)) m_process.kill();
    m_process.waitForFinished(1000);
}

QString Peer::start(const QString& bootstrapTemplate)
{
    m_port = freePort();
    QString bootstrap = bootstrapTemplate;
    m_edge = freePort();
    bootstrap.replace(QStringLiteral("@EDGE@"), QString::number(m_edge));
    bootstrap.replace(QStringLiteral("@LISTEN@"), QString::number(m_port));
    bootstrap.replace(QStringLiteral("@UPSTREAM@"), QString::number(m_upstream.port()));
    m_dead = freePort();
    bootstrap.replace(QStringLiteral("@DEAD@"), QString::number(m_dead));
    bootstrap.replace(QStringLiteral("@LOG@"), m_folder.filePath(QStringLiteral("access.log")));
    QFile file(m_folder.filePath(QStringLiteral("bootstrap.yaml")));
    if (!file.open(QIODevice::WriteOnly) || file.write(bootstrap.toUtf8()) < 0) return file.errorString();
    file.close();
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(m_program, m_arguments + QStringList{QStringLiteral("-c"), file.fileName()});
    return {};
}

QString Peer::waitUntilReady()
{
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < 15000; QThread::msleep(50)) {
        if (connectTo(m_port).isOpen()) return {};
        if (m_process.waitForFinished(0) || m_process.state() == QProcess::NotRunning) break;
    }
    m_process.waitForReadyRead(100);
    return m_program + QStringLiteral(" did not start: ") + QString::fromUtf8(m_process.readAll());
}

std::string Peer::takeLog()
{
    QFile file(m_folder.filePath(QStringLiteral("access.log")));
    if (!file.open(QIODevice::ReadOnly) || !file.seek(m_logRead)) return {};
    const QByteArray lines = file.readAll();
    m_logRead += lines.size();
    return lines.toStdString();
}

Outcome Peer::run(const Case& tried)
{
    warmUp();
    Read read;
    {
        const Socket socket = connectTo(tried.edge ? m_edge : m_port);
        sendAll(socket, tried.request);
        read = readUntilQuiet(socket, tried.firstMs, tried.quietMs);
        for (const std::string& more : tried.then) {
            sendAll(socket, more);
            const Read next = readUntilQuiet(socket, tried.firstMs, tried.quietMs);
            read = {read.bytes + "<then>" + next.bytes, next.closed};
        }
    }
    std::string log;
    for (int quiet = 0, wait = 0; quiet < (log.empty() ? 10 : 3) && wait < 50;
         ++wait) { // Lines come after the connection is gone.
        QThread::msleep(20);
        const std::string more = takeLog();
        quiet = more.empty() ? quiet + 1 : 0;
        log += more;
    }
    const std::vector<std::uint16_t> ports{m_port, m_edge, m_upstream.port(), m_dead};
    return {comparable(read.bytes, ports) + (read.closed ? "<closed>" : "<open>"),
            comparableTries(comparable(m_upstream.takeReceived(), ports)), comparable(log, ports)};
}

void Peer::warmUp()
{
    {
        const Socket socket = connectTo(m_port);
        sendAll(socket, "GET /warm HTTP/1.1\r\nHost: warm\r\nConnection: close\r\n\r\n");
        readUntilQuiet(socket, 2000, 2000);
    }
    for (int wait = 0; wait < 50 && takeLog().empty(); ++wait) QThread::msleep(10);
    m_upstream.takeReceived();
}

} // namespace interop
