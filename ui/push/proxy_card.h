// One proxy of a push: how each xDS type stands there, and a sentence about it.
#pragma once

#include "model/push/status.h"

#include <QWidget>

#include <vector>

class QLabel;

namespace ui::push {

class Chip;

/// Name and state word, a chip per type (– unchanged, clock with age, tick, cross, bars), a sentence. A click chooses it.
class ProxyCard final : public QWidget {
    Q_OBJECT
public:
    explicit ProxyCard(QWidget* parent = nullptr);
    /// Ages are told against `now`, in seconds since the epoch.
    void show(const model::push::ProxyStatus& status, double now);
    using QWidget::show;
    const model::push::ProxyStatus& status() const { return m_status; }
    /// The sentence below the chips.
    static QString sentence(const model::push::ProxyStatus& status, double now);
    const std::vector<Chip*>& types() const { return m_types; }

Q_SIGNALS:
    void activated(const QString& proxy);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitText();
    model::push::ProxyStatus m_status;
    QLabel* m_text = nullptr;
    std::vector<Chip*> m_types;
};

} // namespace ui::push
