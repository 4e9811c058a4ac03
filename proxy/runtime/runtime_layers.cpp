#include "proxy/runtime/runtime_layers.h"

#include <google/protobuf/struct.pb.h>

#include <functional>

namespace proxy::runtime {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

const std::string maxConnections = "overload.global_downstream_max_connections";

std::string listenerLimit(const std::string& listener)
{
    return "envoy.resource_limits.listener." + listener + ".connection_limit";
}

/// Limits on regular expressions: there is none here, so raising them changes nothing.
bool isInert(const std::string& key)
{
    return key == "re2.max_program_size.error_level" || key == "re2.max_program_size.warn_level";
}

/// Calls `visit` for each value with its full key; nested structs are keys with dots.
void eachKey(const Struct& layer, const std::string& prefix,
             const std::function<void(const std::string&, const Value&)>& visit)
{
    for (const auto& [name, value] : layer.fields())
        value.has_struct_value() ? eachKey(value.struct_value(), prefix + name + ".", visit)
                                 : visit(prefix + name, value);
}

} // namespace

std::string unknownRuntimeKey(const Struct& layer)
{
    std::string unknown;
    eachKey(layer, "", [&](const std::string& key, const Value& value) {
        const bool limits = key == maxConnections ||
                            (key.starts_with("envoy.resource_limits.listener.") && key.ends_with(".connection_limit"));
        bool known = isInert(key) || (limits && value.has_number_value());
        if (!known && (unknown.empty() || key < unknown)) unknown = key;
    });
    return unknown;
}

namespace {
std::optional<std::uint64_t> numberOf(const envoy::config::bootstrap::v3::LayeredRuntime& runtime,
                                      const std::string& wanted)
{
    std::optional<std::uint64_t> number;
    for (const auto& layer : runtime.layers())
        eachKey(layer.static_layer(), "", [&](const std::string& key, const Value& value) {
            if (key == wanted) number = static_cast<std::uint64_t>(value.number_value());
        });
    return number;
}
} // namespace

std::optional<std::uint64_t> maxDownstreamConnections(const envoy::config::bootstrap::v3::LayeredRuntime& runtime)
{
    return numberOf(runtime, maxConnections);
}

std::optional<std::uint64_t> maxListenerConnections(const envoy::config::bootstrap::v3::LayeredRuntime& runtime,
                                                    const std::string& listener)
{
    return numberOf(runtime, listenerLimit(listener));
}

} // namespace proxy::runtime
