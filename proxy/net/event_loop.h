// One thread's event loop: epoll (edge-triggered), timers, and the one door for other threads.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace proxy::net {

/// Told about events of one file descriptor. Registered once for reading and writing, edge-triggered.
class Watcher {
public:
    virtual ~Watcher() = default;
    /// `events` are EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR bits. May delete itself through retire().
    virtual void onEvents(std::uint32_t events) = 0;
};

class EventLoop;

/// A one-shot timer owned by what waits for it; disarmed when destroyed. Starting again moves it cheaply:
/// a later deadline costs two stores, because the loop looks at it again only when the earlier one passes.
class Timer {
public:
    Timer(EventLoop& loop, std::function<void()> fire) : m_loop(loop), m_fire(std::move(fire)) {}
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    void start(std::int64_t milliseconds);
    void stop() { m_deadline = 0; }
    bool isRunning() const { return m_deadline != 0; }

private:
    friend class EventLoop;
    EventLoop& m_loop;
    std::function<void()> m_fire;
    std::int64_t m_deadline = 0; ///< 0: not running.
    std::int64_t m_queued = 0;   ///< Time of its entry in the heap; 0: none.
    std::size_t m_slot = 0;      ///< Place in the heap.
};

/// Belongs to the thread that calls run(); everything but post() and quit() is for that thread only.
class EventLoop {
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    void add(int fd, Watcher* watcher);
    void addReader(int fd, Watcher* watcher); ///< Level-triggered, reading only: for listening sockets.
    void remove(int fd);
    /// Deletes `watcher` after the events at hand have been delivered.
    void retire(Watcher* watcher);
    void run();
    /// Runs what is ready and waits at most that long; for tests and for the control thread.
    void turn(int timeoutMilliseconds);
    void quit();
    /// Runs `task` in the loop's thread, soon. From any thread.
    void post(std::function<void()> task);

    /// Milliseconds of the monotonic clock, read once per turn.
    std::int64_t now() const { return m_now; }
    /// "Tue, 15 Nov 1994 08:12:31 GMT", made once a second.
    std::string_view date();

private:
    friend class Timer;
    void place(Timer* timer, std::size_t slot);
    void siftUp(std::size_t slot);
    void siftDown(std::size_t slot);
    void enqueue(Timer* timer);
    void dequeue(Timer* timer);
    void fireTimers();
    int waitTime(int limit) const;
    void runPosted();
    void readClock();

    int m_epoll = -1;
    int m_wake = -1;
    bool m_quit = false;
    std::int64_t m_now = 0;
    std::int64_t m_dateSecond = -1;
    char m_date[32] = {};
    std::vector<Timer*> m_heap; ///< Binary heap by m_queued.
    std::vector<Watcher*> m_retired;
    std::mutex m_mutex; ///< Guards m_posted only.
    std::vector<std::function<void()>> m_posted;
};

} // namespace proxy::net
