// The statistics of each kind of object, by Envoy's own names (reference/protocols.md B6, B7; seen on Envoy 1.40).
#pragma once

// clang-format off
#define CLUSTER_FIELDS(COUNTER, GAUGE, HISTOGRAM)                                                                     \
    COUNTER(bind_errors) COUNTER(membership_change) COUNTER(lb_healthy_panic) COUNTER(upstream_cx_close_notify)       \
    COUNTER(upstream_cx_connect_attempts_exceeded) COUNTER(upstream_cx_connect_fail)                                  \
    COUNTER(upstream_cx_connect_timeout) COUNTER(upstream_cx_destroy) COUNTER(upstream_cx_destroy_local)              \
    COUNTER(upstream_cx_destroy_local_with_active_rq) COUNTER(upstream_cx_destroy_remote)                             \
    COUNTER(upstream_cx_destroy_remote_with_active_rq) COUNTER(upstream_cx_destroy_with_active_rq)                    \
    COUNTER(upstream_cx_http1_total) COUNTER(upstream_cx_http2_total) COUNTER(upstream_cx_idle_timeout)               \
    COUNTER(upstream_cx_max_duration_reached) COUNTER(upstream_cx_max_requests)                                       \
    COUNTER(upstream_cx_none_healthy) COUNTER(upstream_cx_overflow) COUNTER(upstream_cx_pool_overflow)                \
    COUNTER(upstream_cx_protocol_error) COUNTER(upstream_cx_rx_bytes_total) COUNTER(upstream_cx_total)                \
    COUNTER(upstream_cx_tx_bytes_total) COUNTER(upstream_flow_control_backed_up_total)                                \
    COUNTER(upstream_flow_control_drained_total) COUNTER(upstream_flow_control_paused_reading_total)                  \
    COUNTER(upstream_flow_control_resumed_reading_total) COUNTER(upstream_rq_active_overflow)                         \
    COUNTER(upstream_rq_cancelled) COUNTER(upstream_rq_completed) COUNTER(upstream_rq_maintenance_mode)               \
    COUNTER(upstream_rq_max_duration_reached) COUNTER(upstream_rq_pending_failure_eject)                              \
    COUNTER(upstream_rq_pending_overflow) COUNTER(upstream_rq_pending_total)                                          \
    COUNTER(upstream_rq_per_try_idle_timeout) COUNTER(upstream_rq_per_try_timeout) COUNTER(upstream_rq_retry)         \
    COUNTER(upstream_rq_retry_backoff_exponential) COUNTER(upstream_rq_retry_limit_exceeded)                          \
    COUNTER(upstream_rq_retry_overflow) COUNTER(upstream_rq_retry_success) COUNTER(upstream_rq_rx_reset)              \
    COUNTER(upstream_rq_timeout) COUNTER(upstream_rq_total) COUNTER(upstream_rq_tx_reset)                             \
    COUNTER(retry_or_shadow_abandoned) COUNTER(update_attempt) COUNTER(update_empty) COUNTER(update_failure)          \
    COUNTER(update_no_rebuild) COUNTER(update_success) GAUGE(upstream_cx_active)                                      \
    GAUGE(upstream_cx_rx_bytes_buffered) GAUGE(upstream_cx_tx_bytes_buffered) GAUGE(upstream_rq_active)               \
    GAUGE(upstream_rq_pending_active) GAUGE(membership_degraded) GAUGE(membership_excluded)                           \
    GAUGE(membership_healthy) GAUGE(membership_total) GAUGE(max_host_weight) GAUGE(warming_state)                     \
    HISTOGRAM(upstream_cx_connect_ms) HISTOGRAM(upstream_cx_length_ms) HISTOGRAM(upstream_rq_per_cx)                  \
    HISTOGRAM(upstream_rq_time)

