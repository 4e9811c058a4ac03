// The text of a document, editable, with everything that is known about its places.
#pragma once

#include "model/base/finding.h"
#include "model/push/status.h"

#ifndef Q_MOC_RUN // moc cannot read the generated API headers.
#include "model/source/revision.h"
#endif

#include <QTimer>
#include <QWidget>

#include <memory>
#include <string>
#include <vector>

class QKeyEvent;
class QsciScintilla;

namespace ui::text {

class SearchBar;

/// QScintilla with the document's own undo: the editor keeps none, the owner applies textEdited() and hands back
/// revisions. Margins: line number, problems, changed block, folds. GUI thread.
class TextEditor final : public QWidget {
    Q_OBJECT
public:
    explicit TextEditor(QWidget* parent = nullptr);
    ~TextEditor() override;

    /// Shows the revision's text. Only what differs is replaced, so caret, selection and scrolling stay.
    void setRevision(const model::source::RevisionPtr& revision);
    /// Shows a text whose revision is not there yet (undo).
    void setText(const std::string& text);
    void setFindings(const std::vector<model::Finding>& findings);
    /// Shows what a proxy rejected below the line of its path.
    void setNacks(const std::vector<model::push::Nack>& nacks);
    void setClusters(const QStringList& names) { m_clusters = names; }
    void setReadOnly(bool readOnly);
    /// Above 4 MB a text is shown without colours and folds, above 24 MB to read only (form and graph still edit it).
    bool isPlain() const { return m_plain; }
    /// Marks the block of the selected node with a bar in the margin.
    void markBlock(const QString& path);
    /// Scrolls there and selects the range; does not take the focus.
    void reveal(const model::Range& range);
    void revealPath(const QString& path);

    std::string text() const;
    /// Byte offset of the caret.
    std::size_t caret() const;
    void setCaret(std::size_t offset);
    /// The finding whose range covers the caret's line, worst first; nullptr when there is none.
    const model::Finding* findingAtCaret() const;
    /// Opens the list of what can be written here; returns how many words it has.
    int complete();
    QsciScintilla* scintilla() const { return m_editor; }
    SearchBar& search() const { return *m_search; }
    /// Goes to what the name at the caret refers to, a cluster or route configuration; false when it names nothing.
    bool goToDefinition();

Q_SIGNALS:
    /// The user changed the text. Keys typed in one go have the same `burst`: they undo together.
    void textEdited(const std::string& text, int burst);
    void pathAtCursor(const QString& path);
    void fixRequested(const model::Fix& fix);
    /// Line and column from 1.
    void caretMoved(int line, int column);
    /// Where the name at the caret is defined.
    void definitionRequested(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool handleKey(const QKeyEvent& key);
    bool showHover(const QPoint& at);
    void buildEditor();
    void restyle();
    void onTextChanged();
    void onCaretMoved(int line, int column);
    void replaceAll(const std::string& text);
    void mark();
    void markFinding(const model::Finding& finding);
    void offerFixes();
    void showAbout(const char* word);

    QsciScintilla* m_editor = nullptr;
    SearchBar* m_search = nullptr;
    model::source::RevisionPtr m_revision;
    model::source::RevisionPtr m_readable; ///< The last one without a syntax error; for completion.
    std::vector<model::Finding> m_findings;
    std::vector<model::push::Nack> m_nacks;
    QStringList m_clusters;
    QString m_block, m_path;
    QTimer m_pause; ///< Ends a burst of typing.
    int m_burst = 0;
    int m_annotated = 0;
    int m_burstLine = -1;
    bool m_replacing = false;
    bool m_current = false; ///< What is shown is the revision's text.
    bool m_plain = false;   ///< Too large for colours and folds.
    struct About {
        std::string word, text;
    };
    std::vector<About> m_offers; ///< Of the open completion list.
};

} // namespace ui::text
