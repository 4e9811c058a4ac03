// The project as a tree: proxies with their listeners, hosts, routes and clusters, then the files.
#pragma once

#include "ui/document/project.h"
#include "ui/graph/node_changes.h"

#include <QHash>
#include <QSet>
#include <QStandardItemModel>
#include <QTreeView>

namespace ui {

/// One class for Project (all proxies) and Outline (the selected document in every layer). Follows and moves the
/// project's selection. Rebuilt from the graph; open branches stay open.
class ProjectTree final : public QTreeView {
    Q_OBJECT
public:
    enum class Content { Project, Outline };
    ProjectTree(Project& project, Content content, QWidget* parent = nullptr);
    /// What differs from what the proxies run gets a sign at its right.
    void setDifferences(std::vector<ProxyDifference> differences);

Q_SIGNALS:
    /// A file or node was double-clicked: its text is wanted.
    void textRequested();

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    void rebuild();
    void addNodes();
    void restoreFolds();
    void showTails();
    void followSelection();
    QStandardItem* proxyItem(const model::graph::Node& node);
    QStandardItem* addNode(int node, QStandardItem* parent);
    void addFiles();
    QStandardItem* item(const QString& text, const QString& glyph, const QString& token) const;

    Project& m_project;
    Content m_content;
    QStandardItemModel m_model;
    QHash<int, QStandardItem*> m_items; ///< By node of the graph.
    QHash<QString, QStandardItem*> m_proxies;
    std::vector<ProxyDifference> m_differences;
    QSet<QString> m_closed; ///< Keys of branches the user closed.
    int m_outlined = -1;
    bool m_following = false;
};

} // namespace ui
