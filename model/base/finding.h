// Findings: what loading and checking say about a configuration.
#pragma once

#include "model/base/position.h"

#include <string>
#include <vector>

namespace model {

enum class Severity { Error, Warning, Advice, Info };

/// Returns "error", "warning", "advice" or "info".
constexpr const char* name(Severity severity)
{
    constexpr const char* names[] = {"error", "warning", "advice", "info"};
    return names[static_cast<int>(severity)];
}

/// A quick fix: what it does, as edits of field paths; source/edit.h turns it into splices.
struct Fix {
    enum class Kind { Set, Clear, Insert, RenameKey };
    std::string label; ///< "Add the router's typed_config", imperative.
    Kind kind = Kind::Set;
    std::string path;  ///< Field path, see source/path.h. Insert: the list or mapping; RenameKey: the field.
    std::string value; ///< YAML of the new value (flow style), or the new key.
};

/// One thing that is wrong, risky or improvable, with its stable code and its place.
struct Finding {
    Severity severity = Severity::Error;
    std::string code;    ///< Stable: "S02", "R05".
    std::string path;    ///< Field path in the document, "static_resources.clusters[0].name"; may be empty.
    std::string message; ///< One sentence, names in single quotes.
    Range range;         ///< In the text; unknown when the text is.
    std::vector<Fix> fixes;
};

/// Severity first (errors on top), then place. Stable order for lists and tools.
void sortFindings(std::vector<Finding>& findings);
bool hasErrors(const std::vector<Finding>& findings);

} // namespace model
