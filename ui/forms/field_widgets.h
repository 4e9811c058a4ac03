// Small widgets of the form: a text button that elides, a name with a mark, a segmented choice.
#pragma once

#include <QLabel>
#include <QStringList>
#include <QToolButton>
#include <QWidget>

namespace ui::forms {

/// A flat button whose text gives way when the form is narrow; the whole text is its tooltip then.
class TextButton final : public QToolButton {
public:
    using QToolButton::QToolButton;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
};

/// A field's name, right-aligned in its column; it knows whether the field differs from what runs.
class FieldLabel final : public QLabel {
    Q_OBJECT
public:
    FieldLabel(bool differs, QWidget* parent);
    bool differs() const { return m_differs; }

private:
    bool m_differs;
};

/// What the rows of a form stand on; puts a dot before the names of fields that differ, where the column has no room for it.
class FormPage final : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// Up to a handful of alternatives side by side, at most one chosen. Left and Right move between them; Space, Enter or a
/// click chooses.
class Segments final : public QWidget {
    Q_OBJECT
public:
    Segments(const QStringList& names, int chosen, QWidget* parent = nullptr);
    int chosen() const { return m_chosen; }
    QString text() const { return m_names.value(m_chosen); }
    /// Width that the names need.
    static int widthFor(const QStringList& names);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    QRect segment(int index) const;

Q_SIGNALS:
    void activated(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QStringList m_names;
    int m_chosen;
    int m_at; ///< Where the keyboard stands.
};

} // namespace ui::forms
