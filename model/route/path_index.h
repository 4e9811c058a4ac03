// An index that finds, among many routes in order, the first whose path fits.
//
// Terms: a key is a prefix or path_separated_prefix of a route. Keys are sorted; the parent of a key is the longest other
// key that is its proper prefix.
// 1. The greatest key not after the request's path is found by binary search. Every key that is a prefix of the path is
//    that key or one of its ancestors, since all keys between a prefix of the path and the path begin with that prefix.
// 2. An ancestor is a prefix of the path exactly when it is no longer than what the found key and the path share.
// 3. Each key has the ascending positions of its routes; exact paths have theirs in a hash table; what cannot be indexed
//    (regular expressions) is one more list. The lists are merged, lowest position first, until a route accepts.
// Cost: O(log keys + nesting of prefixes + candidates). A trie would walk every character of the path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace model::route {

/// Lets string_view look up in a hash table of strings.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// Built once, then read by any thread. Positions must be added in ascending order.
class PathIndex {
public:
    using Positions = std::vector<std::uint32_t>;

    void addPrefix(const std::string& key, std::uint32_t position) { m_building[key].push_back(position); }
    void addExact(const std::string& path, std::uint32_t position) { m_exact[path].push_back(position); }
    /// Ends building.
    void finish();
    bool isEmpty() const { return m_keys.empty() && m_exact.empty(); }

    /// Appends to `lists` every list whose routes may fit `path`.
    void collect(std::string_view path, std::vector<const Positions*>& lists) const;

private:
    struct Key {
        std::string text;
        Positions positions;
        int parent = -1;
    };
    std::unordered_map<std::string, Positions, TextHash, std::equal_to<>> m_building;
    std::unordered_map<std::string, Positions, TextHash, std::equal_to<>> m_exact;
    std::vector<Key> m_keys;
};

/// Calls `accept(position)` for the positions of all lists, lowest first, until it returns true; returns that position
/// or -1. Lists are few, so the lowest head is found by looking at all.
template <class Accept> std::int64_t firstAccepted(const std::vector<const PathIndex::Positions*>& lists, Accept accept)
{
    thread_local std::vector<std::size_t> heads;
    heads.assign(lists.size(), 0);
    for (;;) {
        std::size_t best = lists.size();
        for (std::size_t i = 0; i < lists.size(); ++i) {
            if (heads[i] == lists[i]->size()) continue;
            if (best == lists.size() || (*lists[i])[heads[i]] < (*lists[best])[heads[best]]) best = i;
        }
        if (best == lists.size()) return -1;
        const std::uint32_t position = (*lists[best])[heads[best]++];
        if (accept(position)) return position;
    }
}

} // namespace model::route
