// Programs that this program starts, watches and stops: local proxies and services.
#pragma once

#include "model/base/result.h"

#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <QUrl>

#include <map>
#include <memory>
#include <string>

namespace app::process {

/// How to run one program.
struct ProcessSpec {
    std::string name; ///< Unique in its group.
    QString program;
    QStringList arguments;
    QString addressFile; ///< Where the program writes its admin address ("127.0.0.1:9901"); empty: it has none.
    bool restart = true; ///< Start again a second after an exit that nobody asked for.
};

/// Owns its processes: none survives it, nor this program's sudden death (SIGKILL): the kernel ends them then. Lives in the GUI thread.
class ProcessGroup final : public QObject {
    Q_OBJECT
public:
    explicit ProcessGroup(QObject* parent = nullptr);
    ~ProcessGroup() override;

    /// Folder for files of this group; removed with it.
    QString folder() const { return m_folder.path(); }
    /// Writes `text` to a new file in folder() and returns its path. Errors: Unreadable.
    model::Result<QString> writeFile(const QString& name, const std::string& text);
    /// Starts a program. Errors: NotFound (no such program), Invalid (name is used).
    model::Result<void> start(ProcessSpec spec);
    /// Starts a proxy with a bootstrap text; its admin address is told by adminFound. A proxy that ends is not started
    /// again by itself: that is the user's to see and to decide (restart).
    model::Result<void> startProxy(const std::string& name, const QString& program, const std::string& bootstrap,
                                   const QStringList& moreArguments = {});
    /// Starts a program again that has ended. Errors: NotFound (no such name). Does nothing while it runs.
    model::Result<void> restart(const std::string& name);
    bool isRunning(const std::string& name) const;
    /// Process id; 0: not running.
    qint64 pid(const std::string& name) const;
    /// Admin address of a proxy; empty until adminFound.
    QUrl admin(const std::string& name) const;
    /// What the program wrote last on both its streams, at most 4 KB.
    QByteArray lastWords(const std::string& name) const;
    /// Ends all: asks (SIGTERM), after two seconds kills. Returns when none runs.
    void stopAll();

    /// Returns the path of a program that lies beside the running one ("meshwright-proxy").
    static QString sibling(const QString& program);

Q_SIGNALS:
    void adminFound(const std::string& name, const QUrl& admin);
    /// The program ended though nobody asked it to.
    void exited(const std::string& name, int exitCode, const QByteArray& lastWords);

private:
    struct Child {
        ProcessSpec spec;
        std::unique_ptr<QProcess> process;
        QByteArray lastWords;
        QUrl admin;
    };

    void launch(Child& child);
    void watchAddress(const std::string& name, int triesLeft);
    void ended(const std::string& name, int exitCode);

    QTemporaryDir m_folder;
    std::map<std::string, Child> m_children;
    bool m_stopping = false;
};

} // namespace app::process
