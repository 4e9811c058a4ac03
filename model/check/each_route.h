// Walks over the routes of route tables. For the rules.
#pragma once

#include "model/check/facts.h"

namespace model::check {

/// Calls `use(route, path, host)` for every route of every virtual host of the table.
template <class F> void eachRoute(const Table& table, F&& use)
{
    for (int h = 0; h < table.message->virtual_hosts_size(); ++h) {
        const auto& host = table.message->virtual_hosts(h);
        const std::string place = item(table.path, "virtual_hosts", h);
        for (int i = 0; i < host.routes_size(); ++i) use(host.routes(i), item(place, "routes", i), host);
    }
}

/// Calls `use(route, path, table, host)` for every route of every table.
template <class F> void eachRoute(const Facts& facts, F&& use)
{
    for (const Table& table : facts.tables)
        eachRoute(table, [&](const auto& route, const std::string& place, const auto& host) {
            use(route, place, table, host);
        });
}

} // namespace model::check
