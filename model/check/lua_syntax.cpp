#include "model/check/lua_syntax.h"

#include <lua.hpp>
#include <re2/re2.h>

#include <charconv>
#include <memory>
#include <string>

namespace model::check {

namespace {

using State = std::unique_ptr<lua_State, decltype(&lua_close)>;

bool loads(const State& state, std::string_view script)
{
    return !state || luaL_loadbufferx(state.get(), script.data(), script.size(), "=", "t") == LUA_OK;
}

/// Envoy's LuaJIT is built for the grammar of Lua 5.2 (LUAJIT_ENABLE_LUA52COMPAT): a break may stand anywhere in a loop, and a
/// statement may be empty. The same in the grammar of 5.1.
std::string inOlderGrammar(std::string_view script)
{
    static const RE2 breaks(R"(\bbreak\b)"), empty(R"(;(\s*;)+)");
    std::string text(script);
    RE2::GlobalReplace(&text, breaks, "do break end");
    RE2::GlobalReplace(&text, empty, ";");
    return text;
}

} // namespace

LuaError luaError(std::string_view script)
{
    const State state(luaL_newstate(), &lua_close);
    if (loads(state, script)) return {};
    if (const State other(luaL_newstate(), &lua_close); loads(other, inOlderGrammar(script))) return {};
    std::string_view told = lua_tostring(state.get(), -1); // ":3: '=' expected near 'x'", as the script has no name
    LuaError error{1, std::string(told)};
    if (!told.starts_with(':')) return error;
    told.remove_prefix(1);
    const auto [end, wrong] = std::from_chars(told.data(), told.data() + told.size(), error.line);
    told.remove_prefix(static_cast<std::size_t>(end - told.data()));
    if (wrong == std::errc() && told.starts_with(": ")) error.message = told.substr(2);
    return error;
}

} // namespace model::check
