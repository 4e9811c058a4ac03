#include "app/process/process_group.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <sys/prctl.h>
#include <csignal>

namespace app::process {

using model::ErrorCode;
using model::fail;

ProcessGroup::ProcessGroup(QObject* parent) : QObject(parent) {}

ProcessGroup::~ProcessGroup()
{
    stopAll();
}

model::Result<void> ProcessGroup::start(const QString& name, const QString& program, const QStringList& arguments)
{
    if (!QFileInfo(program).isExecutable())
        return fail(ErrorCode::NotFound, program.toStdString(), "there is no such program; build it first (app/run.sh --build-only)");
    auto process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::MergedChannels);
    process->setStandardOutputFile(filePath(name + QStringLiteral(".log")));
    process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); }); // no orphans if this program is killed
    connect(process.get(), &QProcess::finished, this, [this, name](int exitCode) {
        if (!m_stopping) Q_EMIT exited(name, exitCode, output(name));
    });
    process->start(program, arguments);
    if (!process->waitForStarted(5000))
        return fail(ErrorCode::Unreadable, program.toStdString(), process->errorString().toStdString());
    m_processes[name] = std::move(process);
    return {};
}

void ProcessGroup::stopAll()
{
    m_stopping = true;
    for (const auto& [name, process] : m_processes) process->terminate();
    for (const auto& [name, process] : m_processes) {
        if (process->state() == QProcess::NotRunning || process->waitForFinished(2000)) continue;
        process->kill();
        process->waitForFinished(1000);
    }
    m_processes.clear();
    m_stopping = false;
}

QString ProcessGroup::output(const QString& name) const
{
    QFile file(filePath(name + QStringLiteral(".log")));
    if (!file.open(QIODevice::ReadOnly)) return {};
    if (file.size() > 2000) file.seek(file.size() - 2000);
    return QString::fromUtf8(file.readAll()).trimmed();
}

bool ProcessGroup::isRunning(const QString& name) const
{
    const auto found = m_processes.find(name);
    return found != m_processes.end() && found->second->state() == QProcess::Running;
}

QString siblingProgram(const QString& name)
{
    return QCoreApplication::applicationDirPath() + u'/' + name;
}

} // namespace app::process
