#include "ui/text/text_editor.h"

#include "ui/style/theme.h"
#include "ui/text/completion.h"
#include "ui/text/definition.h"
#include "ui/text/editor_look.h"
#include "ui/text/search_bar.h"

#include <Qsci/qscicommandset.h>
#include <Qsci/qsciscintilla.h>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::text {

using namespace Qt::Literals::StringLiterals;
using Sci = QsciScintillaBase;

namespace {
constexpr std::size_t plainSize = std::size_t(4) << 20, editSize = std::size_t(24) << 20; ///< Bytes.
constexpr int annotationLimit = 300; ///< Lines with a sentence below; the rest has its mark in the margin.
} // namespace

TextEditor::TextEditor(QWidget* parent) : QWidget(parent), m_editor(new QsciScintilla(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_editor, 1);
    m_search = new SearchBar(*m_editor, this);
    column->addWidget(m_search);
    setFocusProxy(m_editor);
    buildEditor();
    restyle();
    m_pause.setSingleShot(true);
    m_pause.setInterval(800);
    connect(&m_pause, &QTimer::timeout, this, [this] { ++m_burst; });
    connect(m_editor, &QsciScintilla::textChanged, this, &TextEditor::onTextChanged);
    connect(m_editor, &QsciScintilla::cursorPositionChanged, this, &TextEditor::onCaretMoved);
    connect(m_editor, qOverload<const char*, int, int>(&Sci::SCN_AUTOCSELECTIONCHANGE), this,
            [this](const char* word, int, int) { showAbout(word); });
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this, &TextEditor::restyle);
}

TextEditor::~TextEditor() = default;

void TextEditor::buildEditor()
{
    m_editor->setUtf8(true);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->setAccessibleName(tr("Text"));
    m_editor->setEolMode(QsciScintilla::EolUnix);
    m_editor->setIndentationsUseTabs(false);
    m_editor->setIndentationWidth(2);
    m_editor->setTabWidth(2);
    m_editor->setAutoIndent(true);
    m_editor->setIndentationGuides(true);
    m_editor->setScrollWidth(1);
    m_editor->setScrollWidthTracking(true);
    m_editor->setFolding(QsciScintilla::PlainFoldStyle, MarginFold);
    m_editor->setMarginType(MarginNumber, QsciScintilla::NumberMargin);
    m_editor->setMarginType(MarginProblem, QsciScintilla::SymbolMargin);
    m_editor->setMarginType(MarginBlock, QsciScintilla::SymbolMargin);
    m_editor->setMarginWidth(MarginProblem, 16);
    m_editor->setMarginWidth(MarginBlock, 3);
    m_editor->setMarginWidth(MarginFold, 12);
    m_editor->setMarginMarkerMask(MarginNumber, 0);
    m_editor->setMarginMarkerMask(MarginProblem, 0x0f);
    m_editor->setMarginMarkerMask(MarginBlock, 1 << MarkBlock);
    m_editor->setAnnotationDisplay(QsciScintilla::AnnotationStandard);
    m_editor->SendScintilla(Sci::SCI_SETUNDOCOLLECTION, 0UL); // The document's history is the only one.
    m_editor->SendScintilla(Sci::SCI_AUTOCSETSEPARATOR, static_cast<unsigned long>('\n'));
    m_editor->SendScintilla(Sci::SCI_AUTOCSETMAXHEIGHT, 10UL);
    for (const QKeyCombination keys : {Qt::CTRL | Qt::Key_Z, Qt::CTRL | Qt::Key_Y, Qt::CTRL | Qt::SHIFT | Qt::Key_Z,
                                       Qt::CTRL | Qt::Key_D, Qt::CTRL | Qt::Key_L})
        if (QsciCommand* command = m_editor->standardCommands()->boundTo(keys.toCombined()))
            command->setKey(0); // The window's.
    m_editor->installEventFilter(this);
    m_editor->viewport()->installEventFilter(this);
}

void TextEditor::restyle()
{
    dress(*m_editor, m_plain                                                                  ? Colours::None
                     : m_revision && m_revision->tree().format == model::source::Format::Json ? Colours::Json
                                                                                              : Colours::Yaml);
    mark();
}

std::string TextEditor::text() const
{
    const auto length = m_editor->SendScintilla(Sci::SCI_GETLENGTH);
    const auto* bytes = static_cast<const char*>(m_editor->SendScintillaPtrResult(Sci::SCI_GETCHARACTERPOINTER));
    return std::string(bytes, static_cast<std::size_t>(length));
}

