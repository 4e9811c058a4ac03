// Bootstraps written for proxies.
#pragma once

#include <string>

namespace model::xport {

/// Where a proxy finds its management server, and how it names itself.
struct AdsBootstrap {
    std::string nodeId;
    std::string nodeCluster;
    std::string serverHost = "127.0.0.1"; ///< IP address of the management server.
    int serverPort = 0;
    std::string adminHost = "127.0.0.1";  ///< Loopback unless the user says otherwise.
    int adminPort = 0;                    ///< 0: the proxy chooses; read it with --admin-address-path.
};

/// Returns a v3 bootstrap (YAML) that takes everything from one ADS stream; for Envoy and the bundled proxy alike
/// (protocols A7: node id and cluster, the xDS cluster static and HTTP/2).
std::string toYaml(const AdsBootstrap& bootstrap);

} // namespace model::xport
