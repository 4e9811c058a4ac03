#include "proxy/admin/control.h"

#include "proxy/log/sink.h"

#include <future>

namespace proxy::admin {

Control::Control(net::EventLoop& loop, runtime::Server& server, stats::Registry& registry)
    : m_loop(loop)
    , m_server(server)
    , m_registry(registry)
    , m_last(take())
    , m_target(loop, server)
{
    m_registry.set("server.concurrency", server.workerCount());
    m_registry.set("server.live", 1);
}

Control::~Control()
{
    m_target.close(); // Lets an ADS client go that waits for this thread.
    m_admin.reset();
    m_ads.reset();
}

model::Result<std::unique_ptr<Control>> Control::start(net::EventLoop& loop, runtime::Server& server,
                                                       stats::Registry& registry, Process process)
{
    std::unique_ptr<Control> control(new Control(loop, server, registry));
    auto ads = xds::AdsClient::start(server.config()->bootstrap, control->m_target, control->m_registry);
    if (!ads) return ads.unexpected();
    control->m_ads = std::move(*ads);
    if (server.config()->bootstrap.admin().has_address())
        if (auto admin = control->startAdmin(std::move(process)); !admin) return admin.unexpected();
    return control;
}

model::Result<void> Control::startAdmin(Process process)
{
    const auto& socket = m_server.config()->bootstrap.admin().address().socket_address();
    const auto address = net::Address::parse(socket.address(), static_cast<std::uint16_t>(socket.port_value()));
    if (!address) return address.unexpected();
    Actions actions;
    actions.snapshot = [this] { return snapshot(); };
    actions.quit = [this] { m_loop.post([this] { m_loop.quit(); }); };
    actions.drain = [this](runtime::Server::Stop stop, bool inboundOnly) {
        m_loop.post([this, stop, inboundOnly] { m_server.drain(stop, inboundOnly); });
    };
    actions.failHealth = [this](bool fails) { m_loop.post([this, fails] { m_server.failHealth(fails); }); };
    actions.reopenLogs = [] { log::File::reopenAll(); };
    auto server = Server::listen(*address, std::move(actions), m_registry, std::move(process));
    if (!server) return server.unexpected();
    m_admin = std::move(*server);
    return {};
}

Snapshot Control::take() const
{
    Snapshot result;
    result.config = m_server.config();
    result.hosts = m_server.hostsSnapshot();
    result.listeners = m_server.listenerAddresses();
    result.isLive = m_server.isWarm();
    return result;
}

Snapshot Control::snapshot()
{
    const auto promise = std::make_shared<std::promise<Snapshot>>();
    auto answer = promise->get_future();
    m_loop.post([this, promise] { promise->set_value(take()); });
    if (answer.wait_for(std::chrono::seconds(1)) == std::future_status::ready) m_last = answer.get();
    Snapshot result = m_last;
    if (!m_ads) return result;
    result.dynamic = m_ads->state();
    result.isLive = result.isLive && m_ads->isReady();
    return result;
}

} // namespace proxy::admin
