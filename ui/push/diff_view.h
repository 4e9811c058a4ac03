// Two texts beside each other with what differs in colour.
#pragma once

#include "ui/push/text_diff.h"

#include <QWidget>

class QPlainTextEdit;

namespace ui::push {

/// "Runs now" at the left, the draft at the right; both scroll together and begin at the first difference. GUI thread.
class DiffView final : public QWidget {
    Q_OBJECT
public:
    explicit DiffView(QWidget* parent = nullptr);
    void show(const QString& before, const QString& after);
    using QWidget::show;
    QPlainTextEdit& before() { return *m_before; }
    QPlainTextEdit& after() { return *m_after; }

private:
    void paintLines();

    std::vector<DiffRow> m_rows;
    QPlainTextEdit *m_before = nullptr, *m_after = nullptr;
};

} // namespace ui::push
