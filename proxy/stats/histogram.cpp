#include "proxy/stats/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace proxy::stats {
namespace {

constexpr std::array<std::uint64_t, 13> powersOfTen = {
    1,          10,          100,           1'000,          10'000,          100'000,          1'000'000,
    10'000'000, 100'000'000, 1'000'000'000, 10'000'000'000, 100'000'000'000, 1'000'000'000'000};

int powerOf(int bucket) { return (bucket - 1) / 90; }
int digitsOf(int bucket) { return (bucket - 1) % 90 + 10; }

} // namespace

double Distribution::lowerBound(int bucket)
{
    if (bucket == 0) return 0;
    return digitsOf(bucket) * static_cast<double>(powersOfTen[static_cast<std::size_t>(powerOf(bucket))]) / 10;
}

double Distribution::width(int bucket)
{
    return bucket == 0 ? 0 : static_cast<double>(powersOfTen[static_cast<std::size_t>(powerOf(bucket))]) / 10;
}

void Distribution::add(int bucket, std::uint64_t count)
{
    if (count == 0) return;
    m_buckets[bucket] += count;
    m_count += count;
}

void Distribution::add(const Distribution& other)
{
    for (const auto& [bucket, count] : other.m_buckets) add(bucket, count);
}

void Distribution::subtract(const Distribution& earlier)
{
    for (const auto& [bucket, count] : earlier.m_buckets) {
        const auto found = m_buckets.find(bucket);
        if (found == m_buckets.end()) continue;
        const std::uint64_t removed = std::min(count, found->second);
        found->second -= removed;
        m_count -= removed;
        if (found->second == 0) m_buckets.erase(found);
    }
}

double Distribution::quantile(double q) const
{
    const auto rank =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(m_count))));
    std::uint64_t below = 0;
    for (const auto& [bucket, count] : m_buckets) {
        if (below + count >= rank)
            return lowerBound(bucket) +
                   width(bucket) * static_cast<double>(rank - below) / static_cast<double>(count + 1);
        below += count;
    }
    return std::nan("");
}

std::uint64_t Distribution::countUpTo(double bound) const
{
    std::uint64_t result = 0;
    for (const auto& [bucket, count] : m_buckets)
        if (lowerBound(bucket) + width(bucket) <= bound * (1 + 1e-12)) result += count;
    return result;
}

double Distribution::sum() const
{
    double result = 0;
    for (const auto& [bucket, count] : m_buckets)
        result += static_cast<double>(count) * (lowerBound(bucket) + width(bucket) / 2);
    return result;
}

Histogram::~Histogram()
{
    for (auto& decade : m_decades) delete decade.load(std::memory_order_relaxed);
}

int Histogram::bucketOf(std::uint64_t value)
{
    if (value == 0) return 0;
    value = std::min(value, powersOfTen[powers] - 1);
    auto power = static_cast<std::size_t>(std::bit_width(value) * 1233 >> 12); // log10 from log2, at most one too high.
    if (value < powersOfTen[power]) --power;
    const std::uint64_t digits = power == 0 ? value * 10 : value / powersOfTen[power - 1];
    return 1 + static_cast<int>(power) * 90 + static_cast<int>(digits) - 10;
}

void Histogram::record(std::uint64_t value)
{
    const int bucket = bucketOf(value);
    if (bucket == 0) return m_zero.add();
    auto& slot = m_decades[static_cast<std::size_t>(powerOf(bucket))];
    Decade* decade = slot.load(std::memory_order_relaxed);
    if (!decade) {
        decade = new Decade;
        slot.store(decade, std::memory_order_release);
    }
    (*decade)[static_cast<std::size_t>(digitsOf(bucket) - 10)].add();
}

void Histogram::collect(Distribution& into) const
{
    into.add(0, m_zero.read());
    for (int power = 0; power < powers; ++power) {
        const Decade* decade = m_decades[static_cast<std::size_t>(power)].load(std::memory_order_acquire);
        if (!decade) continue;
        for (int i = 0; i < 90; ++i) into.add(1 + power * 90 + i, (*decade)[static_cast<std::size_t>(i)].read());
    }
}

} // namespace proxy::stats
