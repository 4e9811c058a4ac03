// What one document configures, as messages of the generated C++ types, each with its field path in the document.
#pragma once

#ifndef Q_MOC_RUN // Qt's moc cannot parse generated enumerations
#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"
#endif

#include <optional>
#include <string>
#include <vector>

namespace model::source {

/// A resource and where it stands ("static_resources.listeners[0]", "resources[2]").
template <class T> struct Placed {
    T message;
    std::string path;
    bool isStatic = true; ///< Of a bootstrap's static_resources; false: of an xDS file or a dump's dynamic part.
};

/// All resources of one proxy's configuration. A bootstrap, an xDS resource file and a config_dump all become this.
struct ConfigSet {
    std::optional<envoy::config::bootstrap::v3::Bootstrap> bootstrap; ///< Absent for pieces.
    std::vector<Placed<envoy::config::listener::v3::Listener>> listeners;
    std::vector<Placed<envoy::config::cluster::v3::Cluster>> clusters;
    std::vector<Placed<envoy::config::route::v3::RouteConfiguration>> routes;
    std::vector<Placed<envoy::config::endpoint::v3::ClusterLoadAssignment>> assignments;
    std::vector<Placed<envoy::extensions::transport_sockets::tls::v3::Secret>> secrets;
};

} // namespace model::source
