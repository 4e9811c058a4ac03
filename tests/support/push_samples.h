// A push as the tests of its widgets see it: v17 of a mesh of four proxies, which service-c rejected.
#pragma once

#include "model/push/status.h"
#include "ui/push/push_bar.h"
#include "ui/push/review.h"

namespace push_samples {

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;
using model::push::Type;
using ui::push::Summary;

inline ProxyStatus proxy(const std::string& name, State state)
{
    ProxyStatus status{name, true, false, "meshwright-proxy 0.1", 17, state, {}};
    status.types = {{Type::Cds, State::Unchanged, {}, {}, {}, 0},
                    {Type::Lds, state, "abc", "1", state == State::Nacked ? "Unable to read file" : "", 0}};
    return status;
}

inline std::vector<ProxyStatus> proxies()
{
    return {proxy("front-envoy", State::Effective), proxy("service-c", State::Nacked), proxy("service-a", State::Held),
            proxy("service-b", State::Unchanged)};
}

inline Summary draft()
{
    Summary summary;
    summary.draft = 18;
    summary.changes = 1;
    summary.warnings = 2;
    summary.rollBackTo = 16;
    summary.proxies = proxies();
    return summary;
}

inline ui::push::Review sampleReview()
{
    using Kind = model::diff::ResourceChange::Kind;
    ui::push::Review review;
    review.version = 18;
    model::Finding warning{model::Severity::Warning, "R05", "routes[1]", "This route is never reached", {}, {}};
    warning.range.begin = {1, 12, 1};
    warning.range.end = {9, 12, 9};
    ui::push::ReviewedProxy front{u"front-envoy"_s, u"front-envoy.yaml"_s, true, {}, {warning}, false};
    front.changes = {
        {Kind::Changed, Type::Cds, "service_a", "static_resources.clusters[0]", {{"connect_timeout", "1s", "2s"}}},
        {Kind::Removed, Type::Lds, "old", "static_resources.listeners[1]", {}}};
    front.changes[0].before = "name: service_a\nconnect_timeout: 1s\ntype: STATIC\n";
    front.changes[0].after = "name: service_a\nconnect_timeout: 2s\nlb_policy: RANDOM\ntype: STATIC\n";
    review.proxies = {front, {u"service-b"_s, u"service-b.yaml"_s, false, {}, {}, false}};
    return review;
}

inline std::vector<model::push::HistoryEntry> sampleHistory()
{
    const double time = 1'700'000'000;
    model::push::HistoryEntry newest{17, 17, time, "2 changes", proxies(), {}};
    newest.resources = {
        {"service-c", Type::Lds, ":8790", "changed", State::Nacked, "Unable to read file\nsecond line", time + 0.012},
        {"front-envoy", Type::Rds, "local_route", "changed", State::Effective, "", time + 0.21}};
    return {{16, 16, time - 1000, "2 changes", {proxy("front-envoy", State::Effective)}}, newest};
}

} // namespace push_samples
