// What the registry says of the subscriptions (reference A9).
#include "proxy/xds/subscriptions.h"

#include <xxhash.h>

namespace proxy::xds {

/// What the statistics of a type begin with; `names` counts for RDS and EDS only.
std::set<std::string> Subscriptions::scopes(Type type, const std::set<std::string>& names) const
{
    if (type == Cds) return {"cluster_manager.cds."};
    if (type == Lds) return {"listener_manager.lds."};
    return type == Rds ? m_state.rdsScopes(names) : m_state.edsScopes(names);
}

/// As Envoy's GrpcSubscriptionImpl: an attempt at the start and with every outcome; a refusal counts for every name.
void Subscriptions::countOutcome(Type type, const std::set<std::string>& names, const char* outcome)
{
    for (const std::string& prefix : scopes(type, names)) {
        for (const char* name : {"init_fetch_timeout", "update_failure", "update_rejected", "update_success"})
            m_registry.add(prefix + name, std::string_view(name) == outcome ? 1 : 0);
        m_registry.add(prefix + "update_attempt");
        m_registry.set(prefix + "update_time", m_registry.value(prefix + "update_time"));
        m_registry.set(prefix + "version", m_registry.value(prefix + "version"));
        if (type != Eds) continue;
        m_registry.add(prefix + "update_empty", 0);
    }
}

void Subscriptions::countResponse(Type type, const Response& response, const std::string& error)
{
    if (!error.empty()) return countOutcome(type, m_types[type].names, "update_rejected");
    countOutcome(type, m_fresh, "update_success");
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
    for (const std::string& prefix : scopes(type, m_fresh)) {
        m_registry.set(prefix + "update_time", static_cast<std::uint64_t>(now));
        m_registry.set(prefix + "version", XXH64(response.version_info().data(), response.version_info().size(), 0));
        m_registry.setText(prefix + "version_text", response.version_info());
    }
    if (type == Rds)
        for (const std::string& prefix : scopes(type, m_fresh)) m_registry.add(prefix + "update_empty", 0);
    for (const std::string& prefix : scopes(type, m_changed))
        if (type == Rds) m_registry.add(prefix + "config_reload");
}

void Subscriptions::publish()
{
    m_registry.set("cluster_manager.warming_clusters", m_state.clusters.warming.size());
    m_registry.set("listener_manager.total_listeners_warming", m_state.listeners.warming.size());
}

} // namespace proxy::xds
