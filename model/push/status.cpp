#include "model/push/status.h"

namespace model::push {

const char* name(Type type)
{
    constexpr const char* names[] = {"CDS", "EDS", "LDS", "RDS"};
    return names[static_cast<int>(type)];
}

const char* typeUrl(Type type)
{
    constexpr const char* urls[] = {"type.googleapis.com/envoy.config.cluster.v3.Cluster",
                                    "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
                                    "type.googleapis.com/envoy.config.listener.v3.Listener",
                                    "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"};
    return urls[static_cast<int>(type)];
}

const char* name(State state)
{
    constexpr const char* names[] = {"unchanged", "held back", "sent", "warming", "ACK", "NACK", "effective"};
    return names[static_cast<int>(state)];
}

} // namespace model::push
