#include "ui/push/diff_view.h"

#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QTextBlock>

#include <algorithm>

namespace ui::push {

namespace {

QPlainTextEdit* textBox(const QString& name, QWidget* parent)
{
    auto* box = new QPlainTextEdit(parent);
    box->setReadOnly(true);
    box->setLineWrapMode(QPlainTextEdit::NoWrap);
    box->setFont(Theme::codeFont(12));
    box->setFrameShape(QFrame::NoFrame);
    box->setAccessibleName(name);
    box->setPlaceholderText(name);
    box->setTabChangesFocus(true);
    return box;
}

/// A whole line in a colour, as far as the box is wide.
QTextEdit::ExtraSelection tinted(const QPlainTextEdit& box, int line, const QColor& color)
{
    QTextEdit::ExtraSelection selection;
    selection.cursor = QTextCursor(box.document()->findBlockByNumber(line));
    selection.format.setBackground(color);
    selection.format.setProperty(QTextFormat::FullWidthSelection, true);
    return selection;
}

} // namespace

DiffView::DiffView(QWidget* parent) : QWidget(parent)
{
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setHandleWidth(1);
    m_before = textBox(tr("Runs now"), splitter);
    m_after = textBox(tr("Draft"), splitter);
    splitter->addWidget(m_before);
    splitter->addWidget(m_after);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(splitter);
    for (const auto& [from, to] : {std::pair(m_before, m_after), std::pair(m_after, m_before)}) {
        connect(from->verticalScrollBar(), &QScrollBar::valueChanged, to->verticalScrollBar(), &QScrollBar::setValue);
        connect(from->horizontalScrollBar(), &QScrollBar::valueChanged, to->horizontalScrollBar(),
                &QScrollBar::setValue);
    }
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this, &DiffView::paintLines);
}

void DiffView::show(const QString& before, const QString& after)
{
    const auto lines = [](const QString& text) { return text.isEmpty() ? QStringList() : text.trimmed().split(u'\n'); };
    m_rows = sideBySide(lines(before), lines(after));
    QStringList left, right;
    for (const DiffRow& row : m_rows) {
        left << row.left;
        right << row.right;
    }
    m_before->setPlainText(left.join(u'\n'));
    m_after->setPlainText(right.join(u'\n'));
    paintLines();
    const auto first = std::ranges::find(m_rows, false, &DiffRow::equal);
    const int line = first == m_rows.end() ? 0 : std::max(0, static_cast<int>(first - m_rows.begin()) - 2);
    m_after->verticalScrollBar()->setValue(line);
}

void DiffView::paintLines()
{
    const Theme& theme = Theme::current();
    QList<QTextEdit::ExtraSelection> left, right;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].equal) continue;
        const int line = static_cast<int>(i);
        left << tinted(*m_before, line, theme.color(m_rows[i].left.isNull() ? "sunken" : "diffTint.removed"));
        right << tinted(*m_after, line, theme.color(m_rows[i].right.isNull() ? "sunken" : "diffTint.added"));
    }
    m_before->setExtraSelections(left);
    m_after->setExtraSelections(right);
}

} // namespace ui::push
