// Where the parts of a YAML text end, which yaml-cpp does not tell: found in the text itself. For yaml.cpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace model::source {

/// Offset of the first character from `at` that is neither blank nor comment.
std::size_t skipBlanks(std::string_view text, std::size_t at);
/// Behind a word such as an anchor's name.
std::size_t skipWord(std::string_view text, std::size_t at);
/// Behind `&anchor` and `!tag`.
std::size_t skipProperties(std::string_view text, std::size_t at);
/// End of the plain scalar at `at` that was read as `value`.
std::size_t endOfPlain(std::string_view text, std::size_t at, std::string_view value);
/// Behind the closing quote of the scalar whose opening quote stands at `at`.
std::size_t endOfQuoted(std::string_view text, std::size_t at);
/// `parentIndent`: column of the enclosing block collection, -1 at the root.
std::size_t endOfBlockScalar(std::string_view text, std::size_t at, int parentIndent);

} // namespace model::source
