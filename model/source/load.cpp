// One walk over the tree, one over the message, side by side. What the tree says is turned into JSON values first, as
// Envoy does (scalar.h), and then mapped as protobuf's JSON reader maps them; the verdicts are those of Envoy 1.40
// (protocols D4 and D5, quirks.txt). Nothing stops the walk, so all errors are told at once.
#include "model/source/load.h"

#include "model/source/nearest.h"
#include "model/source/path.h"
#include "model/source/scalar.h"
#include "model/source/wellknown.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_set>

namespace model::source {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const char* kindName(const Node& node)
{
    switch (node.kind) {
    case Node::Kind::Sequence: return "a list";
    case Node::Kind::Mapping: return "a mapping";
    case Node::Kind::Null: return "nothing";
    case Node::Kind::Scalar: break;
    }
    return "a single value";
}

std::string shortened(const std::string& text)
{
    return "'" + (text.size() > 60 ? text.substr(0, 57) + "..." : text) + "'";
}

std::string doubleQuoted(const std::string& text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result += '"';
}

const FieldDescriptor* findField(const Descriptor* type, const std::string& key)
{
    if (const FieldDescriptor* field = type->FindFieldByName(key)) return field;
    const FieldDescriptor* field = type->FindFieldByCamelcaseName(key);
    if (field != nullptr && field->json_name() == key) return field;
    for (int i = 0; i < type->field_count(); ++i)
        if (type->field(i)->json_name() == key) return type->field(i);
    return nullptr;
}

/// "deprecated since 1.18" out of envoy.annotations.deprecated_at_minor_version, an option of this number.
std::string deprecatedSince(const Message& options)
{
    google::protobuf::UnknownFieldSet unknown;
    unknown.ParseFromString(options.SerializePartialAsString());
    for (int i = 0; i < unknown.field_count(); ++i) {
        const auto& field = unknown.field(i);
        constexpr int ofField = 157299826, ofEnumValue = 181198657; // envoy/annotations/deprecation.proto
        const bool isVersion = field.number() == ofField || field.number() == ofEnumValue;
        if (isVersion && field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
            return " since Envoy API " + field.length_delimited();
    }
    return {};
}

/// What took the place of a field that v3 has dropped (protocols E1); nullptr for other names.
const char* successorOf(const Descriptor* type, const std::string& key)
{
    struct Removed {
        const char* type;
        const char* key;
        const char* successor;
    };
    constexpr Removed removed[] = {
        {"Cluster", "hosts", "load_assignment"},
        {"Cluster", "tls_context", "transport_socket"},
        {"Cluster", "extension_protocol_options", "typed_extension_protocol_options"},
        {"FilterChain", "tls_context", "transport_socket"},
        {"Route", "per_filter_config", "typed_per_filter_config"},
        {"VirtualHost", "per_filter_config", "typed_per_filter_config"},
        {"ClusterWeight", "per_filter_config", "typed_per_filter_config"},
        {"RouteMatch", "regex", "safe_regex"},
        {"RouteMatch", "runtime", "runtime_fraction"},
        {"HeaderMatcher", "regex_match", "safe_regex_match"},
        {"RouteAction", "request_mirror_policy", "request_mirror_policies"},
        {"RouteAction", "host_rewrite", "host_rewrite_literal"},
        {"RouteAction", "auto_host_rewrite_header", "host_rewrite_header"},
        {"CertificateValidationContext", "verify_subject_alt_name", "match_typed_subject_alt_names"},
        {"Listener", "use_original_dst", "listener_filters"},
        {"Bootstrap", "runtime", "layered_runtime"},
    };
    for (const Removed& field : removed)
        if (type->name() == field.type && key == field.key) return field.successor;
    return nullptr;
}

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
        const std::string got = node.isScalar() ? shortened(node.value) : kindName(node);
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
    void tellDeprecated(const FieldDescriptor* field, const std::string& path, const Range& range);
    void repeated(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path, int& count);
    void mapField(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path);
    bool single(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path);
    bool number(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                const std::string& path);
    bool text(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
              const std::string& path);
    bool enumeration(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                     const std::string& path);
    void tellDeprecatedValue(const EnumValueDescriptor* value, const std::string& path, const Range& range);

    bool any(const Node& node, Message& message, const std::string& path);
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
    int m_aliases = 0; ///< Depth of aliases that the walk is inside of.
    std::map<std::string, std::string> m_nearestTypes; ///< Of unknown ones; a search costs milliseconds.
};

bool isWrapper(Descriptor::WellKnownType type)
{
    return type >= Descriptor::WELLKNOWNTYPE_DOUBLEVALUE && type <= Descriptor::WELLKNOWNTYPE_BOOLVALUE;
}

/// Types whose text form is not a plain object; inside an Any it stands under "value".
bool hasSpecialForm(const Descriptor* type)
{
    return type->well_known_type() != Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

/// Reads `node` into `message`; false when it has the wrong form. `typed`: its "@type" was read already.
bool Loader::read(const Node& node, Message& message, const std::string& path, bool typed)
{
    const auto known = message.GetDescriptor()->well_known_type();
    if (isWrapper(known) && (!node.isMapping())) return wrapper(node, message, path);
    switch (known) {
    case Descriptor::WELLKNOWNTYPE_ANY: return any(node, message, path);
    case Descriptor::WELLKNOWNTYPE_DURATION:
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
        if (!node.isMapping()) return time(node, message, path);
        break;
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
        if (!node.isMapping()) return fieldMask(node, message, path);
        break;
    case Descriptor::WELLKNOWNTYPE_VALUE: return structValue(node, message, path), true;
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
        if (!node.isSequence()) return wrongType(path, node, "a list is expected here"), false;
        return listValue(node, message, path), true;
    case Descriptor::WELLKNOWNTYPE_STRUCT:
        if (!node.isMapping()) return wrongType(path, node, "a mapping is expected here"), false;
        return structFields(node, message, path), true;
    default: break;
    }
    if (node.kind == Node::Kind::Null) return true;
    if (!node.isMapping()) {
        wrongType(path, node, "a mapping with the fields of " + message.GetDescriptor()->name() + " is expected here");
        return false;
    }
    m_aliases += node.alias;
    fields(node, message, path, typed);
    m_aliases -= node.alias;
    return true;
}

void Loader::fields(const Node& node, Message& message, const std::string& path, bool typed)
{
    const Descriptor* type = message.GetDescriptor();
    std::unordered_set<std::string_view> later;
    std::vector<bool> overridden(node.entries.size());
    for (std::size_t i = node.entries.size(); i-- > 0;) overridden[i] = !later.insert(node.entries[i].key.value).second;
    std::vector<const FieldDescriptor*> seen;
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
        const Node::Entry& item = node.entries[i];
        if (item.key.tag == "!ignore" || overridden[i] || (typed && item.key.value == "@type")) continue;
        if (item.key.isMapping() || item.key.isSequence()) {
            tell(Severity::Error, "S03", path, "a key must be a single value", item.key.range);
            continue;
        }
        const FieldDescriptor* field = findField(type, item.key.value);
        if (field == nullptr) {
            unknownField(item, type, path);
            continue;
        }
        if (std::ranges::find(seen, field) != seen.end()) message.GetReflection()->ClearField(&message, field);
        seen.push_back(field);
        entry(item, message, field, path::field(path, field->name()));
    }
}

void Loader::entry(const Node::Entry& entry, Message& message, const FieldDescriptor* field, const std::string& path)
{
    place(path, &entry.key, entry.value);
    if (field->options().deprecated()) tellDeprecated(field, path, entry.key.range);
    const bool takesNull = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated() &&
                           field->message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_VALUE;
    if (entry.value.kind == Node::Kind::Null && !takesNull) return;
    const Reflection* reflection = message.GetReflection();
    if (const auto* oneof = field->real_containing_oneof()) {
        const FieldDescriptor* other = reflection->GetOneofFieldDescriptor(message, oneof);
        if (other != nullptr && other != field) {
            tell(Severity::Error, "S05", path,
                 "'" + field->name() + "' and '" + other->name() + "' exclude each other; only one of them may be given",
                 entry.key.range, {{"Remove '" + field->name() + "'", Fix::Kind::Clear, path, {}}});
        }
    }
    m_aliases += entry.value.alias;
    int count = 0;
    if (field->is_map()) mapField(entry.value, message, field, path);
    else if (field->is_repeated()) repeated(entry.value, message, field, path, count);
    else single(entry.value, message, field, path);
    m_aliases -= entry.value.alias;
}

void Loader::unknownField(const Node::Entry& entry, const Descriptor* type, const std::string& path)
{
    const std::string& key = entry.key.value;
    const std::string at = path::field(path, key);
    place(at, &entry.key, entry.value);
    if (key == "config" && type->FindFieldByName("typed_config") != nullptr) {
        return tell(Severity::Error, "S06", at, "'config' is a form of the v2 API; 'typed_config' with \"@type\" took its place",
                    entry.key.range);
    }
    if (const char* successor = successorOf(type, key); successor != nullptr) {
        return tell(Severity::Error, "S06", at, "'" + key + "' was removed with the v2 API; use '" + successor + "'", entry.key.range);
    }
    std::vector<std::string_view> names;
    for (int i = 0; i < type->field_count(); ++i) names.push_back(type->field(i)->name());
    const std::string meant = nearest(key, names);
    std::string message = "unknown field '" + key + "' in " + type->name();
    std::vector<Fix> fixes;
    if (key == "<<") message = "merge keys ('<<') are not known to Envoy";
    if (!meant.empty()) {
        message += "; did you mean '" + meant + "'?";
        fixes.push_back({"Rename to '" + meant + "'", Fix::Kind::RenameKey, at, meant});
    }
    fixes.push_back({"Remove '" + key + "'", Fix::Kind::Clear, at, {}});
    tell(Severity::Error, "S02", at, std::move(message), entry.key.range, std::move(fixes));
}

void Loader::tellDeprecated(const FieldDescriptor* field, const std::string& path, const Range& range)
{
    tell(Severity::Warning, "S06", path, "'" + field->name() + "' is deprecated" + deprecatedSince(field->options()), range);
}

void Loader::tellDeprecatedValue(const EnumValueDescriptor* value, const std::string& path, const Range& range)
{
    if (value->options().deprecated())
        tell(Severity::Warning, "S06", path, "'" + value->name() + "' is deprecated" + deprecatedSince(value->options()), range);
}

/// Envoy's mapping takes a single value as a list of one, and a list inside a list as its items.
void Loader::repeated(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path, int& count)
{
    if (node.isSequence() && !(field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                               field->message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_LISTVALUE && count > 0)) {
        m_aliases += node.alias;
        for (const Node& item : node.items) repeated(item, message, field, path, count);
        m_aliases -= node.alias;
        return;
    }
    const std::string at = path::index(path, count++);
    place(at, nullptr, node);
    single(node, message, field, at);
}

void Loader::mapField(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path)
{
    if (!node.isMapping()) return wrongType(path, node, "a mapping is expected here");
    const FieldDescriptor* key = field->message_type()->map_key();
    const FieldDescriptor* value = field->message_type()->map_value();
    m_aliases += node.alias;
    for (const Node::Entry& item : node.entries) {
        if (item.key.tag == "!ignore" || (node.entries.size() < 64 && node.find(item.key.value) != &item.value)) continue;
        const std::string at = path::key(path, item.key.value);
        place(at, &item.key, item.value);
        Message* pair = message.GetReflection()->AddMessage(&message, field);
        Node name = Node();
        name.kind = Node::Kind::Scalar;
        name.quoted = true;
        name.value = item.key.value;
        name.range = item.key.range;
        single(name, *pair, key, at);
        const bool takesNull = value->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                               value->message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_VALUE;
        if (item.value.kind != Node::Kind::Null || takesNull) single(item.value, *pair, value, at);
    }
    m_aliases -= node.alias;
}

/// Sets a singular field, or adds one item to a repeated one (an empty one when the text is wrong, to keep the count).
bool Loader::single(const Node& node, Message& message, const FieldDescriptor* field, const std::string& path)
{
    const Reflection* reflection = message.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        if (field->is_repeated()) return read(node, *reflection->AddMessage(&message, field), path);
        const bool good = read(node, *reflection->MutableMessage(&message, field), path);
        if (!good) reflection->ClearField(&message, field);
        return good;
    }
    if (!node.isScalar() && node.kind != Node::Kind::Null) return wrongType(path, node, "a single value is expected here"), false;
    const ScalarValue value = scalarOf(node);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) return text(node, value, message, field, path);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return enumeration(node, value, message, field, path);
    return number(node, value, message, field, path);
}

