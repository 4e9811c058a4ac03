#include "tests/support/ads_server.h"

#include "envoy/service/discovery/v3/ads.grpc.pb.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <sys/socket.h>

namespace support {
namespace {

using envoy::service::discovery::v3::AggregatedDiscoveryService;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;
using ServerStream = grpc::ServerReaderWriter<DiscoveryResponse, DiscoveryRequest>;

constexpr std::pair<const char*, const char*> types[] = {
    {"CDS", "type.googleapis.com/envoy.config.cluster.v3.Cluster"},
    {"EDS", "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"},
    {"LDS", "type.googleapis.com/envoy.config.listener.v3.Listener"},
    {"RDS", "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"}};

QByteArray printed(const DiscoveryRequest& request)
{
    std::string names;
    std::vector<std::string> sorted(request.resource_names().begin(), request.resource_names().end());
    std::sort(sorted.begin(), sorted.end());
    for (const auto& name : sorted) names += (names.empty() ? "" : " ") + name;
    std::string text = "version=" + request.version_info() + " nonce=" + request.response_nonce() + " [" + names + "]";
    if (request.has_node()) text += " node=" + request.node().id() + "/" + request.node().cluster();
    if (request.has_error_detail())
        text += " NACK " + std::to_string(request.error_detail().code()) + ": " + request.error_detail().message();
    return QByteArray::fromStdString(text);
}

/// A loopback port that no program listens on, and that a server of this process may share.
interop::Socket reservedPort()
{
    interop::Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return socket;
}

} // namespace

QByteArray shortType(const std::string& url)
{
    for (const auto& [name, full] : types)
        if (url == full) return name;
    return QByteArray::fromStdString(url);
}

std::string typeUrl(const QByteArray& name)
{
    for (const auto& [known, full] : types)
        if (name == known) return full;
    return name.toStdString();
}

google::protobuf::Any resource(const char* kind, const std::string& yaml)
{
    model::source::ReadOptions options;
    options.kind = kind;
    const auto revision = model::source::Revision::of(yaml, options);
    for (const auto& finding : revision->findings()) qWarning("%s: %s", kind, finding.message.c_str());
    google::protobuf::Any any;
    if (!revision->message()) return any;
    any.set_type_url("type.googleapis.com/" + revision->message()->GetDescriptor()->full_name());
    any.set_value(revision->message()->SerializeAsString());
    return any;
}

struct AdsServer::Stream {
    grpc::ServerContext* context;
    ServerStream* stream;
};

/// Receives in gRPC's threads.
class AdsServer::Service final : public AggregatedDiscoveryService::Service {
public:
    explicit Service(AdsServer& owner) : m_owner(owner) {}

    grpc::Status StreamAggregatedResources(grpc::ServerContext* context, ServerStream* stream) override
    {
        Stream mine{context, stream};
        {
            const std::lock_guard lock(m_owner.m_mutex);
            m_owner.m_open.push_back(&mine);
            ++m_owner.m_streams;
            m_owner.m_came.notify_all();
        }
        DiscoveryRequest request;
        while (stream->Read(&request)) {
            const std::lock_guard lock(m_owner.m_mutex);
            const QByteArray type = shortType(request.type_url());
            m_owner.m_requests[type].push_back(printed(request));
            if (!m_owner.m_order.isEmpty()) m_owner.m_order += ' ';
            m_owner.m_order += type;
            m_owner.m_last = request;
            m_owner.m_came.notify_all();
        }
        const std::lock_guard lock(m_owner.m_mutex);
        m_owner.m_open.remove(&mine);
        return grpc::Status::OK;
    }

private:
    AdsServer& m_owner;
};

AdsServer::AdsServer() : m_reserved(reservedPort()), m_service(std::make_unique<Service>(*this)) {}

AdsServer::~AdsServer() { stop(); }

void AdsServer::start()
{
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port()), grpc::InsecureServerCredentials());
    builder.RegisterService(m_service.get());
    builder.SetMaxReceiveMessageSize(-1);
    m_server = builder.BuildAndStart();
}

void AdsServer::stop()
{
    if (!m_server) return;
    m_server->Shutdown(std::chrono::system_clock::now());
    m_server->Wait();
    m_server.reset();
}

void AdsServer::breakStream()
{
    const std::lock_guard lock(m_mutex);
    if (!m_open.empty()) m_open.back()->context->TryCancel();
}

QByteArray AdsServer::next(const QByteArray& type, int milliseconds)
{
    std::unique_lock lock(m_mutex);
    auto& queue = m_requests[type];
    if (!m_came.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] { return !queue.empty(); }))
        return "nothing";
    const QByteArray text = queue.front();
    queue.pop_front();
    return text;
}

QByteArray AdsServer::answer(const QByteArray& type, int milliseconds)
{
    for (;;) {
        const QByteArray text = next(type, milliseconds);
        if (text == "nothing" ||
            text.contains(QByteArray(" nonce=").append(QByteArray::number(m_responses)).append(" ")))
            return text;
    }
}

QByteArray AdsServer::order()
{
    const std::lock_guard lock(m_mutex);
    return m_order;
}

unsigned AdsServer::streams()
{
    const std::lock_guard lock(m_mutex);
    return m_streams;
}

DiscoveryRequest AdsServer::last()
{
    const std::lock_guard lock(m_mutex);
    return m_last;
}

void AdsServer::send(const QByteArray& type, const std::string& version, std::vector<google::protobuf::Any> resources)
{
    DiscoveryResponse response;
    response.set_type_url(typeUrl(type));
    response.set_version_info(version);
    for (auto& one : resources) *response.add_resources() = std::move(one);
    send(std::move(response));
}

void AdsServer::send(DiscoveryResponse response)
{
    const std::lock_guard lock(m_mutex);
    response.set_nonce(std::to_string(++m_responses));
    if (!m_open.empty()) m_open.back()->stream->Write(response);
}

} // namespace support
