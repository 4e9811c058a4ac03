#include "proxy/filter/supported.h"

#include "proxy/filter/refused_values.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace proxy::filter {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::ErrorCode;
using model::fail;
using model::Result;

/// Fields by message type, names separated by blanks. Prefix "envoy." is left out; messages of other packages are not walked.
/// A tilde marks a field that is accepted though nothing is done about it, because a client could not tell the difference:
/// names, metadata and tracing that only other parts of Envoy read; hints about memory and sockets; what belongs to HTTP/2,
/// which no client gets here (codec_type HTTP2 is refused); filters and layers that are there but empty.
/// tests/proxy/filter checks that every other one is read by this proxy, and that what is not listed is refused.
const std::map<std::string_view, std::string_view> table = {
    {"config.bootstrap.v3.Bootstrap",
     "node static_resources dynamic_resources admin layered_runtime ~cluster_manager ~overload_manager"},
    {"config.bootstrap.v3.Bootstrap.StaticResources", "listeners clusters"},
    {"config.bootstrap.v3.Bootstrap.DynamicResources", "lds_config cds_config ads_config"},
    {"config.bootstrap.v3.Admin", "address access_log ~profile_path access_log_path ~ignore_global_conn_limit"},
    {"config.bootstrap.v3.LayeredRuntime", "layers"},
    {"config.bootstrap.v3.RuntimeLayer", "~name static_layer ~admin_layer"},
    {"config.bootstrap.v3.RuntimeLayer.AdminLayer", ""},
    {"config.bootstrap.v3.ClusterManager", ""},
    {"config.overload.v3.OverloadManager", ""},
    {"config.core.v3.Node", "*"},
    {"config.core.v3.Metadata", "*"},
    {"config.core.v3.Locality", "*"},
    {"config.core.v3.ConfigSource", "ads self initial_fetch_timeout resource_api_version"},
    {"config.core.v3.AggregatedConfigSource", ""},
    {"config.core.v3.SelfConfigSource", "transport_api_version"},
    {"config.core.v3.ApiConfigSource", "api_type transport_api_version grpc_services ~set_node_on_first_message_only"},
    {"config.core.v3.GrpcService", "envoy_grpc"},
    {"config.core.v3.GrpcService.EnvoyGrpc", "cluster_name"},
    {"config.core.v3.Address", "socket_address"},
    {"config.core.v3.SocketAddress", "protocol address port_value ipv4_compat"},
    {"config.core.v3.HeaderValueOption", "header append append_action keep_empty_value"},
    {"config.core.v3.HeaderValue", "key value"},
    {"config.core.v3.RuntimeFractionalPercent", "default_value runtime_key"},
    {"type.v3.FractionalPercent", "numerator denominator"},
    {"type.v3.Int64Range", "start end"},
    {"config.core.v3.DataSource", "inline_string inline_bytes filename environment_variable"},
    {"config.core.v3.SubstitutionFormatString",
     "text_format json_format text_format_source omit_empty_values formatters ~content_type ~json_format_options"},
    {"config.core.v3.JsonFormatOptions", "~sort_properties"},
    {"config.core.v3.HttpProtocolOptions", "idle_timeout max_headers_count max_requests_per_connection"},
    {"config.core.v3.Http1ProtocolOptions", ""},
    {"config.core.v3.Http2ProtocolOptions", "*"},
    // Listeners.
    {"config.listener.v3.Listener",
     "name address filter_chains default_filter_chain per_connection_buffer_limit_bytes ~metadata ~traffic_direction "
     "~enable_reuse_port ~reuse_port tcp_backlog_size stat_prefix drain_type ~listener_filters_timeout"},
    {"config.listener.v3.FilterChain", "filters name ~metadata ~filter_chain_match ~transport_socket"},
    {"config.listener.v3.FilterChainMatch", ""},
    {"config.listener.v3.Filter", "name typed_config"},
    {"config.core.v3.TransportSocket", "~name typed_config"}, // Raw buffers, which is what there is without one.
    {"extensions.transport_sockets.raw_buffer.v3.RawBuffer", ""},
    {"extensions.filters.network.tcp_proxy.v3.TcpProxy",
     "stat_prefix cluster weighted_clusters idle_timeout max_connect_attempts"},
    {"extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster", "clusters"},
    {"extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight", "name weight"},
    {"extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
     "codec_type stat_prefix route_config rds http_filters access_log common_http_protocol_options "
     "~http_protocol_options "
     "~http2_protocol_options server_name server_header_transformation stream_idle_timeout request_timeout "
     "request_headers_timeout delayed_close_timeout drain_timeout generate_request_id use_remote_address "
     "skip_xff_append "
     "always_set_request_id_in_response max_request_headers_kb preserve_external_request_id strip_any_host_port"},
    {"extensions.filters.network.http_connection_manager.v3.HttpFilter", "name typed_config"},
    {"extensions.filters.network.http_connection_manager.v3.Rds",
     "route_config_name ~config_source"}, // A source is judged itself.
    {"extensions.filters.http.router.v3.Router", "suppress_envoy_headers ~dynamic_stats ~start_child_span"},
    {"config.accesslog.v3.AccessLog", "name typed_config"},
    {"extensions.access_loggers.file.v3.FileAccessLog", "path format json_format typed_json_format log_format"},
    {"extensions.access_loggers.stream.v3.StdoutAccessLog", "log_format"},
    {"extensions.access_loggers.stream.v3.StderrAccessLog", "log_format"},
    // Routes.
    {"config.route.v3.RouteConfiguration",
     "name virtual_hosts request_headers_to_add request_headers_to_remove response_headers_to_add "
     "response_headers_to_remove validate_clusters max_direct_response_body_size_bytes ignore_port_in_host_matching"},
    {"config.route.v3.VirtualHost",
     "name domains routes require_tls request_headers_to_add request_headers_to_remove response_headers_to_add "
     "response_headers_to_remove retry_policy include_request_attempt_count include_attempt_count_in_response "
     "~metadata"},
    {"config.route.v3.Route",
     "name match route redirect direct_response ~metadata ~decorator request_headers_to_add request_headers_to_remove "
     "response_headers_to_add response_headers_to_remove"},
    {"config.route.v3.Decorator", "*"},
    {"config.route.v3.RouteMatch", "prefix path safe_regex path_separated_prefix case_sensitive runtime_fraction "
                                   "headers query_parameters grpc tls_context"},
    {"config.route.v3.RouteMatch.GrpcRouteMatchOptions", ""},
    {"config.route.v3.RouteMatch.TlsContextMatchOptions", "presented validated"},
    {"config.route.v3.HeaderMatcher", "name exact_match safe_regex_match range_match present_match prefix_match "
                                      "suffix_match contains_match string_match "
                                      "invert_match treat_missing_header_as_empty"},
    {"config.route.v3.QueryParameterMatcher", "name string_match present_match"},
    {"type.matcher.v3.StringMatcher", "exact prefix suffix safe_regex contains ignore_case"},
    {"config.route.v3.RouteAction",
     "cluster cluster_header weighted_clusters cluster_not_found_response_code prefix_rewrite regex_rewrite "
     "host_rewrite_literal auto_host_rewrite host_rewrite_header append_x_forwarded_host timeout idle_timeout "
     "retry_policy priority"},
    {"config.route.v3.WeightedCluster", "clusters ~total_weight ~runtime_key_prefix"},
    {"config.route.v3.WeightedCluster.ClusterWeight",
     "name weight request_headers_to_add request_headers_to_remove response_headers_to_add response_headers_to_remove "
     "host_rewrite_literal"},
    {"config.route.v3.RetryPolicy",
     "retry_on num_retries per_try_timeout retry_back_off retriable_status_codes host_selection_retry_max_attempts "
     "retry_host_predicate"},
    {"config.route.v3.RetryPolicy.RetryBackOff", "base_interval max_interval"},
    {"config.route.v3.RetryPolicy.RetryHostPredicate", "~name typed_config"},
    {"extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate", ""},
    {"config.route.v3.RedirectAction",
     "https_redirect scheme_redirect host_redirect port_redirect path_redirect prefix_rewrite regex_rewrite "
     "response_code strip_query"},
    {"config.route.v3.DirectResponseAction", "status body"},
    {"type.matcher.v3.RegexMatchAndSubstitute", "pattern substitution"},
    {"type.matcher.v3.RegexMatcher", "~google_re2 regex"},
    {"type.matcher.v3.RegexMatcher.GoogleRE2", "~max_program_size"},
    // Clusters.
    {"config.cluster.v3.Cluster",
     "name alt_stat_name type eds_cluster_config connect_timeout ~per_connection_buffer_limit_bytes lb_policy "
     "load_assignment max_requests_per_connection circuit_breakers common_http_protocol_options ~http_protocol_options "
     "http2_protocol_options dns_refresh_rate dns_lookup_family ~metadata least_request_lb_config ~common_lb_config "
     "typed_extension_protocol_options ~transport_socket ~upstream_connection_options ~round_robin_lb_config "
     "respect_dns_ttl dns_failure_refresh_rate ~wait_for_warm_on_init"},
    {"config.cluster.v3.Cluster.RefreshRate", "base_interval max_interval"},
    {"config.cluster.v3.Cluster.EdsClusterConfig", "~eds_config service_name"}, // A source is judged itself.
    {"config.cluster.v3.Cluster.LeastRequestLbConfig", "choice_count"},
    {"config.cluster.v3.Cluster.RoundRobinLbConfig", ""},
    {"config.cluster.v3.Cluster.CommonLbConfig", ""},
    {"config.cluster.v3.UpstreamConnectionOptions", ""},
    {"config.cluster.v3.CircuitBreakers", "thresholds"},
    {"config.cluster.v3.CircuitBreakers.Thresholds",
     "priority max_connections max_pending_requests max_requests max_retries ~track_remaining"},
    {"config.endpoint.v3.ClusterLoadAssignment", "cluster_name endpoints"},
    {"config.endpoint.v3.LocalityLbEndpoints", "locality lb_endpoints ~load_balancing_weight ~metadata"},
    {"config.endpoint.v3.LbEndpoint", "endpoint health_status ~metadata load_balancing_weight"},
    {"config.endpoint.v3.Endpoint", "address hostname"},
    {"extensions.upstreams.http.v3.HttpProtocolOptions", "common_http_protocol_options explicit_http_config"},
    {"extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig",
     "~http_protocol_options http2_protocol_options"},
};

