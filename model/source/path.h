// Field paths: how findings, forms, graph nodes and splices name a place in a configuration.
//
// "static_resources.listeners[0].filter_chains[0].filters[1].typed_config.route_config.virtual_hosts[0]"
// Segments are proto field names (snake_case, whatever spelling the text has); lists have [index from 0]; map entries
// have ["key"] with \" and \\ escaped; a typed_config's fields follow it directly. The empty path is the document's root.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace model::source::path {

std::string field(std::string_view parent, std::string_view name);
std::string index(std::string_view parent, int i);
std::string key(std::string_view parent, std::string_view mapKey);

/// One step of a path.
struct Segment {
    enum class Kind { Field, Index, Key } kind = Kind::Field;
    std::string name; ///< Field or Key.
    int index = -1;   ///< Index.
    friend bool operator==(const Segment&, const Segment&) = default;
};

/// Returns the steps from the root; empty for the empty path or one that is malformed.
std::vector<Segment> split(std::string_view path);
std::string join(const std::vector<Segment>& segments);
/// Returns the path without its last step.
std::string parent(std::string_view path);
/// True when `path` is `ancestor` or below it.
bool isWithin(std::string_view path, std::string_view ancestor);

} // namespace model::source::path