#define HTTP_FIELDS(COUNTER, GAUGE, HISTOGRAM)                                                                        \
    COUNTER(downstream_cx_delayed_close_timeout) COUNTER(downstream_cx_destroy)                                       \
    COUNTER(downstream_cx_destroy_active_rq) COUNTER(downstream_cx_destroy_local)                                     \
    COUNTER(downstream_cx_destroy_local_active_rq) COUNTER(downstream_cx_destroy_remote)                              \
    COUNTER(downstream_cx_destroy_remote_active_rq) COUNTER(downstream_cx_drain_close)                                \
    COUNTER(downstream_cx_http1_total) COUNTER(downstream_cx_http2_total) COUNTER(downstream_cx_idle_timeout)         \
    COUNTER(downstream_cx_max_duration_reached) COUNTER(downstream_cx_max_requests_reached)                           \
    COUNTER(downstream_cx_overload_disable_keepalive) COUNTER(downstream_cx_protocol_error)                           \
    COUNTER(downstream_cx_rx_bytes_total) COUNTER(downstream_cx_ssl_total) COUNTER(downstream_cx_total)               \
    COUNTER(downstream_cx_tx_bytes_total) COUNTER(downstream_flow_control_paused_reading_total)                       \
    COUNTER(downstream_flow_control_resumed_reading_total) COUNTER(downstream_rq_completed)                           \
    COUNTER(downstream_rq_failed_path_normalization) COUNTER(downstream_rq_header_timeout)                            \
    COUNTER(downstream_rq_http1_total) COUNTER(downstream_rq_http2_total) COUNTER(downstream_rq_idle_timeout)         \
    COUNTER(downstream_rq_max_duration_reached) COUNTER(downstream_rq_non_relative_path)                              \
    COUNTER(downstream_rq_response_before_rq_complete) COUNTER(downstream_rq_rx_reset)                                \
    COUNTER(downstream_rq_timeout) COUNTER(downstream_rq_too_large) COUNTER(downstream_rq_total)                      \
    COUNTER(downstream_rq_tx_reset) COUNTER(downstream_rq_ws_on_non_ws_route) COUNTER(no_cluster)                     \
    COUNTER(no_route) COUNTER(rq_direct_response) COUNTER(rq_redirect)                                                \
    COUNTER(rq_reset_after_downstream_response_started) COUNTER(rq_total) COUNTER(rs_too_large)                       \
    GAUGE(downstream_cx_active) GAUGE(downstream_cx_http1_active) GAUGE(downstream_cx_rx_bytes_buffered)              \
    GAUGE(downstream_cx_ssl_active) GAUGE(downstream_cx_tx_bytes_buffered) GAUGE(downstream_rq_active)                \
    HISTOGRAM(downstream_cx_length_ms) HISTOGRAM(downstream_rq_time)

#define LISTENER_FIELDS(COUNTER, GAUGE, HISTOGRAM)                                                                    \
    COUNTER(downstream_cx_destroy) COUNTER(downstream_cx_overflow) COUNTER(downstream_cx_total)                       \
    COUNTER(downstream_cx_transport_socket_connect_timeout) COUNTER(downstream_pre_cx_timeout)                        \
    COUNTER(downstream_global_cx_overflow) COUNTER(no_filter_chain_match) GAUGE(downstream_cx_active) GAUGE(downstream_pre_cx_active)                        \
    HISTOGRAM(connections_accepted_per_socket_event) HISTOGRAM(downstream_cx_length_ms)

#define TCP_FIELDS(COUNTER, GAUGE, HISTOGRAM)                                                                         \
    COUNTER(downstream_cx_drain_close) COUNTER(downstream_cx_no_route) COUNTER(downstream_cx_rx_bytes_total)          \
    COUNTER(downstream_cx_total) COUNTER(downstream_cx_tx_bytes_total)                                                \
    COUNTER(downstream_flow_control_paused_reading_total) COUNTER(downstream_flow_control_resumed_reading_total)      \
    COUNTER(idle_timeout) COUNTER(max_downstream_connection_duration) COUNTER(upstream_flush_total)                   \
    GAUGE(downstream_cx_rx_bytes_buffered) GAUGE(downstream_cx_tx_bytes_buffered) GAUGE(upstream_flush_active)
// clang-format on
