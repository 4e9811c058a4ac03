// The form of the selected node, joined with the project.
#pragma once

#include "ui/document/project.h"

#include <QHash>
#include <QPointer>
#include <QWidget>

namespace ui {

namespace forms {
class NodeForm;
}

/// Feeds a NodeForm with the selected node and turns what it asks for into edits of the node's document.
class FormPanel final : public QWidget {
    Q_OBJECT
public:
    explicit FormPanel(Project& project, QWidget* parent = nullptr);
    forms::NodeForm& form() { return *m_form; }
    /// Gives the focus to the field of the selection, else to the first field.
    void focusSelection();
    /// What each proxy runs in fields that its document has otherwise: by proxy, then by path.
    void setDifferences(const QHash<QString, QHash<QString, QString>>& running);

Q_SIGNALS:
    /// An edit that could not be done, and why.
    void refused(const QString& reason);

private:
    void connectForm();
    void schedule();
    void follow();
    void edit(const QString& label, const Document::Edit& edit);
    void change(const QString& label, const QString& from, const QString& to, const QString& yaml);
    void goToCluster(const QString& name);

    Project& m_project;
    forms::NodeForm* m_form;
    QPointer<Document> m_document; ///< The one the form shows.
    QHash<QString, QHash<QString, QString>> m_running;
    QString m_told; ///< The findings it shows: it is rebuilt only for others.
    bool m_scheduled = false;
};

/// Names of the clusters a document's proxy defines.
QStringList clusterNames(const Project& project, const Document* document);

} // namespace ui
