// Reading a file: everything between a name and what a Document needs, away from the GUI thread.
#pragma once

#include "ui/document/document.h"

#include <atomic>
#include <optional>

namespace ui {

/// Shared by the reader and whoever shows how far it is. Any thread.
struct ReadProgress {
    std::atomic<qint64> read = 0, total = 0; ///< Bytes.
    std::atomic<bool> cancelled = false;     ///< What is under way ends at its next step; its result is thrown away.
};

/// What reading brings: a revision with its findings, or why not.
struct ReadFile {
    QString fileName;
    model::source::RevisionPtr revision; ///< Of the text to edit: v3, converted when the file is older.
    std::vector<model::Finding> findings;
    std::optional<Document::Origin> origin; ///< The file's own text, when it was converted.
    std::optional<model::Error> error;
};

/// Reads, parses, converts v1 and v2, checks. Errors: NotFound, Unreadable, Malformed (binary, too large, no import).
ReadFile readFile(const QString& fileName, const model::api::SchemaPtr& schema, ReadProgress& progress);

} // namespace ui
