// Import: older configurations become Envoy v3 text, with a report of every change.
#pragma once

#include "model/base/finding.h"
#include "model/base/result.h"
#include "model/source/revision.h"

#include <string>
#include <vector>

namespace model::import {

/// A converted document. Its comments are those of nobody: the text is new, the original is left alone.
struct Imported {
    std::string yaml;            ///< Envoy v3 bootstrap (or resource list), block style.
    std::vector<Finding> report; ///< Every change, in document order; ranges point into the original text.
        ///< Info: renamed or moved; Warning: means something else now; Error: had to be dropped.
};

/// Converts a document of kind EnvoyV1 or EnvoyV2 to v3. A v3 document comes back unchanged.
/// Errors: Unsupported (other kinds), Malformed (does not parse). Pure; any thread.
Result<Imported> toV3(const source::Revision& revision);

} // namespace model::import
