// The walk that loads a tree into a message. For load.cpp and the files beside it: load_scalar.cpp, load_any.cpp,
// load_form.cpp.
#pragma once

#include "model/source/load.h"
#include "model/source/path.h"
#include "model/source/scalar.h"

#include <map>
#include <string>

namespace model::source {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// "a list", "a mapping": what a node is, for sentences.
const char* kindName(const Node& node);
/// The text in single quotes, cut when it is long.
std::string shortened(const std::string& text);
/// The text as a YAML scalar in double quotes.
std::string doubleQuoted(const std::string& text);
/// " since Envoy API 1.18" out of the options of a deprecated field or value; empty when they do not say.
std::string deprecatedSince(const Message& options);

/// One loading.
class Loader {
public:
    Loader(const api::SchemaPtr& schema, Loaded& out) : m_schema(*schema), m_out(out) {}

    void root(const Node& node, Message& message, const std::string& path)
    {
        m_out.map.add(path, {{}, node.range});
        const Descriptor* type = message.GetDescriptor();
        const Node* url = node.find("@type");
        const bool typed = url != nullptr && m_schema.forTypeUrl(url->value) == type &&
                           type->full_name() != "envoy.config.bootstrap.v3.Bootstrap";
        if (typed) addPlaces(node, "@type", path);
        read(node, message, path, typed);
    }

private:
    void tell(Severity severity, const char* code, const std::string& path, std::string message, const Range& range,
              std::vector<Fix> fixes = {})
    {
        m_out.findings.push_back({severity, code, path, std::move(message), range, std::move(fixes)});
    }
    void wrongType(const std::string& path, const Node& node, const std::string& wanted)
    {
        const std::string got = node.isScalar() ? shortened(node.value) : std::string(kindName(node));
        tell(Severity::Error, "S03", path, wanted + ", not " + got, node.range);
    }
    void addPlaces(const Node& node, const char* key, const std::string& path)
    {
        for (const Node::Entry& entry : node.entries)
            if (entry.key.value == key) place(path::field(path, key), &entry.key, entry.value);
    }
    void place(std::string path, const Node* key, const Node& value)
    {
        m_out.map.add(std::move(path), {key != nullptr ? key->range : Range(), value.range, m_aliases > 0});
    }

    bool read(const Node& node, Message& message, const std::string& path, bool typed = false);
    void fields(const Node& node, Message& message, const std::string& path, bool typed);
    void entry(const Node::Entry& entry, Message& message, const FieldDescriptor* field, const std::string& path);
    void unknownField(const Node::Entry& entry, const Descriptor* type, const std::string& path);
    bool isItemWithoutDash(const Node::Entry& entry, const FieldDescriptor* list, const std::string& path);
    void tellDeprecated(const FieldDescriptor* field, const std::string& path, const Range& range);
    void repeated(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path,
                  int& count);
    void mapField(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path);
    bool single(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path);
    void tellOctal(const Node& node, const ScalarValue& value, const FieldDescriptor* field, const std::string& path);
    bool boolean(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                 const std::string& path);
    bool number(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                const std::string& path);
    bool text(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
              const std::string& path);
    bool enumeration(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                     const std::string& path);
    void tellNoValue(const Node& node, const ScalarValue& value, const EnumDescriptor* type, const std::string& path);
    void tellDeprecatedValue(const EnumValueDescriptor* value, const std::string& path, const Range& range);

    bool any(const Node& node, Message& message, const std::string& path);
    const std::string& nearestType(const std::string& name);
    const Descriptor* typeOf(const Node& url, const std::string& path);
    bool typedStruct(const Node& node, Message& any, const std::string& path);
    void pack(Message& any, const std::string& url, const Message& inner);
    bool time(const Node& node, Message& message, const std::string& path);
    bool wrapper(const Node& node, Message& message, const std::string& path);
    bool fieldMask(const Node& node, Message& message, const std::string& path);
    void structValue(const Node& node, Message& message, const std::string& path);
    void structFields(const Node& node, Message& message, const std::string& path);
    void listValue(const Node& node, Message& message, const std::string& path);

    const api::Schema& m_schema;
    Loaded& m_out;
    int m_aliases = 0;                                 ///< Depth of aliases that the walk is inside of.
    std::map<std::string, std::string> m_nearestTypes; ///< Of unknown ones; a search costs milliseconds.
};

} // namespace model::source
