// Statistics that Envoy prints and that never change here, since the feature they count is not there: printed as 0, so that
// dashboards made for Envoy find every series.
#pragma once

#include <string_view>

namespace proxy::stats {

constexpr std::string_view clusterZeroCounters[] = {
    "assignment_stale",
    "assignment_timeout_received",
    "assignment_use_cached",
    "lb_local_cluster_not_ok",
    "lb_recalculate_zone_structures",
    "lb_subsets_created",
    "lb_subsets_fallback",
    "lb_subsets_fallback_panic",
    "lb_subsets_removed",
    "lb_subsets_selected",
    "lb_zone_cluster_too_small",
    "lb_zone_no_capacity_left",
    "lb_zone_routing_all_directly",
    "lb_zone_routing_cross_zone",
    "lb_zone_routing_sampled",
    "original_dst_host_invalid",
    "upstream_cx_connect_with_0_rtt",
    "upstream_cx_http3_total",
    "upstream_cx_preconnect_skipped",
    "upstream_http3_broken",
    "upstream_internal_redirect_failed_total",
    "upstream_internal_redirect_succeeded_total",
    "upstream_rq_0rtt",
    "upstream_rq_retry_backoff_ratelimited",
    "upstream_rq_rx_reset_no_error",
};

/// Made with the first HTTP/1 connection.
constexpr std::string_view clusterCodecZeroCounters[] = {
    "http1.dropped_headers_with_underscores",
    "http1.metadata_not_supported_error",
    "http1.requests_rejected_with_underscores_in_headers",
    "http1.response_flood",
};

constexpr std::string_view clusterZeroGauges[] = {
    "circuit_breakers.default.cx_open",
    "circuit_breakers.default.cx_pool_open",
    "circuit_breakers.default.rq_open",
    "circuit_breakers.default.rq_pending_open",
    "circuit_breakers.default.rq_retry_open",
    "circuit_breakers.high.cx_open",
    "circuit_breakers.high.cx_pool_open",
    "circuit_breakers.high.rq_open",
    "circuit_breakers.high.rq_pending_open",
    "circuit_breakers.high.rq_retry_open",
    "lb_subsets_active",
    "upstream_queue_overloaded",
    "version",
};

constexpr std::string_view httpZeroCounters[] = {
    "downstream_cx_http3_total",
    "downstream_cx_upgrades_total",
    "downstream_rq_http3_total",
    "downstream_rq_overload_close",
    "downstream_rq_redirected_with_normalized_path",
    "downstream_rq_rejected_via_ip_detection",
    "downstream_rq_too_many_premature_resets",
    "passthrough_internal_redirect_bad_location",
    "passthrough_internal_redirect_no_route",
    "passthrough_internal_redirect_predicate",
    "passthrough_internal_redirect_too_many_redirects",
    "passthrough_internal_redirect_unsafe_scheme",
    "rq_overload_local_reply",
    "tracing.client_enabled",
    "tracing.health_check",
    "tracing.not_traceable",
    "tracing.random_sampling",
    "tracing.service_forced",
};

constexpr std::string_view httpZeroGauges[] = {
    "downstream_cx_http1_soft_drain",
    "downstream_cx_http2_active",
    "downstream_cx_http3_active",
    "downstream_cx_upgrades_active",
};

constexpr std::string_view listenerZeroCounters[] = {
    "downstream_cx_overload_reject", "downstream_listener_filter_error", "downstream_listener_filter_remote_close",
    "extension_config_missing",      "network_extension_config_missing",
};

constexpr std::string_view tcpZeroCounters[] = {
    "downstream_cx_overload_close",
    "early_data_received_count_total",
    "route_delayed_total",
};

} // namespace proxy::stats
