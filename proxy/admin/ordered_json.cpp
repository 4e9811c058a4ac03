// Prints a message with its defaults as Envoy's Protobuf does: fields by number, where the Protobuf of Debian 12 puts those
// of messages last. Structure is printed here, scalars too; well-known types by Protobuf's own printer.
#include "proxy/admin/page.h"

#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

namespace proxy::admin {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// Writes one message; the text is indented by one blank for each level.
class Printer {
public:
    void message(const Message& message, int depth)
    {
        if (message.GetDescriptor()->file()->package() == "google.protobuf") return wellKnown(message, depth);
        std::vector<const FieldDescriptor*> fields;
        for (int i = 0; i < message.GetDescriptor()->field_count(); ++i)
            if (isPrinted(message, message.GetDescriptor()->field(i)))
                fields.push_back(message.GetDescriptor()->field(i));
        std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->number() < b->number(); });
        block('{', '}', fields.size(), depth, [&](std::size_t i) {
            m_text += '"' + fields[i]->name() + "\": ";
            field(message, fields[i], depth + 1);
        });
    }
    std::string take() { return std::move(m_text); }

private:
    static bool isPrinted(const Message& message, const FieldDescriptor* field)
    {
        return field->is_repeated() || !field->has_presence() || message.GetReflection()->HasField(message, field);
    }

    template <class Item> void block(char open, char close, std::size_t count, int depth, Item item)
    {
        m_text += open;
        for (std::size_t i = 0; i < count; ++i) {
            m_text += (i ? ",\n" : "\n") + std::string(static_cast<std::size_t>(depth) + 1, ' ');
            item(i);
        }
        if (count) m_text += "\n" + std::string(static_cast<std::size_t>(depth), ' ');
        m_text += close;
    }

    void field(const Message& owner, const FieldDescriptor* field, int depth)
    {
        const auto count =
            static_cast<std::size_t>(field->is_repeated() ? owner.GetReflection()->FieldSize(owner, field) : 0);
        if (field->is_map())
            return block('{', '}', count, depth, [&](std::size_t i) {
                const Message& entry = owner.GetReflection()->GetRepeatedMessage(owner, field, static_cast<int>(i));
                value(entry, field->message_type()->map_key(), -1, depth + 1);
                m_text += ": ";
                value(entry, field->message_type()->map_value(), -1, depth + 1);
            });
        if (!field->is_repeated()) return value(owner, field, -1, depth);
        block('[', ']', count, depth, [&](std::size_t i) { value(owner, field, static_cast<int>(i), depth + 1); });
    }

    /// Number as text; 64 bits in quotes. `index` is -1 for a singular field.
    std::string number(const Message& owner, const FieldDescriptor* field, int index)
    {
        const auto* r = owner.GetReflection();
        const bool many = index >= 0;
        switch (field->cpp_type()) {
#define NUMBER(TYPE, Name, before)                                                                                     \
    case FieldDescriptor::CPPTYPE_##TYPE:                                                                              \
        return before +                                                                                                \
               fmt::format("{}", many ? r->GetRepeated##Name(owner, field, index) : r->Get##Name(owner, field)) +      \
               before;
            NUMBER(BOOL, Bool, std::string())
            NUMBER(INT32, Int32, std::string())
            NUMBER(UINT32, UInt32, std::string())
            NUMBER(FLOAT, Float, std::string())
            NUMBER(DOUBLE, Double, std::string())
            NUMBER(INT64, Int64, std::string("\""))
            NUMBER(UINT64, UInt64, std::string("\""))
#undef NUMBER
        default: return "null";
        }
    }

    void value(const Message& owner, const FieldDescriptor* field, int index, int depth)
    {
        const auto* r = owner.GetReflection();
        const bool many = index >= 0;
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
            return message(many ? r->GetRepeatedMessage(owner, field, index) : r->GetMessage(owner, field), depth);
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING)
            return quoted(many ? r->GetRepeatedString(owner, field, index) : r->GetString(owner, field));
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM)
            return quoted((many ? r->GetRepeatedEnum(owner, field, index) : r->GetEnum(owner, field))->name());
        m_text += number(owner, field, index);
    }

    void quoted(const std::string& text)
    {
        google::protobuf::Value value;
        value.set_string_value(text);
        wellKnown(value, 0);
    }

    void wellKnown(const Message& message, int depth)
    {
        google::protobuf::util::JsonPrintOptions options;
        options.add_whitespace = true;
        options.preserve_proto_field_names = true;
        std::string text;
        if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) text = "null";
        while (text.ends_with('\n')) text.pop_back();
        for (const char c : text) {
            m_text += c;
            if (c == '\n') m_text.append(static_cast<std::size_t>(depth), ' ');
        }
    }

    std::string m_text;
};

} // namespace

Response orderedJson(const Message& message)
{
    Printer printer;
    printer.message(message, 0);
    return json(printer.take() + "\n");
}

} // namespace proxy::admin
