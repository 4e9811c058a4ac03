// News over a region's lower edge: a sentence, links, a cross; two at most.
#pragma once

#include "model/base/finding.h"

#include <QFrame>

#include <functional>
#include <vector>

class QVBoxLayout;

namespace ui {

/// Shows the two newest messages, the newest on top; each hides on its cross or when its topic is cured. A topic has one
/// message: a new one takes its place. No message boxes anywhere.
class InfoBar final : public QFrame {
    Q_OBJECT
public:
    struct Link {
        QString text;
        std::function<void()> follow;
    };
    explicit InfoBar(QWidget* parent = nullptr);
    ~InfoBar() override;
    /// `topic` lets whoever cured the cause take the message away again.
    void tell(model::Severity severity, const QString& topic, const QString& message, std::vector<Link> links = {});
    void cured(const QString& topic);
    /// The newest; empty when there is none.
    QString message() const;
    QStringList messages() const;
    /// Follows the link of that text in any message; false when there is none.
    bool follow(const QString& text);

private:
    class Row;
    void remove(const QString& topic);

    QVBoxLayout* m_column;
    std::vector<Row*> m_rows; ///< Newest first.
};

} // namespace ui
