#include "app/control/ads_server.h"

#include "envoy/service/discovery/v3/ads.grpc.pb.h"

#include <grpcpp/grpcpp.h>

#include <chrono>

namespace app::control {

namespace {

using envoy::service::discovery::v3::AggregatedDiscoveryService;
using envoy::service::discovery::v3::DiscoveryResponse;

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

void configure(grpc::ServerBuilder& builder)
{
    builder.SetMaxReceiveMessageSize(-1);
    builder.SetMaxSendMessageSize(-1);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0); // Else a taken port would be shared in silence.
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000); // protocols A11
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
}

} // namespace

/// One client's stream on the wire. gRPC's threads call it; what it holds is guarded by the server's mutex.
/// Deletes itself when gRPC is done with it.
class AdsServer::Stream final : public grpc::ServerBidiReactor<DiscoveryRequest, DiscoveryResponse> {
public:
    explicit Stream(AdsServer& server) : m_server(server)
    {
        const std::scoped_lock lock(m_server.m_mutex);
        m_server.m_streams.insert(this);
        id = ++m_server.m_streamCount;
        StartRead(&m_request);
    }

    void OnReadDone(bool ok) override
    {
        const std::scoped_lock lock(m_server.m_mutex);
        if (!ok) return end(grpc::Status::OK);
        if (!m_finished) m_server.take(*this, m_request);
        if (!m_finished) StartRead(&m_request);
    }
    void OnWriteDone(bool ok) override
    {
        const std::scoped_lock lock(m_server.m_mutex);
        m_writing = false;
        if (ok && !m_finished) m_server.pump(*this);
    }
    void OnCancel() override
    {
        const std::scoped_lock lock(m_server.m_mutex);
        end(grpc::Status::CANCELLED);
    }
    void OnDone() override
    {
        {
            const std::scoped_lock lock(m_server.m_mutex);
            m_server.m_streams.erase(this);
            if (!state.client().node.empty()) m_server.report(*this, false);
        }
        delete this;
    }

    void end(const grpc::Status& status)
    {
        if (m_finished) return;
        m_finished = true;
        Finish(status);
    }
    bool isReady() const { return !m_writing && !m_finished; }
    void write(DiscoveryResponse response)
    {
        m_writing = true;
        m_response = std::move(response);
        StartWrite(&m_response);
    }

    StreamState state;
    std::uint64_t id = 0;

private:
    AdsServer& m_server;
    DiscoveryRequest m_request;
    DiscoveryResponse m_response;
    bool m_writing = false;
    bool m_finished = false;
};

/// Makes a Stream of each call.
class AdsServer::Service final : public AggregatedDiscoveryService::CallbackService {
public:
    explicit Service(AdsServer& server) : m_server(server) {}
    grpc::ServerBidiReactor<DiscoveryRequest, DiscoveryResponse>*
    StreamAggregatedResources(grpc::CallbackServerContext*) override
    {
        return new Stream(m_server);
    }

private:
    AdsServer& m_server;
};

AdsServer::AdsServer(Observer observer) : m_observer(std::move(observer)) {}

AdsServer::~AdsServer() { stop(); }

model::Result<int> AdsServer::start(const std::string& host, int port)
{
    stop();
    const std::string address = host + ":" + std::to_string(port);
    m_service = std::make_unique<Service>(*this);
    grpc::ServerBuilder builder;
    configure(builder);
    int chosen = 0;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &chosen);
    builder.RegisterService(m_service.get());
    m_server = builder.BuildAndStart();
    if (!m_server || chosen == 0) {
        m_server.reset();
        return model::fail(model::ErrorCode::Unreachable, address,
                           "The control plane cannot listen here: the port is taken or not allowed");
    }
    return chosen;
}

void AdsServer::stop()
{
    if (!m_server) return;
    m_server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
    m_server->Wait();
    m_server.reset();
    m_service.reset();
}

void AdsServer::setTarget(const std::string& node, model::diff::ResourcesPtr target, int push)
{
    const std::scoped_lock lock(m_mutex);
    m_targets[node] = {target, push};
    for (Stream* stream : m_streams) {
        if (stream->state.client().node != node) continue;
        stream->state.retarget(target, push, now());
        pump(*stream);
        report(*stream, true);
    }
}

void AdsServer::tick()
{
    const std::scoped_lock lock(m_mutex);
    for (Stream* stream : m_streams) {
        stream->state.tick(now());
        pump(*stream);
    }
}

void AdsServer::take(Stream& stream, const DiscoveryRequest& request)
{
    const bool first = stream.state.client().node.empty();
    if (first && request.node().id().empty())
        return stream.end({grpc::StatusCode::INVALID_ARGUMENT, "the first request must name its node (node.id)"});
    if (first && request.type_url().empty())
        return stream.end({grpc::StatusCode::INVALID_ARGUMENT, "type_url is required for aggregated discovery"});
    auto rejection = stream.state.read(request, now());
    if (first) {
        const auto target = m_targets.find(stream.state.client().node);
        if (target != m_targets.end()) stream.state.retarget(target->second.resources, target->second.push, now());
    }
    pump(stream);
    report(stream, true, std::move(rejection));
}

void AdsServer::pump(Stream& stream)
{
    if (!stream.isReady()) return;
    auto response = stream.state.next(now());
    if (!response) return;
    stream.write(std::move(*response));
    report(stream, true);
}

void AdsServer::report(const Stream& stream, bool connected, std::optional<Rejection> rejection)
{
    m_observer({stream.id, connected, stream.state.client(), stream.state.push(), stream.state.isSettled(),
                stream.state.status(), std::move(rejection)});
}

} // namespace app::control
