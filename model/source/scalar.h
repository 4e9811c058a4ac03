// Scalars as Envoy's loader sees them. For load.cpp and edit.cpp.
#pragma once

#include "model/source/tree.h"

namespace model::source {

/// A scalar after YAML -> JSON as Envoy does it (protocols D5; Envoy's ValueUtil::loadFromYaml).
struct ScalarValue {
    ScalarType type = ScalarType::Text; ///< By look; Double stands as text in the JSON that Envoy makes of YAML.
    bool boolean = false;               ///< Boolean.
    bool isString = true;               ///< A string (not number, not boolean) for the JSON mapping.
    bool octal = false;                 ///< Integer that was written with a leading zero.
    std::string text;                   ///< What the JSON mapping sees: "4096" for 010000.
};
ScalarValue scalarOf(const Node& scalar);

} // namespace model::source
