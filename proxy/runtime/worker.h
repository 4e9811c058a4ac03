// One worker: a thread, its event loop, its listening sockets, its connections and its pools.
#pragma once

#include "proxy/filter/context.h"

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace proxy::runtime {

/// Accepts from one listening socket. Owns it.
class Acceptor final : public net::Watcher {
public:
    Acceptor(filter::Context& context, filter::ListenerSlot& slot, int fd);
    ~Acceptor() override;
    void onEvents(std::uint32_t events) override;
    /// Connections belong to `slot` from now on.
    void serve(filter::ListenerSlot& slot) { m_slot = &slot; }

private:
    bool mayServe() const;

    filter::Context& m_context;
    filter::ListenerSlot* m_slot;
    int m_fd;
};

/// Everything but the constructor, the destructor and the posting functions runs in the worker's own thread.
class Worker {
public:
    Worker(unsigned index, stats::Registry& registry, DrainRules rules);
    ~Worker();

    /// Switches to `config` between two events; `sockets` are the listening sockets of new listeners, by name.
    void adopt(ProxyConfigPtr config, std::map<std::string, int> sockets);
    /// The listeners of that direction, or all: answers end their connections from now on, by the rules.
    void drain(bool inboundOnly);
    /// Closes the sockets of these listeners; their connections stay.
    void stopListening(bool inboundOnly);
    /// POST /healthcheck/fail and ok.
    void failHealth(bool fails);

private:
    void switchTo(ProxyConfigPtr config, const std::map<std::string, int>& sockets);
    void updatePools();
    void updateListeners(const std::map<std::string, int>& sockets);
    void updateListener(const runtime::ListenerPtr& listener);
    void drainSlot(std::unique_ptr<filter::ListenerSlot> slot);
    void closeAll();
    void flushLogs();
    void endDrained();

    net::EventLoop m_loop;
    filter::Context m_context;
    net::Timer m_flushTimer;
    std::map<std::string, std::unique_ptr<filter::ListenerSlot>> m_slots;
    std::vector<std::unique_ptr<filter::ListenerSlot>> m_drainingSlots;
    std::map<std::string, std::unique_ptr<Acceptor>> m_acceptors;
    std::vector<std::unique_ptr<upstream::ClusterPool>> m_retiredPools;
    std::thread m_thread; ///< Last: joined before anything it uses is gone.
};

} // namespace proxy::runtime
