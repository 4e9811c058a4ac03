// What differs between two schemas: what an upgrade of Envoy takes away, adds and deprecates.
#pragma once

#include "model/api/schema.h"

#include <string>
#include <vector>

namespace model::api {

/// One difference.
struct SchemaChange {
    enum class Kind { MessageRemoved, MessageAdded, FieldRemoved, FieldAdded, FieldDeprecated };
    Kind kind = Kind::MessageRemoved;
    std::string name; ///< Full name of the message or field.
    friend bool operator==(const SchemaChange&, const SchemaChange&) = default;
};

/// Returns "message gone", "field deprecated", ...
const char* name(SchemaChange::Kind kind);

/// Returns the changes by kind, then name. Fields of messages that only one side has are not listed.
/// Deprecated are fields marked so (`deprecated = true`) in `after` alone.
std::vector<SchemaChange> diff(const Schema& before, const Schema& after);

} // namespace model::api
