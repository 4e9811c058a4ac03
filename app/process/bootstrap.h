// The bootstrap that makes a proxy a client of the control plane.
#pragma once

#include <string>

namespace app::process {

struct AdsBootstrap {
    std::string node;    ///< node.id, and the name of the proxy here.
    std::string cluster; ///< node.cluster; empty: same as node.
    std::string controlPlaneHost = "127.0.0.1";
    int controlPlanePort = 0;
    std::string adminHost = "127.0.0.1";
    int adminPort = 0; ///< 0: the proxy chooses (--admin-address-path tells which).
};

/// YAML of a v3 bootstrap with ADS, state of the world (protocols A7). Real Envoys take it as well.
std::string adsBootstrap(const AdsBootstrap& options);

} // namespace app::process
