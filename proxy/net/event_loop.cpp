#include "proxy/net/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <ctime>

namespace proxy::net {

Timer::~Timer()
{
    if (m_queued) m_loop.dequeue(this);
}

void Timer::start(std::int64_t milliseconds)
{
    m_deadline = m_loop.m_now + std::max<std::int64_t>(milliseconds, 1);
    if (m_queued && m_queued <= m_deadline) return; // Looked at again when the earlier time passes.
    if (m_queued) m_loop.dequeue(this);
    m_loop.enqueue(this);
}

EventLoop::EventLoop() : m_epoll(epoll_create1(EPOLL_CLOEXEC)), m_wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wake, &event);
    readClock();
}

EventLoop::~EventLoop()
{
    for (Watcher* watcher : m_retired) delete watcher;
    close(m_wake);
    close(m_epoll);
}

void EventLoop::add(int fd, Watcher* watcher)
{
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = watcher;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, fd, &event);
}

void EventLoop::addReader(int fd, Watcher* watcher)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = watcher;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, fd, &event);
}

void EventLoop::remove(int fd) { epoll_ctl(m_epoll, EPOLL_CTL_DEL, fd, nullptr); }

void EventLoop::retire(Watcher* watcher) { m_retired.push_back(watcher); }

void EventLoop::run()
{
    while (!m_quit) turn(1000);
}

void EventLoop::turn(int timeoutMilliseconds)
{
    epoll_event events[256];
    int count = epoll_wait(m_epoll, events, 256, waitTime(timeoutMilliseconds));
    readClock();
    for (int i = 0; i < count; ++i) {
        auto* watcher = static_cast<Watcher*>(events[i].data.ptr);
        if (!watcher) runPosted();
        else if (m_retired.empty() || std::find(m_retired.begin(), m_retired.end(), watcher) == m_retired.end())
            watcher->onEvents(events[i].events);
    }
    fireTimers();
    while (!m_retired.empty()) {
        auto retired = std::exchange(m_retired, {});
        for (Watcher* watcher : retired) delete watcher;
    }
}

void EventLoop::quit()
{
    post([this] { m_quit = true; });
}

void EventLoop::post(std::function<void()> task)
{
    {
        std::lock_guard lock(m_mutex);
        m_posted.push_back(std::move(task));
    }
    std::uint64_t one = 1;
    [[maybe_unused]] auto written = write(m_wake, &one, sizeof one);
}

void EventLoop::runPosted()
{
    std::uint64_t count = 0;
    [[maybe_unused]] auto got = read(m_wake, &count, sizeof count);
    std::vector<std::function<void()>> tasks;
    {
        std::lock_guard lock(m_mutex);
        tasks.swap(m_posted);
    }
    for (auto& task : tasks) task();
}

void EventLoop::readClock()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    m_now = time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

std::string_view EventLoop::date()
{
    if (m_now / 250 != m_dateSecond) { // A quarter of a second is how late the date may change.
        m_dateSecond = m_now / 250;
        std::time_t seconds = std::time(nullptr);
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        std::strftime(m_date, sizeof m_date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    }
    return {m_date, 29};
}

int EventLoop::waitTime(int limit) const
{
    if (m_heap.empty()) return limit;
    std::int64_t left = m_heap.front()->m_queued - m_now;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, limit));
}

void EventLoop::fireTimers()
{
    while (!m_heap.empty() && m_heap.front()->m_queued <= m_now) {
        Timer* timer = m_heap.front();
        dequeue(timer);
        if (!timer->m_deadline) continue;
        if (timer->m_deadline > m_now) {
            enqueue(timer);
            continue;
        }
        timer->m_deadline = 0;
        timer->m_fire();
    }
}

void EventLoop::place(Timer* timer, std::size_t slot)
{
    m_heap[slot] = timer;
    timer->m_slot = slot;
}

void EventLoop::siftUp(std::size_t slot)
{
    Timer* timer = m_heap[slot];
    for (; slot > 0 && m_heap[(slot - 1) / 2]->m_queued > timer->m_queued; slot = (slot - 1) / 2)
        place(m_heap[(slot - 1) / 2], slot);
    place(timer, slot);
}

void EventLoop::siftDown(std::size_t slot)
{
    Timer* timer = m_heap[slot];
    for (std::size_t child = 2 * slot + 1; child < m_heap.size(); child = 2 * slot + 1) {
        if (child + 1 < m_heap.size() && m_heap[child + 1]->m_queued < m_heap[child]->m_queued) ++child;
        if (m_heap[child]->m_queued >= timer->m_queued) break;
        place(m_heap[child], slot);
        slot = child;
    }
    place(timer, slot);
}

void EventLoop::enqueue(Timer* timer)
{
    timer->m_queued = timer->m_deadline;
    m_heap.push_back(timer);
    timer->m_slot = m_heap.size() - 1;
    siftUp(timer->m_slot);
}

void EventLoop::dequeue(Timer* timer)
{
    std::size_t slot = timer->m_slot;
    timer->m_queued = 0;
    Timer* last = m_heap.back();
    m_heap.pop_back();
    if (last == timer) return;
    place(last, slot);
    siftUp(slot);
    siftDown(last->m_slot);
}

} // namespace proxy::net