/// Whether the field is in the list, marked or not.
bool listed(std::string_view fields, std::string_view name)
{
    for (std::size_t at = 0; (at = fields.find(name, at)) != std::string_view::npos; at += name.size()) {
        std::size_t end = at + name.size();
        if ((at == 0 || fields[at - 1] == ' ' || fields[at - 1] == '~') && (end == fields.size() || fields[end] == ' '))
            return true;
    }
    return false;
}

model::Unexpected unregistered(const std::string& name, const google::protobuf::Any& config)
{
    const std::string& url = config.type_url();
    return fail(ErrorCode::Unsupported, {},
                "Didn't find a registered implementation for '" + name + "' with type URL: '" +
                    url.substr(url.rfind('/') + 1) + "'");
}

/// A message in an Any, of a type that this program has.
Result<std::unique_ptr<Message>> unpack(const google::protobuf::Any& any, const std::string& where)
{
    std::string_view name = any.type_url();
    name.remove_prefix(std::min(name.rfind('/') + 1, name.size()));
    auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(std::string(name));
    bool known = type && name.starts_with("envoy.") && table.contains(name.substr(6));
    if (!known)
        return fail(ErrorCode::Unsupported, where, "type " + std::string(name) + " is not supported by this proxy");
    std::unique_ptr<Message> message(google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
    if (!message->ParseFromString(any.value()))
        return fail(ErrorCode::Malformed, where, "Unable to unpack as " + std::string(name));
    return message;
}

/// An empty message of a type without fields; the program need not have the type for that.
bool isEmptyOfTheTable(const google::protobuf::Any& any)
{
    std::string_view name = any.type_url();
    name.remove_prefix(std::min(name.rfind('/') + 1, name.size()));
    const auto entry = name.starts_with("envoy.") ? table.find(name.substr(6)) : table.end();
    return any.value().empty() && entry != table.end() && entry->second.empty();
}

Result<void> walk(const Message& message, const std::string& where);

Result<void> walkField(const Message& message, const FieldDescriptor* field, const std::string& where)
{
    const auto* reflection = message.GetReflection();
    if (field->type() != FieldDescriptor::TYPE_MESSAGE || field->is_map()) return {};
    if (!field->is_repeated()) return walk(reflection->GetMessage(message, field), where);
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        const auto& item = reflection->GetRepeatedMessage(message, field, i);
        if (auto done = walk(item, where + "[" + std::to_string(i) + "]"); !done) return done;
    }
    return {};
}

