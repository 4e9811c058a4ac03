#include "model/api/schema.h"

#include "model/api/builtin.h"
#include "model/api/catalog.pb.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <set>

namespace model::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

/// "envoy.config.route.v3" + "WeightedCluster.ClusterWeight" -> "envoy.config.route.v3.WeightedClusterClusterWeight".
template <class T> std::string documentationKey(const T* type)
{
    const std::string& package = type->file()->package();
    std::string nested = type->full_name().substr(package.empty() ? 0 : package.size() + 1);
    std::erase(nested, '.');
    return package.empty() ? nested : package + "." + nested;
}

/// Drops the marks in brackets that .proto comments carry for tools: "[#extension-category: x]".
std::string withoutMarks(std::string text)
{
    for (std::size_t at = text.find("[#"); at != std::string::npos; at = text.find("[#", at)) {
        std::size_t end = text.find(']', at);
        if (end == std::string::npos) break;
        ++end;
        while (end < text.size() && (text[end] == '\n' || text[end] == ' ')) ++end;
        text.erase(at, end - at);
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

class Silent final : public google::protobuf::DescriptorPool::ErrorCollector {
public:
    std::string first;
    void AddError(const std::string& file, const std::string& element, const google::protobuf::Message*, ErrorLocation,
                  const std::string& message) override
    {
        if (first.empty()) first = file + ": " + element + ": " + message;
    }
};

/// Adds what the protobuf library itself brings and a set made from other languages' packages lacks.
void addWellKnownFiles(FileDescriptorSet& set)
{
    for (const char* stem : {"any", "api", "descriptor", "duration", "empty", "field_mask", "source_context", "struct",
                             "timestamp", "type", "wrappers"}) {
        const std::string name = std::string("google/protobuf/") + stem + ".proto";
        if (std::ranges::any_of(set.file(), [&](const auto& file) { return file.name() == name; })) continue;
        if (const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name))
            file->CopyTo(set.add_file());
    }
}

void collect(const Descriptor* type, std::vector<const Descriptor*>& all)
{
    if (type->options().map_entry()) return;
    all.push_back(type);
    for (int i = 0; i < type->nested_type_count(); ++i) collect(type->nested_type(i), all);
}

} // namespace

Schema::Schema() : m_factory(&m_pool) {}

Result<std::shared_ptr<const Schema>> Schema::parse(std::string_view catalogBytes)
{
    meshwright::catalog::Catalog catalog;
    if (!catalog.ParseFromArray(catalogBytes.data(), static_cast<int>(catalogBytes.size())))
        return fail(ErrorCode::Malformed, {}, "not a schema catalog");
    return of(catalog);
}

Result<std::shared_ptr<const Schema>> Schema::of(const meshwright::catalog::Catalog& catalog)
{
    const std::shared_ptr<Schema> schema(new Schema);
    if (auto built = schema->build(catalog); !built) return built.unexpected();
    return std::shared_ptr<const Schema>(schema);
}

Result<void> Schema::build(const meshwright::catalog::Catalog& catalog)
{
    m_name = catalog.name();
    m_version = catalog.version();
    FileDescriptorSet set;
    if (!set.ParseFromString(catalog.descriptors()))
        return fail(ErrorCode::Malformed, m_name, "its descriptors cannot be read");
    addWellKnownFiles(set);
    std::map<std::string, const FileDescriptorProto*> byName;
    for (const FileDescriptorProto& file : set.file()) byName.emplace(file.name(), &file);
    Silent errors;
    std::set<std::string> added;
    std::function<void(const std::string&)> add = [&](const std::string& name) {
        const auto file = byName.find(name);
        if (file == byName.end() || !added.insert(name).second) return;
        for (const std::string& needed : file->second->dependency()) add(needed);
        const auto* built = m_pool.BuildFileCollectingErrors(*file->second, &errors);
        if (built == nullptr) return;
        for (int i = 0; i < built->message_type_count(); ++i) collect(built->message_type(i), m_messages);
    };
    for (const auto& [name, file] : byName) add(name);
    if (m_messages.empty())
        return fail(ErrorCode::Malformed, m_name, "its descriptors do not fit together: " + errors.first);
    std::ranges::sort(m_messages, {}, [](const Descriptor* type) { return type->full_name(); });
    m_documentation.insert(catalog.documentation().begin(), catalog.documentation().end());
    for (const auto& e : catalog.extensions())
        m_extensions.push_back({e.name(), e.category(), {e.type_urls().begin(), e.type_urls().end()}});
    m_runtimeFlags.insert(catalog.runtime_flags().begin(), catalog.runtime_flags().end());
    return {};
}

const Descriptor* Schema::message(std::string_view fullName) const
{
    return m_pool.FindMessageTypeByName(std::string(fullName));
}

const Descriptor* Schema::forTypeUrl(std::string_view typeUrl) const
{
    const std::size_t slash = typeUrl.rfind('/');
    return message(slash == std::string_view::npos ? typeUrl : typeUrl.substr(slash + 1));
}

std::unique_ptr<google::protobuf::Message> Schema::create(const Descriptor* type) const
{
    return std::unique_ptr<google::protobuf::Message>(m_factory.GetPrototype(type)->New());
}

std::string Schema::rawDocumentation(const std::string& key) const
{
    const auto found = m_documentation.find(key);
    return found == m_documentation.end() ? std::string() : found->second;
}

std::string Schema::documentation(const Descriptor* type) const
{
    return withoutMarks(rawDocumentation(documentationKey(type)));
}

std::string Schema::documentation(const FieldDescriptor* field) const
{
    return withoutMarks(rawDocumentation(documentationKey(field->containing_type()) + "." + field->name()));
}

std::string Schema::documentation(const google::protobuf::EnumValueDescriptor* value) const
{
    return withoutMarks(rawDocumentation(documentationKey(value->type()) + "." + value->name()));
}

std::string Schema::extensionCategory(const FieldDescriptor* field) const
{
    const auto markIn = [](const std::string& text) {
        constexpr std::string_view mark = "[#extension-category:";
        const std::size_t at = text.find(mark);
        if (at == std::string::npos) return std::string();
        const std::size_t begin = text.find_first_not_of(' ', at + mark.size());
        return text.substr(begin, text.find_first_of(" ]", begin) - begin);
    };
    return markIn(rawDocumentation(documentationKey(field->containing_type()) + "." + field->name()));
}

bool Schema::isHidden(const FieldDescriptor* field) const
{
    const std::string text = rawDocumentation(documentationKey(field->containing_type()) + "." + field->name());
    return text.find("[#not-implemented-hide:") != std::string::npos;
}

std::vector<const Extension*> Schema::extensionsOf(std::string_view category) const
{
    std::vector<const Extension*> result;
    for (const Extension& extension : m_extensions)
        if (extension.category == category) result.push_back(&extension);
    return result;
}

namespace {

SchemaPtr partOfBundle(bool v2)
{
    meshwright::catalog::Bundle bundle;
    const std::string_view bytes = builtInBundle();
    [[maybe_unused]] const bool parsed = bundle.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    assert(parsed && "the bundle is made by the build");
    return Schema::of(v2 ? bundle.v2() : bundle.v3()).value();
}

} // namespace

SchemaPtr builtIn()
{
    static const SchemaPtr schema = partOfBundle(false);
    return schema;
}

SchemaPtr builtInV2()
{
    static const SchemaPtr schema = partOfBundle(true);
    return schema;
}

bool convert(const google::protobuf::Message& from, google::protobuf::Message& to)
{
    return to.ParsePartialFromString(from.SerializePartialAsString());
}

} // namespace model::api
