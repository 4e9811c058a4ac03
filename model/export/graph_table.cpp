#include "model/export/graph_text.h"

#include "model/export/svg_text.h"

#include <algorithm>
#include <array>

namespace model::graph {
namespace {

constexpr std::array headings{"PROXY",   "LISTENER", "CHAIN",   "ROUTES",   "VIRTUAL HOST",
                              "DOMAINS", "ROUTE",    "CLUSTER", "ENDPOINTS"};
using Row = std::array<std::string, headings.size()>;

/// Characters, not bytes; continuation bytes of UTF-8 do not count.
std::size_t length(const std::string& text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

Row rowOf(const Chain& c)
{
    Row row{c.proxy,   c.listener, c.filterChain, c.routeConfiguration, c.virtualHost,
            c.domains, c.route,    c.cluster,     c.endpoints};
    for (std::string& cell : row) cell = cell.empty() ? "-" : cleaned(cell);
    return row;
}

} // namespace

std::string toTable(const std::vector<Chain>& chains)
{
    std::vector<Row> rows(1);
    std::ranges::copy(headings, rows[0].begin());
    for (const Chain& chain : chains) rows.push_back(rowOf(chain));
    std::array<std::size_t, headings.size()> widths{};
    for (const Row& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], length(row[c]));
    std::string table;
    for (const Row& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            table += row[c];
            if (c + 1 < row.size()) table.append(widths[c] - length(row[c]) + 2, ' ');
        }
        table += '\n';
    }
    return table;
}

} // namespace model::graph
