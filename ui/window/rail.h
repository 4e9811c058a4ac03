// What a hidden left region leaves: a narrow strip with its tabs' names.
#pragma once

#include <QWidget>

namespace ui {

/// Names written upwards, 28 px wide. A click asks for the region, with that panel chosen.
class Rail final : public QWidget {
    Q_OBJECT
public:
    explicit Rail(const QStringList& names, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {28, 100}; }

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRect place(int index) const;
    QStringList m_names;
};

} // namespace ui
