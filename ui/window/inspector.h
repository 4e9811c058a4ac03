// The right region: what is selected, and panels about it.
#pragma once

#include "ui/document/project.h"

#include <QWidget>

class QLabel;
class QListWidget;

namespace ui {

class FormPanel;
class PanelStack;

/// Header (glyph, title, where) over a stack of panels. Follows the project's selection.
class Inspector final : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(Project& project, QWidget* parent = nullptr);
    PanelStack& panels() { return *m_panels; }
    FormPanel& form() { return *m_form; }
    /// Shows the form and gives it the focus.
    void openForm();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void follow();
    void fillReferences();

    Project& m_project;
    QLabel* m_title;
    QLabel* m_where;
    PanelStack* m_panels;
    FormPanel* m_form;
    QListWidget* m_references;
    QString m_kind;
};

} // namespace ui
