// What the bootstrap's runtime layers say that this proxy knows.
#pragma once

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"

#include <cstdint>
#include <optional>
#include <string>

namespace proxy::runtime {

/// The first key of a static layer that means nothing here ("a.b" for nested ones), or "".
std::string unknownRuntimeKey(const google::protobuf::Struct& layer);

/// overload.global_downstream_max_connections; the last layer that says it wins. Envoy's default: no limit.
std::optional<std::uint64_t> maxDownstreamConnections(const envoy::config::bootstrap::v3::LayeredRuntime& runtime);

/// envoy.resource_limits.listener.NAME.connection_limit, likewise; none: no limit.
std::optional<std::uint64_t> maxListenerConnections(const envoy::config::bootstrap::v3::LayeredRuntime& runtime,
                                                    const std::string& listener);

} // namespace proxy::runtime
