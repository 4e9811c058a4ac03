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
    for (const auto& [bound, count] : after) { // Bounds come when the first value falls below them; until then the count stays.
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

RatesStep Rates::step(const Snapshot& snapshot)
{
    RatesStep step{snapshot.proxy, snapshot.time, snapshot.pollSeconds, {}};
    const bool restarted = m_last && snapshot.uptimeSeconds < m_last->uptimeSeconds;
    const double seconds = m_last ? snapshot.time - m_last->time : 0;
    std::map<EndpointKey, EndpointCounters> now;
    for (const auto& endpoint : snapshot.endpoints) {
        EndpointRates rates{endpoint.key, endpoint.hostname, endpoint.health, endpoint.healthFlags, static_cast<double>(endpoint.rqActive), {}, {}, {}, {}, {}, {}};
        const auto before = m_before.find(endpoint.key);
        if (m_last && !restarted && seconds > 0 && before != m_before.end() && !wentBack(before->second, endpoint))
            addRates(before->second, endpoint, seconds, rates);
        now.emplace(endpoint.key, endpoint);
        step.endpoints.push_back(std::move(rates));
    }
    m_before = std::move(now);
    m_last = Snapshot{snapshot.proxy, snapshot.time, snapshot.pollSeconds, snapshot.uptimeSeconds, {}};
    return step;
}

} // namespace model::stats
