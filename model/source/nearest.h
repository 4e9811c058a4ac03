// Nearest names by edit distance: what a misspelt word was meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace model::source {

/// Number of letters to insert, remove, replace or swap; stops counting above `limit`.
int editDistance(std::string_view a, std::string_view b, int limit);
/// Returns the nearest of `names`, or an empty string when none is near (a third of its letters wrong).
std::string nearest(std::string_view word, const std::vector<std::string_view>& names);

} // namespace model::source
