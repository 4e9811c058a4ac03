#include "model/source/lines.h"

#include <algorithm>
#include <cstring>

namespace model::source {
namespace {

bool startsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

} // namespace

std::vector<std::size_t> lineStarts(std::string_view text)
{
    std::vector<std::size_t> starts{0};
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        starts.push_back(at + 1);
    return starts;
}

Position positionAt(std::string_view text, const std::vector<std::size_t>& starts, std::size_t offset)
{
    offset = std::min(offset, text.size());
    const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
    const std::size_t start = *(after - 1);
    const std::string_view before = text.substr(start, offset - start);
    const auto column = std::count_if(before.begin(), before.end(), startsCodePoint);
    return {offset, static_cast<int>(after - starts.begin()), static_cast<int>(column) + 1};
}

namespace {
constexpr std::size_t stride = 1024;

std::size_t codePoints(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), startsCodePoint));
}
} // namespace

Lines::Lines(std::string_view text) : m_text(text), m_starts(lineStarts(text))
{
    m_points.push_back(0);
    for (std::size_t at = 0; at + stride <= text.size(); at += stride)
        m_points.push_back(m_points.back() + codePoints(text.substr(at, stride)));
}

std::size_t Lines::pointsBefore(std::size_t offset) const
{
    const std::size_t step = offset / stride;
    return m_points[step] + codePoints(m_text.substr(step * stride, offset - step * stride));
}

Position Lines::at(std::size_t offset) const
{
    offset = std::min(offset, m_text.size());
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), offset);
    const std::size_t start = *(after - 1);
    const std::size_t column = offset - start < stride ? codePoints(m_text.substr(start, offset - start))
                                                       : pointsBefore(offset) - pointsBefore(start);
    return {offset, static_cast<int>(after - m_starts.begin()), static_cast<int>(column) + 1};
}

std::size_t offsetAt(std::string_view text, const std::vector<std::size_t>& starts, int line, int column)
{
    const std::size_t row = static_cast<std::size_t>(std::clamp(line, 1, static_cast<int>(starts.size()))) - 1;
    std::size_t at = starts[row];
    const std::size_t next = row + 1 < starts.size() ? starts[row + 1] - 1 : text.size();
    for (int left = column - 1; left > 0 && at < next; --left) {
        ++at;
        while (at < next && !startsCodePoint(text[at])) ++at;
    }
    return at;
}

} // namespace model::source
