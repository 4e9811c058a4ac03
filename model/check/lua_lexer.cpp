#include "model/check/lua_lexer.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace model::check {
namespace {

bool isWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isKeyword(std::string_view word)
{
    constexpr std::array<std::string_view, 21> words = {
        "and",   "break", "do",  "else", "elseif", "end",    "false", "for",  "function", "if",   "in",
        "local", "nil",   "not", "or",   "repeat", "return", "then",  "true", "until",    "while"};
    return std::ranges::find(words, word) != words.end();
}

} // namespace

void LuaLexer::fail(std::string message, const LuaToken& near)
{
    if (m_error) return;
    m_error = {near.line, fmt::format("{} near '{}'", message, near.text), near.at};
    if (near.kind == LuaToken::Kind::End) m_error.message = fmt::format("{} near '<eof>'", message);
    m_at = m_script.size();
}

LuaToken LuaLexer::token(LuaToken::Kind kind, std::size_t begin) const
{
    return {kind, m_script.substr(begin, m_at - begin), m_line, begin};
}

int LuaLexer::longBracket() const
{
    if (peek() != '[') return -1;
    std::size_t level = 0;
    while (peek(1 + level) == '=') ++level;
    return peek(1 + level) == '[' ? static_cast<int>(level) : -1;
}

bool LuaLexer::skipLong(int level)
{
    const std::string end = "]" + std::string(static_cast<std::size_t>(level), '=') + "]";
    const std::size_t close = m_script.find(end, m_at);
    const std::size_t stop = close == std::string_view::npos ? m_script.size() : close + end.size();
    m_line += static_cast<int>(
        std::count(m_script.begin() + static_cast<long>(m_at), m_script.begin() + static_cast<long>(stop), '\n'));
    m_at = stop;
    return close != std::string_view::npos;
}

void LuaLexer::skipComment()
{
    const std::size_t begin = m_at;
    m_at += 2;
    if (const int level = longBracket(); level >= 0) {
        if (!skipLong(level)) failHere("unfinished long comment", begin);
        return;
    }
    while (!isAtEnd() && peek() != '\n') ++m_at;
}

void LuaLexer::skipBlanks()
{
    if (m_at == 0 && peek() == '#') // as of a program file
        while (!isAtEnd() && peek() != '\n') ++m_at;
    while (!isAtEnd()) {
        if (peek() == '\n') ++m_line;
        if (std::isspace(static_cast<unsigned char>(peek())) != 0) ++m_at;
        else if (peek() == '-' && peek(1) == '-') skipComment();
        else return;
    }
}

LuaToken LuaLexer::number()
{
    static const RE2 form("0[xX]([0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?([uU]?[lL][lL]|i|I)?|"
                          "0[bB][01]+([uU]?[lL][lL])?|"
                          "([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?([uU]?[lL][lL]|i|I)?");
    const std::size_t begin = m_at;
    const bool isHex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    while (isWord(peek()) || peek() == '.') {
        const char c = static_cast<char>(std::tolower(static_cast<unsigned char>(peek())));
        ++m_at;
        if (c == (isHex ? 'p' : 'e') && (peek() == '+' || peek() == '-')) ++m_at;
    }
    const LuaToken made = token(LuaToken::Kind::Number, begin);
    if (!RE2::FullMatch(re2::StringPiece(made.text.data(), made.text.size()), form)) fail("malformed number", made);
    return made;
}

/// What follows a backslash inside quotes; false when it is nothing that is known.
bool LuaLexer::escape()
{
    const char c = peek();
    if (c == '\n') ++m_line;
    if (c == 'z')
        while (std::isspace(static_cast<unsigned char>(peek(1))) != 0) {
            m_line += peek(1) == '\n';
            ++m_at;
        }
    if (c == 'x') {
        if (std::isxdigit(static_cast<unsigned char>(peek(1))) == 0 ||
            std::isxdigit(static_cast<unsigned char>(peek(2))) == 0)
            return false;
        m_at += 2;
    }
    const bool known = isDigit(c) || std::string_view("abfnrtvxzu\\\"'\n\r").find(c) != std::string_view::npos;
    if (known) ++m_at;
    return known;
}

LuaToken LuaLexer::quoted(char quote)
{
    const std::size_t begin = m_at++;
    while (peek() != quote) {
        if (isAtEnd() || peek() == '\n') {
            failHere("unfinished string", begin);
            return token(LuaToken::Kind::End, begin);
        }
        if (peek() != '\\') ++m_at;
        else if (++m_at; !escape()) {
            failHere("invalid escape sequence", begin);
            return token(LuaToken::Kind::End, begin);
        }
    }
    ++m_at;
    return token(LuaToken::Kind::String, begin);
}

LuaToken LuaLexer::next()
{
    skipBlanks();
    const std::size_t begin = m_at;
    if (isAtEnd()) return {LuaToken::Kind::End, "<eof>", m_line, m_script.size()};
    if (isDigit(peek()) || (peek() == '.' && isDigit(peek(1)))) return number();
    if (isWord(peek())) {
        while (isWord(peek())) ++m_at;
        const LuaToken word = token(LuaToken::Kind::Name, begin);
        return isKeyword(word.text) ? token(LuaToken::Kind::Keyword, begin) : word;
    }
    if (peek() == '"' || peek() == '\'') return quoted(peek());
    if (const int level = longBracket(); level >= 0) {
        if (!skipLong(level)) failHere("unfinished long string", begin);
        return token(LuaToken::Kind::String, begin);
    }
    for (const std::string_view sign : {"...", "..", "==", "~=", "<=", ">=", "::"})
        if (m_script.substr(m_at, sign.size()) == sign) {
            m_at += sign.size();
            return token(LuaToken::Kind::Sign, begin);
        }
    ++m_at;
    return token(LuaToken::Kind::Sign, begin);
}

} // namespace model::check
