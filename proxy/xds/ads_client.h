// The ADS client: one gRPC stream to the control plane, state of the world.
#pragma once

#include "proxy/xds/subscriptions.h"

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace proxy::xds {

/// Keeps a stream open for as long as it lives, in a thread of its own, and hands what comes to the target. While the
/// control plane is away everything stays as it was; it tries again after 0.5 s, doubling up to 30 s, with jitter.
class AdsClient {
public:
    /// nullptr when the bootstrap asks for no dynamic resources. Errors: what is not supported, by name.
    static model::Result<std::unique_ptr<AdsClient>> start(const envoy::config::bootstrap::v3::Bootstrap& bootstrap,
                                                           Target& target, stats::Registry& registry);
    ~AdsClient();
    AdsClient(const AdsClient&) = delete;
    AdsClient& operator=(const AdsClient&) = delete;

    /// Any thread: a copy of what is known now.
    State state() const;
    /// Any thread: true once the start is over and the server may say LIVE.
    bool isReady() const { return m_ready.load(std::memory_order_relaxed); }

private:
    struct Stream;
    AdsClient(std::string address, envoy::config::core::v3::Node node, Target& target, stats::Registry& registry,
              const Subscriptions::DynamicResources& sources);
    void run(const std::stop_token& stop);
    /// Serves one stream to its end; returns whether anything came over it.
    bool serve(const std::stop_token& stop);
    /// Reads until the stream ends; in a thread of its own.
    void read(Stream& stream);
    /// Waits for responses or until there is something to do, and does it. False when the stream has ended.
    bool take(Stream& stream);
    bool send(Stream& stream);
    void tick();
    void publish();
    bool pause(const std::stop_token& stop, std::chrono::milliseconds time);
    std::chrono::steady_clock::time_point nextLook() const;

    const std::string m_address;
    const envoy::config::core::v3::Node m_node;
    Target& m_target;
    Subscriptions m_subscriptions; ///< Touched by m_thread only.
    std::atomic<bool> m_ready{false};
    mutable std::mutex m_mutex; ///< Guards m_published, the wake-up and its reason.
    std::condition_variable_any m_wake;
    bool m_progress = false; ///< The target has news.
    State m_published;
    std::jthread m_thread; ///< Last: joined before anything it uses is gone.
};

} // namespace proxy::xds
