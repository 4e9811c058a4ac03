// Headers that the configuration adds, replaces and removes.
#pragma once

#include "envoy/config/core/v3/base.pb.h"
#include "proxy/http/head.h"
#include "proxy/log/format.h"

#include <memory>
#include <string>
#include <vector>

namespace proxy::filter {

/// One change of a header list, in the order in which they are made.
struct HeaderOp {
    enum class Kind { Append, AddIfAbsent, Overwrite, OverwriteIfExists, Remove };
    Kind kind = Kind::Append;
    std::string name;  ///< Lower case.
    std::string value; ///< Literal, unless there is a format.
    std::shared_ptr<const log::Format> format = nullptr;
    bool onePlace = false;  ///< Values are joined there (http::hasOnePlace).
    bool keepEmpty = false; ///< A value that comes out empty is set all the same.
};

/// The changes of one route, those of its virtual host and table included.
struct HeaderOps {
    std::vector<HeaderOp> ops;

    /// Adds a level. Errors: Invalid (pseudo headers, formats).
    model::Result<void> add(const google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>& added,
                            const google::protobuf::RepeatedPtrField<std::string>& removed, http::Side side,
                            const std::string& where);
};

} // namespace proxy::filter
