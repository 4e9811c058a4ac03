// Splits a Lua script into tokens. For lua_syntax.cpp.
#pragma once

#include "model/check/lua_syntax.h"

#include <string>
#include <string_view>

namespace model::check {

/// A word, sign, number or string of a script.
struct LuaToken {
    enum class Kind { End, Name, Keyword, Sign, Number, String } kind = Kind::End;
    std::string_view text; ///< As it is written; "<eof>" at the end.
    int line = 1;          ///< On which it ends.
    std::size_t at = 0;
};

/// Reads tokens one after the other. After the first mistake there are no more.
class LuaLexer {
public:
    explicit LuaLexer(std::string_view script) : m_script(script) {}
    LuaToken next();
    const LuaError& error() const { return m_error; }
    /// Keeps the first mistake only.
    void fail(std::string message, const LuaToken& near);

private:
    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_script.size() ? m_script[m_at + ahead] : '\0'; }
    bool isAtEnd() const { return m_at >= m_script.size(); }
    void skipBlanks();
    void skipComment();
    /// Number of '=' in "[==[" at the place; -1 when no long bracket begins there.
    int longBracket() const;
    bool skipLong(int level);
    LuaToken number();
    LuaToken quoted(char quote);
    bool escape();
    LuaToken token(LuaToken::Kind kind, std::size_t begin) const;
    void failHere(std::string message, std::size_t begin)
    {
        fail(std::move(message), token(LuaToken::Kind::String, begin));
    }

    std::string_view m_script;
    std::size_t m_at = 0;
    int m_line = 1;
    LuaError m_error;
};

} // namespace model::check
