// The texts of the documents as tabs beside the graph.
#pragma once

#include "model/push/status.h"
#include "ui/document/project.h"

#include <QHash>
#include <QObject>

namespace ui {

class PanelStack;
namespace text {
class TextEditor;
}

/// One editor per document, added to and removed from a stack. Typing becomes steps of the document's history; undo and
/// other edits come back into the editor. The caret moves the selection, and the selection moves the editor.
class TextPanels final : public QObject {
    Q_OBJECT
public:
    TextPanels(Project& project, PanelStack& stack, QObject* parent = nullptr);
    text::TextEditor* editor(const Document* document) const { return m_panels.value(document).editor; }
    /// Shows the document's tab at the selection, or at `range` when that is known, and gives it the focus.
    void open(Document* document, const model::Range& range = {});
    /// The editor whose tab is shown; nullptr when the graph is.
    text::TextEditor* current() const;
    /// Shows the older text that the document was converted from, to read only.
    void openOrigin(Document* document, const model::Range& range);
    /// Shows below its line what a proxy rejected.
    void showNacks(const std::vector<model::push::Nack>& nacks);

Q_SIGNALS:
    /// An edit that could not be done, and why.
    void refused(const QString& reason);
    void caretMoved(int line, int column);

private:
    struct Panel {
        text::TextEditor* editor = nullptr;
        int burst = -1;           ///< Of the typing under way,
        int mergeKey = -1;        ///< and the key of its steps.
        std::size_t revealed = 0; ///< Where the caret was put; it selects nothing there.
    };
    void add(Document* document);
    void remove(Document* document);
    void connectEditor(Document* document, text::TextEditor* editor);
    void type(Document* document, const std::string& text, int burst);
    void selectAtCaret(Document* document, const QString& path);
    void follow();
    void reveal(Document* document, const model::Range& range);

    Project& m_project;
    PanelStack& m_stack;
    void closeOrigin(const Document* document);
    QHash<const Document*, Panel> m_panels;
    QHash<const Document*, text::TextEditor*> m_origins;
};

} // namespace ui
