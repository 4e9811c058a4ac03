// From a name in the text to where it is defined, and what a field means.
#pragma once

#ifndef Q_MOC_RUN // moc cannot read the generated API headers.
#include "model/source/revision.h"
#endif

#include <QString>

#include <string>

namespace ui::text {

/// Path of the cluster, route configuration or secret that the scalar at byte `offset` names; empty when it names none.
/// A definition is a mapping with `name` in a list whose field holds such things (clusters, route_config, secrets).
std::string definitionOf(const model::source::Revision& revision, std::size_t offset);
/// Name, constraint and documentation of the field at `path` as rich text; empty when the schema has nothing.
QString aboutField(const model::source::RevisionPtr& revision, const std::string& path);

} // namespace ui::text
