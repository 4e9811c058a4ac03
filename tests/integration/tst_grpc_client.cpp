#include "app/control/control_plane.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <QtTest>

#include <atomic>
#include <future>

namespace {

/// Answers every unary call with the bytes it got, and counts.
class Echo final : public grpc::CallbackGenericService {
public:
    std::atomic<int> calls = 0;

    grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override
    {
        ++calls;
        return new Call;
    }

private:
    struct Call final : grpc::ServerGenericBidiReactor {
        Call() { StartRead(&bytes); }
        void OnReadDone(bool ok) override
        {
            if (ok) StartWriteAndFinish(&bytes, {}, grpc::Status::OK);
            else Finish({grpc::StatusCode::INTERNAL, "no request"});
        }
        void OnDone() override { delete this; }
        grpc::ByteBuffer bytes;
    };
};

/// An endpoint on a port of its own.
struct Endpoint {
    Endpoint()
    {
        grpc::ServerBuilder builder;
        builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
        builder.RegisterCallbackGenericService(&echo);
        server = builder.BuildAndStart();
    }
    ~Endpoint() { server->Shutdown(std::chrono::system_clock::now()); }
    int port = 0;
    Echo echo;
    std::unique_ptr<grpc::Server> server;
};

grpc::Status call(const std::shared_ptr<grpc::Channel>& channel)
{
    grpc::GenericStub stub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    context.set_wait_for_ready(true);
    grpc::Slice slice("ping");
    grpc::ByteBuffer request(&slice, 1), response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, "/demo.Echo/Say", {}, &request, &response,
                   [&](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
}

std::string configuration(int first, int second)
{
    const auto endpoint = [](int port) {
        return "    - {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: " + std::to_string(port) +
               "}}}}\n";
    };
    return R"(resources:
- "@type": type.googleapis.com/envoy.config.listener.v3.Listener
  name: svc.example
  api_listener:
    api_listener:
      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
      rds: {route_config_name: local, config_source: {ads: {}, resource_api_version: V3}}
      http_filters:
      - name: envoy.filters.http.router
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
- "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
  name: local
  virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: ""}, route: {cluster: echo}}]}]
- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: echo
  type: EDS
  eds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}
- "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
  cluster_name: echo
  endpoints:
  - locality: {zone: a}
    load_balancing_weight: 1
    lb_endpoints:
)" + endpoint(first) +
           endpoint(second);
}

} // namespace

/// A real gRPC client as xDS client of the control plane.
class TestGrpcClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsAServiceAndReachesBothEndpoints();
};

void TestGrpcClient::findsAServiceAndReachesBothEndpoints()
{
    Endpoint first, second;
    app::control::ControlPlane plane;
    const auto port = plane.listen();
    QVERIFY(port);
    const auto revision = model::source::Revision::of(configuration(first.port, second.port));
    QVERIFY2(revision->findings().empty(), revision->findings().empty() ? "" : revision->findings()[0].message.c_str());
    plane.push("grpc-1", revision->config());
    qputenv("GRPC_XDS_BOOTSTRAP_CONFIG",
            QByteArray(R"({"xds_servers":[{"server_uri":"127.0.0.1:PORT","channel_creds":[{"type":"insecure"}],
            "server_features":["xds_v3"]}],"node":{"id":"grpc-1"}})")
                .replace("PORT", QByteArray::number(*port)));

    const auto channel = grpc::CreateChannel("xds:///svc.example", grpc::InsecureChannelCredentials());
    for (int i = 0; i < 10; ++i) {
        const auto status = call(channel);
        QVERIFY2(status.ok(), status.error_message().c_str());
    }

    QCOMPARE(first.echo.calls + second.echo.calls, 10);
    QVERIFY2(first.echo.calls >= 3 && second.echo.calls >= 3, "the calls are spread");
    QTRY_VERIFY(!plane.statuses().empty() && plane.statuses()[0].state == model::push::State::Acked);
    QCOMPARE(plane.statuses()[0].types.size(), std::size_t(4));
}

QTEST_GUILESS_MAIN(TestGrpcClient)
#include "tst_grpc_client.moc"
