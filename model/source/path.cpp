#include "model/source/path.h"

namespace model::source::path {

std::string field(std::string_view parent, std::string_view name)
{
    std::string result;
    result.reserve(parent.size() + 1 + name.size());
    result += parent;
    if (!parent.empty()) result += '.';
    result += name;
    return result;
}

std::string index(std::string_view parent, int i) { return std::string(parent) + '[' + std::to_string(i) + ']'; }

std::string key(std::string_view parent, std::string_view mapKey)
{
    std::string result(parent);
    result += "[\"";
    for (const char c : mapKey) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result += "\"]";
}

namespace {

/// Reads `["key"]` or `[3]` at `at`; false when it is neither.
bool readBracket(std::string_view path, std::size_t& at, Segment& segment)
{
    ++at;
    if (at < path.size() && path[at] == '"') {
        segment.kind = Segment::Kind::Key;
        for (++at; at < path.size() && path[at] != '"'; ++at) {
            if (path[at] == '\\' && ++at == path.size()) return false;
            segment.name += path[at];
        }
        if (at++ >= path.size()) return false;
    } else {
        segment.kind = Segment::Kind::Index;
        const std::size_t begin = at;
        for (segment.index = 0; at < path.size() && path[at] >= '0' && path[at] <= '9' && at - begin < 9; ++at)
            segment.index = segment.index * 10 + (path[at] - '0');
        if (at == begin) return false;
    }
    return at < path.size() && path[at++] == ']';
}

} // namespace

std::vector<Segment> split(std::string_view path)
{
    std::vector<Segment> segments;
    for (std::size_t at = 0; at < path.size();) {
        Segment segment;
        if (path[at] == '[') {
            if (!readBracket(path, at, segment)) return {};
        } else {
            if (at > 0 && path[at++] != '.') return {};
            const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
            if (end == at) return {};
            segment.name = path.substr(at, end - at);
            at = end;
        }
        segments.push_back(std::move(segment));
    }
    return segments;
}

std::string join(const std::vector<Segment>& segments)
{
    std::string result;
    for (const Segment& segment : segments) {
        switch (segment.kind) {
        case Segment::Kind::Field: result = field(result, segment.name); break;
        case Segment::Kind::Index: result = index(result, segment.index); break;
        case Segment::Kind::Key: result = key(result, segment.name); break;
        }
    }
    return result;
}

std::string parent(std::string_view path)
{
    std::vector<Segment> segments = split(path);
    if (segments.empty()) return {};
    segments.pop_back();
    return join(segments);
}

bool isWithin(std::string_view path, std::string_view ancestor)
{
    if (ancestor.empty()) return true;
    if (!path.starts_with(ancestor)) return false;
    return path.size() == ancestor.size() || path[ancestor.size()] == '.' || path[ancestor.size()] == '[';
}

} // namespace model::source::path
