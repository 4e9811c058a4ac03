// News over a region's lower edge: one sentence, links, a cross.
#pragma once

#include "model/base/finding.h"

#include <QFrame>

#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace ui {

/// Shows one message at a time, the newest; hides on the cross or when told. No message boxes anywhere.
class InfoBar final : public QFrame {
    Q_OBJECT
public:
    struct Link {
        QString text;
        std::function<void()> follow;
    };
    explicit InfoBar(QWidget* parent = nullptr);
    /// `topic` lets whoever cured the cause take the message away again.
    void tell(model::Severity severity, const QString& topic, const QString& message, std::vector<Link> links = {});
    void cured(const QString& topic);
    QString message() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QHBoxLayout* m_row;
    QLabel* m_text;
    std::vector<QWidget*> m_links;
    QString m_topic;
    model::Severity m_severity = model::Severity::Info;
};

} // namespace ui
