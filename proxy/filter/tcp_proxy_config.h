// The TCP proxy filter's configuration, compiled.
#pragma once

#include "proxy/runtime/config.h"

#include <string>
#include <vector>

namespace proxy::runtime {

/// Immutable; shared by all connections of a listener.
struct TcpProxy {
    struct Target {
        unsigned cluster = 0;
        std::uint64_t weightEnd = 0; ///< Cumulative.
    };
    std::string statPrefix;
    std::vector<Target> targets;
    std::int64_t idleTimeout = 3600000;
    unsigned connectAttempts = 1;
    std::size_t bufferLimit = 1024 * 1024;
};

model::Result<std::shared_ptr<const TcpProxy>> compileTcpProxy(const envoy::config::listener::v3::Filter& filter,
                                                               std::size_t bufferLimit);

} // namespace proxy::runtime
