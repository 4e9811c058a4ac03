#include "ui/text/search_bar.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <Qsci/qsciscintilla.h>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace ui::text {

using Sci = QsciScintillaBase;

namespace {
/// Small letters find both; a capital means what it says.
Qt::CaseSensitivity sensitivity(const QString& words)
{
    return words == words.toLower() ? Qt::CaseInsensitive : Qt::CaseSensitive;
}
} // namespace

SearchBar::SearchBar(QsciScintilla& editor, QWidget* parent)
    : QWidget(parent)
    , m_editor(editor)
    , m_find(new QLineEdit(this))
    , m_replace(new QLineEdit(this))
    , m_count(new QLabel(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(6);
    m_find->setPlaceholderText(tr("Find"));
    m_find->setAccessibleName(tr("Find in the text"));
    m_replace->setPlaceholderText(tr("Replace by"));
    m_replace->setAccessibleName(tr("Replace by"));
    m_count->setFont(Theme::font(11));
    m_count->setForegroundRole(QPalette::PlaceholderText);
    const auto button = [&](const QString& text, auto action) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setAutoRaise(true);
        connect(made, &QToolButton::clicked, this, action);
        row->addWidget(made);
    };
    row->addWidget(m_find, 2);
    row->addWidget(m_count);
    button(tr("Next"), [this] { findNext(); });
    row->addWidget(m_replace, 2);
    button(tr("Replace"), [this] { replaceOne(); });
    button(tr("All"), [this] { replaceAll(); });
    for (QLineEdit* field : {m_find, m_replace}) field->installEventFilter(this);
    connect(m_find, &QLineEdit::textEdited, this, [this] {
        m_editor.SendScintilla(Sci::SCI_SETSEL, m_editor.SendScintilla(Sci::SCI_GETSELECTIONSTART),
                               m_editor.SendScintilla(Sci::SCI_GETSELECTIONSTART));
        findNext();
        count();
    });
    hide();
}

void SearchBar::open(bool replace)
{
    if (m_editor.hasSelectedText() && !m_editor.selectedText().contains(u'\n'))
        m_find->setText(m_editor.selectedText());
    show();
    QLineEdit* field = replace && !m_find->text().isEmpty() ? m_replace : m_find;
    field->setFocus(Qt::ShortcutFocusReason);
    field->selectAll();
    count();
}

bool SearchBar::findNext(bool forward)
{
    const QString words = m_find->text();
    if (words.isEmpty()) return false;
    int line = -1, column = -1, toLine = -1, toColumn = -1;
    m_editor.getSelection(&line, &column, &toLine, &toColumn);
    if (line < 0) m_editor.getCursorPosition(&toLine, &toColumn), line = toLine, column = toColumn;
    return m_editor.findFirst(words, false, sensitivity(words) == Qt::CaseSensitive, false, true, forward,
                              forward ? toLine : line, forward ? toColumn : column);
}

void SearchBar::replaceOne()
{
    const bool isThere =
        m_editor.hasSelectedText() && m_editor.selectedText().compare(m_find->text(), sensitivity(m_find->text())) == 0;
    if (isThere) m_editor.replaceSelectedText(m_replace->text());
    findNext();
    count();
}

// As one change of the text, so that one undo takes it back.
int SearchBar::replaceAll()
{
    const QString words = m_find->text();
    if (words.isEmpty() || m_editor.isReadOnly()) return 0;
    QString text = m_editor.text();
    const int found = static_cast<int>(text.count(words, sensitivity(words)));
    if (found == 0) return 0;
    const QByteArray next = text.replace(words, m_replace->text(), sensitivity(words)).toUtf8();
    const long caret = m_editor.SendScintilla(Sci::SCI_GETCURRENTPOS);
    m_editor.SendScintilla(Sci::SCI_TARGETWHOLEDOCUMENT);
    m_editor.SendScintilla(Sci::SCI_REPLACETARGET, static_cast<uintptr_t>(next.size()), next.constData());
    m_editor.SendScintilla(Sci::SCI_GOTOPOS, static_cast<unsigned long>(caret));
    m_count->setText(tr("%1 replaced").arg(found));
    return found;
}

void SearchBar::count()
{
    const QString words = m_find->text();
    const auto found = words.isEmpty() ? 0 : m_editor.text().count(words, sensitivity(words));
    m_count->setText(words.isEmpty() ? QString() : tr("%1 found").arg(found));
    m_find->setProperty("severity", found == 0 && !words.isEmpty() ? QVariant(QStringLiteral("warning")) : QVariant());
    m_find->update();
}

bool SearchBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape) return hide(), m_editor.setFocus(), true;
    if (key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter) return QWidget::eventFilter(watched, event);
    if (watched == m_replace) replaceOne();
    else findNext(!(key->modifiers() & Qt::ShiftModifier));
    return true;
}

} // namespace ui::text
