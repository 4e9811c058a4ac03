#include "model/stats/rates.h"

namespace model::stats {
namespace {

bool wentBack(const EndpointCounters& before, const EndpointCounters& after)
{
    return after.rqTotal < before.rqTotal || after.rqSuccess < before.rqSuccess || after.rqError < before.rqError ||
           after.cxTotal < before.cxTotal;
}

void addRates(const EndpointCounters& before, const EndpointCounters& after, double seconds, EndpointRates& rates)
{
    const auto errors = static_cast<double>(after.rqError - before.rqError);
    const auto finished = errors + static_cast<double>(after.rqSuccess - before.rqSuccess);
    rates.requestsPerSecond = static_cast<double>(after.rqTotal - before.rqTotal) / seconds;
    rates.errorsPerSecond = errors / seconds;
    if (finished > 0) rates.errorShare = errors / finished;
    const Histogram latency = difference(before.latency, after.latency);
    const auto milliseconds = [&](double q) {
        auto value = quantile(latency, q);
        if (value) *value /= 1000; // The histogram counts microseconds.
        return value;
    };
    if (after.latency.empty() && after.clusterLatency) {
        rates.isClusterLatency = true;
        rates.p50Ms = after.clusterLatency->p50Ms;
        rates.p95Ms = after.clusterLatency->p95Ms;
        rates.p99Ms = after.clusterLatency->p99Ms;
        return;
    }
    rates.p50Ms = milliseconds(0.50);
    rates.p95Ms = milliseconds(0.95);
    rates.p99Ms = milliseconds(0.99);
}

} // namespace

Histogram difference(const Histogram& before, const Histogram& after)
{
    if (before.empty()) return after; // The endpoint had not answered anything yet.
    Histogram result;
    std::uint64_t earlier = 0;
    auto old = before.begin();
    for (const auto& [bound, count] :
         after) { // Bounds come when the first value falls below them; until then the count stays.
        for (; old != before.end() && old->first <= bound; ++old) earlier = old->second;
        if (earlier > count) return {};
        result.emplace_back(bound, count - earlier);
    }
    if (old != before.end()) return {};
    return result;
}

std::optional<double> quantile(const Histogram& histogram, double q)
{
    if (histogram.empty() || histogram.back().second == 0) return std::nullopt;
    const double wanted = q * static_cast<double>(histogram.back().second);
    double lower = 0;
    double below = 0;
    for (const auto& [upper, count] : histogram) {
        const auto upTo = static_cast<double>(count);
        if (upTo >= wanted && upTo > below) return lower + (upper - lower) * (wanted - below) / (upTo - below);
        lower = upper;
        below = upTo;
    }
    return lower;
}

const Rates::Past* Rates::baseOf(const EndpointKey& key) const
{
    for (const Past& past : m_past)
        if (past.endpoints.contains(key)) return &past;
    return nullptr;
}

RatesStep Rates::step(const Snapshot& snapshot)
{
    RatesStep step{snapshot.proxy, snapshot.time, snapshot.pollSeconds, {}};
    if (!m_past.empty() && snapshot.uptimeSeconds < m_past.back().uptimeSeconds)
        m_past.clear(); // The proxy was restarted.
    while (m_past.size() > 1 && m_past[1].time <= snapshot.time - window) m_past.pop_front();
    Past now{snapshot.time, snapshot.uptimeSeconds, {}};
    for (const auto& endpoint : snapshot.endpoints) {
        EndpointRates rates{endpoint.key,
                            endpoint.hostname,
                            endpoint.health,
                            endpoint.healthFlags,
                            static_cast<double>(endpoint.rqActive),
                            {},
                            {},
                            {},
                            {},
                            {},
                            {}};
        if (const Past* base = baseOf(endpoint.key)) {
            const double seconds = snapshot.time - base->time;
            const auto& before = base->endpoints.at(endpoint.key);
            if (wentBack(before, endpoint))
                for (Past& past : m_past) past.endpoints.erase(endpoint.key);
            else if (seconds > 0) addRates(before, endpoint, seconds, rates);
        }
        now.endpoints.emplace(endpoint.key, endpoint);
        step.endpoints.push_back(std::move(rates));
    }
    m_past.push_back(std::move(now));
    return step;
}

} // namespace model::stats
