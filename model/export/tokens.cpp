#include "model/export/tokens.h"

#include "tokens_text.h"

#include <simdjson.h>

namespace model::graph {
namespace {

/// The parsed file; the parser owns what the element refers to.
struct Document {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    Document() { root = parser.parse(std::string_view(tokensText)).value_unsafe(); }
};

std::string textAt(const std::string& pointer)
{
    static const Document document;
    std::string_view text;
    if (document.root.at_pointer(pointer).get(text) != simdjson::SUCCESS) return {};
    return std::string(text);
}

} // namespace

std::string Tokens::colour(std::string_view name) const
{
    return textAt("/themes/" + m_theme + '/' + std::string(name));
}

std::string Tokens::glyph(std::string_view name) const { return textAt("/icons/paths/" + std::string(name)); }

bool Tokens::hasTheme(std::string_view name) { return !Tokens(std::string(name)).colour("canvas").empty(); }

} // namespace model::graph
