// Find and replace in one text.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QsciScintilla;

namespace ui::text {

/// A row below the editor: what to find, what to put there, how many there are. Enter finds the next, Shift+Enter the one
/// before, Esc closes. Replacing goes the way of typing, so it is undone like it.
class SearchBar final : public QWidget {
    Q_OBJECT
public:
    explicit SearchBar(QsciScintilla& editor, QWidget* parent = nullptr);
    /// Shows itself with the selected words; `replace` gives the focus to the second field.
    void open(bool replace);
    bool findNext(bool forward = true);
    void replaceOne();
    /// Returns how many were replaced.
    int replaceAll();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void count();

    QsciScintilla& m_editor;
    QLineEdit* m_find;
    QLineEdit* m_replace;
    QLabel* m_count;
};

} // namespace ui::text
