#include "ui/document/document.h"

#include "model/source/config_set.h"
#include "ui/document/background.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <QThreadPool>
#include <QUndoCommand>

#include <future>

namespace ui {

using model::source::Revision;
using model::source::RevisionPtr;

/// The program's one undo command: a text before and after. Texts are shared, so a step costs one text.
class TextEdit final : public QUndoCommand {
public:
    TextEdit(Document& document, Document::Text after, const QString& label, int mergeKey)
        : QUndoCommand(label)
        , m_document(document)
        , m_before(document.m_text)
        , m_after(std::move(after))
        , m_mergeKey(mergeKey)
    {}
    int id() const override { return m_mergeKey; }
    bool mergeWith(const QUndoCommand* other) override
    {
        m_after = static_cast<const TextEdit*>(other)->m_after; // equal ids: the same burst
        return true;
    }
    void undo() override { m_document.setText(m_before); }
    void redo() override { m_document.setText(m_after); }

private:
    Document& m_document;
    Document::Text m_before, m_after;
    int m_mergeKey;
};

model::check::Options checkOptions(const QString& fileName)
{
    model::check::Options options;
    if (!fileName.isEmpty()) options.folder = QFileInfo(fileName).absolutePath().toStdString();
    return options;
}

namespace {
RevisionPtr firstRevision(const QString& fileName, const QString& name, std::string text)
{
    const QString title = fileName.isEmpty() ? name : QFileInfo(fileName).fileName();
    return Revision::of(std::move(text), {.schema = nullptr, .fileName = title.toStdString(), .kind = {}});
}
} // namespace

namespace {
QByteArray digest(const char* data, qsizetype size)
{
    return QCryptographicHash::hash(QByteArray::fromRawData(data, size), QCryptographicHash::Sha1);
}
} // namespace

Document::Document(QString fileName, QString name, std::string text, QObject* parent)
    : Document(fileName, name, firstRevision(fileName, name, std::move(text)), {}, parent)
{
    m_findings = model::check::check(*m_revision, checkOptions(m_fileName));
}

Document::Document(QString fileName, QString name, RevisionPtr revision, std::vector<model::Finding> findings,
                   QObject* parent)
    : QObject(parent)
    , m_fileName(std::move(fileName))
    , m_name(std::move(name))
    , m_text(std::make_shared<const std::string>(revision->text()))
    , m_revision(std::move(revision))
    , m_findings(std::move(findings))
    , m_journal(m_fileName, m_name)
{
    if (!m_fileName.isEmpty()) m_onDisk = digest(m_text->data(), static_cast<qsizetype>(m_text->size()));
    connect(&m_history, &QUndoStack::cleanChanged, this, [this](bool clean) {
        if (clean) m_journal.drop();
        Q_EMIT modifiedChanged(!clean);
    });
}

Document::~Document()
{
    m_history.disconnect(this); // it tells that it is clean while it goes, when the journal has gone already
    ++*m_wanted;
}

void Document::setFileName(const QString& fileName)
{
    if (fileName == m_fileName) return;
    m_fileName = fileName;
    m_onDisk.clear();
    m_journal.drop();
    m_journal = Journal(m_fileName, m_name);
    Q_EMIT fileNameChanged();
}

QString Document::title() const { return m_fileName.isEmpty() ? m_name : QFileInfo(m_fileName).fileName(); }

QString Document::proxyName() const
{
    if (m_revision && m_revision->config().bootstrap && !m_revision->config().bootstrap->node().id().empty())
        return QString::fromStdString(m_revision->config().bootstrap->node().id());
    return title().section(u'.', 0, 0);
}

const RevisionPtr& Document::settle()
{
    if (isCurrent()) return m_revision;
    m_revision = Revision::next(m_revision, *m_text);
    Q_EMIT revisionChanged();
    return m_revision;
}

void Document::apply(std::string text, const QString& label, int mergeKey)
{
    if (m_readOnly || text == *m_text) return;
    m_history.push(new TextEdit(*this, std::make_shared<const std::string>(std::move(text)), label, mergeKey));
}

void Document::applySplices(const std::vector<model::source::Splice>& splices, const QString& label, int mergeKey)
{
    if (splices.empty()) return;
    Q_ASSERT(isCurrent());
    apply(model::source::apply(m_revision->text(), splices), label, mergeKey);
}

model::Result<void> Document::edit(const Edit& edit, const QString& label, int mergeKey)
{
    if (m_readOnly)
        return model::fail(model::ErrorCode::Invalid, title().toStdString(),
                           "This is what a proxy runs; save it as a file of your own to change it");
    const auto splices = edit(*settle());
    if (!splices) return splices.unexpected();
    applySplices(*splices, label, mergeKey);
    return {};
}

int Document::newMergeKey()
{
    static int next = 1;
    return next++;
}

bool Document::hasChangedOnDisk() const
{
    QFile file(m_fileName);
    if (m_onDisk.isEmpty() || !file.open(QIODevice::ReadOnly)) return false;
    QCryptographicHash hash(QCryptographicHash::Sha1);
    return hash.addData(&file) && hash.result() != m_onDisk;
}

model::Result<void> Document::reload()
{
    QFile file(m_fileName);
    if (!file.open(QIODevice::ReadOnly))
        return model::fail(model::ErrorCode::Unreadable, m_fileName.toStdString(), file.errorString().toStdString());
    const QByteArray bytes = file.readAll();
    m_onDisk = digest(bytes.constData(), bytes.size());
    apply(bytes.toStdString(), tr("Reload"));
    m_history.setClean();
    return {};
}

void Document::keepMine()
{
    QFile file(m_fileName);
    QCryptographicHash hash(QCryptographicHash::Sha1);
    if (file.open(QIODevice::ReadOnly) && hash.addData(&file)) m_onDisk = hash.result();
}

void Document::restore(Journal::Draft draft)
{
    m_restored = true;
    apply(draft.text, tr("Restore draft"));
    m_journal.flush();
    Journal::forget(draft);
}

model::Result<void> Document::save()
{
    const std::string where = m_fileName.toStdString();
    if (hasChangedOnDisk())
        return model::fail(model::ErrorCode::Rejected, where, "The file has changed on disk since it was read");
    QSaveFile file(m_fileName);
    const auto size = static_cast<qint64>(m_text->size());
    if (!file.open(QIODevice::WriteOnly) || file.write(m_text->data(), size) != size || !file.commit())
        return model::fail(model::ErrorCode::Unreadable, where, file.errorString().toStdString());
    m_restored = false;
    m_onDisk = digest(m_text->data(), size);
    m_journal.drop();
    m_history.setClean();
    return {};
}

void Document::setAddresses(const QStringList& addresses)
{
    m_addresses = addresses;
    Q_EMIT revisionChanged();
}

void Document::setSchema(const model::api::SchemaPtr& schema)
{
    m_schema = schema;
    ++*m_wanted;
    analyse();
}

void Document::setOrigin(Origin origin)
{
    m_origin = std::move(origin);
    Q_EMIT findingsChanged();
}

void Document::setText(Text text)
{
    m_text = std::move(text);
    ++*m_wanted;
    m_journal.write(m_text);
    Q_EMIT textChanged();
    analyse();
}

namespace {
struct Analysis {
    RevisionPtr revision;
    std::vector<model::Finding> findings;
    bool checked = false; ///< False: a newer text came, the checks were not run.
};
} // namespace

// One worker at a time. What it brings is taken when it is of the newest text; else the newest is analysed next, from
// the revision just made, so that only its changed blocks are parsed.
void Document::analyse()
{
    if (m_working) return;
    m_working = true;
    const int generation = *m_wanted;
    auto work = [before = m_revision, text = m_text, wanted = m_wanted, generation, options = checkOptions(m_fileName),
                 schema = m_schema] {
        Analysis result;
        if (schema && schema != before->schema()) {
            model::source::ReadOptions read = before->options();
            read.schema = schema;
            result.revision = Revision::of(*text, read);
        } else {
            result.revision = before->text() == *text ? before : Revision::next(before, *text);
        }
        if (*wanted == generation) {
            result.findings = model::check::check(*result.revision, options);
            result.checked = true;
        }
        return result;
    };
    runInBackground(this, std::move(work), [this](Analysis result) {
        adopt(std::move(result.revision), std::move(result.findings), result.checked);
    });
}

void Document::adopt(RevisionPtr revision, std::vector<model::Finding> findings, bool checked)
{
    m_working = false;
    const bool isNewest = revision->text() == *m_text;
    if (isNewest || !isCurrent()) {
        m_revision = std::move(revision);
        Q_EMIT revisionChanged();
    }
    if (!isNewest || !checked || (m_schema && m_schema != m_revision->schema())) return analyse();
    m_findings = std::move(findings);
    Q_EMIT findingsChanged();
}

} // namespace ui
