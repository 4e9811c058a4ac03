// Turns a RouteConfiguration into a RouteTable.
#pragma once

#include "model/route/route.h"

namespace model::route {

/// Fills one RouteTable; used once.
class RouteTableBuilder {
public:
    explicit RouteTableBuilder(const envoy::config::route::v3::RouteConfiguration& config);
    Result<std::shared_ptr<const RouteTable>> build();

private:
    Result<void> addHost(const envoy::config::route::v3::VirtualHost& config);
    Result<void> addDomain(const std::string& domain, const VirtualHost& host);
    Result<void> addRoute(VirtualHost& host, const envoy::config::route::v3::Route& config, const std::string& where);
    Result<void> setPath(Route& route, const envoy::config::route::v3::RouteMatch& match, const std::string& where);
    Result<void> setWeights(Route& route, const std::string& where);
    static void index(VirtualHost& host);

    std::shared_ptr<RouteTable> m_table;
};

} // namespace model::route
