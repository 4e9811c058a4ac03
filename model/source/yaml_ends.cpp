#include "model/source/yaml_ends.h"

#include <algorithm>

namespace model::source {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

} // namespace

std::size_t skipBlanks(std::string_view text, std::size_t at)
{
    while (at < text.size()) {
        if (isBlank(text[at])) ++at;
        else if (text[at] == '#' && (at == 0 || isBlank(text[at - 1]))) at = std::min(text.find('\n', at), text.size());
        else break;
    }
    return at;
}

std::size_t skipWord(std::string_view text, std::size_t at)
{
    while (at < text.size() && !isBlank(text[at]) && std::string_view(",[]{}").find(text[at]) == std::string_view::npos)
        ++at;
    return at;
}

std::size_t skipProperties(std::string_view text, std::size_t at)
{
    while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
        at = text.substr(at).starts_with("!<") ? std::min(text.find('>', at), text.size() - 1) + 1
                                               : skipWord(text, at + 1);
        at = skipBlanks(text, at);
    }
    return at;
}

std::size_t endOfPlain(std::string_view text, std::size_t at, std::string_view value)
{
    std::size_t end = at;
    for (const char c : value) {
        if (isBlank(c)) continue;
        while (at < text.size() && isBlank(text[at])) ++at;
        if (at >= text.size() || text[at] != c) return end;
        end = ++at;
    }
    return end;
}

std::size_t endOfQuoted(std::string_view text, std::size_t at)
{
    const char quote = text[at++];
    for (; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') ++at;
        else if (text[at] == quote) {
            if (quote == '"' || at + 1 >= text.size() || text[at + 1] != '\'') return at + 1;
            ++at;
        }
    }
    return text.size();
}

std::size_t endOfBlockScalar(std::string_view text, std::size_t at, int parentIndent)
{
    std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view header = text.substr(at, end - at);
    const std::size_t digit = header.substr(0, 3).find_first_of("123456789");
    int indent = digit == std::string_view::npos ? 0 : std::max(parentIndent, 0) + (header[digit] - '0');
    const bool keep = header.substr(0, 3).find('+') != std::string_view::npos;
    std::size_t blankEnd = end;
    for (std::size_t line = end + 1; line < text.size();) {
        const std::size_t next = std::min(text.find('\n', line), text.size());
        const std::size_t first = std::min(text.find_first_not_of(" \r", line), next);
        if (first < next) {
            const int column = static_cast<int>(first - line);
            if (indent == 0) indent = std::max(column, parentIndent + 1);
            if (column < std::max(indent, 1)) break;
            end = blankEnd = next;
        } else {
            blankEnd = next;
        }
        line = next + 1;
    }
    if (keep) end = blankEnd;
    if (end > 0 && text[end - 1] == '\r') --end;
    return end;
}

} // namespace model::source
