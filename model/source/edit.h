// Edits of a document as minimal splices: everything that an edit does not mean stays byte for byte.
#pragma once

#include "model/base/finding.h"
#include "model/base/result.h"
#include "model/source/revision.h"

#include <string>
#include <vector>

namespace model::source {

/// Replaces `length` bytes at `offset` by `text`.
struct Splice {
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string text;
    friend bool operator==(const Splice&, const Splice&) = default;
};

/// Applies splices, given in any order, that do not overlap.
std::string apply(std::string_view text, std::vector<Splice> splices);

/// All of these return splices against `revision.text()`; an empty list when nothing needs to change.
/// `yaml` is a value in flow style ("3s", "{prefix: /}", "[a, b]") or a block; it is written in the style, indentation
/// and quoting of its surroundings, as JSON in a JSON document. Errors: NotFound (path), Invalid (value), Unsupported
/// (inside an alias, a merge), with a sentence for the user.

/// Sets a field; creates missing parents. `path` may name a list item that exists.
Result<std::vector<Splice>> set(const Revision& revision, std::string_view path, std::string_view yaml);
/// Removes a field, list item or map entry with its own comments; an emptied parent becomes {} or [].
Result<std::vector<Splice>> clear(const Revision& revision, std::string_view path);
/// Inserts a list item before `position` (from 0; size appends). `listPath` may not exist yet.
Result<std::vector<Splice>> insert(const Revision& revision, std::string_view listPath, int position,
                                   std::string_view yaml);
/// Moves a list item with its comments to another position in the same list.
Result<std::vector<Splice>> move(const Revision& revision, std::string_view itemPath, int position);
/// Changes the key under which a field or map entry stands.
Result<std::vector<Splice>> renameKey(const Revision& revision, std::string_view path, std::string_view key);
/// What a quick fix does.
Result<std::vector<Splice>> fix(const Revision& revision, const Fix& fix);

/// Writes a scalar so that Envoy's loader reads it back as this string: plain when possible, else quoted.
std::string quoted(std::string_view text, bool insideFlow = false);

} // namespace model::source
