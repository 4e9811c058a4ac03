#include "model/stats/sample.h"

namespace model::stats {

const char* name(Health health)
{
    constexpr const char* names[] = {"healthy", "degraded", "failing", "draining", "unknown"};
    return names[static_cast<int>(health)];
}

} // namespace model::stats
