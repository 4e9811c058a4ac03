// Tokens: the colours and glyphs of resources/themes/tokens.json, for programs without a display.
#pragma once

#include <string>
#include <string_view>

namespace model::graph {

/// One theme, read from the program's own copy of the file; any thread. Unknown names give "" (a test asks all of them).
class Tokens {
public:
    explicit Tokens(std::string theme) : m_theme(std::move(theme)) {}
    /// "canvas", "kind/route", "severity/error".
    std::string colour(std::string_view name) const;
    /// SVG elements of a 16 by 16 glyph.
    std::string glyph(std::string_view name) const;
    static bool hasTheme(std::string_view name);

private:
    std::string m_theme;
};

} // namespace model::graph
