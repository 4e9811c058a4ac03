// Numbers, texts and enumerations: one scalar into one field.
#include "model/source/loader.h"

#include "model/source/nearest.h"
#include "model/source/wellknown.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace model::source {
namespace {

/// Sets or adds, whichever the field needs.
template <class T>
void store(Message& message, const FieldDescriptor* field, T value,
           void (Reflection::*set)(Message*, const FieldDescriptor*, T) const,
           void (Reflection::*add)(Message*, const FieldDescriptor*, T) const)
{
    (message.GetReflection()->*(field->is_repeated() ? add : set))(&message, field, std::move(value));
}

template <class To, class From> std::optional<To> narrowed(const std::optional<From>& value)
{
    if (!value || *value < std::numeric_limits<To>::lowest() || *value > std::numeric_limits<To>::max())
        return std::nullopt;
    return static_cast<To>(*value);
}

} // namespace

void Loader::tellOctal(const Node& node, const ScalarValue& value, const FieldDescriptor* field,
                       const std::string& path)
{
    const bool isMeant = field->name() == "mode" || field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    if (!value.octal || value.text == node.value || isMeant) return;
    tell(Severity::Error, "S10", path, "'" + node.value + "' begins with 0 and is read as octal: " + value.text,
         node.range,
         {{"Write it without leading zeros", Fix::Kind::Set, path,
           node.value.substr(std::min(node.value.find_first_not_of('0'), node.value.size() - 1))}});
}

bool Loader::boolean(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                     const std::string& path)
{
    std::optional<bool> parsed;
    if (value.type == ScalarType::Boolean) parsed = value.boolean;
    else if (value.isString) parsed = booleanWord(value.text);
    else if (value.type == ScalarType::Null) parsed = false;
    if (parsed || field->is_repeated())
        store(message, field, parsed.value_or(false), &Reflection::SetBool, &Reflection::AddBool);
    if (!parsed) wrongType(path, node, "true or false is expected here");
    return parsed.has_value();
}

bool Loader::number(const Node& node, const ScalarValue& value, Message& message, const FieldDescriptor* field,
                    const std::string& path)
{
    using R = Reflection;
    const std::string_view digits = value.type == ScalarType::Null ? "0" : std::string_view(value.text);
    const auto put = [&](auto parsed, auto set, auto add, const char* wanted) {
        if (parsed && value.type != ScalarType::Boolean) return store(message, field, *parsed, set, add), true;
        if (field->is_repeated()) store(message, field, typename decltype(parsed)::value_type(), set, add);
        wrongType(path, node, std::string(wanted) + " is expected here");
        return false;
    };
    tellOctal(node, value, field, path);
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return boolean(node, value, message, field, path);
    case FieldDescriptor::CPPTYPE_INT32:
        return put(narrowed<std::int32_t>(signedOf(digits)), &R::SetInt32, &R::AddInt32,
                   "a whole number from -2147483648 to 2147483647");
    case FieldDescriptor::CPPTYPE_UINT32:
        return put(narrowed<std::uint32_t>(unsignedOf(digits)), &R::SetUInt32, &R::AddUInt32,
                   "a whole number from 0 to 4294967295");
    case FieldDescriptor::CPPTYPE_INT64: return put(signedOf(digits), &R::SetInt64, &R::AddInt64, "a whole number");
    case FieldDescriptor::CPPTYPE_UINT64:
        return put(unsignedOf(digits), &R::SetUInt64, &R::AddUInt64, "a whole number that is not negative");
    case FieldDescriptor::CPPTYPE_FLOAT: {
        const auto real = doubleOf(digits);
        return put(real ? std::optional(static_cast<float>(*real)) : std::nullopt, &R::SetFloat, &R::AddFloat,
                   "a number");
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
        // A number where a name is wanted is a wrong type; where any text may stand it only lacks its quotes.
        const bool isFree = value.type == ScalarType::Boolean || !field->name().ends_with("cluster");
        tell(Severity::Error, isFree ? "S09" : "S03", path,
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

static const EnumValueDescriptor* findValue(const EnumDescriptor* type, const std::string& text)
{
    if (const auto* value = type->FindValueByName(text)) return value;
    std::string upper;
    for (const char c : text) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return type->FindValueByName(upper);
}

/// The text is no value of the enumeration: which one is meant?
void Loader::tellNoValue(const Node& node, const ScalarValue& value, const EnumDescriptor* type,
                         const std::string& path)
{
    std::vector<std::string_view> names;
    for (int i = 0; i < type->value_count(); ++i) names.push_back(type->value(i)->name());
    std::vector<Fix> fixes;
    std::string words = shortened(node.value) + " is no value of " + type->name();
    if (value.type == ScalarType::Boolean && findValue(type, node.value) != nullptr) {
        words = shortened(node.value) + " is read as a boolean; put it in quotes";
        fixes.push_back(
            {"Put " + shortened(node.value) + " in quotes", Fix::Kind::Set, path, doubleQuoted(node.value)});
    } else if (const std::string meant = nearest(node.value, names); !meant.empty()) {
        words += "; did you mean '" + meant + "'?";
        fixes.push_back({"Change to " + meant, Fix::Kind::Set, path, meant});
    } else if (names.size() <= 12) {
        for (std::size_t i = 0; i < names.size(); ++i) (words += i == 0 ? "; it takes " : ", ") += names[i];
    }
    tell(Severity::Error, "S03", path, std::move(words), node.range, std::move(fixes));
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
    const bool isNumber =
        value.text.find_first_not_of("+-0123456789") == std::string::npos && value.type != ScalarType::Boolean;
    if (isNumber)
        if (const auto number = narrowed<std::int32_t>(signedOf(value.text))) return put(*number);
    tellNoValue(node, value, type, path);
    if (field->is_repeated()) put(0);
    return false;
}

} // namespace model::source
