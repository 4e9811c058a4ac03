#include "model/check/lua_syntax.h"

#include <lua.hpp>

#include <charconv>
#include <memory>

namespace model::check {

LuaError luaError(std::string_view script)
{
    const std::unique_ptr<lua_State, decltype(&lua_close)> state(luaL_newstate(), &lua_close);
    if (!state || luaL_loadbufferx(state.get(), script.data(), script.size(), "=", "t") == LUA_OK) return {};
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
