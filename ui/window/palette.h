// A field over the window that finds by name and runs: every command, or every node and file.
#pragma once

#include <QFrame>
#include <QStringList>

#include <functional>
#include <vector>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace ui {

/// Filters as one types: all words have to occur. Up and Down choose, Enter runs, Esc leaves. Deletes itself. GUI thread.
class CommandPalette final : public QFrame {
    Q_OBJECT
public:
    struct Entry {
        QString text, detail; ///< What is searched.
        QString keys;         ///< Shown at the right.
        QString glyph, token; ///< Icon and its colour.
        std::function<void()> run;
    };
    CommandPalette(const QString& prompt, std::vector<Entry> entries, QWidget* window);
    QLineEdit& field() { return *m_field; }
    QListView& list() { return *m_list; }
    /// Texts of the rows that are shown.
    QStringList shown() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& text);
    void run();

    std::vector<Entry> m_entries;
    QLineEdit* m_field;
    QListView* m_list;
    QStandardItemModel* m_rows;
};

} // namespace ui
