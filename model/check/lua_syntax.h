// The syntax of Lua scripts, by LuaJIT, which Envoy has inside too.
#pragma once

#include <string>
#include <string_view>

namespace model::check {

/// The first mistake in a script.
struct LuaError {
    int line = 0;        ///< Counted from 1; 0: the script is right.
    std::string message; ///< In the words of LuaJIT: "'=' expected near 'x'".
    explicit operator bool() const { return line > 0; }
};

/// Compiles a script without running it; compiled Lua is refused, as text is expected. Any thread.
LuaError luaError(std::string_view script);

} // namespace model::check
