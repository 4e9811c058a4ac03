#include "model/check/companions.h"

#include <algorithm>

namespace model::check {
namespace {

void collect(const source::Node& node, std::vector<std::string>& paths)
{
    const source::Node* source = node.isMapping() ? node.find("path_config_source") : nullptr;
    if (source == nullptr && node.isMapping()) source = node.find("pathConfigSource");
    const source::Node* path = source != nullptr && source->isMapping() ? source->find("path") : nullptr;
    if (path != nullptr && path->isScalar() && std::ranges::find(paths, path->value) == paths.end())
        paths.push_back(path->value);
    for (const source::Node& item : node.items) collect(item, paths);
    for (const auto& entry : node.entries) collect(entry.value, paths);
}

} // namespace

std::vector<std::string> companionPaths(const source::Revision& revision)
{
    std::vector<std::string> paths;
    if (revision.message() != nullptr && revision.tree().root != nullptr && !revision.tree().hasAliases)
        collect(*revision.tree().root, paths);
    return paths;
}

} // namespace model::check
