// One open file: its text, the revision derived from it, its undo history and its draft.
#pragma once

#include "model/check/check.h"
#include "model/source/edit.h"
#include "model/source/revision.h"
#include "ui/document/journal.h"

#include <QObject>
#include <QUndoStack>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace ui {

/// Text is the truth: every change is apply(), every undo an earlier text. The revision and its findings follow from a
/// worker thread and are announced when they are there; a new change cancels the analysis under way. Lives in the GUI
/// thread.
class Document final : public QObject {
    Q_OBJECT
public:
    using Text = std::shared_ptr<const std::string>;
    /// Analyses `text` before it returns. `fileName` is empty for what was never saved; `name` is then its title.
    Document(QString fileName, QString name, std::string text, QObject* parent = nullptr);
    /// Takes a text that has been analysed already.
    Document(QString fileName, QString name, model::source::RevisionPtr revision, std::vector<model::Finding> findings,
             QObject* parent = nullptr);
    ~Document() override;

    /// Reads the text by another schema; revision and findings follow. The text stays.
    void setSchema(const model::api::SchemaPtr& schema);
    const QString& fileName() const { return m_fileName; }
    void setFileName(const QString& fileName);
    /// The file's name without its folder, or the name given.
    QString title() const;
    /// Name of the proxy this configures: node.id, else the title without its suffix.
    QString proxyName() const;

    /// The newest text; the revision may be one change behind.
    const std::string& text() const { return *m_text; }
    const model::source::RevisionPtr& revision() const { return m_revision; }
    bool isCurrent() const { return m_revision && m_revision->text() == *m_text; }
    /// Makes the revision current now (findings may follow). Call it before splices are made.
    const model::source::RevisionPtr& settle();
    const std::vector<model::Finding>& findings() const { return m_findings; }

    /// One undoable step. Steps in a row with the same `mergeKey` (not -1) undo together.
    void apply(std::string text, const QString& label, int mergeKey = -1);
    /// Splices against revision()->text() after settle(). An empty list changes nothing.
    void applySplices(const std::vector<model::source::Splice>& splices, const QString& label, int mergeKey = -1);
    using Edit = std::function<model::Result<std::vector<model::source::Splice>>(const model::source::Revision&)>;
    /// settle(), make splices, apply them. Returns why not; the document is then unchanged.
    model::Result<void> edit(const Edit& edit, const QString& label, int mergeKey = -1);
    /// A key for steps that belong together (one drag, one burst of typing).
    static int newMergeKey();

    QUndoStack& history() { return m_history; }
    bool isModified() const { return !m_history.isClean(); }
    /// Writes the file (QSaveFile: whole or not at all, permissions and links stay) and drops the draft. The document needs
    /// a file name. Error Rejected: the file has changed meanwhile.
    model::Result<void> save();

    /// Names this proxy answers at, beyond what its configuration says; for joining a mesh.
    void setAddresses(const QStringList& addresses);
    const QStringList& addresses() const { return m_addresses; }
    /// The older configuration that this text was converted from, and what the conversion changed (places in `text`).
    struct Origin {
        QString fileName;
        std::string text;
        std::vector<model::Finding> report;
    };
    const std::optional<Origin>& origin() const { return m_origin; }
    void setOrigin(Origin origin);
    /// A text that is not the user's to change: what a proxy says it runs. Edits are refused, keys do nothing.
    bool isReadOnly() const { return m_readOnly; }
    void setReadOnly(bool readOnly) { m_readOnly = readOnly; }
    /// The text came from a draft that a killed program left.
    bool isRestored() const { return m_restored; }
    /// Takes a draft over as one undoable step; it is this document's own draft before the old one goes.
    void restore(Journal::Draft draft);

    /// The file holds something else than was read or saved last.
    bool hasChangedOnDisk() const;
    /// Takes what the file holds now, as one undoable step; the document is then unmodified.
    model::Result<void> reload();
    /// Lets the next save overwrite what the file holds now.
    void keepMine();

Q_SIGNALS:
    void textChanged();     ///< At once.
    void revisionChanged(); ///< revision() is new.
    void findingsChanged(); ///< findings() is new; follows revisionChanged.
    void modifiedChanged(bool modified);
    void fileNameChanged();

private:
    friend class TextEdit;
    void setText(Text text);
    void analyse();
    void adopt(model::source::RevisionPtr revision, std::vector<model::Finding> findings, bool checked);

    QString m_fileName, m_name;
    QStringList m_addresses;
    Text m_text;
    model::source::RevisionPtr m_revision;
    std::vector<model::Finding> m_findings;
    QUndoStack m_history;
    Journal m_journal;
    std::shared_ptr<std::atomic<int>> m_wanted = std::make_shared<std::atomic<int>>(0); ///< Generation of the text.
    std::optional<Origin> m_origin;
    model::api::SchemaPtr m_schema; ///< nullptr: that of the revision.
    QByteArray m_onDisk;            ///< Digest of the file when it was last read or written; empty: never.
    bool m_working = false;
    bool m_restored = false;
    bool m_readOnly = false;
};

/// Folder against which a document's relative file names are resolved; empty when it has no file.
model::check::Options checkOptions(const QString& fileName);

} // namespace ui
