// The find bar's language: words that all have to hold for a node.
#pragma once

#include "model/graph/graph.h"

#include <QString>

#include <set>
#include <string>

namespace ui {

/// What a find text means for a graph.
struct FindResult {
    enum class State { Empty, Valid, Incomplete, Wrong } state = State::Empty;
    QString reason;            ///< Why it is incomplete or wrong.
    std::set<std::string> ids; ///< Of the nodes that match.
};

/// Words: plain text (in title, subtitle or resource), kind:, name:, proxy:, cluster:, path:, type:, port:, uses:,
/// reaches:, tls, retry, timeout, weight, unresolved, problem; "-" or "not" before a word negates it, all must hold.
FindResult findNodes(const model::graph::Graph& graph, const QString& text,
                     const std::set<std::string>& problemIds = {});

} // namespace ui
