// Log-linear histograms with fixed buckets, one writer each.
//
// Buckets are those of libcircllhist, which Envoy uses: two significant decimal digits, so 90 buckets per power of ten and
// one for zero. A value of 1 falls into [1, 1.1), of 43 into [43, 44), of 4312 into [4300, 4400). The buckets of a power of
// ten are made when the first value falls there: an idle histogram costs 100 bytes, a busy one 2 or 3 kB.
#pragma once

#include "proxy/stats/counter.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <vector>

namespace proxy::stats {

/// What histograms add up to: bucket index to count, the number of values and their sum. A value; any thread.
class Distribution {
public:
    static double lowerBound(int bucket);
    static double width(int bucket);

    void add(int bucket, std::uint64_t count);
    void add(const Distribution& other);
    /// Removes what `earlier` held; counts never go below zero.
    void subtract(const Distribution& earlier);
    std::uint64_t count() const { return m_count; }
    bool isEmpty() const { return m_count == 0; }
    /// `q` from 0 to 1, interpolated as libcircllhist does: the k-th of n values of a bucket lies at k / (n + 1) of it.
    double quantile(double q) const;
    /// Number of values in buckets that end at or below `bound`.
    std::uint64_t countUpTo(double bound) const;
    /// Sum of the values, each taken as its bucket's middle (as Envoy's `_sum`).
    double sum() const;
    const std::map<int, std::uint64_t>& buckets() const { return m_buckets; }

private:
    std::map<int, std::uint64_t> m_buckets;
    std::uint64_t m_count = 0;
};

/// One worker's histogram of whole numbers (milliseconds or microseconds).
class Histogram {
public:
    Histogram() = default;
    Histogram(const Histogram&) = delete;
    Histogram& operator=(const Histogram&) = delete;
    ~Histogram();

    /// Owning thread only.
    void record(std::uint64_t value);
    /// Any thread.
    void collect(Distribution& into) const;

    /// 0 for zero, else 1 + 90 * power of ten + (two leading digits - 10). Values from 10^12 on count as 9.9e11.
    static int bucketOf(std::uint64_t value);

private:
    static constexpr int powers = 12;
    using Decade = std::array<Counter, 90>;
    Counter m_zero;
    std::array<std::atomic<Decade*>, powers> m_decades{};
};

} // namespace proxy::stats
