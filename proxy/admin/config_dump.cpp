// /config_dump (reference B3): bootstrap, clusters, endpoints, listeners, scoped routes, routes, secrets.
#include "proxy/admin/page.h"

#include "envoy/admin/v3/config_dump.pb.h"
#include "envoy/admin/v3/config_dump_shared.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/time_util.h>
#include <re2/re2.h>

namespace proxy::admin {
namespace {

using namespace envoy::admin::v3;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

/// A cluster's present hosts as an assignment, with what Envoy fills in (source/server/admin/config_dump_handler.cc, dumpEndpointConfigs).
envoy::config::endpoint::v3::ClusterLoadAssignment assignmentOf(const runtime::Cluster& cluster,
                                                                const std::vector<runtime::HostPtr>& hosts)
{
    envoy::config::endpoint::v3::ClusterLoadAssignment made;
    made.set_cluster_name(cluster.name);
    made.mutable_policy()->mutable_overprovisioning_factor()->set_value(140);
    const runtime::Host* last = nullptr;
    for (const auto& host : hosts) {
        const bool same = last && last->priority == host->priority &&
                          last->locality.SerializeAsString() == host->locality.SerializeAsString();
        auto* locality = same ? made.mutable_endpoints(made.endpoints_size() - 1) : made.add_endpoints();
        last = host.get();
        *locality->mutable_locality() = host->locality;
        locality->set_priority(host->priority);
        locality->mutable_load_balancing_weight()->set_value(0);
        auto* endpoint = locality->add_lb_endpoints();
        auto* socket = endpoint->mutable_endpoint()->mutable_address()->mutable_socket_address();
        socket->set_address(host->address.ip());
        socket->set_port_value(host->address.port());
        endpoint->mutable_endpoint()->mutable_health_check_config();
        endpoint->mutable_endpoint()->set_hostname(host->hostname);
        endpoint->set_health_status(host->status == envoy::config::core::v3::UNKNOWN ? envoy::config::core::v3::HEALTHY
                                                                                     : host->status);
        if (!cluster.dnsTargets.empty()) endpoint->mutable_metadata();
        endpoint->mutable_load_balancing_weight()->set_value(host->weight);
    }
    return made;
}

/// Makes the dumps of one snapshot; `wanted` filters by resource name.
class Dump {
public:
    Dump(const Snapshot& snapshot, xds::Clock::time_point started, std::function<bool(const std::string&)> wanted)
        : m_snapshot(snapshot)
        , m_started(started)
        , m_wanted(std::move(wanted))
    {}

    BootstrapConfigDump bootstrap() const
    {
        BootstrapConfigDump dump;
        *dump.mutable_bootstrap() = m_snapshot.config->bootstrap;
        stamp(dump.mutable_last_updated(), m_started);
        return dump;
    }

    ClustersConfigDump clusters() const
    {
        ClustersConfigDump dump;
        const auto& store = m_snapshot.dynamic.clusters;
        dump.set_version_info(store.version);
        for (const auto& cluster : m_snapshot.config->bootstrap.static_resources().clusters()) {
            if (!m_wanted(cluster.name())) continue;
            auto* made = dump.add_static_clusters();
            made->mutable_cluster()->PackFrom(cluster);
            stamp(made->mutable_last_updated(), m_started);
        }
        const auto add = [&](auto* made, const auto& delivered) {
            made->set_version_info(delivered.version);
            made->mutable_cluster()->PackFrom(delivered.message);
            stamp(made->mutable_last_updated(), delivered.updated);
        };
        for (const auto& [name, cluster] : store.active)
            if (m_wanted(name)) add(dump.add_dynamic_active_clusters(), cluster);
        for (const auto& [name, cluster] : store.warming)
            if (m_wanted(name)) add(dump.add_dynamic_warming_clusters(), cluster);
        return dump;
    }

