// A series of values over time with fixed memory: the oldest value makes room for the newest.
#pragma once

#include <cstddef>
#include <vector>

namespace model::stats {

/// Ring buffer. Value; not shared between threads.
template <class T> class Series {
public:
    explicit Series(std::size_t capacity) : m_values(capacity) {}

    void append(T value)
    {
        m_values[(m_first + m_size) % m_values.size()] = std::move(value);
        if (m_size < m_values.size()) ++m_size;
        else m_first = (m_first + 1) % m_values.size();
    }
    std::size_t size() const { return m_size; }
    /// The oldest is 0.
    const T& at(std::size_t i) const { return m_values[(m_first + i) % m_values.size()]; }
    const T& last() const { return at(m_size - 1); }

private:
    std::vector<T> m_values;
    std::size_t m_first = 0;
    std::size_t m_size = 0;
};

} // namespace model::stats
