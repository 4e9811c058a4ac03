#include "ui/push/change_look.h"

#include <QObject>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::diff::ResourceChange;

ChangeLook lookOf(ResourceChange::Kind kind)
{
    switch (kind) {
    case ResourceChange::Kind::Added: return {u"+"_s, QObject::tr("added"), u"diff.added"_s};
    case ResourceChange::Kind::Removed: return {u"−"_s, QObject::tr("removed"), u"diff.removed"_s};
    case ResourceChange::Kind::Changed: break;
    }
    return {u"~"_s, QObject::tr("changed"), u"diff.changed"_s};
}

QString glyphOf(model::push::Type type)
{
    constexpr const char* glyphs[] = {"cluster", "endpoint", "listener", "route"};
    return QString::fromLatin1(glyphs[static_cast<int>(type)]);
}

QString noun(model::push::Type type)
{
    switch (type) {
    case model::push::Type::Cds: return QObject::tr("cluster");
    case model::push::Type::Eds: return QObject::tr("endpoints");
    case model::push::Type::Lds: return QObject::tr("listener");
    default: return QObject::tr("route configuration");
    }
}

} // namespace ui::push
