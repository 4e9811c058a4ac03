// What the program is, and every key it knows.
#pragma once

#include <QDialog>

namespace ui {

/// A window of its own beside the main window: shortcuts (read from the main window's actions, so that they are those that
/// work), and the licence. Not modal; one at a time.
class Help final : public QDialog {
    Q_OBJECT
public:
    explicit Help(QWidget& window);

private:
    static QString shortcuts(const QWidget& window);
    static QString about();
};

} // namespace ui
