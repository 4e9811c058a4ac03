#include "ui/window/text_panels.h"

#include "ui/style/glyph.h"
#include "ui/text/text_editor.h"
#include "ui/window/form_panel.h"
#include "ui/window/panel_stack.h"

#include <QFileInfo>

namespace ui {

using text::TextEditor;

TextPanels::TextPanels(Project& project, PanelStack& stack, QObject* parent)
    : QObject(parent)
    , m_project(project)
    , m_stack(stack)
{
    connect(&project, &Project::documentAdded, this, &TextPanels::add);
    connect(&project, &Project::documentAboutToClose, this, &TextPanels::remove);
    connect(&project.selection(), &Selection::changed, this, &TextPanels::follow);
    connect(&project, &Project::graphChanged, this, [this] {
        for (auto at = m_panels.cbegin(); at != m_panels.cend(); ++at)
            at->editor->setClusters(clusterNames(m_project, at.key()));
    });
    for (Document* document : project.documents()) add(document);
}

void TextPanels::add(Document* document)
{
    auto* editor = new TextEditor;
    m_panels.insert(document, {editor});
    m_stack.addPanel(document->title(), editor, nullptr, glyphIcon(QStringLiteral("file")));
    editor->setReadOnly(document->isReadOnly());
    editor->setRevision(document->revision());
    editor->setFindings(document->findings());
    connectEditor(document, editor);
    connect(document, &Document::textChanged, editor, [document, editor] { editor->setText(document->text()); });
    connect(document, &Document::revisionChanged, editor, [document, editor] {
        if (document->isCurrent()) editor->setRevision(document->revision());
    });
    connect(document, &Document::findingsChanged, editor,
            [document, editor] { editor->setFindings(document->findings()); });
    const auto retitle = [this, document, editor] {
        m_stack.setTitle(editor, document->title() + (document->isModified() ? QStringLiteral(" ●") : QString()));
    };
    connect(document, &Document::fileNameChanged, editor, retitle);
    connect(document, &Document::modifiedChanged, editor, retitle);
}

void TextPanels::connectEditor(Document* document, TextEditor* editor)
{
    connect(editor, &TextEditor::textEdited, this,
            [this, document](const std::string& text, int burst) { type(document, text, burst); });
    connect(editor, &TextEditor::pathAtCursor, this,
            [this, document](const QString& path) { selectAtCaret(document, path); });
    connect(editor, &TextEditor::caretMoved, this, &TextPanels::caretMoved);
    connect(editor, &TextEditor::definitionRequested, this, [this, document](const QString& path) {
        m_project.selection().select(document, path);
        reveal(document, document->revision()->map().rangeFor(path.toStdString()));
    });
    connect(editor, &TextEditor::fixRequested, this, [this, document](const model::Fix& fix) {
        const auto done = document->edit([&](const auto& revision) { return model::source::fix(revision, fix); },
                                         QString::fromStdString(fix.label));
        if (!done) Q_EMIT refused(QString::fromStdString(done.error().text()));
    });
}

void TextPanels::openOrigin(Document* document, const model::Range& range)
{
    if (!document->origin()) return;
    TextEditor*& editor = m_origins[document];
    if (!editor) {
        editor = new TextEditor;
        editor->setText(document->origin()->text);
        editor->setReadOnly(true);
        m_stack.addPanel(tr("%1, original").arg(QFileInfo(document->origin()->fileName).fileName()), editor, nullptr,
                         glyphIcon(QStringLiteral("lock")));
        m_stack.setClosable(editor, [this, document] { closeOrigin(document); });
    }
    m_stack.setCurrent(editor);
    editor->setFocus(Qt::OtherFocusReason);
    editor->reveal(range);
}

void TextPanels::closeOrigin(const Document* document)
{
    if (TextEditor* editor = m_origins.take(document)) m_stack.removePanel(editor);
}

TextEditor* TextPanels::current() const { return qobject_cast<TextEditor*>(m_stack.current()); }

void TextPanels::remove(Document* document)
{
    closeOrigin(document);
    TextEditor* editor = m_panels.take(document).editor;
    if (!editor) return;
    document->disconnect(editor);
    editor->disconnect(this);
    m_stack.removePanel(editor);
}

void TextPanels::type(Document* document, const std::string& text, int burst)
{
    Panel& panel = m_panels[document];
    if (panel.burst != burst) panel.mergeKey = Document::newMergeKey();
    panel.burst = burst;
    document->apply(text, tr("Typing"), panel.mergeKey);
}

void TextPanels::selectAtCaret(Document* document, const QString& path)
{
    const Panel& panel = m_panels[document];
    const bool isUsers =
        m_stack.current() == panel.editor && panel.editor->isAncestorOf(panel.editor->window()->focusWidget());
    if (isUsers && panel.editor->caret() != panel.revealed) m_project.selection().select(document, path);
}

void TextPanels::follow()
{
    Document* document = m_project.selection().document();
    TextEditor* editor = this->editor(document);
    if (!editor) return;
    editor->markBlock(m_project.selection().path());
    if (editor->isAncestorOf(editor->window()->focusWidget())) return;
    reveal(document, document->revision()->map().rangeFor(m_project.selection().path().toStdString()));
}

void TextPanels::reveal(Document* document, const model::Range& range)
{
    if (!range.isKnown() || !document->isCurrent()) return;
    Panel& panel = m_panels[document];
    panel.revealed = range.end.offset;
    panel.editor->reveal(range);
    panel.revealed = panel.editor->caret();
}

void TextPanels::open(Document* document, const model::Range& range)
{
    TextEditor* editor = this->editor(document);
    if (!editor) return;
    document->settle();
    m_stack.setCurrent(editor);
    editor->setFocus(Qt::OtherFocusReason);
    reveal(document,
           range.isKnown() ? range : document->revision()->map().rangeFor(m_project.selection().path().toStdString()));
}

void TextPanels::showNacks(const std::vector<model::push::Nack>& nacks)
{
    for (auto at = m_panels.cbegin(); at != m_panels.cend(); ++at) {
        std::vector<model::push::Nack> own;
        for (const auto& nack : nacks)
            if (nack.proxy == at.key()->proxyName().toStdString()) own.push_back(nack);
        at->editor->setNacks(own);
    }
}

} // namespace ui
