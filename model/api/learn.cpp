// Learning in two steps: (1) descriptorsOfBinary reads the API out of the program's bytes; (2) the program is started with
// nothing but an admin address of 127.0.0.1:0, its /config_dump (node: version, extensions) is read, and it is stopped.
#include "model/api/learn.h"

#include "model/api/binary.h"
#include "model/api/running.h"
#include "model/api/schema.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

namespace model::api {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using meshwright::catalog::Catalog;

const Value& member(const Value& value, const std::string& key)
{
    static const Value none;
    const auto found = value.struct_value().fields().find(key);
    return found == value.struct_value().fields().end() ? none : found->second;
}

std::string versionOf(const Value& node)
{
    const Value& version = member(member(node, "user_agent_build_version"), "version");
    const auto number = [&](const char* key) {
        return std::to_string(static_cast<long>(member(version, key).number_value()));
    };
    return version.has_struct_value() ? number("major_number") + "." + number("minor_number") + "." + number("patch")
                                      : "";
}

/// Takes version and extension registry out of an answer of /config_dump; false when it is none.
bool addRegistry(const std::string& dump, Catalog& catalog)
{
    Value root;
    if (!google::protobuf::util::JsonStringToMessage(dump, &root).ok()) return false;
    for (const Value& config : member(root, "configs").list_value().values()) {
        const Value& node = member(member(config, "bootstrap"), "node");
        if (!node.has_struct_value()) continue;
        catalog.set_version(versionOf(node));
        for (const Value& known : member(node, "extensions").list_value().values()) {
            auto* extension = catalog.add_extensions();
            extension->set_name(member(known, "name").string_value());
            extension->set_category(member(known, "category").string_value());
            for (const Value& url : member(known, "type_urls").list_value().values())
                extension->add_type_urls(url.string_value());
        }
        return true;
    }
    return false;
}

} // namespace

Result<Learned> learn(const std::string& binary, const LearnOptions& options)
{
    const auto descriptors = descriptorsOfBinary(binary);
    if (!descriptors) return descriptors.unexpected();
    Learned learned;
    learned.catalog.set_name(options.name);
    learned.catalog.set_descriptors(descriptors->SerializeAsString());
    if (const auto flags = runtimeFlagsOfBinary(binary))
        for (const std::string& flag : *flags) learned.catalog.add_runtime_flags(flag);
    const auto& documentation = builtIn()->allDocumentation();
    learned.catalog.mutable_documentation()->insert(documentation.begin(), documentation.end());
    if (options.run) {
        const auto dump = configDumpOf(binary, options.patience);
        if (!dump) learned.notes.push_back(dump.error().text() + "; its version and extensions stay unknown");
        else if (!addRegistry(*dump, learned.catalog))
            learned.notes.push_back(binary + ": its /config_dump names no extensions");
    }
    const auto schema = Schema::of(learned.catalog);
    if (!schema) return schema.unexpected();
    learned.messages = static_cast<int>((*schema)->messages().size());
    return learned;
}

} // namespace model::api
