#include "model/source/detect.h"

#include <algorithm>
#include <array>

namespace model::source {
namespace {

using google::protobuf::Descriptor;
using Names = std::initializer_list<const char*>;

bool hasAny(const Node& node, Names keys)
{
    return std::ranges::any_of(keys, [&](const char* key) { return node.find(key) != nullptr; });
}

constexpr Names bootstrapFields = {"node",
                                   "static_resources",
                                   "dynamic_resources",
                                   "cluster_manager",
                                   "hds_config",
                                   "flags_path",
                                   "stats_sinks",
                                   "stats_config",
                                   "stats_flush_interval",
                                   "watchdog",
                                   "watchdogs",
                                   "layered_runtime",
                                   "admin",
                                   "overload_manager",
                                   "bootstrap_extensions",
                                   "fatal_actions",
                                   "inline_headers",
                                   "default_socket_interface",
                                   "xds_delegate_extension",
                                   "enable_dispatcher_stats",
                                   "certificate_provider_instances",
                                   "listener_manager",
                                   "application_log_config",
                                   "staticResources",
                                   "dynamicResources",
                                   "layeredRuntime",
                                   "statsConfig",
                                   "overloadManager",
                                   "clusterManager"};

/// Marks of the API's versions, found anywhere in a document.
struct Marks {
    bool v2 = false;
    bool v3 = false;
};

void lookAt(const Node::Entry& entry, const Node& parent, Marks& marks)
{
    const std::string& key = entry.key.value;
    if (entry.value.isScalar() && (key == "@type" || key == "type_url" || key == "typeUrl")) {
        const std::string& url = entry.value.value;
        marks.v3 |= url.find(".v3.") != std::string::npos || url.find(".v3alpha.") != std::string::npos;
        marks.v2 |= url.find("envoy.api.v2.") != std::string::npos || url.find(".v2.") != std::string::npos ||
                    url.find(".v2alpha.") != std::string::npos;
    }
    const bool named = parent.find("name") != nullptr;
    marks.v2 |= entry.value.isMapping() && key == "config" && named && !hasAny(parent, {"typed_config", "typedConfig"});
    marks.v2 |=
        entry.value.isMapping() && (key == "tls_context" || key == "tlsContext") && hasAny(parent, {"name", "filters"});
    marks.v2 |= entry.value.isSequence() && key == "hosts" && named &&
                hasAny(parent, {"connect_timeout", "connectTimeout", "type"});
}

void lookThrough(const Node& node, Marks& marks)
{
    if (node.alias) return;
    for (const Node& item : node.items) lookThrough(item, marks);
    for (const Node::Entry& entry : node.entries) {
        lookAt(entry, node, marks);
        lookThrough(entry.value, marks);
    }
}

/// Version 1 was JSON with addresses like "tcp://0.0.0.0:80" and a cluster manager at the root.
bool isV1(const Node& root)
{
    const Node* manager = root.find("cluster_manager");
    if (manager != nullptr && manager->find("clusters") != nullptr) return true;
    const auto tcpAddress = [](const Node& item) {
        const Node* address = item.find("address");
        const Node* hosts = item.find("hosts");
        const bool listener =
            address != nullptr && address->isScalar() && address->value.find("://") != std::string::npos;
        const bool cluster = hosts != nullptr && item.find("connect_timeout_ms") != nullptr;
        return listener || cluster || item.find("connect_timeout_ms") != nullptr || item.find("lb_type") != nullptr;
    };
    if (tcpAddress(root) && hasAny(root, {"name", "filters"})) return true;
    for (const char* list : {"listeners", "clusters"})
        if (const Node* items = root.find(list); items != nullptr && std::ranges::any_of(items->items, tcpAddress))
            return true;
    return false;
}

const Node* firstItem(const Node& list) { return list.items.empty() ? nullptr : &list.items.front(); }

/// Type of a message without "@type", by fields that only it has.
const char* nameByShape(const Node& node)
{
    if (hasAny(node, {"filter_chains", "filterChains", "listener_filters", "default_filter_chain"}) &&
        hasAny(node, {"address", "name"}))
        return "Listener";
    if (hasAny(node, {"connect_timeout", "connectTimeout", "load_assignment", "loadAssignment", "lb_policy", "lbPolicy",
                      "eds_cluster_config", "edsClusterConfig"}) &&
        hasAny(node, {"name"}))
        return "Cluster";
    if (hasAny(node, {"virtual_hosts", "virtualHosts"})) return "RouteConfiguration";
    if (hasAny(node, {"domains"}) && hasAny(node, {"routes"})) return "VirtualHost";
    if (hasAny(node, {"cluster_name", "clusterName"}) && hasAny(node, {"endpoints"})) return "ClusterLoadAssignment";
    if (hasAny(node,
               {"tls_certificate", "tlsCertificate", "validation_context", "validationContext", "generic_secret"}))
        return "Secret";
    if (hasAny(node, {"typed_config", "typedConfig"})) return "TypedExtensionConfig";
    return nullptr;
}

bool isSet(const Node& root)
{
    constexpr std::array<const char*, 5> names{"listeners", "clusters", "routes", "secrets", "endpoints"};
    return !root.entries.empty() && std::ranges::all_of(root.entries, [&](const Node::Entry& entry) {
        return std::ranges::find(names, entry.key.value) != names.end() && entry.value.isSequence();
    });
}

bool isDump(const Node& root)
{
    const Node* configs = root.find("configs");
    const Node* first = configs != nullptr ? firstItem(*configs) : nullptr;
    const Node* type = first != nullptr ? first->find("@type") : nullptr;
    return type != nullptr && type->value.find("ConfigDump") != std::string::npos;
}

Detected byType(const Descriptor* type)
{
    if (type->full_name() == "envoy.config.bootstrap.v3.Bootstrap") return {DocumentKind::Bootstrap, type};
    if (type->full_name() == "envoy.service.discovery.v3.DiscoveryResponse") return {DocumentKind::Resources, nullptr};
    if (type->full_name() == "envoy.admin.v3.ConfigDump") return {DocumentKind::ConfigDump, type};
    return {DocumentKind::Message, type};
}

Detected byContent(const Node& root, const api::Schema& schema)
{
    Marks marks;
    lookThrough(root, marks);
    if (root.isSequence()) {
        if (marks.v2 && !marks.v3) return {DocumentKind::EnvoyV2, nullptr};
        const Node* first = firstItem(root);
        if (first == nullptr || !first->isMapping()) return {DocumentKind::Unknown, nullptr};
        const char* shape = first->find("@type") == nullptr ? nameByShape(*first) : nullptr;
        if (shape != nullptr) return {DocumentKind::Resources, typeNamed(schema, shape)};
        return {first->find("@type") != nullptr ? DocumentKind::Resources : DocumentKind::Unknown, nullptr};
    }
    if (isV1(root)) return {DocumentKind::EnvoyV1, nullptr};
    if (marks.v2 && !marks.v3) return {DocumentKind::EnvoyV2, nullptr};
    if (isDump(root)) return {DocumentKind::ConfigDump, schema.message("envoy.admin.v3.ConfigDump")};
    if (std::ranges::any_of(bootstrapFields, [&](const char* key) { return root.find(key) != nullptr; }))
        return {DocumentKind::Bootstrap, schema.message("envoy.config.bootstrap.v3.Bootstrap")};
    if (const Node* resources = root.find("resources"); resources != nullptr) return {DocumentKind::Resources, nullptr};
    if (isSet(root)) return {DocumentKind::Resources, nullptr};
    if (const Node* type = root.find("@type"); type != nullptr)
        if (const Descriptor* named = schema.forTypeUrl(type->value)) return byType(named);
    if (const char* shape = nameByShape(root)) return {DocumentKind::Message, typeNamed(schema, shape)};
    return {root.entries.empty() ? DocumentKind::Bootstrap : DocumentKind::Unknown,
            schema.message("envoy.config.bootstrap.v3.Bootstrap")};
}

bool isKubernetes(const Node& root) { return root.find("apiVersion") != nullptr && root.find("kind") != nullptr; }

} // namespace

const Descriptor* typeOfSet(const api::Schema& schema, const std::string& key)
{
    constexpr std::array<std::array<const char*, 2>, 5> sets{{{"listeners", "Listener"},
                                                              {"clusters", "Cluster"},
                                                              {"routes", "RouteConfiguration"},
                                                              {"secrets", "Secret"},
                                                              {"endpoints", "ClusterLoadAssignment"}}};
    for (const auto& [name, type] : sets)
        if (key == name) return typeNamed(schema, type);
    return nullptr;
}

const Descriptor* typeNamed(const api::Schema& schema, const std::string& name)
{
    if (name.find('.') != std::string::npos) return schema.message(name);
    for (const char* package :
         {"envoy.config.cluster.v3.", "envoy.config.listener.v3.", "envoy.config.route.v3.",
          "envoy.config.endpoint.v3.", "envoy.extensions.transport_sockets.tls.v3.", "envoy.config.bootstrap.v3.",
          "envoy.admin.v3.", "envoy.service.discovery.v3.", "envoy.config.core.v3."})
        if (const Descriptor* type = schema.message(package + name)) return type;
    const Descriptor* found = nullptr;
    for (const Descriptor* type : schema.messages()) {
        if (type->name() != name || type->containing_type() != nullptr) continue;
        if (found != nullptr) return nullptr; // two of that name: not known
        found = type;
    }
    return found;
}

Detected detect(const Tree& tree, const api::Schema& schema, const std::string& kind)
{
    if (tree.root == nullptr || tree.root->kind == Node::Kind::Null) return {DocumentKind::Empty, nullptr};
    if (kind.starts_with("list:"))
        if (const Descriptor* item = typeNamed(schema, kind.substr(5))) return {DocumentKind::Resources, item};
    if (!kind.empty())
        if (const Descriptor* type = typeNamed(schema, kind)) return byType(type);
    for (const auto& document : tree.documents)
        if (isKubernetes(*document)) return {DocumentKind::Kubernetes, nullptr};
    if (!tree.root->isMapping() && !tree.root->isSequence())
        return {DocumentKind::Unknown, schema.message("envoy.config.bootstrap.v3.Bootstrap")};
    return byContent(*tree.root, schema);
}

} // namespace model::source