    EndpointsConfigDump endpoints() const
    {
        EndpointsConfigDump dump;
        for (const auto& [cluster, hosts] : m_snapshot.hosts)
            if (cluster->isStatic && m_wanted(cluster->name))
                dump.add_static_endpoint_configs()->mutable_endpoint_config()->PackFrom(assignmentOf(*cluster, hosts));
        for (const auto& [name, assignment] : m_snapshot.dynamic.assignments.active) {
            if (!m_wanted(name)) continue;
            auto* made = dump.add_dynamic_endpoint_configs();
            made->set_version_info(assignment.version);
            made->mutable_endpoint_config()->PackFrom(assignment.message);
            stamp(made->mutable_last_updated(), assignment.updated);
        }
        return dump;
    }

    ListenersConfigDump listeners() const
    {
        ListenersConfigDump dump;
        const auto& store = m_snapshot.dynamic.listeners;
        dump.set_version_info(store.version);
        for (const auto& listener : m_snapshot.config->bootstrap.static_resources().listeners()) {
            if (!m_wanted(listener.name())) continue;
            auto* made = dump.add_static_listeners();
            made->mutable_listener()->PackFrom(listener);
            stamp(made->mutable_last_updated(), m_started);
        }
        std::set<std::string> names;
        for (const auto* map : {&store.active, &store.warming})
            for (const auto& [name, listener] : *map) names.insert(name);
        for (const auto& [name, refused] : store.refused) names.insert(name);
        for (const std::string& name : names)
            if (m_wanted(name)) dynamicListener(*dump.add_dynamic_listeners(), name);
        return dump;
    }

    RoutesConfigDump routes() const
    {
        RoutesConfigDump dump;
        for (const auto& [name, listener] : m_snapshot.config->listeners)
            for (const auto& route : inlineRoutes(listener->message)) {
                if (!m_wanted(route.name())) continue;
                auto* made = dump.add_static_route_configs();
                made->mutable_route_config()->PackFrom(route);
                stamp(made->mutable_last_updated(), m_started);
            }
        for (const auto& [name, route] : m_snapshot.dynamic.routes.active) {
            if (!m_wanted(name)) continue;
            auto* made = dump.add_dynamic_route_configs();
            made->set_version_info(route.version);
            made->mutable_route_config()->PackFrom(route.message);
            stamp(made->mutable_last_updated(), route.updated);
        }
        return dump;
    }

private:
    static void stamp(google::protobuf::Timestamp* to, xds::Clock::time_point time)
    {
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
        *to = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(since);
    }

    void dynamicListener(ListenersConfigDump::DynamicListener& made, const std::string& name) const
    {
        const auto& store = m_snapshot.dynamic.listeners;
        made.set_name(name);
        const auto fill = [](auto* state, const auto& delivered) {
            state->set_version_info(delivered.version);
            state->mutable_listener()->PackFrom(delivered.message);
            stamp(state->mutable_last_updated(), delivered.updated);
        };
        if (const auto at = store.active.find(name); at != store.active.end())
            fill(made.mutable_active_state(), at->second);
        if (const auto at = store.warming.find(name); at != store.warming.end())
            fill(made.mutable_warming_state(), at->second);
        const auto refused = store.refused.find(name);
        if (refused == store.refused.end()) return;
        auto* error = made.mutable_error_state();
        *error->mutable_failed_configuration() = refused->second.message;
        error->set_details(refused->second.details);
        error->set_version_info(refused->second.version);
        stamp(error->mutable_last_update_attempt(), refused->second.attempted);
    }

    static std::vector<envoy::config::route::v3::RouteConfiguration>
    inlineRoutes(const envoy::config::listener::v3::Listener& listener)
    {
        using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
        std::vector<envoy::config::route::v3::RouteConfiguration> result;
        for (const auto& chain : listener.filter_chains())
            for (const auto& filter : chain.filters()) {
                HttpConnectionManager manager;
                if (filter.typed_config().Is<HttpConnectionManager>() && filter.typed_config().UnpackTo(&manager) &&
                    manager.has_route_config())
                    result.push_back(manager.route_config());
            }
        return result;
    }

