// Any and TypedStruct: messages whose type the text names.
#include "model/source/loader.h"

#include "model/source/nearest.h"

#include <algorithm>

namespace model::source {
namespace {

/// Types whose text form is not a plain object; inside an Any it stands under "value".
bool hasSpecialForm(const Descriptor* type) { return type->well_known_type() != Descriptor::WELLKNOWNTYPE_UNSPECIFIED; }

} // namespace

/// The known type that is meant by an unknown name; empty when none is near.
const std::string& Loader::nearestType(const std::string& name)
{
    auto [meant, fresh] = m_nearestTypes.try_emplace(name);
    if (!fresh) return meant->second;
    const std::string last = name.substr(name.rfind('.') + 1);
    std::vector<std::string_view> names, same;
    for (const Descriptor* type : m_schema.messages()) names.push_back(type->full_name());
    for (const std::string_view candidate : names)
        if (candidate.ends_with("." + last) && !last.empty()) same.push_back(candidate);
    meant->second = same.size() == 1 ? std::string(same.front()) : nearest(name, same.empty() ? names : same);
    constexpr int typingErrors = 4; // more letters than that make another name
    if (same.empty() && editDistance(name, meant->second, typingErrors) > typingErrors) meant->second.clear();
    return meant->second;
}

const Descriptor* Loader::typeOf(const Node& url, const std::string& path)
{
    const std::string at = path::field(path, "@type");
    const std::size_t slash = url.value.rfind('/');
    if (slash == std::string::npos || slash == 0) {
        tell(Severity::Error, "S03", at,
             "\"@type\" needs a host before the name: 'type.googleapis.com/" + url.value + "'", url.range,
             {{"Put type.googleapis.com/ in front", Fix::Kind::Set, at,
               "type.googleapis.com/" + url.value.substr(slash + 1)}});
        return nullptr;
    }
    if (const Descriptor* type = m_schema.forTypeUrl(url.value)) return type;
    const std::string name = url.value.substr(slash + 1);
    const bool v2 = name.find(".v2.") != std::string::npos || name.find(".v2alpha") != std::string::npos;
    if (v2) {
        tell(Severity::Error, "S06", at, shortened(name) + " is a type of the v2 API, which Envoy has dropped",
             url.range);
        return nullptr;
    }
    const std::string& meant = nearestType(name);
    if (meant.empty()) {
        tell(Severity::Error, "S07", at, "the extension " + shortened(name) + " is not part of this Envoy", url.range);
        return nullptr;
    }
    tell(Severity::Error, "S03", at, "unknown type " + shortened(name) + "; did you mean '" + meant + "'?", url.range,
         {{"Change to " + meant, Fix::Kind::Set, at, url.value.substr(0, slash + 1) + meant}});
    return nullptr;
}

void Loader::pack(Message& any, const std::string& url, const Message& inner)
{
    const Descriptor* type = any.GetDescriptor();
    any.GetReflection()->SetString(&any, type->FindFieldByNumber(1), url);
    any.GetReflection()->SetString(&any, type->FindFieldByNumber(2), inner.SerializePartialAsString());
}

bool Loader::any(const Node& node, Message& message, const std::string& path)
{
    if (node.kind == Node::Kind::Null) return true;
    if (!node.isMapping()) return wrongType(path, node, "a mapping with \"@type\" is expected here"), false;
    if (node.entries.empty()) return true;
    const Node* url = node.find("@type");
    if (url == nullptr || !url->isScalar()) {
        tell(Severity::Error, "S03", path, "\"@type\" is missing: it says which message this is",
             node.entries.front().key.range);
        return false;
    }
    m_aliases += node.alias;
    addPlaces(node, "@type", path);
    const Descriptor* type = typeOf(*url, path);
    bool good = type != nullptr;
    if (type == nullptr) {
        message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByNumber(1), url->value);
        good = true;
    } else if (type->full_name() == "xds.type.v3.TypedStruct" || type->full_name() == "udpa.type.v1.TypedStruct") {
        good = typedStruct(node, message, path);
    } else {
        const auto inner = m_schema.create(type);
        if (!hasSpecialForm(type)) {
            fields(node, *inner, path, true);
        } else if (const Node* value = node.find("value")) {
            read(*value, *inner, path::field(path, "value"));
            for (const Node::Entry& entry : node.entries)
                if (entry.key.value != "value" && entry.key.value != "@type") unknownField(entry, type, path);
        } else {
            for (const Node::Entry& entry : node.entries)
                if (entry.key.value != "@type") unknownField(entry, type, path);
        }
        addPlaces(node, "value", path);
        pack(message, url->value, *inner);
    }
    m_aliases -= node.alias;
    return good;
}

/// A TypedStruct becomes the message that it stands for, as in Envoy; its fields' paths follow the Any's.
bool Loader::typedStruct(const Node& node, Message& message, const std::string& path)
{
    const Node* url = node.find("type_url");
    if (url == nullptr) url = node.find("typeUrl");
    const Node* value = node.find("value");
    const Descriptor* type = url != nullptr && url->isScalar() ? typeOf(*url, path) : nullptr;
    addPlaces(node, "type_url", path);
    addPlaces(node, "value", path);
    if (type == nullptr) {
        const auto inner = m_schema.create(m_schema.forTypeUrl(node.find("@type")->value));
        fields(node, *inner, path, true);
        pack(message, node.find("@type")->value, *inner);
        return true;
    }
    const auto inner = m_schema.create(type);
    if (value != nullptr) read(*value, *inner, path, true);
    pack(message, url->value, *inner);
    return true;
}

} // namespace model::source
