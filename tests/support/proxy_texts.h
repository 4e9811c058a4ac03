// Texts of small configurations, and ports for them, for tests that run real proxies.
#pragma once

#include <QString>
#include <QTcpServer>

namespace support {

/// A port of the loopback address that nobody listens at now.
inline int freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

/// An HTTP filter in flow style.
inline QString httpFilter(const QString& name, const QString& type)
{
    return QStringLiteral("{name: %1, typed_config: {\"@type\": type.googleapis.com/%2}}").arg(name, type);
}

inline QString router()
{
    return httpFilter(QStringLiteral("envoy.filters.http.router"),
                      QStringLiteral("envoy.extensions.filters.http.router.v3.Router"));
}

/// static_resources with the HTTP listener `web`; `route` ("{match: …, route: …}") takes all hosts. Clusters may follow.
inline QString resourcesWithListener(int port, const QString& route, const QString& filter = router())
{
    return QStringLiteral(R"(static_resources:
  listeners:
  - name: web
    address: {socket_address: {address: 127.0.0.1, port_value: %1}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          route_config:
            name: local
            virtual_hosts: [{name: all, domains: ["*"], routes: [%2]}]
          http_filters: [%3]
)")
        .arg(QString::number(port), route, filter);
}

} // namespace support
