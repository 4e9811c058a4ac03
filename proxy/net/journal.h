// The program's own messages: loggers with Envoy's names and levels, one output. Any thread.
//
//     journal::say(journal::Main, journal::Level::Info, "listener 'in' on 127.0.0.1:80");
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proxy::journal {

enum class Level { Trace, Debug, Info, Warning, Error, Critical, Off };
/// Those of Envoy's loggers that have something to say here; the order is that of /logging.
enum Logger : std::size_t { Admin, Config, ConnHandler, Main, Upstream, LoggerCount };

std::string_view nameOf(Logger logger);
std::string_view nameOf(Level level);
/// Envoy's words; "warn" is "warning". False: no such level, no such logger.
bool parse(std::string_view text, Level& level);
bool parse(std::string_view text, Logger& logger);

void setLevel(Logger logger, Level level);
Level levelOf(Logger logger);
/// A pattern of %Y %m %d %H %M %S %T %e %t %l %n %v %% (as spdlog's); other letters after % print nothing.
void setFormat(std::string pattern);
/// Appends to a file instead of standard error. False: it cannot be opened.
bool openFile(const std::string& path);
void say(Logger logger, Level level, std::string_view text);

} // namespace proxy::journal
