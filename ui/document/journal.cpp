// A draft file: one line of JSON {"file", "name"}, a line feed, then the text byte for byte. Its name holds the pid of the
// program that writes it; that program holds the lock file instance-PID.lock while it lives, so that a second instance
// leaves the draft alone.
#include "ui/document/journal.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QSaveFile>
#include <QStandardPaths>
#include <QTimer>

namespace ui {

namespace {

constexpr int gatherMs = 500;

QString draftFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/drafts");
}

QString hashOf(const QString& fileName, const QString& name)
{
    const QString identity = fileName.isEmpty() ? QStringLiteral("untitled:") + name : fileName;
    return QString::fromLatin1(QCryptographicHash::hash(identity.toUtf8(), QCryptographicHash::Sha1).toHex());
}

QString lockPath(qint64 pid) { return draftFolder() + QStringLiteral("/instance-%1.lock").arg(pid); }

/// Held from the first draft to the end of the program.
void holdInstanceLock()
{
    static std::unique_ptr<QLockFile> lock;
    if (lock) return;
    lock = std::make_unique<QLockFile>(lockPath(QCoreApplication::applicationPid()));
    lock->setStaleLockTime(0); // Only a program that has gone makes it stale.
    lock->tryLock(0);
}

QString draftPath(const QString& fileName, const QString& name)
{
    return draftFolder() + u'/' + hashOf(fileName, name) +
           QStringLiteral(".%1.draft").arg(QCoreApplication::applicationPid());
}

/// A program that lives writes this draft.
bool isOwned(const QString& path)
{
    const qint64 pid = path.section(u'.', -2, -2).toLongLong();
    if (pid == QCoreApplication::applicationPid()) return true;
    QLockFile lock(lockPath(pid));
    lock.setStaleLockTime(0);
    return QFile::exists(lockPath(pid)) && !lock.tryLock(0);
}

std::optional<Journal::Draft> read(const QString& path)
{
    QFile file(path);
    if (isOwned(path) || !file.open(QIODevice::ReadOnly)) return std::nullopt;
    const QJsonObject head = QJsonDocument::fromJson(file.readLine()).object();
    if (!head.contains(u"file")) return std::nullopt;
    return Journal::Draft{head.value(u"file").toString(), head.value(u"name").toString(), file.readAll().toStdString(),
                          path};
}

std::vector<Journal::Draft> draftsLike(const QString& pattern)
{
    std::vector<Journal::Draft> drafts;
    const QDir folder(draftFolder());
    for (const QString& entry : folder.entryList({pattern}, QDir::Files, QDir::Time)) // The newest first.
        if (auto draft = read(folder.filePath(entry))) drafts.push_back(std::move(*draft));
    return drafts;
}

} // namespace

struct Journal::State {
    QString fileName, name;
    std::shared_ptr<const std::string> pending;
    QTimer timer;

    void write()
    {
        if (!pending) return;
        QDir().mkpath(draftFolder());
        holdInstanceLock();
        QSaveFile file(draftPath(fileName, name));
        const QJsonObject head{{QStringLiteral("file"), fileName}, {QStringLiteral("name"), name}};
        if (!file.open(QIODevice::WriteOnly)) return;
        file.write(QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n');
        file.write(pending->data(), static_cast<qint64>(pending->size()));
        if (file.commit()) pending.reset();
    }
};

Journal::Journal(const QString& fileName, const QString& name) : m_state(std::make_unique<State>())
{
    m_state->fileName = fileName;
    m_state->name = name;
    m_state->timer.setSingleShot(true);
    m_state->timer.setInterval(gatherMs);
    QObject::connect(&m_state->timer, &QTimer::timeout, [state = m_state.get()] { state->write(); });
}

Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

void Journal::write(std::shared_ptr<const std::string> text)
{
    m_state->pending = std::move(text);
    if (!m_state->timer.isActive()) m_state->timer.start();
}

void Journal::flush()
{
    m_state->timer.stop();
    m_state->write();
}

void Journal::drop()
{
    m_state->timer.stop();
    m_state->pending.reset();
    QFile::remove(draftPath(m_state->fileName, m_state->name));
}

std::optional<Journal::Draft> Journal::draftOf(const QString& fileName)
{
    auto drafts = draftsLike(hashOf(fileName, {}) + QStringLiteral(".*.draft"));
    if (drafts.empty()) return std::nullopt;
    return std::move(drafts.front());
}

std::vector<Journal::Draft> Journal::all() { return draftsLike(QStringLiteral("*.draft")); }

void Journal::forget(const Draft& draft) { QFile::remove(draft.path); }

} // namespace ui
