// The window with one small proxy open, for the tests that drive it.
#pragma once

#include "ui/forms/node_form.h"
#include "ui/graph/graph_view.h"
#include "ui/style/theme.h"
#include "ui/text/text_editor.h"
#include "ui/window/form_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/project_tree.h"

#include <QAction>
#include <QTemporaryDir>
#include <QtTest>

namespace window_bench {

using namespace ui;
using namespace Qt::Literals::StringLiterals;
using model::graph::NodeKind;

inline const char* const config = R"(node: {id: edge}
static_resources:
  listeners:
  - name: ingress
    address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          route_config:
            name: local
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: /}
                route: {cluster: pay}  # kept
          http_filters:
          - name: envoy.filters.http.router
  clusters:
  - name: pay
    type: STATIC
    connect_timeout: 1s
    load_assignment:
      cluster_name: pay
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}
)";
inline const QString cluster = u"static_resources.clusters[0]"_s;

/// The window with one file open and laid out.
struct Bench {
    Bench()
    {
        QFile file(folder.filePath(u"edge.yaml"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(config) < 0) qFatal("cannot write");
        file.close();
        window.show();
        window.activateWindow();
        window.open({file.fileName()});
    }
    bool ready()
    {
        return QTest::qWaitForWindowActive(&window) &&
               QTest::qWaitFor([&] { return !scene().isEmpty() && !document()->findings().empty(); });
    }
    GraphScene& scene() { return window.graphView().graphScene(); }
    Document* document() { return project.documents().front(); }
    text::TextEditor* editor() { return window.findChild<text::TextEditor*>(); }
    forms::NodeForm& form() { return window.findChild<FormPanel*>()->form(); }
    QTreeView* tree()
    {
        const auto trees = window.findChildren<ProjectTree*>();
        return *std::ranges::find_if(trees,
                                     [](const QTreeView* tree) { return tree->accessibleName() == u"Project"_s; });
    }
    int node(NodeKind kind)
    {
        for (const NodeItem* item : scene().nodeItems())
            if (scene().node(item->index()).kind == kind) return item->index();
        return -1;
    }
    void click(NodeKind kind)
    {
        const NodeItem* item = scene().nodeItems()[static_cast<std::size_t>(node(kind))];
        QTest::mouseClick(window.graphView().viewport(), Qt::LeftButton, {},
                          window.graphView().mapFromScene(item->mapRectToScene(item->body()).center()));
    }
    QAction* action(const QString& text)
    {
        for (QAction* action : window.findChildren<QAction*>())
            if (action->text().remove(u'&').startsWith(text)) return action;
        return nullptr;
    }
    QTemporaryDir folder;
    Project project;
    MainWindow window{project};
};

} // namespace window_bench
