// What the semantic rules look at: the resources of one document and what is packed inside them, each with its path.
#pragma once

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h"
#include "envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace model::check {

using HttpConnectionManager = envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using HttpFilter = envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter;
using TcpProxy = envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy;
using HttpProtocolOptions = envoy::extensions::upstreams::http::v3::HttpProtocolOptions;
using Listener = envoy::config::listener::v3::Listener;
using Cluster = envoy::config::cluster::v3::Cluster;
using RouteConfiguration = envoy::config::route::v3::RouteConfiguration;
using ClusterLoadAssignment = envoy::config::endpoint::v3::ClusterLoadAssignment;

/// A message unpacked from the typed_config at `path`, in listener `listener`.
template <class T> struct Unpacked {
    std::unique_ptr<T> message;
    std::string path;
    const source::Placed<Listener>* listener = nullptr;
};

/// A filter chain, the default one too.
struct Chain {
    const envoy::config::listener::v3::FilterChain* message = nullptr;
    std::string path;
    const source::Placed<Listener>* listener = nullptr;
};

/// A route table: inline in a connection manager, or a resource of its own.
struct Table {
    const RouteConfiguration* message = nullptr;
    std::string path;
    const source::Placed<Listener>* listener = nullptr;       ///< nullptr: comes by RDS.
    const Unpacked<HttpConnectionManager>* manager = nullptr; ///< Of an inline table.
    bool isInline() const { return listener != nullptr; }
    /// Whether Envoy refuses the table for an unknown cluster (default: inline tables only).
    bool validatesClusters() const
    {
        return message->has_validate_clusters() ? message->validate_clusters().value() : isInline();
    }
};

/// Of all documents that belong together.
struct Project {
    std::set<std::string, std::less<>> clusters;               ///< Every cluster that is defined anywhere.
    std::set<std::string, std::less<>> staticClusters;         ///< Those of a bootstrap.
    std::map<std::string, const Cluster*, std::less<>> byName; ///< The first of each name.
    std::map<std::string, std::set<std::string, std::less<>>, std::less<>> secrets; ///< Static ones: name and kinds.
    std::set<std::string, std::less<>> listeners;                                   ///< Names of all.
    std::set<std::string, std::less<>> staticListeners;
    std::map<std::string, const source::Revision*, std::less<>> files; ///< Documents by their file names.
    std::string folder;                                                ///< Options::folder.
    std::vector<const source::Revision*> running;                      ///< Options::running.
    bool hasListenerDiscovery = false;
    bool hasInternalListeners = false; ///< The bootstrap extension for them is there.
    bool hasBootstrap = false;
    bool hasClusterDiscovery = false; ///< More clusters may come by CDS.

    void add(const source::Revision& revision);
    /// The cluster of that name, or nullptr.
    const Cluster* cluster(std::string_view name) const;
    /// True when a cluster of that name is missing for certain: a whole proxy is known, and nothing brings it later.
    bool isMissing(const std::string& cluster) const;
    /// The document behind a path in a configuration; nullptr when it is not at hand.
    const source::Revision* file(const std::string& path) const;
};

/// True for a cluster whose requests go out as HTTP/2 (or HTTP/3) whatever comes in.
bool speaksHttp2(const Cluster& cluster);

/// Derived once per check. Points into the revision, which must outlive it.
struct Facts {
    const source::Revision& revision;
    const source::ConfigSet& config;
    const Project& project;
    std::vector<Chain> chains;
    std::vector<Unpacked<HttpConnectionManager>> managers;
    std::vector<Unpacked<TcpProxy>> tcpProxies;
    std::vector<Table> tables;

    Facts(const source::Revision& document, const Project& all);
    bool isDump() const { return revision.kind() == source::DocumentKind::ConfigDump; }
};

/// Returns the full message name of an Any's type URL.
std::string_view typeOf(const google::protobuf::Any& any);
/// Unpacks `any` when it is a T; nullptr otherwise.
template <class T> std::unique_ptr<T> unpack(const google::protobuf::Any& any)
{
    auto message = std::make_unique<T>();
    if (typeOf(any) != T::descriptor()->full_name() || !message->ParsePartialFromString(any.value())) return nullptr;
    return message;
}

/// "path.name[index]".
std::string item(std::string_view path, std::string_view name, int index);

} // namespace model::check
