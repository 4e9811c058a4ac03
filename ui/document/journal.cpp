// A draft file: one line of JSON {"file", "name"}, a line feed, then the text byte for byte.
#include "ui/document/journal.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
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

QString draftPath(const QString& fileName, const QString& name)
{
    const QString identity = fileName.isEmpty() ? QStringLiteral("untitled:") + name : fileName;
    const QByteArray hash = QCryptographicHash::hash(identity.toUtf8(), QCryptographicHash::Sha1).toHex();
    return draftFolder() + u'/' + QString::fromLatin1(hash) + QStringLiteral(".draft");
}

std::optional<Journal::Draft> read(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    const QJsonObject head = QJsonDocument::fromJson(file.readLine()).object();
    if (!head.contains(u"file")) return std::nullopt;
    return Journal::Draft{head.value(u"file").toString(), head.value(u"name").toString(), file.readAll().toStdString()};
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
        QSaveFile file(draftPath(fileName, name));
        const QJsonObject head{{QStringLiteral("file"), fileName}, {QStringLiteral("name"), name}};
        if (!file.open(QIODevice::WriteOnly)) return;
        file.write(QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n');
        file.write(pending->data(), static_cast<qint64>(pending->size()));
        if (file.commit()) pending.reset();
    }
};

Journal::Journal(const QString& fileName, const QString& name)
    : m_state(std::make_unique<State>())
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
    forget(m_state->fileName, m_state->name);
}

std::optional<Journal::Draft> Journal::draftOf(const QString& fileName) { return read(draftPath(fileName, {})); }

std::vector<Journal::Draft> Journal::all()
{
    std::vector<Draft> drafts;
    const QDir folder(draftFolder());
    for (const QString& entry : folder.entryList({QStringLiteral("*.draft")}, QDir::Files, QDir::Name))
        if (auto draft = read(folder.filePath(entry))) drafts.push_back(std::move(*draft));
    return drafts;
}

void Journal::forget(const QString& fileName, const QString& name) { QFile::remove(draftPath(fileName, name)); }

} // namespace ui
