// What the control plane delivered and what became of it; one value, copied out for the admin pages.
#pragma once

#include "proxy/runtime/config.h"

#include <google/protobuf/any.pb.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace proxy::xds {

using Clock = std::chrono::system_clock;

/// A resource that is in force or warming.
template <class T> struct Delivered {
    T message;
    std::string version;
    Clock::time_point updated;
    std::chrono::steady_clock::time_point deadline; ///< Warming: given up then, or never at max().
};

/// The last refused version of a listener or cluster, as config_dump shows it.
struct Refused {
    google::protobuf::Any message;
    std::string version;
    std::string details;
    Clock::time_point attempted;
};

/// Active and warming versions of the resources of one type, by name.
template <class T> struct Store {
    std::map<std::string, Delivered<T>> active;
    std::map<std::string, Delivered<T>> warming;
    std::map<std::string, Refused> refused;
    std::string version; ///< Of the last response, accepted or not.
};

/// Everything the ADS client knows. A copy is a snapshot.
struct State {
    Store<envoy::config::cluster::v3::Cluster> clusters;
    Store<envoy::config::listener::v3::Listener> listeners;
    Store<envoy::config::route::v3::RouteConfiguration> routes;
    Store<envoy::config::endpoint::v3::ClusterLoadAssignment> assignments;
    bool connected = false;
    bool clustersReady = false; ///< The first clusters are there, or given up: listeners are asked for.

    /// The active resources, to be compiled.
    runtime::Resources resources() const;
    /// Names that active and warming clusters want from EDS, and listeners from RDS.
    std::set<std::string> wantedAssignments() const;
    std::set<std::string> wantedRoutes() const;
    /// What statistics of route configurations begin with, "http.PREFIX.rds.NAME."; one per HTTP prefix that takes it.
    std::set<std::string> rdsScopes(const std::set<std::string>& names) const;
    /// Likewise of assignments: "cluster.NAME.".
    std::set<std::string> edsScopes(const std::set<std::string>& names) const;
};

/// Service name of an EDS cluster; empty for others.
std::string edsName(const envoy::config::cluster::v3::Cluster& cluster);
/// The route configurations that a listener takes from RDS.
std::set<std::string> rdsNames(const envoy::config::listener::v3::Listener& listener);
/// Likewise, each with the HTTP prefix that uses it.
std::set<std::pair<std::string, std::string>> rdsUses(const envoy::config::listener::v3::Listener& listener);

/// The sources of these.
std::vector<envoy::config::core::v3::ConfigSource> rdsSources(const envoy::config::listener::v3::Listener& listener);

} // namespace proxy::xds
