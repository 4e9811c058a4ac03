#include "ui/tables/table_view.h"

#include "ui/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

namespace ui::tables {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Paints the cell and the one-pixel line below its row.
class LineDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem cell = option;
        cell.state &= ~QStyle::State_HasFocus; // The row is what has focus, and it is selected.
        QStyledItemDelegate::paint(painter, cell, index);
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                          Theme::current().color("grid"));
    }
};

} // namespace

TableView::TableView(QWidget* parent) : QTableView(parent)
{
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setAlternatingRowColors(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setWordWrap(false);
    setTextElideMode(Qt::ElideMiddle);
    setEditTriggers(NoEditTriggers);
    setSortingEnabled(true);
    setTabKeyNavigation(false);
    setFont(Theme::font(12));
    setItemDelegate(new LineDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(std::max(26, fontMetrics().height() + 8));
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView* header = horizontalHeader();
    header->setFont(Theme::font(11, true));
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setFixedHeight(std::max(25, header->fontMetrics().height() + 8));
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &TableView::chooseColumns);
    connect(this, &QTableView::doubleClicked, this, &TableView::rowActivated);
}

void TableView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void TableView::chooseColumns(const QPoint& at)
{
    QMenu menu(this);
    for (int column = 0; column < model()->columnCount(); ++column) {
        const QVariant name = model()->headerData(column, Qt::Horizontal, Qt::AccessibleTextRole);
        const QString title = name.isValid() ? name.toString() : model()->headerData(column, Qt::Horizontal).toString();
        QAction* action = menu.addAction(title);
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool on) { setColumnHidden(column, !on); });
    }
    menu.exec(horizontalHeader()->mapToGlobal(at));
}

QString TableView::textOfSelection() const
{
    QList<int> rows;
    for (const QModelIndex& index : selectionModel()->selectedRows()) rows << index.row();
    if (rows.isEmpty())
        for (int row = 0; row < model()->rowCount(); ++row) rows << row;
    std::sort(rows.begin(), rows.end());
    QList<int> columns;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        if (!isColumnHidden(column)) columns << column;
    }
    const auto cell = [this](int row, int column) {
        const QModelIndex index = model()->index(row, column);
        const QVariant text = index.data(Qt::DisplayRole);
        return text.isValid() ? text.toString() : index.data(Qt::AccessibleTextRole).toString();
    };
    QStringList lines, cells;
    for (const int column : columns)
        cells << model()->headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString();
    lines << cells.join(u'\t');
    for (const int row : rows) {
        cells.clear();
        for (const int column : columns) cells << cell(row, column);
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n') + u"\n"_s;
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        QApplication::clipboard()->setText(textOfSelection());
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        Q_EMIT rowActivated(currentIndex());
        return;
    }
    QTableView::keyPressEvent(event);
}

void TableView::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (!model() || model()->rowCount() > 0 || m_emptyText.isEmpty()) return;
    QPainter painter(viewport());
    painter.setFont(Theme::font(12));
    painter.setPen(Theme::current().color("muted"));
    painter.drawText(viewport()->rect().adjusted(12, 12, -12, -12), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                     m_emptyText);
}

} // namespace ui::tables
