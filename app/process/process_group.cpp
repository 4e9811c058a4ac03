#include "app/process/process_group.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTimer>

#include <csignal>
#include <sys/prctl.h>
#include <unistd.h>

namespace app::process {

using model::ErrorCode;

namespace {

constexpr int lastWordsLimit = 4096;
constexpr int restartDelayMs = 1000;
constexpr int addressPollMs = 50;
constexpr int addressTries = 600; ///< Half a minute.
constexpr int stopTimeoutMs = 2000;

} // namespace

ProcessGroup::ProcessGroup(QObject* parent) : QObject(parent) {}

ProcessGroup::~ProcessGroup() { stopAll(); }

QString ProcessGroup::sibling(const QString& program)
{
    return QDir(QCoreApplication::applicationDirPath()).filePath(program);
}

model::Result<QString> ProcessGroup::writeFile(const QString& name, const std::string& text)
{
    const QString path = m_folder.filePath(name);
    QFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) &&
                         file.write(text.data(), static_cast<qint64>(text.size())) >= 0 && file.flush();
    if (!written) return model::fail(ErrorCode::Unreadable, path.toStdString(), file.errorString().toStdString());
    return path;
}

model::Result<void> ProcessGroup::start(ProcessSpec spec)
{
    if (!QFileInfo(spec.program).isExecutable())
        return model::fail(ErrorCode::NotFound, spec.program.toStdString(), "There is no such program");
    const std::string name = spec.name;
    if (m_children.contains(name))
        return model::fail(ErrorCode::Invalid, name, "A process of this name is there already");
    Child& child = m_children[name];
    child.spec = std::move(spec);
    launch(child);
    return {};
}

model::Result<void> ProcessGroup::startProxy(const std::string& name, const QString& program,
                                             const std::string& bootstrap, const QStringList& moreArguments)
{
    const QString base = QString::fromStdString(name);
    auto file = writeFile(base + QStringLiteral(".yaml"), bootstrap);
    if (!file) return file.unexpected();
    const QString addressFile = m_folder.filePath(base + QStringLiteral(".admin"));
    const QStringList arguments{QStringLiteral("-c"), *file, QStringLiteral("--admin-address-path"), addressFile};
    return start({name, program, arguments + moreArguments, addressFile, false});
}

void ProcessGroup::launch(Child& child)
{
    const std::string name = child.spec.name;
    if (!child.spec.addressFile.isEmpty()) QFile::remove(child.spec.addressFile);
    child.admin.clear();
    child.process = std::make_unique<QProcess>();
    QProcess* process = child.process.get();
    process->setProcessChannelMode(QProcess::MergedChannels);
    connect(process, &QProcess::readyRead, this, [&child, process] {
        child.lastWords += process->readAll();
        child.lastWords = child.lastWords.right(lastWordsLimit);
    });
    connect(process, &QProcess::finished, this, [this, name](int exitCode) { ended(name, exitCode); });
    process->setChildProcessModifier([parent = ::getpid()] {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1); // The parent died before the line above.
    });
    process->start(child.spec.program, child.spec.arguments, QIODevice::ReadOnly);
    if (!child.spec.addressFile.isEmpty()) watchAddress(name, addressTries);
}

void ProcessGroup::watchAddress(const std::string& name, int triesLeft)
{
    Child& child = m_children.at(name);
    QFile file(child.spec.addressFile);
    const QByteArray address = file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
    if (!address.isEmpty()) {
        child.admin = QUrl(QStringLiteral("http://") + QString::fromLatin1(address));
        Q_EMIT adminFound(name, child.admin);
        return;
    }
    if (triesLeft == 0 || m_stopping || !isRunning(name)) return;
    QTimer::singleShot(addressPollMs, child.process.get(),
                       [this, name, triesLeft] { watchAddress(name, triesLeft - 1); });
}

void ProcessGroup::ended(const std::string& name, int exitCode)
{
    if (m_stopping) return;
    Child& child = m_children.at(name);
    Q_EMIT exited(name, exitCode, child.lastWords);
    if (!child.spec.restart) return;
    QTimer::singleShot(restartDelayMs, this, [this, name] {
        if (!m_stopping && m_children.contains(name) && !isRunning(name)) launch(m_children.at(name));
    });
}

model::Result<void> ProcessGroup::restart(const std::string& name)
{
    const auto found = m_children.find(name);
    if (found == m_children.end()) return model::fail(ErrorCode::NotFound, name, "There is no process of this name");
    if (!isRunning(name)) launch(found->second);
    return {};
}

qint64 ProcessGroup::pid(const std::string& name) const
{
    const auto found = m_children.find(name);
    return found == m_children.end() || !found->second.process ? 0 : found->second.process->processId();
}

bool ProcessGroup::isRunning(const std::string& name) const
{
    const auto found = m_children.find(name);
    return found != m_children.end() && found->second.process && found->second.process->state() != QProcess::NotRunning;
}

QUrl ProcessGroup::admin(const std::string& name) const
{
    const auto found = m_children.find(name);
    return found == m_children.end() ? QUrl() : found->second.admin;
}

QByteArray ProcessGroup::lastWords(const std::string& name) const
{
    const auto found = m_children.find(name);
    return found == m_children.end() ? QByteArray() : found->second.lastWords;
}

void ProcessGroup::stopAll()
{
    m_stopping = true;
    for (auto& [name, child] : m_children) child.process->terminate();
    for (auto& [name, child] : m_children) {
        if (child.process->state() == QProcess::NotRunning || child.process->waitForFinished(stopTimeoutMs)) continue;
        child.process->kill();
        child.process->waitForFinished(stopTimeoutMs);
    }
    m_children.clear();
    m_stopping = false;
}

} // namespace app::process