/// An extension that no Envoy has is refused in Envoy's words; one that only this proxy has not, by its place and type.
Result<void> registered(const Message& message, const FieldDescriptor* field)
{
    if (field->name() != "typed_config" || field->message_type() != google::protobuf::Any::descriptor()) return {};
    const auto* name = message.GetDescriptor()->FindFieldByName("name");
    const auto& any = static_cast<const google::protobuf::Any&>(message.GetReflection()->GetMessage(message, field));
    if (!name || any.type_url().find("/envoy.") != std::string::npos) return {};
    return unregistered(message.GetReflection()->GetString(message, name), any);
}

Result<void> walk(const Message& message, const std::string& where)
{
    std::string_view name = message.GetDescriptor()->full_name();
    if (name == "google.protobuf.Any") {
        if (isEmptyOfTheTable(static_cast<const google::protobuf::Any&>(message))) return {};
        auto inner = unpack(static_cast<const google::protobuf::Any&>(message), where);
        return inner ? walk(**inner, where) : inner.unexpected();
    }
    if (!name.starts_with("envoy.")) return {};
    auto entry = table.find(name.substr(6));
    if (entry != table.end() && entry->second == "*") return {};
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields) {
        std::string path = where.empty() ? field->name() : where + "." + field->name();
        if (entry == table.end() || !listed(entry->second, field->name()))
            return fail(ErrorCode::Unsupported, path,
                        "field " + field->full_name() + " is not supported by this proxy");
        if (field->is_map() && field->name() == "typed_extension_protocol_options") continue; // Checked by its reader.
        if (auto known = registered(message, field); !known) return known;
        if (auto done = walkField(message, field, path); !done) return done;
    }
    const std::string refused = refusedValue(message);
    if (refused.empty()) return {};
    return fail(ErrorCode::Unsupported, where.empty() ? refused : where + "." + refused,
                "this value of " + std::string(name) + "." + refused + " is not supported by this proxy");
}

} // namespace

Result<void> onlySupported(const Message& message) { return walk(message, ""); }

std::vector<FieldSupport> supportedFields()
{
    std::vector<FieldSupport> all;
    for (const auto& [type, fields] : table) {
        std::istringstream words{std::string(fields)};
        all.push_back({"envoy." + std::string(type), "", false});
        for (std::string word; words >> word;)
            all.push_back({"envoy." + std::string(type), word.substr(word[0] == '~' ? 1 : 0), word[0] == '~'});
    }
    return all;
}

} // namespace proxy::filter
