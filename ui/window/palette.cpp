#include "ui/window/palette.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr std::size_t rowLimit = 200; ///< Nobody reads further down.

enum Role { EntryRole = Qt::UserRole + 1, DetailRole, KeysRole };

/// Text, muted detail behind it, keys at the right.
class RowDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem row = option;
        const QString keys = index.data(KeysRole).toString();
        const QFont small = Theme::font(11), code = Theme::codeFont(11);
        const int keysWidth = keys.isEmpty() ? 0 : QFontMetrics(code).horizontalAdvance(keys) + 16;
        QStyledItemDelegate::paint(painter, row, index);
        painter->save();
        painter->setPen(Theme::current().color("muted"));
        painter->setFont(code);
        painter->drawText(option.rect.adjusted(0, 0, -10, 0), Qt::AlignRight | Qt::AlignVCenter, keys);
        painter->setFont(small);
        const int used = option.fontMetrics.horizontalAdvance(index.data().toString()) + 40;
        const QRect rest = option.rect.adjusted(used, 0, -keysWidth, 0);
        painter->drawText(
            rest, Qt::AlignVCenter,
            QFontMetrics(small).elidedText(index.data(DetailRole).toString(), Qt::ElideMiddle, rest.width()));
        painter->restore();
    }
};

} // namespace

CommandPalette::CommandPalette(const QString& prompt, std::vector<Entry> entries, QWidget* window)
    : QFrame(window, Qt::Popup)
    , m_entries(std::move(entries))
    , m_field(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_rows(new QStandardItemModel(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::Box);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_field);
    column->addWidget(m_list);
    m_field->setPlaceholderText(prompt);
    m_field->setAccessibleName(prompt);
    m_field->installEventFilter(this);
    m_list->setModel(m_rows);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setIconSize(QSize(14, 14));
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListView::clicked, this, &CommandPalette::run);
    filter({});
    const int width = std::min(620, window->width() - 40);
    resize(width, std::min(420, window->height() - 120));
    move(window->mapToGlobal(QPoint((window->width() - width) / 2, 70)));
    show();
    m_field->setFocus();
}

void CommandPalette::filter(const QString& text)
{
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    m_rows->clear();
    for (std::size_t i = 0; i < m_entries.size() && m_rows->rowCount() < static_cast<int>(rowLimit); ++i) {
        const Entry& entry = m_entries[i];
        const QString whole = entry.text + u' ' + entry.detail;
        const bool found = std::all_of(words.begin(), words.end(),
                                       [&](const QString& word) { return whole.contains(word, Qt::CaseInsensitive); });
        if (!found) continue;
        auto* row = new QStandardItem(entry.text);
        if (!entry.glyph.isEmpty()) row->setIcon(glyphIcon(entry.glyph, entry.token));
        row->setData(static_cast<int>(i), EntryRole);
        row->setData(entry.detail, DetailRole);
        row->setData(entry.keys, KeysRole);
        m_rows->appendRow(row);
    }
    m_list->setCurrentIndex(m_rows->index(0, 0));
}

QStringList CommandPalette::shown() const
{
    QStringList texts;
    for (int row = 0; row < m_rows->rowCount(); ++row) texts << m_rows->item(row)->text();
    return texts;
}

// What is run may open another popup: this one is gone by then.
void CommandPalette::run()
{
    const QVariant chosen = m_list->currentIndex().data(EntryRole);
    if (!chosen.isValid()) return;
    const auto chosenRun = m_entries[static_cast<std::size_t>(chosen.toInt())].run;
    close();
    chosenRun();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const int rows = m_rows->rowCount(), at = m_list->currentIndex().row();
    const int step = key == Qt::Key_Down       ? 1
                     : key == Qt::Key_Up       ? -1
                     : key == Qt::Key_PageDown ? 10
                     : key == Qt::Key_PageUp   ? -10
                                               : 0;
    if (step != 0) {
        m_list->setCurrentIndex(m_rows->index(std::clamp(at + step, 0, std::max(0, rows - 1)), 0));
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) return run(), true;
    if (key == Qt::Key_Escape) return close(), true;
    return QFrame::eventFilter(watched, event);
}

} // namespace ui
