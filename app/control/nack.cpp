// What helps, in this order (texts of protocols A12):
// 1. The frame "Error adding/updating cluster(s) NAME: ..." names the resource.
// 2. A violated constraint carries the resource as text proto (its name: is the resource) and a path of generated
//    names, "ListenerValidationError.FilterChains[0]: ... | caused by FilterChainValidationError.Name: reason".
// 3. A bare text names things in quotes, or as "in route NAME"; the resource that contains such a value is meant.
// 4. A type with a single resource leaves no choice.
#include "app/control/nack.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>

#include <functional>
#include <memory>
#include <regex>

namespace app::control {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::diff::Resource;
using model::diff::ResourceMap;

namespace {

constexpr std::string_view constraintMark = "Proto constraint validation failed (";

/// Called for every message, its own fields' path given; returns true to stop.
using Visit = std::function<bool(const Message&, const std::string&)>;

bool walk(const Message& message, const std::string& path, const Visit& visit);

bool walkAny(const google::protobuf::Any& any, const std::string& path, const Visit& visit)
{
    const std::string type = any.type_url().substr(any.type_url().rfind('/') + 1);
    const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
    if (!descriptor) return false;
    const std::unique_ptr<Message> inner(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
    return inner->ParseFromString(any.value()) && walk(*inner, path, visit);
}

bool walk(const Message& message, const std::string& path, const Visit& visit)
{
    if (message.GetDescriptor() == google::protobuf::Any::descriptor())
        return walkAny(static_cast<const google::protobuf::Any&>(message), path, visit);
    if (visit(message, path)) return true;
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
        const std::string at = path.empty() ? field->name() : path + "." + field->name();
        if (!field->is_repeated()) {
            if (walk(message.GetReflection()->GetMessage(message, field), at, visit)) return true;
            continue;
        }
        for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i)
            if (walk(message.GetReflection()->GetRepeatedMessage(message, field, i), at + "[" + std::to_string(i) + "]",
                     visit))
                return true;
    }
    return false;
}

/// Path of the first string field with that value, other than the resource's own name; empty when there is none.
std::string pathOfValue(const Message& root, const std::string& value)
{
    std::string found;
    walk(root, {}, [&](const Message& message, const std::string& path) {
        std::vector<const FieldDescriptor*> fields;
        message.GetReflection()->ListFields(message, &fields);
        for (const auto* field : fields) {
            if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
            const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
            for (int i = 0; i < count && found.empty(); ++i) {
                const std::string text = field->is_repeated()
                                             ? message.GetReflection()->GetRepeatedString(message, field, i)
                                             : message.GetReflection()->GetString(message, field);
                if (text != value || (path.empty() && field->name() == "name")) continue;
                found = (path.empty() ? "" : path + ".") + field->name();
                if (field->is_repeated()) found += "[" + std::to_string(i) + "]";
            }
        }
        return !found.empty();
    });
    return found;
}

/// "FilterChains" becomes "filter_chains".
std::string snakeCase(const std::string& name)
{
    std::string text;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && !text.empty()) text += '_';
        text += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

/// Path of a violated constraint inside `root`; the first message of Envoy's chain says where the path begins. The bundled
/// proxy writes the path as it is.
std::string constraintPath(const std::string& chain, const Message& root)
{
    static const std::regex step("(\\w+)ValidationError\\.(\\w+)((?:\\[\\d+\\])?)");
    std::string path;
    bool first = true;
    for (std::sregex_iterator it(chain.begin(), chain.end(), step), end; it != end; ++it) {
        if (first && (*it)[1] != root.GetDescriptor()->name())
            walk(root, {}, [&](const Message& message, const std::string& at) {
                if (message.GetDescriptor()->name() != (*it)[1].str()) return false;
                path = at;
                return true;
            });
        first = false;
        path += (path.empty() ? "" : ".") + snakeCase((*it)[2]) + (*it)[3].str();
    }
    return first ? chain.substr(0, chain.find(": ")) : path;
}

const Resource* named(const ResourceMap& resources, const std::string& name)
{
    const auto found = resources.find(name);
    return found == resources.end() ? nullptr : found->second.get();
}

const Resource* resourceOfFrame(const std::string& message, const ResourceMap& resources)
{
    static const std::regex frame("^Error adding/updating (?:cluster|listener)\\(s\\) ");
    std::smatch match;
    if (!std::regex_search(message, match, frame)) return nullptr;
    const std::string rest = match.suffix();
    const Resource* longest = nullptr;
    for (const auto& [name, resource] : resources)
        if (rest.starts_with(name + ":") && (!longest || name.size() > longest->name.size())) longest = resource.get();
    return longest;
}

const Resource* resourceOfTextProto(const std::string& message, const ResourceMap& resources)
{
    static const std::regex name("\\b(?:cluster_)?name: \"([^\"]*)\"");
    for (std::sregex_iterator it(message.begin(), message.end(), name), end; it != end; ++it)
        if (const auto* resource = named(resources, (*it)[1])) return resource;
    return nullptr;
}

struct Meant {
    const Resource* resource = nullptr;
    std::string path;
};

/// Values that a bare text mentions, looked up in the resources.
Meant resourceOfMention(const std::string& message, const ResourceMap& resources)
{
    static const std::regex mention(
        "\\B'([^']+)'|in route (\\S+)|entry of domain (\\S+)|filter named (\\S+)|address: ([^\\s.]\\S*?)\\. ");
    Meant meant;
    for (std::sregex_iterator it(message.begin(), message.end(), mention), end; it != end; ++it) {
        std::string value;
        for (std::size_t group = 1; group < it->size(); ++group)
            if ((*it)[group].matched) value = (*it)[group];
        if (const auto* resource = named(resources, value); resource && !meant.resource) meant.resource = resource;
        for (const auto& [name, resource] : resources) {
            if (!meant.path.empty() || (meant.resource && meant.resource != resource.get())) continue;
            meant.path = pathOfValue(*resource->message, value);
            if (!meant.path.empty()) meant.resource = resource.get();
        }
    }
    return meant;
}

Meant find(const std::string& message, const ResourceMap& resources)
{
    Meant meant{resourceOfFrame(message, resources), {}};
    const auto mark = message.rfind(constraintMark);
    if (mark != std::string::npos) {
        if (!meant.resource) meant.resource = resourceOfTextProto(message, resources);
        if (!meant.resource && resources.size() == 1) meant.resource = resources.begin()->second.get();
        if (meant.resource)
            meant.path = constraintPath(message.substr(mark + constraintMark.size()), *meant.resource->message);
        return meant;
    }
    if (meant.resource) {
        const ResourceMap one{{meant.resource->name, std::make_shared<Resource>(*meant.resource)}};
        meant.path = resourceOfMention(message, one).path;
        return meant;
    }
    meant = resourceOfMention(message, resources);
    if (!meant.resource && resources.size() == 1) meant.resource = resources.begin()->second.get();
    return meant;
}

/// A response may be rejected for a resource of another type: a listener is bound when its routes have come. Such a text
/// begins with what it is about, "listener 'web': cannot bind …".
const Resource* resourceOfOtherType(const Rejection& rejection, const model::diff::Resources& pushed)
{
    using model::push::Type;
    static const std::regex subject("^(listener|cluster) '([^']+)'");
    std::smatch match;
    if (!std::regex_search(rejection.message, match, subject)) return nullptr;
    const Type type = match[1] == "listener" ? Type::Lds : Type::Cds;
    return type == rejection.type ? nullptr : named(pushed.of(type), match[2]);
}

} // namespace

model::push::Nack explain(const std::string& proxy, const Rejection& rejection, const model::diff::Resources& pushed,
                          double time)
{
    model::push::Nack nack{proxy, rejection.type, {}, rejection.message, {}, rejection.push, time};
    const Resource* other = resourceOfOtherType(rejection, pushed);
    const Meant meant = other ? Meant{other, {}} : find(rejection.message, pushed.of(rejection.type));
    if (!meant.resource) return nack;
    nack.type = meant.resource->type;
    nack.resource = meant.resource->name;
    nack.path = meant.resource->path;
    if (!meant.path.empty()) nack.path += (nack.path.empty() ? "" : ".") + meant.path;
    return nack;
}

} // namespace app::control