    const Snapshot& m_snapshot;
    const xds::Clock::time_point m_started;
    const std::function<bool(const std::string&)> m_wanted;
};

/// Keeps what the mask names; a path may lead through one Any ("cluster.name"). False when it names nothing there is.
bool applyMask(Message& message, const FieldMask& mask)
{
    FieldMask outer;
    bool applies = false;
    for (const std::string& path : mask.paths()) {
        const std::string first = path.substr(0, path.find('.'));
        const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(first);
        if (!field) continue;
        applies = true;
        const bool throughAny =
            field->message_type() == google::protobuf::Any::descriptor() && first.size() < path.size();
        outer.add_paths(throughAny ? first : path);
        if (!throughAny || field->is_repeated()) continue;
        auto& any = static_cast<google::protobuf::Any&>(*message.GetReflection()->MutableMessage(&message, field));
        const std::string& url = any.type_url();
        const auto* type =
            google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));
        if (!type) continue;
        const std::unique_ptr<Message> inner(
            google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
        FieldMask innerMask;
        innerMask.add_paths(path.substr(first.size() + 1));
        if (!any.UnpackTo(inner.get())) continue;
        FieldMaskUtil::TrimMessage(innerMask, inner.get());
        inner->SerializeToString(any.mutable_value());
    }
    FieldMaskUtil::TrimMessage(outer, &message);
    if (!applies) message.Clear();
    return applies;
}

using Messages = std::vector<std::unique_ptr<Message>>;

template <class T> void put(Messages& messages, T message)
{
    messages.push_back(std::make_unique<T>(std::move(message)));
}

Response print(Messages& messages)
{
    envoy::admin::v3::ConfigDump dump;
    for (const auto& message : messages) {
        redact(*message);
        dump.add_configs()->PackFrom(*message);
    }
    return json(dump);
}

Response error(std::string text, int status)
{
    Response response = plain(std::move(text), status);
    response.type = "text/plain";
    return response;
}

/// `resource=R`: the elements of the repeated field R of whichever dump has it.
Response elements(const Messages& dumps, const std::string& resource, const FieldMask& mask)
{
    for (const auto& dump : dumps) {
        const FieldDescriptor* field = dump->GetDescriptor()->FindFieldByName(resource);
        if (!field) continue;
        if (!field->is_repeated())
            return error(resource + " is not a repeated field. Use ?mask=" + resource + " to get only this field", 400);
        Messages found;
        const auto* reflection = dump->GetReflection();
        for (int i = 0; i < reflection->FieldSize(*dump, field); ++i) {
            const Message& element = reflection->GetRepeatedMessage(*dump, field, i);
            found.emplace_back(element.New())->CopyFrom(element);
            if (mask.paths_size() > 0 && !applyMask(*found.back(), mask))
                return error(
                    "FieldMask " + mask.ShortDebugString() + " could not be successfully applied to any configs.", 400);
        }
        return print(found);
    }
    return error(resource + " not found in config dump", 404);
}

} // namespace

Response configDumpPage(const Request& request, const Snapshot& snapshot, xds::Clock::time_point started)
{
    const std::string pattern = request.get("name_regex");
    const re2::RE2 regex(pattern, re2::RE2::Quiet);
    if (!regex.ok())
        return error("INVALID_ARGUMENT: Error while parsing name_regex from " + pattern + ": " + regex.error(), 400);
    const Dump dump(snapshot, started,
                    [&](const std::string& name) { return pattern.empty() || re2::RE2::FullMatch(name, regex); });
    Messages dumps;
    put(dumps, dump.bootstrap());
    put(dumps, dump.clusters());
    if (request.has("include_eds")) put(dumps, dump.endpoints());
    put(dumps, dump.listeners());
    put(dumps, ScopedRoutesConfigDump());
    put(dumps, dump.routes());
    put(dumps, SecretsConfigDump());
    FieldMask mask;
    FieldMaskUtil::FromString(request.get("mask"), &mask);
    if (request.has("resource")) return elements(dumps, request.get("resource"), mask);
    bool applied = mask.paths_size() == 0;
    if (!applied)
        for (const auto& message : dumps) applied = applyMask(*message, mask) || applied;
    if (!applied)
        return error("FieldMask " + mask.ShortDebugString() + " could not be successfully applied to any configs.",
                     400);
    return print(dumps);
}

} // namespace proxy::admin
