// The legend row below the plots: name, value at the crosshair or the last one.
#pragma once

#include <QColor>
#include <QWidget>

#include <vector>

namespace ui::plot {

/// Paints its entries in one row, as many as fit, the rest as "and 3 more".
class Legend final : public QWidget {
    Q_OBJECT
public:
    /// One series: a stroke, its name, the upper value in bold and the lower one muted.
    struct Entry {
        QColor color;
        bool dashed = false;
        QString name, upper, lower;
    };

    explicit Legend(QWidget* parent = nullptr);
    void show(std::vector<Entry> entries, int others);
    const std::vector<Entry>& entries() const { return m_entries; }
    /// Also used by the export; returns the height that was needed.
    int paint(QPainter& painter, const QRect& box) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, 20}; }

Q_SIGNALS:
    void activated(int entry);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    double width(const Entry& entry) const;
    std::vector<QRectF> boxes(const QRect& box) const;
    std::vector<Entry> m_entries;
    int m_others = 0;
};

} // namespace ui::plot