/// Sets or adds, whichever the field needs.
template <class T> void store(Message& message, const FieldDescriptor* field, T value,
                              void (Reflection::*set)(Message*, const FieldDescriptor*, T) const,
                              void (Reflection::*add)(Message*, const FieldDescriptor*, T) const)
{
    (message.GetReflection()->*(field->is_repeated() ? add : set))(&message, field, std::move(value));
}

template <class To, class From> std::optional<To> narrowed(const std::optional<From>& value)
{
    if (!value || *value < std::numeric_limits<To>::lowest() || *value > std::numeric_limits<To>::max()) return std::nullopt;
    return static_cast<To>(*value);
}

bool Loader::number(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                    const std::string& path)
{
    using R = Reflection;
    const bool null = value.type == ScalarType::Null;
    const std::string_view digits = null ? "0" : std::string_view(value.text);
    const bool isBoolean = value.type == ScalarType::Boolean;
    const auto put = [&](auto parsed, auto set, auto add, const char* wanted) {
        if (parsed && !isBoolean) {
            store(message, field, *parsed, set, add);
            return true;
        }
        if (field->is_repeated()) store(message, field, typename decltype(parsed)::value_type(), set, add);
        wrongType(path, node, std::string(wanted) + " is expected here");
        return false;
    };
    if (value.octal && value.text != node.value && field->name() != "mode" && field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL)
        tell(Severity::Error, "S10", path, "'" + node.value + "' begins with 0 and is read as octal: " + value.text, node.range,
             {{"Write it without leading zeros", Fix::Kind::Set, path,
               node.value.substr(std::min(node.value.find_first_not_of('0'), node.value.size() - 1))}});
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: {
        std::optional<bool> parsed;
        if (isBoolean) parsed = value.boolean;
        else if (value.isString) parsed = booleanWord(value.text);
        else if (null) parsed = false;
        if (parsed) return store(message, field, *parsed, &R::SetBool, &R::AddBool), true;
        if (field->is_repeated()) store(message, field, false, &R::SetBool, &R::AddBool);
        wrongType(path, node, "true or false is expected here");
        return false;
    }
    case FieldDescriptor::CPPTYPE_INT32:
        return put(narrowed<std::int32_t>(signedOf(digits)), &R::SetInt32, &R::AddInt32, "a whole number from -2147483648 to 2147483647");
    case FieldDescriptor::CPPTYPE_UINT32:
        return put(narrowed<std::uint32_t>(unsignedOf(digits)), &R::SetUInt32, &R::AddUInt32, "a whole number from 0 to 4294967295");
    case FieldDescriptor::CPPTYPE_INT64: return put(signedOf(digits), &R::SetInt64, &R::AddInt64, "a whole number");
    case FieldDescriptor::CPPTYPE_UINT64: return put(unsignedOf(digits), &R::SetUInt64, &R::AddUInt64, "a whole number that is not negative");
    case FieldDescriptor::CPPTYPE_FLOAT: {
        const auto real = doubleOf(digits);
        return put(real ? std::optional(static_cast<float>(*real)) : std::nullopt, &R::SetFloat, &R::AddFloat, "a number");
    }
    default: return put(doubleOf(digits), &R::SetDouble, &R::AddDouble, "a number");
    }
}

