#include "model/check/each_route.h"

#include "model/source/path.h"

namespace model::check {

using envoy::config::route::v3::Route;

std::string actionOf(const Route& route, const std::string& place)
{
    const auto* action = Route::descriptor()->FindOneofByName("action");
    const auto* field = route.GetReflection()->GetOneofFieldDescriptor(route, action);
    return source::path::field(place, field == nullptr ? "route" : field->name());
}

bool takesEverything(const Route& route)
{
    const auto& match = route.match();
    const bool path = match.prefix() == "/" || (match.has_prefix() && match.prefix().empty()) ||
                      match.safe_regex().regex() == ".*" || match.safe_regex().regex() == "/.*";
    return path && match.headers_size() == 0 && match.query_parameters_size() == 0 && !match.has_runtime_fraction() &&
           !match.has_grpc() && match.cookies_size() == 0 && match.dynamic_metadata_size() == 0 &&
           match.filter_state_size() == 0 && !match.has_tls_context();
}

} // namespace model::check
