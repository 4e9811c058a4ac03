// Compiles clusters; part of compile.cpp's work.
#pragma once

#include "proxy/runtime/config.h"

namespace proxy::runtime {

/// A cluster of its message. Hosts of EDS are not there yet, those of DNS are the ones of `before` (may be nullptr).
model::Result<std::shared_ptr<Cluster>> compileCluster(const envoy::config::cluster::v3::Cluster& message,
                                                       unsigned workers, const Cluster* before);
/// Adds the hosts of an assignment; hosts that `before` had keep their counters.
model::Result<void> fillHosts(Cluster& cluster, const envoy::config::endpoint::v3::ClusterLoadAssignment& assignment,
                              unsigned workers, const Cluster* before);
/// Refuses HTTP/2 for any cluster but the control plane's.
model::Result<void> spoken(const envoy::config::cluster::v3::Cluster& message, const std::string& controlPlane);

} // namespace proxy::runtime