std::size_t TextEditor::caret() const
{
    return static_cast<std::size_t>(m_editor->SendScintilla(Sci::SCI_GETCURRENTPOS));
}

void TextEditor::setCaret(std::size_t offset)
{
    m_editor->SendScintilla(Sci::SCI_GOTOPOS, static_cast<unsigned long>(offset));
}

void TextEditor::setReadOnly(bool readOnly) { m_editor->setReadOnly(readOnly); }

void TextEditor::setRevision(const model::source::RevisionPtr& revision)
{
    const bool first = !m_revision;
    m_revision = revision;
    if (!revision) return;
    const bool plain = revision->text().size() > plainSize;
    if (plain != m_plain) {
        m_plain = plain;
        m_editor->setLexer(nullptr);
        m_editor->setFolding(plain ? QsciScintilla::NoFoldStyle : QsciScintilla::PlainFoldStyle, MarginFold);
        if (!first) restyle();
    }
    m_editor->setReadOnly(revision->text().size() > editSize);
    if (!m_readable || revision->tree().findings.empty()) m_readable = revision;
    replaceAll(revision->text());
    m_current = true;
    if (first) restyle();
    const int lines = m_editor->lines();
    m_editor->setMarginWidth(MarginNumber, QString(std::max<qsizetype>(3, QString::number(lines).size()) + 1, u'0'));
    mark();
}

void TextEditor::setText(const std::string& text)
{
    m_current = m_revision && m_revision->text() == text;
    replaceAll(text);
}

void TextEditor::replaceAll(const std::string& next)
{
    const std::string now = text();
    if (now == next) return;
    const std::size_t shorter = std::min(now.size(), next.size());
    std::size_t head = 0;
    while (head < shorter && now[head] == next[head]) ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && now[now.size() - 1 - tail] == next[next.size() - 1 - tail]) ++tail;
    const auto isInside = [](const std::string& s, std::size_t at) { return at < s.size() && (s[at] & 0xC0) == 0x80; };
    while (head > 0 && isInside(now, head)) --head; // Never cut through a character.
    while (tail > 0 && isInside(now, now.size() - tail)) --tail;
    m_replacing = true;
    const bool readOnly = m_editor->isReadOnly();
    m_editor->SendScintilla(Sci::SCI_SETREADONLY, 0UL);
    m_editor->SendScintilla(Sci::SCI_SETTARGETSTART, static_cast<unsigned long>(head));
    m_editor->SendScintilla(Sci::SCI_SETTARGETEND, static_cast<unsigned long>(now.size() - tail));
    m_editor->SendScintilla(Sci::SCI_REPLACETARGET, static_cast<uintptr_t>(next.size() - tail - head),
                            next.data() + head);
    m_editor->SendScintilla(Sci::SCI_SETREADONLY, readOnly ? 1UL : 0UL);
    m_replacing = false;
}

void TextEditor::onTextChanged()
{
    if (m_replacing) return;
    m_current = false;
    int line = 0;
    int column = 0;
    m_editor->getCursorPosition(&line, &column);
    if (m_burstLine != line) ++m_burst;
    m_burstLine = line;
    m_pause.start();
    Q_EMIT textEdited(text(), m_burst);
}

void TextEditor::onCaretMoved(int line, int column)
{
    Q_EMIT caretMoved(line + 1, column + 1);
    if (m_replacing || !m_revision || !m_current) return;
    const QString path = QString::fromStdString(m_revision->map().pathAt(caret()));
    if (path == m_path) return;
    m_path = path;
    Q_EMIT pathAtCursor(path);
}

void TextEditor::setFindings(const std::vector<model::Finding>& findings)
{
    m_findings = findings;
    mark();
}

void TextEditor::setNacks(const std::vector<model::push::Nack>& nacks)
{
    m_nacks = nacks;
    mark();
}

void TextEditor::markBlock(const QString& path)
{
    m_block = path;
    mark();
}

