#include "proxy/xds/ads_client.h"

#include "envoy/service/discovery/v3/ads.grpc.pb.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <queue>
#include <random>

namespace proxy::xds {
namespace {

using envoy::config::bootstrap::v3::Bootstrap;
using envoy::service::discovery::v3::AggregatedDiscoveryService;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;
using model::ErrorCode;
using model::fail;
using model::Result;

/// Address of a bootstrap cluster for gRPC: all numeric endpoints, or the first name.
Result<std::string> targetOf(const Bootstrap& bootstrap, const std::string& name)
{
    for (const auto& cluster : bootstrap.static_resources().clusters()) {
        if (cluster.name() != name) continue;
        std::string numeric;
        for (const auto& locality : cluster.load_assignment().endpoints())
            for (const auto& endpoint : locality.lb_endpoints()) {
                const auto& socket = endpoint.endpoint().address().socket_address();
                const std::string text = socket.address() + ":" + std::to_string(socket.port_value());
                if (cluster.type() != envoy::config::cluster::v3::Cluster::STATIC) return "dns:///" + text;
                const bool isV6 = socket.address().find(':') != std::string::npos;
                if (isV6) return "ipv6:[" + socket.address() + "]:" + std::to_string(socket.port_value());
                numeric += (numeric.empty() ? "ipv4:" : ",") + text;
            }
        if (numeric.empty())
            return fail(ErrorCode::Invalid, "clusters/" + name, "the control plane's cluster has no endpoint");
        return numeric;
    }
    return fail(ErrorCode::NotFound, "dynamic_resources.ads_config", "Unknown gRPC client cluster '" + name + "'");
}

Result<std::string> controlPlane(const Bootstrap& bootstrap)
{
    using envoy::config::core::v3::ApiConfigSource;
    const auto& ads = bootstrap.dynamic_resources().ads_config();
    const std::string where = "dynamic_resources.ads_config";
    if (ads.api_type() != ApiConfigSource::GRPC)
        return fail(ErrorCode::Unsupported, where + ".api_type", "only GRPC (state of the world) is supported");
    if (ads.grpc_services_size() == 0) return fail(ErrorCode::Invalid, where, "no gRPC service is given");
    const auto& service = ads.grpc_services(0);
    if (service.has_envoy_grpc()) return targetOf(bootstrap, service.envoy_grpc().cluster_name());
    if (service.google_grpc().has_channel_credentials())
        return fail(ErrorCode::Unsupported, where + ".google_grpc.channel_credentials", "is not supported");
    return service.google_grpc().target_uri();
}

Result<void> onlyAds(const envoy::config::core::v3::ConfigSource& source, const std::string& where)
{
    if (source.has_ads()) return {};
    return fail(ErrorCode::Unsupported, "dynamic_resources." + where, "only 'ads' is supported as a source");
}

} // namespace

/// One stream with the thread that reads it; responses wait in a queue.
struct AdsClient::Stream {
    std::unique_ptr<AggregatedDiscoveryService::Stub> stub;
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<DiscoveryRequest, DiscoveryResponse>> stream;
    std::queue<DiscoveryResponse> responses; ///< Guarded by the client's mutex, as `ended` is.
    bool ended = false;
    bool isFirst = true;   ///< The next request is the stream's first: it carries the node.
    bool anything = false; ///< A response has come.
};

Result<std::unique_ptr<AdsClient>> AdsClient::start(const Bootstrap& bootstrap, Target& target,
                                                    stats::Registry& registry)
{
    const auto& dynamic = bootstrap.dynamic_resources();
    if (!dynamic.has_cds_config() && !dynamic.has_lds_config()) return std::unique_ptr<AdsClient>();
    if (dynamic.has_cds_config())
        if (auto ads = onlyAds(dynamic.cds_config(), "cds_config"); !ads) return ads.unexpected();
    if (dynamic.has_lds_config())
        if (auto ads = onlyAds(dynamic.lds_config(), "lds_config"); !ads) return ads.unexpected();
    auto address = controlPlane(bootstrap);
    if (!address) return address.unexpected();
    return std::unique_ptr<AdsClient>(new AdsClient(*address, bootstrap.node(), target, registry, dynamic));
}

AdsClient::AdsClient(std::string address, envoy::config::core::v3::Node node, Target& target, stats::Registry& registry,
                     const Subscriptions::DynamicResources& sources)
    : m_address(std::move(address))
    , m_node(std::move(node))
    , m_target(target)
    , m_subscriptions(target, registry, sources)
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
    m_target.onProgress([this] {
        const std::lock_guard lock(m_mutex);
        m_progress = true;
        m_wake.notify_all();
    });
}