bool Loader::text(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                  const std::string& path)
{
    const bool bytes = field->type() == FieldDescriptor::TYPE_BYTES;
    std::string content = value.isString || value.type == ScalarType::Null ? value.text : node.value;
    bool good = true;
    if (!value.isString && value.type != ScalarType::Null) {
        good = false;
        const char* what = value.type == ScalarType::Boolean ? "a boolean" : "a number";
        tell(Severity::Error, "S09", path,
             shortened(node.value) + " is read as " + what + ", but text is expected; put it in quotes", node.range,
             {{"Put " + shortened(node.value) + " in quotes", Fix::Kind::Set, path, doubleQuoted(node.value)}});
    }
    if (bytes && good) {
        auto decoded = bytesOf(content);
        if (!decoded) {
            good = false;
            tell(Severity::Error, "S03", path, "bytes are written in base64, which this is not", node.range);
        }
        content = decoded.value_or(std::string());
    }
    if (field->is_repeated()) message.GetReflection()->AddString(&message, field, std::move(content));
    else message.GetReflection()->SetString(&message, field, std::move(content));
    return good;
}

const EnumValueDescriptor* findValue(const EnumDescriptor* type, const std::string& text)
{
    if (const auto* value = type->FindValueByName(text)) return value;
    std::string upper;
    for (const char c : text) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return type->FindValueByName(upper);
}

