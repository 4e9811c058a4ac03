// What can be written at a place of the text, from the schema.
#pragma once

#ifndef Q_MOC_RUN // moc cannot read the generated API headers.
#include "model/source/revision.h"
#endif

#include <QStringList>

#include <string_view>
#include <vector>

namespace ui::text {

/// One offer: the word, and what the documentation says of it.
struct Offer {
    std::string word;
    std::string about;
};

/// Offers for the caret at byte `offset` of `text`, which may be newer than `revision` (broken by what is being typed).
/// The place is found by indentation: the nearest line above whose key stands further left is the parent. Returns field
/// names after the indentation, values (enum, bool, cluster names) after the colon. `begun` is set to what is typed
/// already.
std::vector<Offer> offers(const model::source::RevisionPtr& revision, std::string_view text, std::size_t offset,
                          const QStringList& clusters, std::string& begun);

} // namespace ui::text
