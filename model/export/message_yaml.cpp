#include "model/export/message_yaml.h"

#include "model/api/schema.h"
#include "model/source/emit.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>

namespace model::exporting {

Result<std::string> toYaml(const google::protobuf::Message& message)
{
    const auto schema = api::builtIn();
    const std::string& type = message.GetDescriptor()->full_name();
    const auto* known = schema->message(type);
    if (!known) return fail(ErrorCode::Unsupported, type, "The schema has no such type");
    const std::unique_ptr<google::protobuf::util::TypeResolver> resolver(
        google::protobuf::util::NewTypeResolverForDescriptorPool("type.googleapis.com", known->file()->pool()));
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string json;
    const auto status = google::protobuf::util::BinaryToJsonString(resolver.get(), "type.googleapis.com/" + type,
                                                                   message.SerializeAsString(), &json, options);
    if (!status.ok())
        return fail(ErrorCode::Unsupported, type,
                    "A part of it is of a type that the schema does not know: " + std::string(status.message()));
    const auto tree = source::parse(json, source::Format::Json);
    return source::blockText(*tree.root, {}, 0) + "\n";
}

} // namespace model::exporting
