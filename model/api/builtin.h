// The bytes of the schema bundle (catalog.proto, Bundle) that the build puts into the programs.
#pragma once

#include <string_view>

namespace model::api {

/// Lives as long as the program.
std::string_view builtInBundle();

} // namespace model::api
