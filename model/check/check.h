// Checks: what is wrong, risky or improvable in a configuration. One rule, one place, one code (anchors.md 4.3).
#pragma once

#include "model/base/finding.h"
#include "model/source/revision.h"

#include <string>
#include <vector>

namespace model::check {

/// How to check.
struct Options {
    bool acrossFiles = true;                  ///< Also looks at the other revisions of the project (addresses, names).
    std::vector<source::RevisionPtr> running; ///< What the proxy runs now: what may not change is told then.
    std::string folder; ///< Folder that relative file names are resolved against; empty: files are not looked for.
};

/// Returns everything known about `revision`: loading findings, constraint rules (inside typed_config too), semantic
/// rules. Sorted by sortFindings. Pure but for the existence of files named in the configuration; any thread.
std::vector<Finding> check(const source::Revision& revision, const Options& options = {});

/// A project of several documents; result i belongs to revision i.
std::vector<std::vector<Finding>> check(const std::vector<source::RevisionPtr>& revisions, const Options& options = {});

} // namespace model::check
