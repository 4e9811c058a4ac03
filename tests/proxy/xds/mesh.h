// A proxy, the real Envoy or ours, whose configuration comes from a test's own control plane, and a service behind it.
#pragma once

#include "tests/interop/upstream.h"
#include "tests/support/ads_server.h"
#include "tests/support/proxy_process.h"

#include <QtTest>

namespace xds_test {

/// Rows "ours" and "Envoy" of a column `isEnvoy`: the test says of both the same.
void forBoth();

std::string staticCluster(const std::string& name, std::uint16_t port);
/// `more` is put into eds_config, ", initial_fetch_timeout: 1s".
std::string edsCluster(const std::string& name, const std::string& more = {});
std::string assignment(const std::string& cluster, std::uint16_t port);
/// One with a connection manager on a port of its own choice. `routes` is `rds: …` or `route_config: …`; `filter` replaces
/// the router.
std::string listener(const std::string& name, const std::string& routes, const std::string& filter = {});
/// Takes its routes from RDS; `more` is put into config_source.
std::string rdsListener(const std::string& name, const std::string& table, const std::string& more = {});
/// Sends everything to one cluster.
std::string routes(const std::string& name, const std::string& cluster);
/// A listener whose own route answers 200 with `body`.
std::string directListener(const std::string& name, const std::string& body);

/// Lives in the test's thread. Nothing runs before start().
class Mesh {
public:
    explicit Mesh(bool isEnvoy, QStringList arguments = {});
    /// Starts the proxy as client of `server`; `more` is put into cds_config and lds_config. Returns why not, or "".
    QString start(const std::string& more = {});
    /// Boots: cluster "up", listener "web", its route table "r"; LIVE after it. Returns why not, or "".
    QString boot();
    /// Status and body of GET / at the listener; "refused" when nobody listens.
    QByteArray get(const QByteArray& listener = "web", const QByteArray& path = "/");

    support::AdsServer server;
    interop::Upstream upstream;
    support::ProxyProcess proxy;

    void clusters(const std::string& version, const std::vector<std::string>& all);
    void listeners(const std::string& version, const std::vector<std::string>& all);
    void tables(const std::string& version, const std::vector<std::string>& some);
    void assignments(const std::string& version, const std::vector<std::string>& some);

private:
    void send(const QByteArray& type, const char* kind, const std::string& version,
              const std::vector<std::string>& resources);
};

} // namespace xds_test
