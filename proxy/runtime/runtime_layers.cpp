#include "proxy/runtime/runtime_layers.h"

#include <google/protobuf/struct.pb.h>

#include <functional>

namespace proxy::runtime {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

const std::string maxConnections = "overload.global_downstream_max_connections";

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
        bool known = isInert(key) || (key == maxConnections && value.has_number_value());
        if (!known && (unknown.empty() || key < unknown)) unknown = key;
    });
    return unknown;
}

std::optional<std::uint64_t> maxDownstreamConnections(const envoy::config::bootstrap::v3::LayeredRuntime& runtime)
{
    std::optional<std::uint64_t> limit;
    for (const auto& layer : runtime.layers())
        eachKey(layer.static_layer(), "", [&](const std::string& key, const Value& value) {
            if (key == maxConnections) limit = static_cast<std::uint64_t>(value.number_value());
        });
    return limit;
}

} // namespace proxy::runtime
