// How lists are compared. Terms: an item's identity is its `name`, or of an endpoint its address; "" when it has none.
// 1. Equal items at both ends are put aside: they did not change, only what lies between did.
// 2. What is left is paired by identity if every item there has a distinct one, else by position.
// 3. Pairs are compared field by field; items without partner are added or removed.
// Cost: linear, apart from the serialization of items. A minimal edit script (LCS) costs quadratic time and pairs
// unrelated routes as readily as related ones, which reads worse.
//
// Types that the program has no generated code for (most of typed_config) are read by the built-in schema. A duration or
// a wrapped number is one value, as it is in a document.
#include "model/diff/compare.h"

#include "model/api/schema.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <map>
#include <memory>

namespace model::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Changes = std::vector<FieldChange>;

void compareInto(const Message& before, const Message& after, const std::string& path, Changes& changes);

/// Finds the types of Anys in the built-in schema.
class SchemaFinder final : public google::protobuf::TextFormat::Finder {
public:
    const google::protobuf::Descriptor* FindAnyType(const Message&, const std::string&,
                                                    const std::string& name) const override
    {
        return api::builtIn()->message(name);
    }
};

std::string line(const Message& message)
{
    static const SchemaFinder finder;
    google::protobuf::TextFormat::Printer printer;
    printer.SetFinder(&finder);
    printer.SetSingleLineMode(true);
    printer.SetExpandAny(true);
    std::string text;
    printer.PrintToString(message, &text);
    while (text.ends_with(' ')) text.pop_back();
    return text.empty() ? "{}" : text;
}

bool isWrapper(const google::protobuf::Descriptor* type)
{
    return type->file()->name() == "google/protobuf/wrappers.proto";
}

/// A message that a document writes as one value.
bool isScalarLike(const google::protobuf::Descriptor* type)
{
    return isWrapper(type) || type->full_name() == "google.protobuf.Duration";
}

std::string valueText(const Message& message, const FieldDescriptor* field, int index);

std::string scalarText(const Message& message)
{
    const auto* type = message.GetDescriptor();
    if (isWrapper(type)) return valueText(message, type->field(0), -1);
    google::protobuf::Duration duration;
    api::convert(message, duration);
    return google::protobuf::util::TimeUtil::ToString(duration);
}

/// Text of a field's value, or of its item `index` (-1: not a list).
std::string valueText(const Message& message, const FieldDescriptor* field, int index)
{
    const auto* reflection = message.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && index < 0 && isScalarLike(field->message_type()))
        return scalarText(reflection->GetMessage(message, field));
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        return line(index < 0 ? reflection->GetMessage(message, field)
                              : reflection->GetRepeatedMessage(message, field, index));
    std::string text;
    google::protobuf::TextFormat::PrintFieldValueToString(message, field, index, &text);
    return text;
}

std::string join(const std::string& path, const std::string& step) { return path.empty() ? step : path + "." + step; }

std::string keyStep(const std::string& key)
{
    std::string quoted = "[\"";
    for (const char c : key) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "\"]";
}

/// Unpacks an Any of a type that the schema knows; nullptr otherwise. The message lives no longer than the schema.
std::unique_ptr<Message> unpack(const google::protobuf::Any& any)
{
    const auto schema = api::builtIn();
    const auto* type = schema->forTypeUrl(any.type_url());
    auto message = type ? schema->create(type) : nullptr;
    return message && message->ParseFromString(any.value()) ? std::move(message) : nullptr;
}

bool isAny(const Message& message) { return message.GetDescriptor()->full_name() == "google.protobuf.Any"; }

/// `before` and `after` are Anys, of generated or of schema's types.
void compareAny(const Message& before, const Message& after, const std::string& path, Changes& changes)
{
    google::protobuf::Any old, now;
    api::convert(before, old);
    api::convert(after, now);
    if (old.type_url() == now.type_url() && old.value() == now.value()) return;
    const auto left = unpack(old);
    const auto right = unpack(now);
    if (left && right && old.type_url() == now.type_url()) return compareInto(*left, *right, path, changes);
    changes.push_back({path, line(old), line(now)});
}

/// One item of a list or entry of a map, as much of it as pairing needs.
struct Item {
    int index = 0;
    std::string text;     ///< Bytes of the value: equal text, equal item.
    std::string identity; ///< What it is called; empty when it has no name.
};

std::string nestedText(const Message& message, const char* name)
{
    const auto* field = message.GetDescriptor()->FindFieldByName(name);
    if (!field || field->is_repeated() || !message.GetReflection()->HasField(message, field)) return {};
    return valueText(message, field, -1);
}

std::string identityOf(const Message& message)
{
    if (message.GetDescriptor()->options().map_entry()) return nestedText(message, "key");
    if (message.GetDescriptor()->name() == "LbEndpoint") {
        const auto* field = message.GetDescriptor()->FindFieldByName("endpoint");
        return nestedText(message.GetReflection()->GetMessage(message, field), "address");
    }
    return nestedText(message, "name");
}

