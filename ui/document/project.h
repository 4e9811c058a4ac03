// The open files as one mesh: documents, their graph, the selection that all views share.
#pragma once

#include "model/graph/graph.h"
#include "ui/document/document.h"
#include "ui/document/reading.h"
#include "ui/document/selection.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace ui {

using GraphPtr = std::shared_ptr<const model::graph::Graph>;

/// Owns the documents. The graph over all of them is projected off the GUI thread after every new revision. GUI thread.
class Project final : public QObject {
    Q_OBJECT
public:
    explicit Project(QObject* parent = nullptr);
    ~Project() override;

    /// Opens a file, or returns the document that has it open. Restores its draft when a killed program left one.
    model::Result<Document*> open(const QString& fileName);
    /// Opens every .yaml, .yml, .json of a folder (not deeper); the error of the first that cannot be read.
    model::Result<int> openFolder(const QString& folder);
    /// Opens files, and every configuration of folders, off the GUI thread, one after the other; older formats are converted.
    /// opened() or openFailed() tells of each.
    void load(const QStringList& places);
    /// What is being read now, "big.yaml, 12 of 50 MB"; empty when nothing is.
    QString loading() const;
    /// Gives up what is being read and what waits.
    void cancelLoading();

    /// Another schema for all documents, now and later; nullptr: the built-in one.
    void setSchema(const model::api::SchemaPtr& schema);
    const model::api::SchemaPtr& schema() const { return m_schema; }
    /// Adds a text that no file has (a template, an import, a proxy's configuration).
    Document* add(const QString& name, std::string text, bool readOnly = false);
    void close(Document* document);
    void closeAll();
    /// Adds the drafts of documents that were never saved; returns how many.
    int restoreDrafts();

    const std::vector<Document*>& documents() const { return m_documents; }
    Document* document(int index) const;
    int indexOf(const Document* document) const;
    Document* findFile(const QString& fileName) const;
    Document* findProxy(const QString& proxy) const;
    bool isModified() const;

    const GraphPtr& graph() const { return m_graph; }
    Selection& selection() { return m_selection; }
    /// Node of the selection in graph(), or -1.
    int selectedNode() const;
    /// Selects a node of graph().
    void selectNode(int node);

Q_SIGNALS:
    void documentAdded(Document* document);
    void documentAboutToClose(Document* document);
    void documentsChanged();
    void graphChanged();
    void findingsChanged(); ///< Of any document.
    void modifiedChanged();
    void draftRestored(Document* document);
    void opened(Document* document);
    void openFailed(const QString& fileName, const QString& reason);
    /// loading() is new.
    void loadingChanged();

private:
    void adopt(Document* document);
    void project();
    Document* take(ReadFile file);
    void readNext();

    std::vector<Document*> m_documents;
    GraphPtr m_graph;
    Selection m_selection;
    QStringList m_waiting;
    QString m_reading;
    std::shared_ptr<ReadProgress> m_progress;
    QTimer m_progressTimer;
    model::api::SchemaPtr m_schema;
    bool m_working = false;
    bool m_stale = false;
};

} // namespace ui
