// Rules about filters that guard: RBAC, jwt_authn, ext_authz, rate limits (anchors.md 4.3: F13, F15 to F18, F24, L25).
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace model::check {
namespace {

bool guardsNothing(const View& filter)
{
    return !filter.has("rules") && !filter.has("matcher") && !filter.has("shadow_rules") &&
           !filter.has("shadow_matcher");
}

void httpRoles(const View& filter, const Facts&, Report& report)
{
    const View rules = filter.in("rules");
    if (guardsNothing(filter)) report.warning(filter.path(), "The filter guards nothing: it has no 'rules'");
    else if (!rules && filter.has("shadow_rules") && !filter.has("matcher"))
        report.warning(filter.at("shadow_rules"),
                       "The filter guards nothing: shadow rules only count, and 'rules' is not set");
    else if (rules && rules.number("action") == 0 && rules.entries("policies").empty() && !filter.has("matcher"))
        report.warning(rules.path(), "Every request is refused: no policy allows any");
}

void networkRoles(const View& filter, const Facts&, Report& report)
{
    if (guardsNothing(filter)) report.warning(filter.path(), "The filter guards nothing: it has no 'rules'");
}

/// The connection manager around a path.
const Unpacked<HttpConnectionManager>* managerOf(const Facts& facts, const std::string& place)
{
    const auto found = std::ranges::find_if(
        facts.managers, [&](const auto& manager) { return source::path::isWithin(place, manager.path); });
    return found == facts.managers.end() ? nullptr : &*found;
}

void forgedAddress(const View& principal, const Facts& facts, Report& report)
{
    if (!principal.has("remote_ip")) return;
    const auto* manager = managerOf(facts, principal.path());
    if (manager == nullptr || manager->message->use_remote_address().value() ||
        manager->message->xff_num_trusted_hops() > 0 || manager->message->original_ip_detection_extensions_size() > 0)
        return;
    report.warning(principal.at("remote_ip"),
                   "'remote_ip' is taken from x-forwarded-for, which any client may write, unless "
                   "'use_remote_address' is set");
}

void pathOfPermission(const View& permission, const Facts&, Report& report)
{
    if (permission.text("header.name") == ":path" && permission.has("header.string_match.exact"))
        report.warning(permission.at("header"),
                       fmt::format("'{}' does not match when a query follows: ':path' holds it; use 'url_path'",
                                   permission.text("header.string_match.exact")));
}

bool isPath(const View& permission)
{
    return permission.has("url_path.path.prefix") || permission.has("url_path.path.exact");
}

void otherCase(const View& rules, const Facts&, Report& report)
{
    if (rules.text("action") != "DENY") return;
    for (const auto& [name, policy] : rules.entries("policies"))
        for (const View& permission : policy.all("permissions"))
            if (isPath(permission) && !permission.flag("url_path.path.ignore_case"))
                report.warning(permission.at("url_path"),
                               "The path in other letters (/Admin) passes; 'ignore_case' would refuse it too");
}

void plainPath(const View& permission, const Facts& facts, Report& report)
{
    const auto* manager = isPath(permission) ? managerOf(facts, permission.path()) : nullptr;
    if (manager != nullptr && !manager->message->normalize_path().value())
        report.advice(permission.at("url_path"),
                      "'normalize_path' of the connection manager is not set: /x/../admin passes as another path");
}

using Providers = std::vector<std::pair<std::string, View>>;

/// A requirement, and those that it is made of.
void unknownProvider(const View& requirement, const Providers& providers, Report& report)
{
    for (const char* field : {"provider_name", "provider_and_audiences.provider_name"}) {
        const std::string name = requirement.text(field);
        if (!name.empty() && std::ranges::find(providers, name, &Providers::value_type::first) == providers.end())
            report.error(requirement.at(field), fmt::format("There must be a provider '{}'; none is configured", name));
    }
    for (const char* list : {"requires_any.requirements", "requires_all.requirements"})
        for (const View& one : requirement.all(list)) unknownProvider(one, providers, report);
}

void tokens(const View& filter, const Facts&, Report& report)
{
    const auto providers = filter.entries("providers");
    const auto rules = filter.all("rules");
    if (!providers.empty() && rules.empty() && !filter.has("filter_state_rules") && !filter.has("requirement_map"))
        report.warning(filter.at("rules"), "No request is asked for a token: there are no 'rules'");
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const bool requires_ = rules[i].has("requires") || rules[i].has("requirement_name");
        if (!requires_ && i + 1 < rules.size() && rules[i].text("match.prefix") == "/" &&
            !rules[i].has("match.headers"))
            report.warning(rules[i].path(),
                           "This rule takes every request and requires nothing; the later rules are not reached");
        unknownProvider(rules[i].in("requires"), providers, report);
    }
    for (const auto& [name, requirement] : filter.entries("requirement_map"))
        unknownProvider(requirement, providers, report);
    for (const auto& [name, provider] : providers) {
        if (!provider.has("audiences"))
            report.advice(provider.at("audiences"),
                          fmt::format("Provider '{}' takes tokens made for any audience", name));
        if (!provider.flag("forward") && !provider.has("forward_payload_header"))
            report.advice(provider.at("forward"), "The token is not sent on to the upstream ('forward' is not set)");
    }
}

void localLimit(const View& filter, const Facts&, Report& report)
{
    if (!filter.has("token_bucket")) return; // left to the routes
    if (!filter.has("filter_enabled"))
        report.warning(filter.path(), "Nothing is limited: 'filter_enabled' and 'filter_enforced' are not set");
    else if (!filter.has("filter_enforced"))
        report.warning(filter.at("filter_enabled"), "Requests are only counted: 'filter_enforced' is not set");
}

void failsOpen(const View& filter, const Facts&, Report& report)
{
    if (filter.flag("failure_mode_allow"))
        report.warning(filter.at("failure_mode_allow"), "Every request passes while the authorization service is down");
}

constexpr std::array rules = {
    TypeRule{"F15", "envoy.extensions.filters.http.rbac.v3.RBAC", httpRoles},
    TypeRule{"L25", "envoy.extensions.filters.network.rbac.v3.RBAC", networkRoles},
    TypeRule{"F24", "envoy.config.rbac.v3.Principal", forgedAddress},
    TypeRule{"F24", "envoy.config.rbac.v3.Permission", pathOfPermission},
    TypeRule{"F24", "envoy.config.rbac.v3.RBAC", otherCase},
    TypeRule{"F13", "envoy.config.rbac.v3.Permission", plainPath},
    TypeRule{"F16", "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication", tokens},
    TypeRule{"F17", "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit", localLimit},
    TypeRule{"F18", "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", failsOpen},
};

} // namespace

std::span<const TypeRule> securityTypeRules() { return rules; }

} // namespace model::check
