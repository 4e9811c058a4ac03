// A control plane that says what a test tells it to say, and shows every request that it gets.
#pragma once

#include "tests/interop/wire.h"

#ifndef Q_MOC_RUN // moc cannot read the generated headers
#include "envoy/service/discovery/v3/discovery.pb.h"
#endif

#include <QByteArray>

#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace grpc {
class Server;
}

namespace support {

/// "CDS", "EDS", "LDS" and "RDS", or the type URL of another type.
QByteArray shortType(const std::string& typeUrl);
std::string typeUrl(const QByteArray& shortType);
/// A resource from YAML; `kind` is its message, "Cluster". The Any has the type's own URL.
google::protobuf::Any resource(const char* kind, const std::string& yaml);

/// A gRPC server of aggregated discovery, state of the world, on a loopback port of its own. Made, told and asked in the
/// test's thread; gRPC's threads receive.
class AdsServer {
public:
    AdsServer();
    ~AdsServer();
    std::uint16_t port() const { return interop::portOf(m_reserved); }

    void start();
    /// Ends every stream and refuses connections until the next start. The port stays this one.
    void stop();
    /// Ends the youngest stream with an error; the server stays.
    void breakStream();

    /// The next request of that type, as text: "version= nonce= [a b]"; with " node=ID/CLUSTER" or " NACK CODE: TEXT" after
    /// it where the request says so. "nothing" when none comes in time.
    QByteArray next(const QByteArray& type, int milliseconds = 15000);
    /// The request that answers the last response; others of that type before it are passed over.
    QByteArray answer(const QByteArray& type, int milliseconds = 15000);
    /// Types of all requests in the order they came: "CDS LDS".
    QByteArray order();
    /// Streams opened so far.
    unsigned streams();
    /// Sends a response on the youngest stream; its nonce is the number of responses so far, from 1.
    void send(const QByteArray& type, const std::string& version, std::vector<google::protobuf::Any> resources);
    void send(envoy::service::discovery::v3::DiscoveryResponse response);
    /// The last request as it came.
    envoy::service::discovery::v3::DiscoveryRequest last();

private:
    class Service;
    struct Stream;

    interop::Socket m_reserved; ///< Bound, never listening: keeps the port for this server.
    std::unique_ptr<Service> m_service;
    std::unique_ptr<grpc::Server> m_server;
    std::mutex m_mutex; ///< Guards what is below.
    std::condition_variable m_came;
    std::map<QByteArray, std::deque<QByteArray>> m_requests;
    envoy::service::discovery::v3::DiscoveryRequest m_last;
    QByteArray m_order;
    std::list<Stream*> m_open; ///< The youngest last.
    unsigned m_streams = 0, m_responses = 0;
};

} // namespace support