bool Loader::enumeration(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                         const std::string& path)
{
    const EnumDescriptor* type = field->enum_type();
    const auto put = [&](int number) {
        if (field->is_repeated()) message.GetReflection()->AddEnumValue(&message, field, number);
        else message.GetReflection()->SetEnumValue(&message, field, number);
        return true;
    };
    if (value.type == ScalarType::Null) return put(0);
    if (value.isString) {
        if (const auto* named = findValue(type, value.text)) {
            tellDeprecatedValue(named, path, node.range);
            return put(named->number());
        }
    }
    const bool isNumber = value.text.find_first_not_of("+-0123456789") == std::string::npos && value.type != ScalarType::Boolean;
    if (isNumber)
        if (const auto number = narrowed<std::int32_t>(signedOf(value.text))) return put(*number);
    std::vector<std::string_view> names;
    for (int i = 0; i < type->value_count(); ++i) names.push_back(type->value(i)->name());
    std::vector<Fix> fixes;
    std::string words = shortened(node.value) + " is no value of " + type->name();
    if (value.type == ScalarType::Boolean && findValue(type, node.value) != nullptr) {
        words = shortened(node.value) + " is read as a boolean; put it in quotes";
        fixes.push_back({"Put " + shortened(node.value) + " in quotes", Fix::Kind::Set, path, doubleQuoted(node.value)});
    } else if (const std::string meant = nearest(node.value, names); !meant.empty()) {
        words += "; did you mean '" + meant + "'?";
        fixes.push_back({"Change to " + meant, Fix::Kind::Set, path, meant});
    } else if (names.size() <= 12) {
        for (std::size_t i = 0; i < names.size(); ++i) (words += i == 0 ? "; it takes " : ", ") += names[i];
    }
    tell(Severity::Error, "S03", path, std::move(words), node.range, std::move(fixes));
    if (field->is_repeated()) put(0);
    return false;
}