void TextEditor::mark()
{
    m_editor->markerDeleteAll();
    if (m_annotated > 0) m_editor->clearAnnotations(); // It visits every line.
    m_annotated = 0;
    const auto length = static_cast<unsigned long>(m_editor->SendScintilla(Sci::SCI_GETLENGTH));
    for (unsigned long i = 0; i < 4; ++i) {
        m_editor->SendScintilla(Sci::SCI_SETINDICATORCURRENT, FirstIndicator + i);
        m_editor->SendScintilla(Sci::SCI_INDICATORCLEARRANGE, 0UL, static_cast<long>(length));
    }
    if (!m_revision) return;
    for (auto at = m_findings.rbegin(); at != m_findings.rend(); ++at)
        markFinding(*at); // The worst last: it wins the line.
    for (const model::push::Nack& nack : m_nacks) {
        const model::Range range = m_revision->map().rangeFor(nack.path);
        const std::string message = nack.proxy + ", " + model::push::name(nack.type) + ": " + nack.message;
        markFinding({model::Severity::Error, "NACK", nack.path, message, range, {}});
    }
    const auto place = m_block.isEmpty() ? std::nullopt : m_revision->map().find(m_block.toStdString());
    if (!place) return;
    const int first = (place->key.isKnown() ? place->key : place->value).begin.line;
    for (int line = first; line <= place->value.end.line; ++line) m_editor->markerAdd(line - 1, MarkBlock);
}

void TextEditor::markFinding(const model::Finding& finding)
{
    if (!finding.range.isKnown()) return;
    const int severity = static_cast<int>(finding.severity);
    const int line = finding.range.begin.line - 1;
    const auto lineEnd = static_cast<std::size_t>(
        m_editor->SendScintilla(Sci::SCI_GETLINEENDPOSITION, static_cast<unsigned long>(line)));
    const std::size_t end = std::min(std::max(finding.range.end.offset, finding.range.begin.offset + 1), lineEnd);
    m_editor->SendScintilla(Sci::SCI_SETINDICATORCURRENT, static_cast<unsigned long>(FirstIndicator + severity));
    if (end > finding.range.begin.offset)
        m_editor->SendScintilla(Sci::SCI_INDICATORFILLRANGE, static_cast<unsigned long>(finding.range.begin.offset),
                                static_cast<long>(end - finding.range.begin.offset));
    m_editor->markerAdd(line, severity);
    if (finding.severity > model::Severity::Warning || m_plain || m_annotated >= annotationLimit) return;
    ++m_annotated;
    const QString before = m_editor->annotation(line);
    const QString text =
        u"    "_s % QString::fromStdString(finding.message) %
        (finding.code.empty() ? QString()
                              : QVariant(u"  ["_s % QString::fromStdString(finding.code) % u"]"_s).toString());
    m_editor->annotate(line, before.isEmpty() ? text : QVariant(text % u"\n"_s % before).toString(),
                       finding.severity == model::Severity::Error ? AnnotationError : AnnotationWarning);
}

void TextEditor::reveal(const model::Range& range)
{
    if (!range.isKnown()) return;
    m_editor->SendScintilla(Sci::SCI_ENSUREVISIBLEENFORCEPOLICY, static_cast<unsigned long>(range.begin.line - 1));
    m_editor->SendScintilla(Sci::SCI_SETSEL, static_cast<unsigned long>(range.begin.offset),
                            static_cast<long>(range.end.offset));
    const long shown = m_editor->SendScintilla(Sci::SCI_LINESONSCREEN);
    m_editor->setFirstVisibleLine(std::max(0, range.begin.line - 1 - static_cast<int>(shown) / 3));
}

void TextEditor::revealPath(const QString& path)
{
    if (m_revision) reveal(m_revision->map().rangeFor(path.toStdString()));
}

const model::Finding* TextEditor::findingAtCaret() const
{
    int line = 0;
    int column = 0;
    m_editor->getCursorPosition(&line, &column);
    const model::Finding* best = nullptr;
    for (const model::Finding& finding : m_findings)
        if (finding.range.begin.line == line + 1 && (!best || finding.severity < best->severity)) best = &finding;
    return best;
}

void TextEditor::offerFixes()
{
    const model::Finding* finding = findingAtCaret();
    if (!finding || finding->fixes.empty()) return;
    if (finding->fixes.size() == 1) {
        const model::Fix fix = finding->fixes.front();
        Q_EMIT fixRequested(fix);
        return;
    }
    QMenu menu(this);
    for (const model::Fix& fix : finding->fixes)
        connect(menu.addAction(QString::fromStdString(fix.label)), &QAction::triggered, this,
                [this, fix] { Q_EMIT fixRequested(fix); });
    menu.exec(QCursor::pos());
}

