// Headers that the configuration adds, replaces and removes.
#pragma once

#include "envoy/config/core/v3/base.pb.h"
#include "model/base/result.h"

#include <string>
#include <vector>

namespace proxy::filter {

/// One change of a header list, in the order in which they are made.
struct HeaderOp {
    enum class Kind { Append, AddIfAbsent, Overwrite, OverwriteIfExists, Remove };
    Kind kind = Kind::Append;
    std::string name;  ///< Lower case.
    std::string value; ///< Literal.
};

/// The changes of one route, those of its virtual host and table included.
struct HeaderOps {
    std::vector<HeaderOp> ops;

    /// Adds a level. Errors: Unsupported (formatters in values), Invalid (pseudo headers).
    model::Result<void> add(const google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>& added,
                            const google::protobuf::RepeatedPtrField<std::string>& removed, const std::string& where);
};

} // namespace proxy::filter