std::vector<Item> itemsOf(const Message& message, const FieldDescriptor* field)
{
    std::vector<Item> items;
    const auto* reflection = message.GetReflection();
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
            items.push_back({i, valueText(message, field, i), {}});
            continue;
        }
        const Message& value = reflection->GetRepeatedMessage(message, field, i);
        items.push_back({i, deterministicBytes(value), identityOf(value)});
    }
    if (field->is_map()) std::ranges::sort(items, {}, &Item::identity);
    return items;
}

void dropEqualEnds(std::vector<Item>& before, std::vector<Item>& after)
{
    while (!before.empty() && !after.empty() && before.back().text == after.back().text) {
        before.pop_back();
        after.pop_back();
    }
    const auto [left, right] = std::ranges::mismatch(before, after, {}, &Item::text, &Item::text);
    before.erase(before.begin(), left);
    after.erase(after.begin(), right);
}

bool haveDistinctIdentities(const std::vector<Item>& items)
{
    std::map<std::string, int> seen;
    return std::ranges::all_of(items,
                               [&](const Item& item) { return !item.identity.empty() && ++seen[item.identity] == 1; });
}

/// Compares one field that is a list or a map.
struct ListComparison {
    const Message& before;
    const Message& after;
    const FieldDescriptor* field;
    std::string path;
    Changes& changes;

    void run()
    {
        auto left = itemsOf(before, field);
        auto right = itemsOf(after, field);
        dropEqualEnds(left, right);
        const bool byIdentity = haveDistinctIdentities(left) && haveDistinctIdentities(right);
        std::vector<bool> used(left.size());
        for (std::size_t i = 0; i < right.size(); ++i) {
            const auto partner = byIdentity ? find(left, right[i].identity) : std::min(i, left.size());
            if (partner == left.size()) {
                changes.push_back({step(right[i]), {}, text(after, right[i])});
                continue;
            }
            used[partner] = true;
            compareItems(left[partner], right[i], byIdentity && partner != i);
        }
        for (std::size_t i = 0; i < left.size(); ++i)
            if (!used[i]) changes.push_back({step(left[i]), text(before, left[i]), {}});
    }

private:
    static std::size_t find(const std::vector<Item>& items, const std::string& identity)
    {
        return static_cast<std::size_t>(std::ranges::find(items, identity, &Item::identity) - items.begin());
    }
    std::string step(const Item& item) const
    {
        if (!field->is_map()) return path + "[" + std::to_string(item.index) + "]";
        const bool isText = item.identity.starts_with('"');
        return path + (isText ? "[" + item.identity + "]" : keyStep(item.identity));
    }
    std::string text(const Message& side, const Item& item) const { return valueText(side, field, item.index); }
    void compareItems(const Item& left, const Item& right, bool moved)
    {
        if (left.text == right.text) {
            if (moved && !field->is_map())
                changes.push_back(
                    {step(right), "item " + std::to_string(left.index), "item " + std::to_string(right.index)});
            return;
        }
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
            changes.push_back({step(right), left.text, right.text});
            return;
        }
        const Message& old = before.GetReflection()->GetRepeatedMessage(before, field, left.index);
        const Message& now = after.GetReflection()->GetRepeatedMessage(after, field, right.index);
        compareInto(old, now, step(right), changes);
    }
};

void compareSingle(const Message& before, const Message& after, const FieldDescriptor* field, const std::string& path,
                   Changes& changes)
{
    const bool left = before.GetReflection()->HasField(before, field);
    const bool right = after.GetReflection()->HasField(after, field);
    if (!left && !right) return;
    if (left && right && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !isScalarLike(field->message_type()))
        return compareInto(before.GetReflection()->GetMessage(before, field),
                           after.GetReflection()->GetMessage(after, field), path, changes);
    std::string old = left ? valueText(before, field, -1) : std::string();
    std::string now = right ? valueText(after, field, -1) : std::string();
    if (old != now) changes.push_back({path, std::move(old), std::move(now)});
}

void compareInto(const Message& before, const Message& after, const std::string& path, Changes& changes)
{
    if (isAny(before)) return compareAny(before, after, path, changes);
    for (int i = 0; i < before.GetDescriptor()->field_count(); ++i) {
        const auto* field = before.GetDescriptor()->field(i);
        const bool isEntryValue = before.GetDescriptor()->options().map_entry();
        if (isEntryValue && field->number() == 1) continue; // The key is what paired them.
        const std::string at = isEntryValue ? path : join(path, field->name());
        if (field->is_repeated()) ListComparison{before, after, field, at, changes}.run();
        else compareSingle(before, after, field, at, changes);
    }
}

} // namespace

std::vector<FieldChange> compare(const Message& before, const Message& after)
{
    Changes changes;
    compareInto(before, after, {}, changes);
    return changes;
}

std::string deterministicBytes(const Message& message)
{
    std::string bytes;
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
    coded.Trim();
    return bytes;
}

} // namespace model::diff
