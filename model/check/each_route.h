// Walks over the routes of route tables. For the rules.
#pragma once

#include "model/check/facts.h"

#include <string>
#include <string_view>

namespace model::check {

/// Path of a route, written out when it is first asked for: most rules look at most routes and say nothing.
class RoutePlace {
public:
    RoutePlace(const std::string& host, int index) : m_host(host), m_index(index) {}
    operator const std::string&() const
    {
        if (m_path.empty()) m_path = item(m_host, "routes", m_index);
        return m_path;
    }
    operator std::string_view() const { return static_cast<const std::string&>(*this); }

private:
    const std::string& m_host;
    int m_index;
    mutable std::string m_path;
};

/// Calls `use(route, place, host)` for every route of every virtual host of the table.
template <class F> void eachRoute(const Table& table, F&& use)
{
    for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
        const auto& host = table.message->virtual_hosts(h);
        const std::string place = item(table.path, "virtual_hosts", h);
        for (int i = 0; i < host.routes_size(); ++i) use(host.routes(i), RoutePlace(place, i), host);
    }
}

/// Calls `use(route, place, table, host)` for every route of every table.
template <class F> void eachRoute(const Facts& facts, F&& use)
{
    for (const Table& table : facts.tables)
        eachRoute(table, [&](const auto& route, const RoutePlace& place, const auto& host) {
            use(route, place, table, host);
        });
}

/// Path of what the route does: there a route is shown of which some or all requests get nowhere.
std::string actionOf(const envoy::config::route::v3::Route& route, const std::string& place);

/// Whether no request is left for a route behind this one.
bool takesEverything(const envoy::config::route::v3::Route& route);

} // namespace model::check
