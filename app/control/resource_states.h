// How each resource of a push stands at its proxy: from what is known of types, rejections and what was read back.
#pragma once

#include "model/diff/change.h"
#include "model/push/status.h"

#include <optional>
#include <vector>

namespace app::control {

/// Lists the changes of one proxy as resources on their way.
std::vector<model::push::ResourceStatus>
resourcesOf(const std::string& proxy, const std::vector<model::diff::ResourceChange>& changes, double now);

/// What is known of one proxy about the push under way.
struct Knowledge {
    const model::push::ProxyStatus& status;
    const std::vector<model::push::Nack>& nacks; ///< Of this push.
    const std::optional<std::vector<model::diff::ResourceChange>>&
        differing; ///< Between push and proxy, when read back.
};

/// Books what is known into the proxy's resources. A rejected response is no rejection of all that was in it: clients
/// take the rest (protocols A4), and reading back tells which.
void update(std::vector<model::push::ResourceStatus>& resources, const Knowledge& known);

/// Marks the proxy's resources of a push that wait for another proxy, with the reason; an empty one: they are on their way.
void hold(std::vector<model::push::ResourceStatus>& resources, const std::string& proxy, const std::string& reason);

/// Marks what was still on its way to the proxy when push `version` overtook it.
void overtake(std::vector<model::push::ResourceStatus>& resources, const std::string& proxy, int version);

} // namespace app::control
