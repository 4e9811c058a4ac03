#include "model/source/source_map.h"

#include "model/source/path.h"

namespace model::source {
namespace {

bool covers(const Range& range, std::size_t offset)
{
    return range.isKnown() && range.begin.offset <= offset && offset <= range.end.offset;
}

} // namespace

std::optional<Place> SourceMap::find(std::string_view path) const
{
    const auto found = m_places.find(path);
    if (found == m_places.end()) return std::nullopt;
    return found->second;
}

Range SourceMap::rangeFor(std::string_view path) const
{
    for (std::string at(path);; at = path::parent(at)) {
        if (const auto found = m_places.find(at); found != m_places.end())
            return found->second.key.isKnown() ? found->second.key : found->second.value;
        if (at.empty()) return {};
    }
}

std::string SourceMap::pathAt(std::size_t offset) const
{
    const std::pair<const std::string, Place>* best = nullptr;
    std::size_t bestLength = 0;
    for (const auto& place : m_places) {
        for (const Range& range : {place.second.key, place.second.value}) {
            if (!covers(range, offset)) continue;
            const std::size_t length = range.length();
            if (best != nullptr && (length > bestLength || (length == bestLength && place.second.shared))) continue;
            best = &place;
            bestLength = length;
        }
    }
    return best == nullptr ? std::string() : best->first;
}

} // namespace model::source
