// How changes of resources are named and drawn.
#pragma once

#include "model/diff/change.h"

#include <QString>

namespace ui::push {

/// Sign, word and colour of what happens to a resource.
struct ChangeLook {
    QString sign, word, token;
};
ChangeLook lookOf(model::diff::ResourceChange::Kind kind);
/// Glyph of the kind of node that shows resources of that type, and what they are called.
QString glyphOf(model::push::Type type);
QString noun(model::push::Type type);

} // namespace ui::push
