// Files that a configuration names, as far as they are at hand. For the rules.
#pragma once

#include "model/check/facts.h"
#include "model/check/view.h"

#include <string>

namespace model::check {

/// The text of a core.v3.DataSource.
struct DataText {
    bool isKnown = false; ///< It stands in the configuration, or in a file that could be read.
    std::string text;
};

/// Reads a DataSource: its inline text, or its file beside the configuration (Options::folder).
DataText dataText(const View& source, const Facts& facts);

/// Returns the name of the DataSource's file when it was looked for and is not there, else nothing. A missing file is no fault of
/// the configuration: it may lie where Envoy runs.
std::string missingFile(const View& source, const Facts& facts);

} // namespace model::check
