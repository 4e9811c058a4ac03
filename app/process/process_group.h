// Local programs that belong together: started, watched and stopped as one.
#pragma once

#include "model/base/result.h"

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>

#include <map>
#include <memory>

namespace app::process {

/// Owns child processes and a temporary folder for their files. Destroying it stops all of them. GUI thread.
class ProcessGroup final : public QObject {
    Q_OBJECT
public:
    explicit ProcessGroup(QObject* parent = nullptr);
    ~ProcessGroup() override;

    /// Starts `program`; output goes to NAME.log in folder(). Errors: NotFound (no such program), Unreadable.
    model::Result<void> start(const QString& name, const QString& program, const QStringList& arguments);
    /// Asks all to end (SIGTERM), kills after two seconds what did not.
    void stopAll();
    QString folder() const { return m_folder.path(); }
    QString filePath(const QString& name) const { return m_folder.filePath(name); }
    /// Last lines of what the process wrote.
    QString output(const QString& name) const;
    bool isRunning(const QString& name) const;

Q_SIGNALS:
    /// A process ended that nobody stopped; `output` holds its last lines.
    void exited(const QString& name, int exitCode, const QString& output);

private:
    QTemporaryDir m_folder;
    std::map<QString, std::unique_ptr<QProcess>> m_processes;
    bool m_stopping = false;
};

/// Path of a program of this project: beside the running executable.
QString siblingProgram(const QString& name);

} // namespace app::process
