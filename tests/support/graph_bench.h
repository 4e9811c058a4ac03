// A small proxy and its graph, for the tests of the canvas.
#pragma once

#include "ui/graph/graph_view.h"
#include "ui/style/theme.h"

#include <QTest>

namespace graph_bench {

using namespace ui;

inline const char* const config = R"(node: {id: edge}
static_resources:
  listeners:
  - name: ingress   # kept
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
              - match: {prefix: /pay}
                route: {cluster: pay}
              - match: {prefix: /}
                route: {cluster: web}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: pay
    type: STATIC
    load_assignment:
      cluster_name: pay
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}
        - endpoint: {address: {socket_address: {address: 10.0.0.2, port_value: 80}}}
  - name: web
    type: STATIC
    load_assignment:
      cluster_name: web
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 10.0.0.3, port_value: 80}}}
)";

inline int find(GraphScene& scene, model::graph::NodeKind kind, const char* title)
{
    for (const NodeItem* item : scene.nodeItems())
        if (scene.node(item->index()).kind == kind && scene.node(item->index()).title == title) return item->index();
    return -1;
}

/// A project of one document, its view, and a text after edits.
struct Bench {
    explicit Bench(const char* text = config) : document(project.add(QStringLiteral("edge.yaml"), text)), view(project)
    {
        view.resize(1000, 600);
        view.show();
    }
    bool ready()
    {
        return QTest::qWaitFor([&] { return !view.graphScene().isEmpty(); });
    }
    Project project;
    Document* document;
    GraphView view;
};

} // namespace graph_bench
