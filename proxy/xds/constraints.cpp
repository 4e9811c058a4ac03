#include "proxy/xds/constraints.h"

#include "model/check/constraints.h"

#include <fmt/core.h>

namespace proxy::xds {

model::Result<void> checkConstraints(const google::protobuf::Message& resource, const std::string& name, Part part)
{
    const auto schema = model::api::builtIn();
    const auto* type = schema->message(resource.GetDescriptor()->full_name());
    if (type == nullptr) return {};
    const auto message = schema->create(type); // of the schema's own pool: its descriptors carry the rules
    message->ParsePartialFromString(resource.SerializePartialAsString());
    for (const auto& finding : model::check::constraintFindings(*message, schema)) {
        const bool isInside = finding.path.find("typed_config") != std::string::npos ||
                              finding.path.find("typed_extension_protocol_options") != std::string::npos;
        if (isInside != (part == Part::Extensions)) continue;
        const std::string subject = isInside ? std::string() : fmt::format("name: \"{}\" : ", name);
        return model::fail(
            model::ErrorCode::Invalid, {},
            fmt::format("{}Proto constraint validation failed ({}: {})", subject, finding.path, finding.message));
    }
    return {};
}

} // namespace proxy::xds
