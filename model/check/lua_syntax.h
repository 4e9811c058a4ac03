// The grammar of Lua, as LuaJIT (which Envoy has inside) reads it.
#pragma once

#include <string>
#include <string_view>

namespace model::check {

/// The first mistake in a script.
struct LuaError {
    int line = 0;        ///< Counted from 1; 0: the script is right.
    std::string message; ///< In the words of LuaJIT: "'=' expected near 'x'".
    std::size_t at = 0;  ///< Offset in the script.
    explicit operator bool() const { return line > 0; }
};

/// Reads a whole script without running it. Pure; any thread.
LuaError luaError(std::string_view script);

} // namespace model::check