int TextEditor::complete()
{
    std::string begun;
    const auto found = offers(m_readable, text(), caret(), m_clusters, begun);
    m_offers.clear();
    std::string words;
    for (const Offer& offer : found) {
        words += (words.empty() ? "" : "\n") + offer.word;
        m_offers.push_back({offer.word, offer.about});
    }
    if (!words.empty())
        m_editor->SendScintilla(Sci::SCI_AUTOCSHOW, static_cast<uintptr_t>(begun.size()), words.c_str());
    return static_cast<int>(found.size());
}

void TextEditor::showAbout(const char* word)
{
    const auto at = std::ranges::find(m_offers, std::string(word), &About::word);
    if (at == m_offers.end() || at->text.empty() || !m_editor->isVisible()) return;
    const auto position = static_cast<long>(caret());
    const int x = static_cast<int>(m_editor->SendScintilla(Sci::SCI_POINTXFROMPOSITION, 0UL, position));
    const int y = static_cast<int>(m_editor->SendScintilla(Sci::SCI_POINTYFROMPOSITION, 0UL, position));
    QToolTip::showText(m_editor->mapToGlobal(QPoint(x + 240, y)),
                       QString::fromStdString(at->text).simplified().left(600), m_editor);
}

bool TextEditor::handleKey(const QKeyEvent& key)
{
    const bool control = key.modifiers() == Qt::ControlModifier;
    if (control && key.key() == Qt::Key_Space) return complete(), true;
    if (control && key.key() == Qt::Key_Period) return offerFixes(), true;
    if (control && (key.key() == Qt::Key_F || key.key() == Qt::Key_H))
        return m_search->open(key.key() == Qt::Key_H), true;
    if (key.key() == Qt::Key_F3) return m_search->findNext(!(key.modifiers() & Qt::ShiftModifier)), true;
    if (key.key() == Qt::Key_F12) return goToDefinition(), true;
    return false;
}

bool TextEditor::goToDefinition()
{
    if (!m_revision || !m_current) return false;
    const std::string path = definitionOf(*m_revision, caret());
    if (!path.empty()) Q_EMIT definitionRequested(QString::fromStdString(path));
    return !path.empty();
}

// What is wrong with the place under the pointer, else what the field there means.
bool TextEditor::showHover(const QPoint& at)
{
    if (!m_revision || !m_current) return false;
    const long offset = m_editor->SendScintilla(Sci::SCI_POSITIONFROMPOINTCLOSE, static_cast<unsigned long>(at.x()),
                                                static_cast<long>(at.y()));
    const bool inMargin = at.x() < 60;
    const long near = m_editor->SendScintilla(Sci::SCI_POSITIONFROMPOINT, static_cast<unsigned long>(at.x()),
                                              static_cast<long>(at.y()));
    const int line = static_cast<int>(
        m_editor->SendScintilla(Sci::SCI_LINEFROMPOSITION, static_cast<unsigned long>(inMargin ? near : offset)));
    QStringList lines;
    for (const model::Finding& finding : m_findings) {
        const bool under = offset >= 0 && finding.range.begin.offset <= static_cast<std::size_t>(offset) &&
                           static_cast<std::size_t>(offset) < finding.range.end.offset;
        if (!under && !(inMargin && finding.range.begin.line == line + 1)) continue;
        QString text = u"<b>%1</b> %2"_s.arg(QString::fromStdString(finding.code),
                                             QString::fromStdString(finding.message).toHtmlEscaped());
        if (!finding.fixes.empty())
            text +=
                u"<br>"_s + tr("Ctrl+. : %1").arg(QString::fromStdString(finding.fixes.front().label).toHtmlEscaped());
        lines << text;
    }
    if (lines.isEmpty() && offset >= 0)
        if (const QString about = aboutField(m_revision, m_revision->map().pathAt(static_cast<std::size_t>(offset)));
            !about.isEmpty())
            lines << about;
    if (!lines.isEmpty())
        QToolTip::showText(m_editor->viewport()->mapToGlobal(at), u"<qt>"_s + lines.join(u"<br>"_s) + u"</qt>"_s,
                           m_editor);
    return !lines.isEmpty();
}

bool TextEditor::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && handleKey(*static_cast<QKeyEvent*>(event))) return true;
    if (watched == m_editor->viewport() && event->type() == QEvent::ToolTip &&
        showHover(static_cast<QHelpEvent*>(event)->pos()))
        return true;
    if (watched == m_editor->viewport() && event->type() == QEvent::MouseButtonRelease &&
        static_cast<QMouseEvent*>(event)->modifiers() == Qt::ControlModifier)
        goToDefinition();
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::text
