#include "ui/plot/plot_series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ui::plot {

using model::stats::EndpointKey;

namespace {

float orGap(const std::optional<double>& value, double factor = 1)
{
    return value ? static_cast<float>(*value * factor) : std::numeric_limits<float>::quiet_NaN();
}

} // namespace

void Ring::append(const Sample& sample)
{
    if (!m_samples.empty() && sample.time <= back().time) return;
    if (m_samples.size() < m_capacity) {
        m_samples.push_back(sample);
        return;
    }
    m_samples[m_first] = sample;
    m_first = (m_first + 1) % m_capacity;
}

std::size_t Ring::lowerBound(double time) const
{
    std::size_t low = 0;
    std::size_t high = size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if ((*this)[middle].time < time) low = middle + 1;
        else high = middle;
    }
    return low;
}

const Sample* Ring::nearest(double time, double within) const
{
    const std::size_t after = lowerBound(time);
    const Sample* best = nullptr;
    for (const std::size_t i : {after - 1, after}) {
        if (i >= size()) continue;
        const double distance = std::abs((*this)[i].time - time);
        if (distance <= within && (!best || distance < std::abs(best->time - time))) best = &(*this)[i];
    }
    return best;
}

void History::append(const model::stats::RatesStep& step)
{
    for (const auto& rates : step.endpoints) {
        const auto [at, isNew] = m_index.try_emplace(rates.key, m_series.size());
        if (isNew) {
            const bool shown = m_only.empty() || std::ranges::find(m_only, rates.key) != m_only.end();
            m_series.push_back({rates.key, static_cast<int>(m_series.size()), shown, rates.health, Ring(m_capacity)});
        }
        Series& series = m_series[at->second];
        series.health = rates.health;
        series.samples.append(
            {step.time, {orGap(rates.requestsPerSecond), orGap(rates.p95Ms), orGap(rates.errorsPerSecond)}});
    }
    m_lastTime = std::max(m_lastTime, step.time);
}

void History::show(const std::vector<EndpointKey>& keys)
{
    m_only = keys;
    for (Series& series : m_series) series.shown = keys.empty() || std::ranges::find(keys, series.key) != keys.end();
}

const Series* History::find(const EndpointKey& key) const
{
    const auto at = m_index.find(key);
    return at == m_index.end() ? nullptr : &m_series[at->second];
}

std::string History::label(const Series& series) const
{
    bool sameCluster = false;
    bool sameAddress = false;
    for (const Series& other : m_series) {
        if (&other == &series) continue;
        sameCluster = sameCluster || other.key.cluster == series.key.cluster;
        sameAddress = sameAddress || other.key.address == series.key.address;
    }
    if (!sameCluster) return series.key.cluster;
    if (!sameAddress) return series.key.address;
    return series.key.proxy + " " + series.key.cluster + " " + series.key.address;
}

} // namespace ui::plot
