// Numbers with one writer: what workers count with on the request path.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace proxy::stats {

/// A counter or gauge. Only the owning thread writes, so adding needs no locked instruction; any thread reads.
class Counter {
public:
    void add(std::uint64_t n = 1) { m_value.store(read() + n, std::memory_order_relaxed); }
    void sub(std::uint64_t n = 1) { m_value.store(read() - n, std::memory_order_relaxed); }
    void set(std::uint64_t n) { m_value.store(n, std::memory_order_relaxed); }
    std::uint64_t read() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> m_value{0};
};

/// Counts of HTTP status codes: every class, and the first sixteen different codes that occur (a service answers with few).
class StatusCodes {
public:
    static constexpr std::size_t capacity = 16;
    struct Slot {
        std::atomic<unsigned> code{0}; ///< 0: free.
        Counter count;
    };

    void add(unsigned code)
    {
        if (code >= 100 && code < 600) m_classes[code / 100 - 1].add();
        for (Slot& slot : m_slots) {
            const unsigned used = slot.code.load(std::memory_order_relaxed);
            if (used != 0 && used != code) continue;
            slot.count.add();
            if (used == 0) slot.code.store(code, std::memory_order_release);
            return;
        }
    }
    const std::array<Slot, capacity>& slots() const { return m_slots; }
    const std::array<Counter, 5>& classes() const { return m_classes; }

private:
    std::array<Counter, 5> m_classes;
    std::array<Slot, capacity> m_slots;
};

} // namespace proxy::stats
