#include "ui/forms/spot.h"

#include "model/source/path.h"

namespace ui::forms {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::source::path::Segment;

namespace {

constexpr std::string_view anyName = "google.protobuf.Any";

bool enterField(Spot& spot, const std::string& name)
{
    if (!spot.type || (spot.type->full_name() == anyName && !unpack(spot))) return false;
    const FieldDescriptor* field = spot.type->FindFieldByName(name);
    if (!field) return false;
    const Message* owner = spot.message;
    spot.field = field;
    spot.type = nullptr;
    spot.message = nullptr;
    if (field->is_repeated()) {
        spot.message = owner; // The owner, until an index or key chooses the item.
        return true;
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return true;
    spot.type = field->message_type();
    if (owner && owner->GetReflection()->HasField(*owner, field))
        spot.message = &owner->GetReflection()->GetMessage(*owner, field);
    return true;
}

bool enterItem(Spot& spot, const Segment& segment)
{
    const FieldDescriptor* field = spot.field;
    if (!field || !field->is_repeated() || spot.type) return false;
    const Message* owner = spot.message;
    spot.message = nullptr;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return true;
    spot.type = field->message_type();
    const int size = owner ? owner->GetReflection()->FieldSize(*owner, field) : 0;
    for (int i = 0; i < size; ++i) {
        const Message& item = owner->GetReflection()->GetRepeatedMessage(*owner, field, i);
        if (segment.kind == Segment::Kind::Index && i == segment.index) spot.message = &item;
        if (segment.kind != Segment::Kind::Key || !field->is_map()) continue;
        const FieldDescriptor* key = spot.type->map_key();
        if (key->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
            item.GetReflection()->GetString(item, key) == segment.name)
            spot.message = &item;
    }
    if (segment.kind == Segment::Kind::Key) { // From the entry to its value.
        const FieldDescriptor* value = spot.type->map_value();
        const Message* entry = spot.message;
        const bool isMessage = value->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
        spot.field = value;
        spot.message = isMessage && entry ? &entry->GetReflection()->GetMessage(*entry, value) : nullptr;
        spot.type = isMessage ? value->message_type() : nullptr;
    }
    return true;
}

} // namespace

std::string packedType(const Message* any)
{
    if (!any || any->GetDescriptor()->full_name() != anyName) return {};
    const std::string url = any->GetReflection()->GetString(*any, any->GetDescriptor()->FindFieldByNumber(1));
    return url.substr(url.rfind('/') + 1);
}

bool unpack(Spot& spot)
{
    if (!spot.type || spot.type->full_name() != anyName) return true;
    const std::string name = packedType(spot.message);
    const auto* type = name.empty() ? nullptr : spot.revision->schema()->message(name);
    if (!type) return false;
    std::shared_ptr<Message> content = spot.revision->schema()->create(type);
    if (!content->ParseFromString(
            spot.message->GetReflection()->GetString(*spot.message, spot.type->FindFieldByNumber(2))))
        return false;
    spot.unpacked.push_back(content);
    spot.type = type;
    spot.message = content.get();
    return true;
}

Spot spotAt(const model::source::RevisionPtr& revision, std::string_view path)
{
    Spot spot;
    spot.revision = revision;
    if (!revision || !revision->message()) return {};
    spot.message = revision->message();
    spot.type = spot.message->GetDescriptor();
    for (const Segment& segment : model::source::path::split(path)) {
        const bool entered =
            segment.kind == Segment::Kind::Field ? enterField(spot, segment.name) : enterItem(spot, segment);
        if (!entered) return {};
    }
    return spot;
}

} // namespace ui::forms
