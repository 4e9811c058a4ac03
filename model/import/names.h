// Names that changed between the API versions: of extensions and of the messages that configure them.
#pragma once

#include <string>
#include <string_view>

namespace model::import {

/// Returns today's name of an extension ("envoy.router" -> "envoy.filters.http.router"); the name itself if it is new.
std::string extensionName(std::string_view name);
/// Returns the full v2 message that a Struct `config` of that extension (today's name) holds, or "".
std::string v2ConfigType(std::string_view extension);
/// Returns the v3 successor of a v2 message (inverse of udpa.annotations.versioning.previous_message_type), or "".
std::string successorOf(std::string_view v2Message);

} // namespace model::import
