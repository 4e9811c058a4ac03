#include "model/route/path_index.h"

#include <algorithm>

namespace model::route {

void PathIndex::finish()
{
    for (auto& [text, positions] : m_building) m_keys.push_back({text, std::move(positions), -1});
    m_building.clear();
    std::sort(m_keys.begin(), m_keys.end(), [](const Key& a, const Key& b) { return a.text < b.text; });
    for (std::size_t i = 1; i < m_keys.size(); ++i) {
        int candidate = static_cast<int>(i) - 1;
        while (candidate >= 0 &&
               !std::string_view(m_keys[i].text).starts_with(m_keys[static_cast<std::size_t>(candidate)].text))
            candidate = m_keys[static_cast<std::size_t>(candidate)].parent;
        m_keys[i].parent = candidate;
    }
}

void PathIndex::collect(std::string_view path, std::vector<const Positions*>& lists) const
{
    if (const auto exact = m_exact.find(path); exact != m_exact.end()) lists.push_back(&exact->second);
    const auto after = std::upper_bound(m_keys.begin(), m_keys.end(), path,
                                        [](std::string_view text, const Key& key) { return text < key.text; });
    if (after == m_keys.begin()) return;
    int at = static_cast<int>(after - m_keys.begin()) - 1;
    const std::string& found = m_keys[static_cast<std::size_t>(at)].text;
    const std::size_t limit = std::min(found.size(), path.size());
    std::size_t shared = 0;
    while (shared < limit && found[shared] == path[shared]) ++shared;
    for (; at >= 0; at = m_keys[static_cast<std::size_t>(at)].parent) {
        const Key& key = m_keys[static_cast<std::size_t>(at)];
        if (key.text.size() <= shared) lists.push_back(&key.positions);
    }
}

} // namespace model::route