AdsClient::~AdsClient()
{
    m_target.onProgress({});
    m_thread.request_stop();
    m_wake.notify_all();
}

State AdsClient::state() const
{
    const std::lock_guard lock(m_mutex);
    return m_published;
}

void AdsClient::publish()
{
    m_ready.store(m_subscriptions.isReady(), std::memory_order_relaxed);
    const std::lock_guard lock(m_mutex);
    m_published = m_subscriptions.state();
}

/// When there is something to do though nobody wakes this thread; at least twice a second, for the statistics.
std::chrono::steady_clock::time_point AdsClient::nextLook() const
{
    return std::min(m_subscriptions.nextDeadline(), std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
}

void AdsClient::tick()
{
    m_subscriptions.tick(std::chrono::steady_clock::now());
    publish();
}

bool AdsClient::pause(const std::stop_token& stop, std::chrono::milliseconds time)
{
    const auto until = std::chrono::steady_clock::now() + time;
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < until) {
        std::unique_lock lock(m_mutex);
        m_wake.wait_until(lock, stop, std::min(until, nextLook()), [this] { return m_progress; });
        m_progress = false;
        lock.unlock();
        tick();
    }
    return !stop.stop_requested();
}

void AdsClient::run(const std::stop_token& stop)
{
    std::mt19937 random(std::random_device{}());
    int failures = 0;
    while (!stop.stop_requested()) {
        failures = serve(stop) ? 0 : std::min(failures + 1, 6);
        const int base = 500 << failures;
        const int limit = std::min(base, 30'000);
        if (!pause(stop, std::chrono::milliseconds(std::uniform_int_distribution<int>(limit / 5, limit)(random))))
            return;
    }
}

bool AdsClient::send(Stream& stream)
{
    for (auto& request : m_subscriptions.takeRequests()) {
        if (std::exchange(stream.isFirst, false)) *request.mutable_node() = m_node;
        if (!stream.stream->Write(request)) return false;
    }
    return true;
}

void AdsClient::read(Stream& stream)
{
    DiscoveryResponse response;
    while (stream.stream->Read(&response)) {
        const std::lock_guard lock(m_mutex);
        stream.responses.push(std::move(response));
        m_wake.notify_all();
    }
    const std::lock_guard lock(m_mutex);
    stream.ended = true;
    m_wake.notify_all();
}

bool AdsClient::take(Stream& stream)
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_until(lock, nextLook(), [&] { return stream.ended || m_progress || !stream.responses.empty(); });
    m_progress = false;
    std::queue<DiscoveryResponse> responses = std::exchange(stream.responses, {});
    const bool isOpen = !stream.ended;
    lock.unlock();
    for (; !responses.empty(); responses.pop()) {
        m_subscriptions.received(responses.front());
        stream.anything = true;
    }
    tick();
    return isOpen;
}

bool AdsClient::serve(const std::stop_token& stop)
{
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    const auto channel = grpc::CreateCustomChannel(m_address, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(1))) return false;
    Stream stream;
    stream.stub = AggregatedDiscoveryService::NewStub(channel);
    stream.stream = stream.stub->StreamAggregatedResources(&stream.context);
    const std::stop_callback cancel(stop, [&stream] { stream.context.TryCancel(); });
    m_subscriptions.setConnected(true);
    m_subscriptions.streamOpened();
    publish();
    std::thread reader([this, &stream] { read(stream); });
    for (bool open = send(stream); open && !stop.stop_requested();) open = take(stream) && send(stream);
    stream.context.TryCancel();
    reader.join();
    m_subscriptions.setConnected(false);
    publish();
    return stream.anything;
}

} // namespace proxy::xds
