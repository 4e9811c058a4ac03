// A reader by recursive descent for the grammar of Lua 5.1 with the additions of LuaJIT (goto, labels, empty statements):
// statements into nothing, for only the first mistake is wanted. Operators need no ranks for that: an expression is operands
// with operators between them. Mistakes are worded as LuaJIT does (lj_parse.c, lj_errmsg.h).
#include "model/check/lua_syntax.h"

#include "model/check/lua_lexer.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace model::check {
namespace {

using Kind = LuaToken::Kind;

/// Reads one script. After a mistake every token is the end, so that all loops end too.
class Reader {
public:
    explicit Reader(std::string_view script) : m_lexer(script) { advance(); }
    LuaError read()
    {
        m_functions.push_back({true, 0});
        block();
        if (m_token.kind != Kind::End) m_lexer.fail("'<eof>' expected", m_token);
        return m_lexer.error();
    }

private:
    /// What is allowed inside the function being read.
    struct Function {
        bool hasVarargs = false;
        int loops = 0;
    };
    enum class Primary { Call, Assignable, Other };

    void advance() { m_token = m_ahead ? *std::exchange(m_ahead, {}) : m_lexer.next(); }
    const LuaToken& ahead()
    {
        if (!m_ahead) m_ahead = m_lexer.next();
        return *m_ahead;
    }
    void fail(const std::string& message)
    {
        m_lexer.fail(message, m_token);
        m_ahead.reset();
        m_token = {Kind::End, "<eof>", m_token.line, m_token.at};
    }
    bool is(std::string_view text) const
    {
        return (m_token.kind == Kind::Keyword || m_token.kind == Kind::Sign) && m_token.text == text;
    }
    bool take(std::string_view text)
    {
        if (!is(text)) return false;
        advance();
        return true;
    }
    void expect(std::string_view text)
    {
        if (!take(text)) fail(fmt::format("'{}' expected", text));
    }
    /// The end of something that began with `opener` on `line`.
    void close(std::string_view text, std::string_view opener, int line)
    {
        if (take(text)) return;
        fail(line == m_token.line ? fmt::format("'{}' expected", text)
                                  : fmt::format("'{}' expected (to close '{}' at line {})", text, opener, line));
    }
    void name()
    {
        if (m_token.kind == Kind::Name) advance();
        else fail("'<name>' expected");
    }
    bool isBlockEnd() const
    {
        return m_token.kind == Kind::End || is("end") || is("else") || is("elseif") || is("until");
    }

    void block();
    bool statement();
    void body(std::string_view opener, int line)
    {
        block();
        close("end", opener, line);
    }
    void loop(std::string_view opener, int line)
    {
        ++m_functions.back().loops;
        body(opener, line);
        --m_functions.back().loops;
    }
    void ifStatement(int line);
    void forStatement(int line);
    void repeatStatement(int line);
    void localStatement();
    void functionStatement(int line);
    void functionBody(int line);
    void parameters();
    void returnStatement();
    void callOrAssignment();
    Primary primary();
    void arguments();
    void table();
    void expression();
    void operand();
    void expressions()
    {
        expression();
        while (take(",")) expression();
    }

    LuaLexer m_lexer;
    LuaToken m_token;
    std::optional<LuaToken> m_ahead;
    std::vector<Function> m_functions;
    int m_depth = 0;
};

/// Counts nested statements and expressions: LuaJIT takes 200.
class Level {
public:
    explicit Level(int& depth) : m_depth(++depth) {}
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --m_depth; }
    bool isTooDeep() const { return m_depth > 200; }

private:
    int& m_depth;
};

void Reader::block()
{
    const Level level(m_depth);
    if (level.isTooDeep()) return fail("chunk has too many syntax levels");
    while (!isBlockEnd() && statement()) {}
}

/// Reads one statement; false behind a return, which ends its block.
bool Reader::statement()
{
    const int line = m_token.line;
    if (take(";")) return true;
    if (take("if")) ifStatement(line);
    else if (take("while")) {
        expression();
        expect("do");
        loop("while", line);
    } else if (take("do")) body("do", line);
    else if (take("for")) forStatement(line);
    else if (take("repeat")) repeatStatement(line);
    else if (take("function")) functionStatement(line);
    else if (take("local")) localStatement();
    else if (take("return")) {
        returnStatement();
        return false;
    } else if (is("break")) {
        if (m_functions.back().loops == 0) fail("no loop to break");
        advance();
    } else if (take("::")) {
        name();
        expect("::");
    } else if (m_token.kind == Kind::Name && m_token.text == "goto" && ahead().kind == Kind::Name) {
        advance();
        advance();
    } else callOrAssignment();
    return true;
}

