// Damerau's distance (neighbours swapped count once) over three rows, cut off at a limit: O(length^2) at worst.
#include "model/source/nearest.h"

#include <algorithm>
#include <cstdlib>

namespace model::source {
namespace {

std::string folded(std::string_view word)
{
    std::string result;
    for (const char c : word)
        if (c != '_' && c != '-') result += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return result;
}

} // namespace

int editDistance(std::string_view a, std::string_view b, int limit)
{
    if (std::abs(static_cast<int>(a.size()) - static_cast<int>(b.size())) > limit) return limit + 1;
    std::vector<int> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = static_cast<int>(i);
        int best = now[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
            best = std::min(best, now[j]);
        }
        if (best > limit) return limit + 1;
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& names)
{
    const std::string wanted = folded(word.substr(0, 200));
    int limit = std::max(1, static_cast<int>(wanted.size()) / 3);
    std::string best;
    for (const std::string_view name : names) {
        const int distance = editDistance(wanted, folded(name), limit);
        if (distance > limit || (distance == limit && !best.empty())) continue;
        limit = distance;
        best = name;
    }
    return best;
}

} // namespace model::source
