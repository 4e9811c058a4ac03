// Differences of two configurations as plain values: what the review of a push shows.
#pragma once

#include "model/push/status.h"

#include <string>
#include <vector>

namespace model::diff {

/// One field that differs. An empty side: the field, list item or map entry is not there.
struct FieldChange {
    std::string path;   ///< As in source/path.h, from the root of the message; indices are those of the newer side.
    std::string before; ///< One line of text.
    std::string after;
    friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

/// One resource that a push adds, changes or removes.
struct ResourceChange {
    enum class Kind { Added, Changed, Removed };
    Kind kind = Kind::Changed;
    push::Type type = push::Type::Cds;
    std::string name;
    std::string path;                ///< In the document (of Removed: in the former one).
    std::vector<FieldChange> fields; ///< Of Changed.
    std::string before, after;       ///< YAML of the whole resource, where whoever compared wanted it shown.
};
const char* name(ResourceChange::Kind kind); ///< "added"

} // namespace model::diff
