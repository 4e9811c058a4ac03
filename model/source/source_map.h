// Source map: field path <-> stretch of text, in both directions.
#pragma once

#include "model/base/position.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace model::source {

/// Where one field stands.
struct Place {
    Range key;           ///< Of the field's name as written; unknown for list items and the root.
    Range value;         ///< Of its value.
    bool shared = false; ///< Inside an alias: the text stands at the anchor, other paths have it too.
};

/// Immutable once loaded; any thread.
class SourceMap {
public:
    void add(std::string path, Place place) { m_places.insert_or_assign(std::move(path), place); }
    /// Same for a path that comes behind all others in the map's order; constant time.
    void append(std::string path, Place place) { m_places.emplace_hint(m_places.end(), std::move(path), place); }

    std::optional<Place> find(std::string_view path) const;
    /// Range to mark for `path`: its key if it has one, else its value; the nearest ancestor's when it is not written.
    Range rangeFor(std::string_view path) const;
    /// The deepest path whose key or value covers `offset`; empty when none does.
    std::string pathAt(std::size_t offset) const;
    const std::map<std::string, Place, std::less<>>& places() const { return m_places; }

private:
    std::map<std::string, Place, std::less<>> m_places;
};

} // namespace model::source
