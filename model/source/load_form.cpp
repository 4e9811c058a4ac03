// Types with a text form of their own: durations, times, wrappers, field masks and free JSON values.
#include "model/source/loader.h"

#include "model/source/wellknown.h"

#include <optional>

namespace model::source {

bool Loader::time(const Node& node, Message& message, const std::string& path)
{
    if (node.kind == Node::Kind::Null) return true;
    const bool duration = message.GetDescriptor()->well_known_type() == Descriptor::WELLKNOWNTYPE_DURATION;
    const ScalarValue value = scalarOf(node);
    std::string why =
        duration ? "a duration such as 0.25s is expected here" : "a time such as 2026-01-02T03:04:05Z is expected here";
    std::optional<Time> parsed;
    std::vector<Fix> fixes;
    if (node.isScalar() && value.isString) parsed = duration ? durationOf(value.text, why) : timestampOf(value.text);
    if (!parsed) {
        std::string_view number(value.text);
        if (number.ends_with("ms")) number.remove_suffix(2);
        const auto plain = doubleOf(number);
        if (duration && node.isScalar() && plain && number.size() == value.text.size() &&
            value.type != ScalarType::Boolean)
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
    if (!node.isScalar() || !value.isString)
        return wrongType(path, node, "field names separated by commas are expected here"), false;
    const std::string paths = fieldMaskOf(value.text);
    for (std::size_t at = 0; at < paths.size();) {
        const std::size_t end = std::min(paths.find(',', at), paths.size());
        message.GetReflection()->AddString(&message, message.GetDescriptor()->FindFieldByNumber(1),
                                           paths.substr(at, end - at));
        at = end + 1;
    }
    return true;
}

void Loader::structValue(const Node& node, Message& message, const std::string& path)
{
    const Descriptor* type = message.GetDescriptor();
    const Reflection* reflection = message.GetReflection();
    if (node.isMapping())
        return structFields(node, *reflection->MutableMessage(&message, type->FindFieldByNumber(5)), path);
    if (node.isSequence())
        return listValue(node, *reflection->MutableMessage(&message, type->FindFieldByNumber(6)), path);
    const ScalarValue value = scalarOf(node);
    if (value.type == ScalarType::Null) reflection->SetEnumValue(&message, type->FindFieldByNumber(1), 0);
    else if (value.isString) reflection->SetString(&message, type->FindFieldByNumber(3), value.text);
    else if (value.type == ScalarType::Boolean)
        reflection->SetBool(&message, type->FindFieldByNumber(4), value.boolean);
    else reflection->SetDouble(&message, type->FindFieldByNumber(2), doubleOf(value.text).value_or(0));
}

void Loader::structFields(const Node& node, Message& message, const std::string& path)
{
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByNumber(1);
    m_aliases += node.alias;
    for (const Node::Entry& item : node.entries) {
        if (item.key.tag == "!ignore" || (node.entries.size() < 64 && node.find(item.key.value) != &item.value))
            continue;
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

} // namespace model::source