void Reader::ifStatement(int line)
{
    expression();
    expect("then");
    block();
    while (take("elseif")) {
        expression();
        expect("then");
        block();
    }
    if (take("else")) block();
    close("end", "if", line);
}

void Reader::forStatement(int line)
{
    name();
    if (take("=")) {
        expression();
        expect(",");
        expression();
        if (take(",")) expression();
    } else if (is(",") || is("in")) {
        while (take(",")) name();
        expect("in");
        expressions();
    } else return fail("'=' or 'in' expected");
    expect("do");
    loop("for", line);
}

void Reader::repeatStatement(int line)
{
    ++m_functions.back().loops;
    block();
    --m_functions.back().loops;
    close("until", "repeat", line);
    expression();
}

void Reader::localStatement()
{
    const int line = m_token.line;
    if (take("function")) {
        name();
        return functionBody(line);
    }
    name();
    while (take(",")) name();
    if (take("=")) expressions();
}

void Reader::functionStatement(int line)
{
    name();
    while (take(".")) name();
    if (take(":")) name();
    functionBody(line);
}

void Reader::functionBody(int line)
{
    m_functions.push_back({});
    expect("(");
    parameters();
    expect(")");
    body("function", line);
    m_functions.pop_back();
}

void Reader::parameters()
{
    if (is(")")) return;
    do {
        if (take("...")) {
            m_functions.back().hasVarargs = true;
            return;
        }
        name();
    } while (take(","));
}

void Reader::returnStatement()
{
    if (!isBlockEnd() && !is(";")) expressions();
    take(";");
}

void Reader::callOrAssignment()
{
    Primary left = primary();
    if (left == Primary::Call) return;
    while (left == Primary::Assignable && take(",")) left = primary();
    if (left != Primary::Assignable) return fail("syntax error");
    expect("=");
    expressions();
}

Reader::Primary Reader::primary()
{
    const int line = m_token.line;
    Primary made = Primary::Assignable;
    if (take("(")) {
        expression();
        close(")", "(", line);
        made = Primary::Other;
    } else if (m_token.kind == Kind::Name) advance();
    else {
        fail("unexpected symbol");
        return Primary::Assignable;
    }
    while (true) {
        if (take(".")) {
            name();
            made = Primary::Assignable;
        } else if (take("[")) {
            expression();
            expect("]");
            made = Primary::Assignable;
        } else if (is(":") || is("(") || is("{") || m_token.kind == Kind::String) {
            if (take(":")) name();
            arguments();
            made = Primary::Call;
        } else return made;
    }
}

void Reader::arguments()
{
    const int line = m_token.line;
    if (m_token.kind == Kind::String) return advance();
    if (is("{")) return table();
    if (!take("(")) return fail("function arguments expected");
    if (!is(")")) expressions();
    close(")", "(", line);
}

void Reader::table()
{
    const int line = m_token.line;
    expect("{");
    while (!is("}") && m_token.kind != Kind::End) {
        if (take("[")) {
            expression();
            expect("]");
            expect("=");
        } else if (m_token.kind == Kind::Name && ahead().kind == Kind::Sign && ahead().text == "=") {
            advance();
            advance();
        }
        expression();
        if (!take(",") && !take(";")) break;
    }
    close("}", "{", line);
}

void Reader::expression()
{
    constexpr std::array<std::string_view, 15> operators = {"+", "-",  "*",  "/",  "%",  "^",   "..", "<",
                                                            ">", "<=", ">=", "==", "~=", "and", "or"};
    const Level level(m_depth);
    if (level.isTooDeep()) return fail("chunk has too many syntax levels");
    operand();
    while (std::ranges::any_of(operators, [&](std::string_view sign) { return take(sign); })) operand();
}

void Reader::operand()
{
    while (take("not") || take("-") || take("#")) {}
    const int line = m_token.line;
    if (m_token.kind == Kind::Number || m_token.kind == Kind::String || is("nil") || is("true") || is("false"))
        return advance();
    if (is("...") && !m_functions.back().hasVarargs) return fail("cannot use '...' outside a vararg function");
    if (take("...")) return;
    if (is("{")) return table();
    if (take("function")) return functionBody(line);
    primary();
}

} // namespace

LuaError luaError(std::string_view script) { return Reader(script).read(); }

} // namespace model::check