// ---- types with a form of their own ----------------------------------------------------------------------------

const Descriptor* Loader::typeOf(const Node& url, const std::string& path)
{
    const std::string at = path::field(path, "@type");
    const std::size_t slash = url.value.rfind('/');
    if (slash == std::string::npos || slash == 0) {
        tell(Severity::Error, "S03", at, "\"@type\" needs a host before the name: 'type.googleapis.com/" + url.value + "'",
             url.range, {{"Put type.googleapis.com/ in front", Fix::Kind::Set, at, "type.googleapis.com/" + url.value.substr(slash + 1)}});
        return nullptr;
    }
    if (const Descriptor* type = m_schema.forTypeUrl(url.value)) return type;
    const std::string name = url.value.substr(slash + 1);
    const bool v2 = name.find(".v2.") != std::string::npos || name.find(".v2alpha") != std::string::npos;
    if (v2) {
        tell(Severity::Error, "S06", at, shortened(name) + " is a type of the v2 API, which Envoy has dropped", url.range);
        return nullptr;
    }
    auto [meant, fresh] = m_nearestTypes.try_emplace(name);
    if (fresh) {
        std::vector<std::string_view> names;
        for (const Descriptor* type : m_schema.messages()) names.push_back(type->full_name());
        const std::string last = name.substr(name.rfind('.') + 1);
        std::vector<std::string_view> same;
        for (const std::string_view candidate : names)
            if (candidate.ends_with("." + last) && !last.empty()) same.push_back(candidate);
        meant->second = same.size() == 1 ? std::string(same.front()) : nearest(name, same.empty() ? names : same);
        constexpr int typingErrors = 4; // more letters than that make another name
        if (same.empty() && editDistance(name, meant->second, typingErrors) > typingErrors) meant->second.clear();
    }
    std::vector<Fix> fixes;
    if (meant->second.empty()) {
        tell(Severity::Error, "S07", at, "the extension " + shortened(name) + " is not part of this Envoy", url.range);
        return nullptr;
    }
    std::string words = "unknown type " + shortened(name);
    if (!meant->second.empty()) {
        words += "; did you mean '" + meant->second + "'?";
        fixes.push_back({"Change to " + meant->second, Fix::Kind::Set, at, url.value.substr(0, slash + 1) + meant->second});
    }
    tell(Severity::Error, "S03", at, std::move(words), url.range, std::move(fixes));
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

bool Loader::time(const Node& node, Message& message, const std::string& path)
{
    if (node.kind == Node::Kind::Null) return true;
    const bool duration = message.GetDescriptor()->well_known_type() == Descriptor::WELLKNOWNTYPE_DURATION;
    const ScalarValue value = scalarOf(node);
    std::string why = duration ? "a duration such as 0.25s is expected here" : "a time such as 2026-01-02T03:04:05Z is expected here";
    std::optional<Time> parsed;
    std::vector<Fix> fixes;
    if (node.isScalar() && value.isString) parsed = duration ? durationOf(value.text, why) : timestampOf(value.text);
    if (!parsed) {
        std::string_view number(value.text);
        if (number.ends_with("ms")) number.remove_suffix(2);
        const auto plain = doubleOf(number);
        if (duration && node.isScalar() && plain && number.size() == value.text.size() && value.type != ScalarType::Boolean)
            fixes.push_back({"Write " + value.text + "s", Fix::Kind::Set, path, value.text + "s"});
        else if (const auto milliseconds = signedOf(number); duration && milliseconds && *milliseconds >= 0) {
            std::string digits = std::to_string(*milliseconds % 1000);
            digits.insert(0, 3 - digits.size(), '0');
            const std::string seconds = std::to_string(*milliseconds / 1000) + "." + digits + "s";
            fixes.push_back({"Write " + seconds, Fix::Kind::Set, path, seconds});
        }
        const std::string got = node.isScalar() ? shortened(node.value) : kindName(node);
        tell(Severity::Error, "S03", path, why + ", not " + got, node.range, std::move(fixes));
        return false;
    }
    const Descriptor* type = message.GetDescriptor();
    if (parsed->seconds != 0) message.GetReflection()->SetInt64(&message, type->FindFieldByNumber(1), parsed->seconds);
    if (parsed->nanos != 0) message.GetReflection()->SetInt32(&message, type->FindFieldByNumber(2), parsed->nanos);
    return true;
}

bool Loader::wrapper(const Node& node, Message& message, const std::string& path)
{
    return single(node, message, message.GetDescriptor()->FindFieldByNumber(1), path);
}

bool Loader::fieldMask(const Node& node, Message& message, const std::string& path)
{
    if (node.kind == Node::Kind::Null) return true;
    const ScalarValue value = scalarOf(node);
    if (!node.isScalar() || !value.isString) return wrongType(path, node, "field names separated by commas are expected here"), false;
    const std::string paths = fieldMaskOf(value.text);
    for (std::size_t at = 0; at < paths.size();) {
        const std::size_t end = std::min(paths.find(',', at), paths.size());
        message.GetReflection()->AddString(&message, message.GetDescriptor()->FindFieldByNumber(1), paths.substr(at, end - at));
        at = end + 1;
    }
    return true;
}

void Loader::structValue(const Node& node, Message& message, const std::string& path)
{
    const Descriptor* type = message.GetDescriptor();
    const Reflection* reflection = message.GetReflection();
    if (node.isMapping()) return structFields(node, *reflection->MutableMessage(&message, type->FindFieldByNumber(5)), path);
    if (node.isSequence()) return listValue(node, *reflection->MutableMessage(&message, type->FindFieldByNumber(6)), path);
    const ScalarValue value = scalarOf(node);
    if (value.type == ScalarType::Null) reflection->SetEnumValue(&message, type->FindFieldByNumber(1), 0);
    else if (value.isString) reflection->SetString(&message, type->FindFieldByNumber(3), value.text);
    else if (value.type == ScalarType::Boolean) reflection->SetBool(&message, type->FindFieldByNumber(4), value.boolean);
    else reflection->SetDouble(&message, type->FindFieldByNumber(2), doubleOf(value.text).value_or(0));
}

void Loader::structFields(const Node& node, Message& message, const std::string& path)
{
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByNumber(1);
    m_aliases += node.alias;
    for (const Node::Entry& item : node.entries) {
        if (item.key.tag == "!ignore" || (node.entries.size() < 64 && node.find(item.key.value) != &item.value)) continue;
        const std::string at = path::key(path, item.key.value);
        place(at, &item.key, item.value);
        Message* pair = message.GetReflection()->AddMessage(&message, field);
        pair->GetReflection()->SetString(pair, field->message_type()->map_key(), item.key.value);
        structValue(item.value, *pair->GetReflection()->MutableMessage(pair, field->message_type()->map_value()), at);
    }
    m_aliases -= node.alias;
}

void Loader::listValue(const Node& node, Message& message, const std::string& path)
{
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByNumber(1);
    m_aliases += node.alias;
    int i = 0;
    for (const Node& item : node.items) {
        const std::string at = path::index(path, i++);
        place(at, nullptr, item);
        structValue(item, *message.GetReflection()->AddMessage(&message, field), at);
    }
    m_aliases -= node.alias;
}

} // namespace

Loaded load(const Node& node, const Descriptor* type, const api::SchemaPtr& schema, std::string_view basePath)
{
    Loaded loaded;
    loaded.message = schema->create(type);
    Loader(schema, loaded).root(node, *loaded.message, std::string(basePath));
    std::ranges::stable_sort(loaded.findings, {}, [](const Finding& finding) { return finding.range.begin.offset; });
    return loaded;
}

} // namespace model::source
