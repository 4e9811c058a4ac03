// The find bar of the toolbar: live result, count, history.
#pragma once

#include "ui/window/find_query.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QStringListModel;

namespace ui {

/// Says what the user looks for; colours itself by what it is told of the text. Esc clears, a second Esc leaves.
class FindBar final : public QWidget {
    Q_OBJECT
public:
    explicit FindBar(QWidget* parent = nullptr);
    QString text() const;
    void setText(const QString& text);
    void showResult(const FindResult& result, int nodes);
    void focus();

Q_SIGNALS:
    void textChanged(const QString& text);
    void left();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QLineEdit* m_edit;
    QLabel* m_count;
    QStringListModel* m_words;
    FindResult::State m_state = FindResult::State::Empty;
};

} // namespace ui
