// What this proxy does: every field that it honours. Anything else that is set is refused by name.
#pragma once

#include "model/base/result.h"

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace proxy::filter {

/// Walks all that is set in `message`, typed_config included, and refuses the first field outside the table of this file
/// ("field X is not supported by this proxy"). Values equal to the default of a supported kind pass. Any thread.
model::Result<void> onlySupported(const google::protobuf::Message& message);

/// One field of the table.
struct FieldSupport {
    std::string type;  ///< "envoy.config.route.v3.Route"
    std::string field; ///< Empty: the type itself is known. "*": all fields.
    bool inert;        ///< Accepted, though nothing is done about it.
};
/// The table, for its test.
std::vector<FieldSupport> supportedFields();

} // namespace proxy::filter
