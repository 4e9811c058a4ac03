#include "ui/text/definition.h"

#include "model/source/config_set.h"
#include "model/source/path.h"
#include "ui/forms/field_value.h"
#include "ui/forms/spot.h"

#include <algorithm>
#include <array>

namespace ui::text {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Fields whose value names a cluster or a route configuration.
constexpr std::array references{"cluster", "cluster_name", "route_config_name", "tracing_cluster"};

std::string lastField(const std::string& path)
{
    const std::size_t dot = path.rfind('.');
    std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
    return name.substr(0, name.find('['));
}

} // namespace

std::string definitionOf(const model::source::Revision& revision, std::size_t offset)
{
    std::string path = revision.map().pathAt(offset);
    if (lastField(path) == "name")
        path = model::source::path::parent(path); // weighted_clusters: the name is the reference
    const bool weighted =
        path.ends_with(']') && lastField(path) == "clusters" && path.find("weighted_clusters") != std::string::npos;
    if (!weighted && std::ranges::find(references, lastField(path)) == references.end()) return {};
    const auto place = revision.map().find(weighted ? path + ".name" : path);
    if (!place || !place->value.isKnown()) return {};
    std::string name =
        revision.text().substr(place->value.begin.offset, place->value.end.offset - place->value.begin.offset);
    std::erase_if(name, [](char c) { return c == '"' || c == '\''; });
    for (const auto& cluster : revision.config().clusters)
        if (cluster.message.name() == name) return cluster.path;
    for (const auto& routes : revision.config().routes)
        if (routes.message.name() == name) return routes.path;
    return {};
}

QString aboutField(const model::source::RevisionPtr& revision, const std::string& path)
{
    const auto spot = forms::spotAt(revision, path);
    if (!spot.field) return {};
    QString text = u"<b>%1</b>"_s.arg(QString::fromStdString(spot.field->name()));
    const QString rule = forms::constraint(revision->schema(), spot.field);
    if (!rule.isEmpty()) text += u" "_s + rule.toHtmlEscaped();
    const QString words = forms::plain(revision->schema()->documentation(spot.field));
    if (words.isEmpty() && rule.isEmpty()) return {};
    return text + u"<br>"_s + (words.size() > 500 ? QString(words.left(500) + u" …"_s) : words).toHtmlEscaped();
}

} // namespace ui::text
