#include "model/check/place.h"

#include "model/source/path.h"

#include <cctype>
#include <optional>
#include <string>

namespace model::check {
namespace {

using source::Place;
using source::SourceMap;

bool isAny(const SourceMap& map, std::string_view path) { return map.find(std::string(path) + ".@type").has_value(); }

bool isOneLine(const Range& range) { return range.begin.line == range.end.line; }

/// The line of a typed_config by which it is shown.
Range insideOf(const SourceMap& map, const std::string& any)
{
    const std::string head = any + ".";
    std::optional<Place> type, scalar, oneLine;
    for (auto at = map.places().lower_bound(head); at != map.places().end() && at->first.starts_with(head); ++at) {
        const std::string_view name = std::string_view(at->first).substr(head.size());
        if (name.find_first_of(".[") != std::string_view::npos) continue;
        const Place& place = at->second;
        const bool isPlain = map.places().upper_bound(at->first) == map.places().end() ||
                             !source::path::isWithin(map.places().upper_bound(at->first)->first, at->first);
        const auto takeLater = [&](std::optional<Place>& best) {
            if (!best || best->key.begin.offset < place.key.begin.offset) best = place;
        };
        if (name == "@type") type = place;
        else if (isPlain && isOneLine(place.value)) takeLater(scalar);
        else if (isOneLine(place.value)) takeLater(oneLine);
    }
    const auto& best = scalar ? scalar : oneLine ? oneLine : type;
    return best ? best->key : Range();
}

bool isWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool speaksOf(std::string_view line, std::string_view word)
{
    for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !isWordCharacter(line[at - 1])) && (end == line.size() || !isWordCharacter(line[end])))
            return true;
    }
    return false;
}

/// A line with nothing but a comment, inside `within` or straight behind it, that has the field's name.
Range commentOn(const source::Revision& revision, const Range& within, std::string_view field)
{
    const std::string& text = revision.text();
    std::size_t at = within.begin.offset;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        const std::size_t first = line.find_first_not_of(" \t");
        const bool isComment = first != std::string_view::npos && line[first] == '#';
        if (isComment && speaksOf(line, field)) return {revision.position(at + first), revision.position(end)};
        if (at > within.end.offset && !isComment) break;
        at = end + 1;
    }
    return {};
}

} // namespace

Range placeOf(const source::Revision& revision, std::string_view path)
{
    const SourceMap& map = revision.map();
    if (map.find(path)) {
        const Range inside = isAny(map, path) && !path.ends_with(']') ? insideOf(map, std::string(path)) : Range();
        return inside.isKnown() ? inside : map.rangeFor(path);
    }
    const std::string parent = source::path::parent(path);
    const auto owner = map.find(parent);
    if (!owner) return path.empty() ? Range() : placeOf(revision, parent);
    const auto steps = source::path::split(path);
    if (!steps.empty() && steps.back().kind == source::path::Segment::Kind::Field) {
        const Range comment = commentOn(revision, owner->value, steps.back().name);
        if (comment.isKnown()) return comment;
    }
    const Range inside = isAny(map, parent) ? insideOf(map, parent) : Range();
    return inside.isKnown() ? inside : placeOf(revision, parent);
}

} // namespace model::check
