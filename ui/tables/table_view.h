// The table of the program: no grid, whole rows, copy as text, columns by the header's menu.
#pragma once

#include <QTableView>

namespace ui::tables {

/// A QTableView with the habits that all tables share (ui README section 7). Ctrl+C copies the selected rows with their
/// header, tab-separated; the header's context menu chooses columns.
class TableView final : public QTableView {
    Q_OBJECT
public:
    explicit TableView(QWidget* parent = nullptr);
    /// Selected rows (all when none is selected) as tab-separated text, visible columns only.
    QString textOfSelection() const;
    /// Sentence shown while there is no row.
    void setEmptyText(const QString& text);

Q_SIGNALS:
    /// Enter or double click.
    void rowActivated(const QModelIndex& index);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void chooseColumns(const QPoint& at);
    QString m_emptyText;
};

} // namespace ui::tables
