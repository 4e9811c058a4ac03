// How the states of a push are named, coloured and drawn.
#pragma once

#include "model/push/status.h"

#include <QAbstractButton>
#include <QColor>
#include <QPainter>

namespace ui::push {

/// Word for the user: "effective", "NACK", "held back".
QString word(model::push::State state);
/// Glyph's name: "ok", "error", "held", "timeout", "minus".
QString glyph(model::push::State state);
/// What the proxy said of the type it rejected, "LDS: unable to read file"; empty when it rejected none.
QString rejection(const model::push::ProxyStatus& status);
/// "38 ms", "4 s", "2 min".
QString duration(double seconds);
QColor ink(model::push::State state);
QColor tint(model::push::State state);

/// A rounded chip: glyph, name, state word in the state's colour. Shrinks to the state word where there is no room.
class Chip final : public QAbstractButton {
    Q_OBJECT
public:
    /// `filled` chips (CDS, EDS …) have the tint as ground and no word.
    explicit Chip(QWidget* parent = nullptr, bool filled = false);
    void show(const QString& name, model::push::State state, const QString& toolTip = {}, bool connected = true);
    using QWidget::show;
    /// Instead of the state stands that the proxy does not answer, and since when; empty: it does.
    void setUnreachable(const QString& words);
    /// The name says it all.
    void setWordless();
    const QString& word() const { return m_word; }
    const QString& name() const { return m_name; }
    model::push::State state() const { return m_state; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {40, 22}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name, m_word;
    model::push::State m_state = model::push::State::Unchanged;
    bool m_filled;
    bool m_connected = true;
    bool m_unreachable = false;
};

} // namespace ui::push
